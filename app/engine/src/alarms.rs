//! Timeouts that all last the same: they end in the order in which they were set, and hardly any ever rings.
//!
//! One queue for each such length, of which only the first that still matters stands in the calendar. Without this
//! the calendar would be full of timeouts of attempts that have long been served.

use std::collections::VecDeque;

use crate::nanos::Nanos;

/// One timeout.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Alarm {
    pub(crate) at: Nanos,
    /// Its place among all that was ever scheduled.
    pub(crate) order: u64,
    /// Whom it is for: a place and its generation.
    pub(crate) place: u32,
    pub(crate) generation: u32,
}

/// Queues of timeouts of equal length.
#[derive(Debug)]
pub(crate) struct Alarms {
    queues: Vec<VecDeque<Alarm>>,
    /// Whether the first of a queue stands in the calendar.
    armed: Vec<bool>,
    len: u64,
}

impl Alarms {
    pub(crate) fn new(queues: usize) -> Self {
        Alarms { queues: vec![VecDeque::new(); queues], armed: vec![false; queues], len: 0 }
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Adds a timeout; whether it is to be put into the calendar.
    pub(crate) fn set(&mut self, queue: usize, alarm: Alarm) -> bool {
        self.queues[queue].push_back(alarm);
        self.len += 1;
        !std::mem::replace(&mut self.armed[queue], true)
    }

    /// Takes out the one that stands in the calendar.
    pub(crate) fn ring(&mut self, queue: usize) -> Option<Alarm> {
        self.armed[queue] = false;
        let alarm = self.queues[queue].pop_front();
        self.len -= u64::from(alarm.is_some());
        alarm
    }

    /// The next one that still matters, to be put into the calendar; those before it are forgotten.
    pub(crate) fn arm(&mut self, queue: usize, matters: impl Fn(&Alarm) -> bool) -> Option<Alarm> {
        let past = self.queues[queue].iter().position(matters).unwrap_or(self.queues[queue].len());
        self.queues[queue].drain(..past);
        self.len -= past as u64;
        let next = self.queues[queue].front().copied();
        self.armed[queue] = next.is_some();
        next
    }
}
