//! Pools: slots, and the queue of attempts that wait for one.

use std::collections::VecDeque;

use crate::{latencies::Latencies, nanos::Nanos, plan::PoolPlan};

/// The state of one pool in one run.
#[derive(Debug)]
pub(crate) struct Slots {
    size: u32,
    queue_limit: u32,
    taken: u32,
    waiting: u32,
    /// Attempts in the order they asked. One that gave up is left in place and passed over when its turn comes.
    queue: VecDeque<Ticket>,
    use_: PoolUse,
    /// Waits of counted attempts that waited; kept for a pool of one, whose callers queue for each other.
    waits: Option<Latencies>,
    changed: Nanos,
    /// The span over which holding is counted: from the end of the warm-up to the last arrival.
    counts_from: Nanos,
    counts_until: Nanos,
}

/// An attempt in a queue: its place among the attempts, and which attempt of that place it is.
pub(crate) type Ticket = (u32, u32);

/// What happened in a pool.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PoolUse {
    /// Slots times nanoseconds in which they were held, between the warm-up and the last arrival.
    pub(crate) held: u128,
    /// Nanoseconds waited, over all counted attempts that asked.
    pub(crate) waited: u128,
    pub(crate) asked: u64,
    /// Of those, how many had to wait.
    pub(crate) queued: u64,
    pub(crate) rejected: u64,
    pub(crate) longest_queue: u32,
}

/// The answer to an attempt that asks for a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Granted,
    Queued,
    Rejected,
}

impl Slots {
    pub(crate) fn new(plan: &PoolPlan, counts_from: Nanos, counts_until: Nanos) -> Self {
        Slots {
            size: plan.size,
            queue_limit: plan.queue_limit,
            taken: 0,
            waiting: 0,
            queue: VecDeque::new(),
            use_: PoolUse::default(),
            waits: (plan.size == 1).then(Latencies::default),
            changed: 0,
            counts_from,
            counts_until,
        }
    }

    /// Asks for a slot. What happens to an attempt of the warm-up is not `counted`.
    pub(crate) fn ask(&mut self, now: Nanos, ticket: Ticket, counted: bool) -> Asked {
        self.use_.asked += u64::from(counted);
        if self.taken < self.size && self.waiting == 0 {
            self.account(now);
            self.taken += 1;
            Asked::Granted
        } else if self.waiting < self.queue_limit {
            self.waiting += 1;
            if counted {
                self.use_.queued += 1;
                self.use_.longest_queue = self.use_.longest_queue.max(self.waiting);
            }
            self.queue.push_back(ticket);
            Asked::Queued
        } else {
            self.use_.rejected += u64::from(counted);
            Asked::Rejected
        }
    }

    /// Gives one slot back; whether somebody waits for it. The caller then serves the queue with [`Slots::next`].
    pub(crate) fn free(&mut self, now: Nanos) -> bool {
        debug_assert!(self.taken > 0, "a slot was given back that nobody held");
        self.account(now);
        self.taken -= 1;
        if self.waiting == 0 && !self.queue.is_empty() {
            self.queue.clear();
        }
        self.waiting > 0
    }

    /// The first ticket in the queue, if there is a slot for it. The caller says with
    /// [`Slots::take`] whether it is still wanted.
    pub(crate) fn next(&mut self) -> Option<Ticket> {
        if self.taken < self.size { self.queue.pop_front() } else { None }
    }

    /// Hands the slot to a ticket that [`Slots::next`] gave out, after it waited for `waited`.
    pub(crate) fn take(&mut self, now: Nanos, waited: Nanos) {
        self.account(now);
        self.taken += 1;
        self.waiting -= 1;
        self.note_wait(waited);
    }

    /// Notes that one in the queue has given up after it waited for `waited`.
    pub(crate) fn give_up(&mut self, waited: Nanos) {
        self.waiting -= 1;
        self.note_wait(waited);
    }

    /// Waits of attempts that are not counted come as 0, and change nothing.
    fn note_wait(&mut self, waited: Nanos) {
        self.use_.waited += u128::from(waited);
        if let Some(waits) = self.waits.as_mut().filter(|_| waited > 0) {
            waits.push(waited);
        }
    }

    /// The waits noted, where they are.
    pub(crate) fn take_waits(&mut self) -> Option<Latencies> {
        self.waits.take()
    }

    /// How many waits are noted.
    pub(crate) fn waits_noted(&self) -> u64 {
        self.waits.as_ref().map_or(0, Latencies::len)
    }

    /// What happened until now.
    pub(crate) fn use_until(&mut self, now: Nanos) -> PoolUse {
        self.account(now);
        self.use_
    }

    pub(crate) fn is_idle(&self) -> bool {
        self.taken == 0 && self.waiting == 0
    }

    pub(crate) fn taken(&self) -> u32 {
        self.taken
    }

    pub(crate) fn waiting(&self) -> u32 {
        self.waiting
    }

    pub(crate) fn queue_len(&self) -> usize {
        self.queue.len()
    }

    fn account(&mut self, now: Nanos) {
        let from = self.changed.max(self.counts_from);
        let held = now.min(self.counts_until).saturating_sub(from);
        self.use_.held += u128::from(self.taken) * u128::from(held);
        self.changed = now;
    }
}
