//! What happens when: a queue of events by time, equal times in the order they were scheduled.

use std::{cmp::Reverse, collections::BinaryHeap};

use crate::nanos::Nanos;

/// The future of a run.
#[derive(Debug)]
pub(crate) struct Calendar<E> {
    heap: BinaryHeap<Reverse<Entry<E>>>,
    scheduled: u64,
}

#[derive(Debug)]
struct Entry<E> {
    at: Nanos,
    order: u64,
    event: E,
}

impl<E> Calendar<E> {
    pub(crate) fn new() -> Self {
        Self { heap: BinaryHeap::new(), scheduled: 0 }
    }

    pub(crate) fn schedule(&mut self, at: Nanos, event: E) {
        self.scheduled += 1;
        self.heap.push(Reverse(Entry { at, order: self.scheduled, event }));
    }

    pub(crate) fn next(&mut self) -> Option<(Nanos, E)> {
        self.heap.pop().map(|Reverse(entry)| (entry.at, entry.event))
    }

    pub(crate) fn len(&self) -> usize {
        self.heap.len()
    }
}

impl<E> PartialEq for Entry<E> {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.order) == (other.at, other.order)
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
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_times_come_in_the_order_they_were_scheduled() {
        let mut calendar = Calendar::new();
        for (at, event) in [(5, 'c'), (1, 'a'), (5, 'd'), (1, 'b')] {
            calendar.schedule(at, event);
        }
        let order: String = std::iter::from_fn(|| calendar.next()).map(|(_, event)| event).collect();
        assert_eq!(order, "abcd");
    }
}
