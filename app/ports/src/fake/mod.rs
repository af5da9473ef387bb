//! For tests: a clock that stands still, somebody at their desk, and a box for letters.

mod desk;
mod letterbox;

use std::sync::atomic::{AtomicI64, Ordering};

pub use self::{desk::Desk, letterbox::Letterbox};
use crate::clock::{Clock, UnixMillis};

/// A clock that says what it was told.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that stands at `now`.
    pub fn at(now: UnixMillis) -> Self {
        Self(AtomicI64::new(now.0))
    }

    /// Puts it to another moment.
    pub fn set(&self, now: UnixMillis) {
        self.0.store(now.0, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.0.load(Ordering::SeqCst))
    }
}
