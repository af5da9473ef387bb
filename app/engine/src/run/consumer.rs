//! Workers that take deliveries from a queue: the partitioned log, or the polling worker.
//!
//! A worker is taken from the moment a delivery starts until its answer goes out; undoing and detached steps do
//! not hold it. With order per key, a delivery whose key is being worked on steps aside until it is free.

use std::collections::{BTreeMap, BTreeSet};

use crate::{luck::Purpose, plan::Plan};

use super::Run;

/// Workers and the queue before them.
#[derive(Debug)]
pub(super) struct Consumer {
    free: u32,
    workers: u32,
    key_count: u32,
    per_key_order: bool,
    enqueued: u64,
    /// Deliveries by the order in which they came, with their keys.
    ready: BTreeMap<u64, (u32, u32)>,
    /// Deliveries whose key is being worked on, by key and order.
    aside: BTreeMap<(u32, u64), u32>,
    busy_keys: BTreeSet<u32>,
    pumping: bool,
}

impl Consumer {
    pub(super) fn new(plan: model::Consumer) -> Self {
        Consumer {
            free: plan.workers,
            workers: plan.workers,
            key_count: plan.key_count,
            per_key_order: plan.per_key_order,
            enqueued: 0,
            ready: BTreeMap::new(),
            aside: BTreeMap::new(),
            busy_keys: BTreeSet::new(),
            pumping: false,
        }
    }

    pub(super) fn len(&self) -> u64 {
        (self.ready.len() + self.aside.len()) as u64
    }

    pub(super) fn is_idle(&self) -> bool {
        self.free == self.workers && self.len() == 0 && self.busy_keys.is_empty()
    }

    fn enqueue(&mut self, delivery: u32, key: u32) {
        self.enqueued += 1;
        if self.per_key_order && self.busy_keys.contains(&key) {
            self.aside.insert((key, self.enqueued), delivery);
        } else {
            self.ready.insert(self.enqueued, (delivery, key));
        }
    }

    /// The next delivery that may start, if a worker is free.
    fn take(&mut self) -> Option<u32> {
        while self.free > 0 {
            let (order, (delivery, key)) = self.ready.pop_first()?;
            if self.per_key_order && !self.busy_keys.insert(key) {
                self.aside.insert((key, order), delivery);
                continue;
            }
            self.free -= 1;
            return Some(delivery);
        }
        None
    }

    fn finish(&mut self, key: u32) {
        self.free += 1;
        if self.per_key_order {
            self.busy_keys.remove(&key);
            let next = self.aside.range((key, 0)..=(key, u64::MAX)).next().map(|(&place, &delivery)| (place, delivery));
            if let Some((place, delivery)) = next {
                self.aside.remove(&place);
                self.ready.insert(place.1, (delivery, key));
            }
        }
    }
}

impl Run {
    /// A delivery is sent: it starts at once, or waits for a worker.
    pub(super) fn enqueue_or_begin(&mut self, plan: &Plan, delivery: u32) {
        let Some(consumer) = &mut self.consumer else { return self.begin_delivery(plan, delivery) };
        let luck = self.requests[self.deliveries[delivery].request].luck;
        // The key is a fact of the request, the same in each of its deliveries.
        let key = (luck.once(Purpose::Key) * f64::from(consumer.key_count)) as u32;
        self.deliveries[delivery].key = key;
        consumer.enqueue(delivery, key);
        self.pump(plan);
    }

    /// The worker of a delivery is free again.
    pub(super) fn free_worker(&mut self, plan: &Plan, delivery: u32) {
        let key = self.deliveries[delivery].key;
        if self.consumer.is_some() && self.is_counted(plan, delivery) {
            self.tally.worker_held += u128::from(self.held(delivery));
            self.tally.worker_deliveries += 1;
        }
        if let Some(consumer) = &mut self.consumer {
            consumer.finish(key);
            self.pump(plan);
        }
    }

    /// Starts what may start. A delivery may be over as soon as it has begun: that frees its worker in this same
    /// loop, because queues can be longer than the stack is deep.
    fn pump(&mut self, plan: &Plan) {
        if self.consumer.as_mut().is_none_or(|consumer| std::mem::replace(&mut consumer.pumping, true)) {
            return;
        }
        while let Some(delivery) = self.consumer.as_mut().and_then(Consumer::take) {
            self.begin_delivery(plan, delivery);
        }
        if let Some(consumer) = &mut self.consumer {
            consumer.pumping = false;
        }
    }
}
