//! What happens when: a queue of events by time, equal times in the order they were scheduled.
//!
//! The next few events are kept sorted, the rest in a heap: most runs have only a handful of events ahead of them,
//! and putting one more into a short sorted row is cheaper than any heap.

use std::cmp::Reverse;

use dary_heap::QuaternaryHeap;

use crate::nanos::Nanos;

/// The future of a run.
#[derive(Debug)]
pub(crate) struct Calendar<E> {
    /// The next events, the very next one last.
    near: Vec<Entry<E>>,
    /// Events after all of those. Four children a node: the heap is half as deep, and takes half as many trips to memory
    /// where hundreds of thousands wait.
    far: QuaternaryHeap<Reverse<Entry<E>>>,
    scheduled: u64,
}

#[derive(Clone, Copy, Debug)]
struct Entry<E> {
    /// Time in the upper half, order in the lower.
    key: u128,
    event: E,
}

/// Events that are kept sorted at most, and how many are taken from the heap at a time.
const NEAR: usize = 24;
const REFILL: usize = NEAR / 2;

impl<E: Copy> Calendar<E> {
    pub(crate) fn new() -> Self {
        Self { near: Vec::with_capacity(NEAR), far: QuaternaryHeap::new(), scheduled: 0 }
    }

    #[inline(always)]
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
    ///
    /// Always inlined: an event that is handed over in memory is written in parts and read as a whole, which stalls.
    #[inline(always)]
    pub(crate) fn schedule_as(&mut self, at: Nanos, order: u64, event: E) {
        let entry = Entry { key: u128::from(at) << 64 | u128::from(order), event };
        let crowded = self.near.len() == NEAR || !self.far.is_empty();
        if crowded && self.near.first().is_none_or(|last| last.key < entry.key) {
            self.far.push(Reverse(entry));
            return;
        }
        if self.near.len() == NEAR {
            self.far.push(Reverse(self.near.remove(0)));
        }
        // One pass finds the place and makes room for it: a search and a move apart cost more than the few steps.
        self.near.push(entry);
        let row = self.near.as_mut_slice();
        let mut place = row.len() - 1;
        for before in (0..place).rev() {
            if row[before].key >= entry.key {
                break;
            }
            row[before + 1] = row[before];
            place = before;
        }
        row[place] = entry;
    }

    #[inline]
    pub(crate) fn next(&mut self) -> Option<(Nanos, E)> {
        if self.near.is_empty() {
            let soonest = std::iter::from_fn(|| self.far.pop()).take(REFILL).map(|Reverse(entry)| entry);
            self.near.extend(soonest);
            self.near.reverse();
        }
        self.near.pop().map(|entry| ((entry.key >> 64) as Nanos, entry.event))
    }

    pub(crate) fn len(&self) -> usize {
        self.near.len() + self.far.len()
    }
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl<E> Eq for Entry<E> {}

impl<E> PartialOrd for Entry<E> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<E> Ord for Entry<E> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key.cmp(&other.key)
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
        fn it_is_a_sorted_map_that_is_faster(
            rounds in prop::collection::vec((prop::collection::vec(0u64..500, 0..30), 0usize..40), 1..60)
        ) {
            let mut calendar = Calendar::new();
            let mut sorted = BTreeMap::new();
            let mut order = 0;
            for (times, taken) in rounds {
                for at in times {
                    calendar.schedule(at, order);
                    sorted.insert((at, order), ());
                    order += 1;
                }
                for _ in 0..taken {
                    prop_assert_eq!(calendar.next(), sorted.pop_first().map(|(key, ())| key));
                }
                prop_assert_eq!(calendar.len(), sorted.len());
            }
        }
    }
}
