//! Which failure a team expects: written down before it looks, so that a surprise is seen as one.

use leptos::{prelude::*, server_fn::ServerFn};

use crate::{
    api::decisions::{NoteExpectation, note_expectation},
    components::Sending,
    workspace::Workspace,
};

/// Asks which failure the team expects.
#[component]
pub(super) fn Expectation() -> impl IntoView {
    let workspace = Workspace::current();
    let sending = Sending::new(NoteExpectation::PATH);
    let field = NodeRef::<leptos::html::Input>::new();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let typed = field.get_untracked().map(|field| field.value()).unwrap_or_default();
        let (version, seen) = (workspace.version.get_untracked(), workspace.expected.get_untracked());
        sending.send(workspace, note_expectation(workspace.id, version, seen, typed));
    };
    view! {
        {sending.failure()}
        <form method="post" action=NoteExpectation::url() class="expectation" hidden=workspace.read_only on:submit=submit>
            <input type="hidden" name="id" value=workspace.id.to_string() />
            <input type="hidden" name="version" value=move || workspace.version.get() />
            <input type="hidden" name="seen" value=workspace.expected.get_untracked() />
            <div class="field">
                <label for="expected">"Which failure do you expect?"</label>
                <p class="hint" id="expected-hint">
                    "Write it down before you look at an outage: what you did not expect is what you learn. “None” is an answer."
                </p>
                <input
                    id="expected"
                    name="expected"
                    type="text"
                    required
                    maxlength="500"
                    autocomplete="off"
                    aria-describedby="expected-hint"
                    value=workspace.expected.get_untracked()
                    node_ref=field
                />
            </div>
            <button type="submit" disabled=move || sending.pending.get()>"Note it"</button>
        </form>
    }
}

/// What the team wrote, above what happened; or the way to where it is written.
#[component]
pub(super) fn Expected() -> impl IntoView {
    let workspace = Workspace::current();
    let nothing = Memo::new(move |_| workspace.expected.with(String::is_empty));
    view! {
        <p class="expected" hidden=nothing data-testid="expected">
            <strong>"Expected: "</strong>
            {move || workspace.expected.get()}
        </p>
        <p class="expected" hidden=move || workspace.read_only || !nothing.get()>
            <a href="#expected" rel="external">"First write down which failure you expect"</a>"."
        </p>
    }
}
