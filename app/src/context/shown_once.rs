//! What is shown once and kept nowhere: one-time links, of which only the digest is stored, and that something was done.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use ports::{SessionId, UnixMillis};

/// Whoever has not looked by then makes another link.
const KEPT_MS: i64 = 5 * 60 * 1_000;

/// What the next page of a session shows. It is gone when it has been shown, and when the program ends.
#[derive(Debug)]
pub struct ShownOnce<T>(Mutex<BTreeMap<SessionId, Kept<T>>>);

#[derive(Debug)]
struct Kept<T> {
    what: T,
    at: UnixMillis,
}

/// A link that somebody is to hand on.
#[derive(Clone, PartialEq, Eq)]
pub struct Link {
    /// For whom and what it is.
    pub what: String,
    /// The address.
    pub address: String,
    /// Whether it was sent to whom it is for.
    pub sent: bool,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link").field("what", &self.what).finish_non_exhaustive()
    }
}

impl<T> Default for ShownOnce<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> ShownOnce<T> {
    /// Keeps something for the next page of a session, in place of what was kept before.
    pub fn keep(&self, session: SessionId, what: T, now: UnixMillis) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, kept| now.0 < kept.at.0 + KEPT_MS);
        kept.insert(session, Kept { what, at: now });
    }

    /// Gives out what is kept for a session.
    pub fn take(&self, session: SessionId, now: UnixMillis) -> Option<T> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&session)?;
        (now.0 < kept.at.0 + KEPT_MS).then_some(kept.what)
    }
}
