//! What is shown once and kept nowhere: one-time links, of which only the digest is stored, and that something was done.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use leptos::prelude::expect_context;
use ports::{SessionId, UnixMillis};

use super::{AppContext, visitor::visitor};

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

/// Has the next page of the visitor say what was done.
pub(crate) fn done(what: impl Into<String>) {
    let app = expect_context::<AppContext>();
    if let Some(session) = session() {
        app.done.keep(session, what.into(), app.clock.now());
    }
}

/// What was done, where this page is to say so.
pub(crate) fn what_was_done() -> Option<String> {
    let app = expect_context::<AppContext>();
    app.done.take(session()?, app.clock.now())
}

/// Has the next page of the visitor show a link, which is kept nowhere else.
pub(crate) fn show_link(link: Link) {
    let app = expect_context::<AppContext>();
    if let Some(session) = session() {
        app.links.keep(session, link, app.clock.now());
    }
}

/// The link that this page is to show, once.
pub(crate) fn link_to_show() -> Option<Link> {
    let app = expect_context::<AppContext>();
    app.links.take(session()?, app.clock.now())
}

/// The session of whoever asks.
fn session() -> Option<SessionId> {
    visitor().ok()?.session_id()
}
