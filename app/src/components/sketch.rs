//! What a step shows of the document alone: HTML and notes that come from the server or from the worker.

use leptos::prelude::*;

use super::Redrawn;
use crate::workspace::Workspace;

/// The part of a step that needs no figures. It follows what is typed.
#[component]
pub(crate) fn SketchView(
    /// The slug of the step.
    step: &'static str,
) -> impl IntoView {
    let sketch = Workspace::current().sketch;
    let html =
        Memo::new(move |_| sketch.with(|sketch| if sketch.step == step { sketch.html.clone() } else { String::new() }));
    view! { <Redrawn class="results" html /> }
}

/// The sentence that a sketch has for a field, if it has one.
#[component]
pub(crate) fn SketchNote(
    /// The id of the field's element.
    field: String,
) -> impl IntoView {
    let sketch = Workspace::current().sketch;
    move || {
        let note = sketch.with(|sketch| sketch.notes.get(&field).cloned());
        note.map(|note| view! { <p class="notice">{note}</p> })
    }
}
