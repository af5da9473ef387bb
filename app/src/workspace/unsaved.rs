//! What a browser remembers of edits that the server has not confirmed yet.
//!
//! A tab that closes within the pause before a save, or while the server is away, loses nothing: what was typed is sent
//! as the page is left, and stays in this browser's storage until the server has confirmed it. Whoever opens the pipeline
//! here again finds it as it was.

use leptos::{ev, prelude::*, server_fn::ServerFn};
use model::Document;
use serde::Serialize;
use uuid::Uuid;
use web_sys::{Event, EventInit, Storage};

use super::{SaveState, Workspace};
use crate::api::forms::{KeepDraft, SaveDocument, keep_draft};

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn key(id: Uuid) -> String {
    format!("forkline-unsaved-{id}")
}

/// Remembers input and the version it is based on: that of a page, or, where `page` is empty, a document.
pub(super) fn remember(id: Uuid, version: u64, page: &str, input: &str) {
    if let Some(storage) = storage() {
        // A storage that is full or switched off remembers nothing; the edit is saved as usual.
        let _ = storage.set_item(&key(id), &format!("{version} {page} {input}"));
    }
}

/// The server has it.
pub(super) fn forget(id: Uuid) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(&key(id));
    }
}

fn remembered(id: Uuid) -> Option<(u64, String, String)> {
    let text = storage()?.get_item(&key(id)).ok().flatten()?;
    let mut parts = text.splitn(3, ' ');
    let version = parts.next()?.parse().ok()?;
    Some((version, parts.next()?.to_owned(), parts.next()?.to_owned()))
}

impl Workspace {
    /// Takes up what this browser remembers, and sends what is unsaved when the page is left.
    pub(crate) fn lose_nothing(self) {
        // Editors are there by the next frame, and hear of what is taken up.
        request_animation_frame(move || self.recover());
        // Phones end a page that is hidden without another word.
        let hidden = window_event_listener(ev::visibilitychange, move |_| self.send_unsaved());
        let left = window_event_listener(ev::pagehide, move |_| self.send_unsaved());
        on_cleanup(move || {
            hidden.remove();
            left.remove();
        });
    }

    fn recover(self) {
        let Some((version, page, input)) = remembered(self.id) else { return };
        if !page.is_empty() {
            leptos::task::spawn_local(async move {
                if keep_draft(self.id, page, version, input, None).await.is_ok() {
                    forget(self.id);
                    // The page shows drafts as it is opened.
                    let _ = window().location().reload();
                }
            });
            return;
        }
        let Ok(mine) = serde_json::from_str::<Document>(&input) else { return forget(self.id) };
        if self.document.with_untracked(|theirs| mine == *theirs) {
            forget(self.id);
        } else {
            // Where others have saved since, the server tells when this is saved, and keeps it.
            self.version.set(version);
            self.change(mine);
            self.replaced.update(|count| *count += 1);
        }
    }

    /// Sends what the server does not have, without waiting for an answer.
    fn send_unsaved(self) {
        if !document().hidden() {
            return;
        }
        // Fields are taken over when they are left, which the one with the focus has not been.
        if let Some(field) = document().active_element() {
            let bubbles = EventInit::new();
            bubbles.set_bubbles(true);
            if let Ok(change) = Event::new_with_event_init_dict("change", &bubbles) {
                let _ = field.dispatch_event(&change);
            }
        }
        let (id, version) = (self.id, self.version.get_untracked());
        match self.state.get_untracked() {
            SaveState::Saving | SaveState::Offline => {
                let document = self.document.with_untracked(Document::to_json);
                send(SaveDocument::PATH, &SaveDocument { id, version, document });
            }
            SaveState::Kept(_) => {
                if let Some((version, page, input)) = remembered(id) {
                    send(KeepDraft::PATH, &KeepDraft { id, page, version, input, seen: None });
                }
            }
            SaveState::Saved | SaveState::Conflict { .. } | SaveState::Failed(_) => {}
        }
    }
}

fn send(path: &str, arguments: &impl Serialize) {
    if let Ok(body) = serde_json::to_string(arguments) {
        // More than the browser takes along stays remembered.
        let _ = window().navigator().send_beacon_with_opt_str(path, Some(&body));
    }
}
