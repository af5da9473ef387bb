//! Undo and redo: two buttons, their keys, and what was undone.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use crate::workspace::Workspace;

/// Undo and redo, by button and by Ctrl+Z, Ctrl+Shift+Z and Ctrl+Y.
#[component]
pub(crate) fn History() -> impl IntoView {
    let workspace = Workspace::current();
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        if let Some(way) = way(&event) {
            event.prevent_default();
            way(workspace);
        }
    });
    on_cleanup(move || keys.remove());
    view! {
        <span class="state travelled" role="status">{workspace.travelled}</span>
        <span class="end needs-script">
            <button type="button" aria-keyshortcuts="Control+Z" disabled=move || !workspace.can_undo() on:click=move |_| workspace.undo()>"Undo"</button>
            <button type="button" aria-keyshortcuts="Control+Shift+Z Control+Y" disabled=move || !workspace.can_redo() on:click=move |_| workspace.redo()>"Redo"</button>
        </span>
    }
}

/// What a key asks for. Fields in which people type keep their own undo.
fn way(event: &web_sys::KeyboardEvent) -> Option<fn(Workspace)> {
    if !(event.ctrl_key() || event.meta_key()) || event.alt_key() {
        return None;
    }
    let at = event.target().and_then(|target| target.dyn_into::<leptos::web_sys::Element>().ok());
    if at.is_some_and(|at| at.matches("input, textarea, [contenteditable]").unwrap_or_default()) {
        return None;
    }
    match (event.key().to_lowercase().as_str(), event.shift_key()) {
        ("z", false) => Some(Workspace::undo),
        ("z", true) | ("y", false) => Some(Workspace::redo),
        _ => None,
    }
}
