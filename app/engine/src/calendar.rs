//! What happens when: a queue of events by time, equal times in the order they were scheduled.
//!
//! A heap whose nodes have four children. Taking out the first event leaves a hole at the root, because most events
//! schedule another one, which then goes there and sinks once, instead of a last one sinking and a new one rising.

use crate::nanos::Nanos;

/// The future of a run.
#[derive(Debug)]
pub(crate) struct Calendar<E> {
    heap: Vec<Entry<E>>,
    /// Whether the root was taken out and not yet replaced.
    hole: bool,
    scheduled: u64,
}

#[derive(Clone, Copy, Debug)]
struct Entry<E> {
    /// Time in the upper half, order in the lower.
    key: u128,
    event: E,
}

const CHILDREN: usize = 4;

impl<E: Copy> Calendar<E> {
    pub(crate) fn new() -> Self {
        Self { heap: Vec::new(), hole: false, scheduled: 0 }
    }

    pub(crate) fn schedule(&mut self, at: Nanos, event: E) {
        let order = self.reserve();
        self.schedule_as(at, order, event);
    }

    /// A place in the order of scheduling, for an event that is put into the calendar later.
    pub(crate) fn reserve(&mut self) -> u64 {
        self.scheduled += 1;
        self.scheduled
    }

    /// Schedules an event under a place that was reserved for it.
    pub(crate) fn schedule_as(&mut self, at: Nanos, order: u64, event: E) {
        let entry = Entry { key: u128::from(at) << 64 | u128::from(order), event };
        if std::mem::take(&mut self.hole) {
            self.sink(entry);
        } else {
            self.heap.push(entry);
            self.rise(entry);
        }
    }

    pub(crate) fn next(&mut self) -> Option<(Nanos, E)> {
        if std::mem::take(&mut self.hole) {
            let last = self.heap.pop()?;
            if !self.heap.is_empty() {
                self.sink(last);
            }
        }
        let first = self.heap.first()?;
        self.hole = true;
        Some(((first.key >> 64) as Nanos, first.event))
    }

    pub(crate) fn len(&self) -> usize {
        self.heap.len() - usize::from(self.hole)
    }

    /// Puts an entry in place of the root, and further down as far as it belongs.
    fn sink(&mut self, entry: Entry<E>) {
        let mut place = 0;
        loop {
            let first = CHILDREN * place + 1;
            let Some(children) = self.heap.get(first..(first + CHILDREN).min(self.heap.len())) else { break };
            let mut least = (entry.key, usize::MAX);
            for (index, child) in children.iter().enumerate() {
                if child.key < least.0 {
                    least = (child.key, index);
                }
            }
            if least.1 == usize::MAX {
                break;
            }
            self.heap[place] = self.heap[first + least.1];
            place = first + least.1;
        }
        self.heap[place] = entry;
    }

    /// Moves the last entry up as far as it belongs.
    fn rise(&mut self, entry: Entry<E>) {
        let mut place = self.heap.len() - 1;
        while place > 0 {
            let parent = (place - 1) / CHILDREN;
            if self.heap[parent].key <= entry.key {
                break;
            }
            self.heap[place] = self.heap[parent];
            place = parent;
        }
        self.heap[place] = entry;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn equal_times_come_in_the_order_they_were_scheduled() {
        let mut calendar = Calendar::new();
        for (at, event) in [(5, 'c'), (1, 'a'), (5, 'd'), (1, 'b')] {
            calendar.schedule(at, event);
        }
        let order: String = std::iter::from_fn(|| calendar.next()).map(|(_, event)| event).collect();
        assert_eq!(order, "abcd");
    }

    proptest! {
        #[test]
        fn it_is_a_sorted_map_that_is_faster(actions in prop::collection::vec(prop::option::of(0u64..50), 1..300)) {
            let mut calendar = Calendar::new();
            let mut sorted = BTreeMap::new();
            for (order, action) in actions.into_iter().enumerate() {
                match action {
                    Some(at) => {
                        calendar.schedule(at, order);
                        sorted.insert((at, order), ());
                    }
                    None => prop_assert_eq!(calendar.next(), sorted.pop_first().map(|(key, ())| key)),
                }
                prop_assert_eq!(calendar.len(), sorted.len());
            }
        }
    }
}
