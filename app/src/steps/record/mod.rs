//! Record: the decision record, as it would be issued and as it was.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{Facts, GuidedStep, Status};
use crate::{
    api::records::{IssueRecord, RecordsView, issue_record},
    components::{Redrawn, Results, Sending},
    workspace::Workspace,
};

pub(super) static STEP: GuidedStep = GuidedStep {
    slug: "record",
    title: "Record",
    question: "What was decided, on what evidence, and how is it checked in production?",
    why: "In a year somebody asks why. The record answers with the figures of today, the command that reproduces them, and when to look again.",
    changes: "An issued record never changes. A later change of the pipeline marks it out of date and says which figure has moved.",
    example: "0007 Checkout: fan out in parallel. Accepted; two conditions, both owned by the checkout team.",
    status,
    page: super::apart::apart!(record, view! { <RecordPage /> }),
};

fn status(facts: &Facts<'_>) -> Status {
    if facts.recorded {
        Status::Completed
    } else if facts.document.steps.is_empty() {
        Status::CannotStart("the pipeline is empty")
    } else if facts.recorded_before {
        Status::InProgress("the record is of an earlier version".into())
    } else {
        Status::NotStarted
    }
}

#[component]
fn RecordPage() -> impl IntoView {
    let workspace = Workspace::current();
    let sending = Sending::new(IssueRecord::PATH);
    // The list is the server's: it is asked again when it may say something else.
    Effect::new(move |_| {
        let version = workspace.version.get();
        if workspace.records.with_untracked(|records| records.version != version) {
            workspace.refresh();
        }
    });
    let has_steps = move || workspace.document.with(|document| !document.steps.is_empty());
    let decided_before = move || {
        let version = workspace.decision.with(|decision| decision.as_ref().map(|decision| decision.version))?;
        (version != workspace.version.get()).then(|| view! {
            <p class="note">
                {format!("The team decided on version {version}. A record of this version is issued without that decision and its owners. ")}
                <a href=format!("{}/decide", workspace.address())>"Decide on this version"</a>
                " first to keep them."
            </p>
        })
    };
    let may_issue = Memo::new(move |_| !workspace.read_only && has_steps());
    let instead = move || {
        if has_steps() {
            view! { <p class="empty">"There is no preview without figures; issuing makes them."</p> }.into_any()
        } else {
            view! { <p class="empty">"There is nothing to decide yet. "<a href=format!("{}/map", workspace.address())>"Add steps in Map"</a>"."</p> }.into_any()
        }
    };
    view! {
        {sending.failure()}
        <Redrawn html=part(|records| &records.sign_off) />
        {move || may_issue.get().then(|| view! {
            {decided_before}
            <p class="hint">"Issuing runs the simulation on the server, unless its report is already kept, and stores the record. An issued record never changes."</p>
            <form
                method="post"
                action=IssueRecord::url()
                class="stack"
                on:submit=move |event| {
                    event.prevent_default();
                    sending.send(workspace, issue_record(workspace.id, workspace.version.get_untracked(), place()));
                }
            >
                <input type="hidden" name="id" value=workspace.id.to_string() />
                <input type="hidden" name="version" value=move || workspace.version.get() />
                <Redrawn class="field" html=part(|records| &records.places) />
                <p class="actions"><button type="submit" class="primary" disabled=move || sending.pending.get()>
                    {move || if sending.pending.get() { "Issuing…" } else { "Issue the record" }}
                </button></p>
            </form>
        })}
        <Redrawn html=part(|records| &records.list) />
        <h2>"Preview"</h2>
        <Results step="record" instead />
        <p class="note">
            "The figures are reproduced by the command in the record, from "
            <a href=format!("{}/document.json", workspace.address()) rel="external" download="">"the pipeline as JSON"</a>"."
        </p>
    }
}

/// A part of the page that the server wrote.
fn part(read: fn(&RecordsView) -> &String) -> Memo<String> {
    let records = Workspace::current().records;
    Memo::new(move |_| records.with(|records| read(records).clone()))
}

/// The record that is chosen in the field for it, which is not this page's own: the server wrote it.
fn place() -> Option<String> {
    #[cfg(feature = "hydrate")]
    {
        use leptos::wasm_bindgen::JsCast;

        let field = document().get_element_by_id("supersedes")?;
        Some(field.unchecked_into::<leptos::web_sys::HtmlInputElement>().value())
    }
    #[cfg(not(feature = "hydrate"))]
    None
}
