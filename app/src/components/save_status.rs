//! Where the latest change stands, in words.

use leptos::prelude::*;

use crate::workspace::{SaveState, Workspace};

/// Where the latest change stands; a conflict is settled here.
#[component]
pub(crate) fn SaveStatus() -> impl IntoView {
    let workspace = Workspace::current();
    let text = move || match workspace.state.get() {
        SaveState::Saved => {
            let version = workspace.version.get();
            match workspace.kept().as_slice() {
                [] => format!("Saved, version {version}"),
                pages => format!("Saved, version {version}; not yet what {} keeps as typed", pages.join(" and ")),
            }
        }
        SaveState::Saving => "Saving…".to_owned(),
        SaveState::Kept(1) => "Kept as typed; one field to put right".to_owned(),
        SaveState::Kept(count) => format!("Kept as typed; {count} fields to put right"),
        SaveState::Conflict { .. } => "Conflict".to_owned(),
        SaveState::Offline => "Offline: not saved yet, trying again".to_owned(),
        SaveState::Failed(error) => format!("Not saved. {error}"),
    };
    let trouble = move || !matches!(workspace.state.get(), SaveState::Saved | SaveState::Saving);
    view! { <span class="state" class:trouble=trouble role="status" data-testid="save-state">{text}</span> }
}

/// What to do about a conflict; there only while there is one.
#[component]
pub(crate) fn ConflictNotice() -> impl IntoView {
    let workspace = Workspace::current();
    move || match workspace.state.get() {
        SaveState::Conflict { version, theirs } => Some(view! {
            <div class="notice" role="alert">
                <p>
                    <strong>{format!("Version {version} was saved elsewhere while you were editing. ")}</strong>
                    "Nothing has been overwritten."
                </p>
                <p class="actions">
                    <a href="conflict" rel="external">"Compare and choose"</a>
                    <button type="button" on:click=move |_| workspace.take_theirs(version, (*theirs).clone())>"Take theirs"</button>
                    <button type="button" on:click=move |_| workspace.keep_mine(version)>"Save mine on top"</button>
                </p>
            </div>
        }),
        SaveState::Saved | SaveState::Saving | SaveState::Kept(_) | SaveState::Offline | SaveState::Failed(_) => None,
    }
}
