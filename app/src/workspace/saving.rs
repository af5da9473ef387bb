//! Saving in the background: after a pause, one save at a time, again after a failure.

use std::time::Duration;

use leptos::prelude::*;

use super::{SaveState, Workspace};
use crate::api::{
    forms::{SaveResult, discard_draft, keep_draft, save_document},
    pipeline::DraftView,
};
use crate::steps::CONFLICT;

/// Long enough that a burst of edits becomes one version, short enough that nobody waits for it.
const PAUSE: Duration = Duration::from_millis(400);
/// How long after a failed attempt the next one is made.
const NEXT_TRY: Duration = Duration::from_secs(3);

impl Workspace {
    /// Saves the document after a pause, unless it has changed again by then.
    pub(super) fn save_soon(self) {
        self.state.set(SaveState::Saving);
        let document = self.document.with_untracked(model::Document::to_json);
        self.remember("", &document);
        self.later(PAUSE, Self::save_now);
    }

    /// Keeps a page's form that cannot be saved yet, after the same pause.
    pub(crate) fn keep(self, page: &'static str, input: String, problems: usize) {
        self.state.set(SaveState::Kept(problems));
        self.remember(page, &input);
        let base_version = self.version.get_untracked();
        self.drafts.update_value(|drafts| {
            drafts.insert(page.to_owned(), DraftView { base_version, input: input.clone() });
        });
        self.keep_after(PAUSE, page, input);
    }

    fn keep_after(self, pause: Duration, page: &'static str, input: String) {
        self.later(pause, move |workspace| workspace.keep_now(page, input));
    }

    fn keep_now(self, page: &'static str, input: String) {
        if self.drafting.get_value().is_some() {
            return self.keep_after(PAUSE, page, input);
        }
        let change = self.changes.get_value();
        self.drafting.set_value(Some(page));
        leptos::task::spawn_local(async move {
            let version = self.version.get_untracked();
            let answer = keep_draft(self.id, page.to_owned(), version, input.clone(), None).await;
            self.drafting.try_set_value(None);
            // What was put right while this was on its way is not kept.
            if self.drafts.try_with_value(|drafts| drafts.contains_key(page)) == Some(false) {
                return self.discard(page, None);
            }
            match answer {
                // What was typed meanwhile is not on the server yet.
                Ok(_) if self.changes.try_get_value() == Some(change) => self.forget(),
                Ok(_) => {}
                Err(error) if error.is_offline() => self.keep_after(NEXT_TRY, page, input),
                Err(_) => {}
            }
        });
    }

    /// What a page kept as typed is in its document now.
    pub(crate) fn settle(self, page: &'static str) {
        let kept = self.drafts.try_update_value(|drafts| drafts.remove(page)).flatten();
        // A draft that is on its way is dropped once it is there.
        if kept.is_some() && self.drafting.get_value() != Some(page) {
            self.discard(page, None);
        }
    }

    /// Drops what this tab has kept of what met another version. What another has kept is not this one's to drop.
    pub(super) fn discard_mine(self) {
        if let Some(seen) = self.unsaved.try_update_value(Option::take).flatten() {
            self.discard(CONFLICT, Some(seen));
        }
    }

    /// Has the server drop what it keeps.
    fn discard(self, page: &'static str, seen: Option<i64>) {
        self.drafting.set_value(Some(page));
        leptos::task::spawn_local(async move {
            // A draft that stays for now is shown again as older than the document.
            let _ = discard_draft(self.id, page.to_owned(), seen).await;
            self.drafting.try_set_value(None);
        });
    }

    /// Does something after a while, unless the document has changed again by then.
    fn later(self, pause: Duration, what: impl FnOnce(Self) + 'static) {
        let change = self.changes.try_update_value(|changes| {
            *changes += 1;
            *changes
        });
        let once = std::cell::Cell::new(Some(what));
        set_timeout(
            move || {
                if self.changes.try_get_value() == change
                    && let Some(what) = once.take()
                {
                    what(self);
                }
            },
            pause,
        );
    }

    fn save_now(self) {
        // On a slow line the next change comes while the one before is still on its way: sent at once, the two would meet as if
        // somebody else had saved.
        if self.saving.get_value() || self.drafting.get_value().is_some() {
            return self.later(PAUSE, Self::save_now);
        }
        self.saving.set_value(true);
        let change = self.changes.get_value();
        let (version, document) =
            (self.version.get_untracked(), self.document.with_untracked(model::Document::to_json));
        leptos::task::spawn_local(async move {
            let result = save_document(self.id, version, document.clone()).await;
            self.saving.try_update_value(|saving| *saving = false);
            // A save under way is not cancelled by a newer change, so its version counts either way.
            if let Ok(SaveResult::Saved { version }) = result {
                self.version.set(version);
            }
            // Mine stays until it is chosen, also when this tab is closed: on the server, or in this browser where the server has
            // something older of mine about which I have not chosen.
            let mut kept = false;
            if matches!(result, Ok(SaveResult::Conflict { .. })) {
                let seen = self.unsaved.get_value();
                if let Ok(now) = keep_draft(self.id, CONFLICT.to_owned(), version, document, seen).await {
                    self.unsaved.set_value(now);
                    kept = true;
                }
            }
            if self.changes.try_get_value() != Some(change) {
                return;
            }
            if kept {
                self.forget();
            }
            match result {
                Ok(SaveResult::Saved { .. } | SaveResult::Kept) => {
                    self.forget();
                    self.state.set(SaveState::Saved);
                }
                Ok(SaveResult::Conflict { version, document }) => {
                    self.state.set(SaveState::Conflict { version, theirs: document });
                }
                Err(error) if error.is_offline() => {
                    self.state.set(SaveState::Offline);
                    self.later(NEXT_TRY, Self::save_now);
                }
                Err(error) => self.state.set(SaveState::Failed(error)),
            }
        });
    }

    /// Has the browser remember what the server does not have yet.
    fn remember(self, page: &str, input: &str) {
        #[cfg(feature = "hydrate")]
        super::unsaved::remember(self.id, self.version.get_untracked(), page, input);
        #[cfg(not(feature = "hydrate"))]
        let _ = (page, input);
    }

    /// What the browser remembers is settled.
    pub(super) fn forget(self) {
        #[cfg(feature = "hydrate")]
        super::unsaved::forget(self.id);
    }
}
