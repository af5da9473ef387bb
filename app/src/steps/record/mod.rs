//! Record: the decision record, as it would be issued and as it was.

use leptos::{prelude::*, server_fn::ServerFn};

use ::report::record::{Format, Sheet};

use super::{Facts, GuidedStep, Status};
use crate::{
    api::records::{IssueRecord, issue_record},
    components::{Results, Sending},
    workspace::Workspace,
};

pub(super) static STEP: GuidedStep = GuidedStep {
    slug: "record",
    title: "Record",
    question: "What was decided, on what evidence, and how is it checked in production?",
    status,
    page: super::apart::apart!(record, view! { <RecordPage /> }),
};

fn status(facts: &Facts<'_>) -> Status {
    if facts.records > 0 {
        Status::Completed
    } else if facts.document.steps.is_empty() {
        Status::CannotStart("no steps yet")
    } else {
        Status::NotStarted
    }
}

#[component]
fn RecordPage() -> impl IntoView {
    let workspace = Workspace::current();
    let sending = Sending::new(IssueRecord::PATH);
    let has_steps = move || workspace.document.with(|document| !document.steps.is_empty());
    let instead = move || {
        if has_steps() {
            view! { <p class="empty">"There is no preview without figures; issuing makes them."</p> }.into_any()
        } else {
            view! { <p class="empty">"There is nothing to decide yet. "<a href=format!("{}/map", workspace.address())>"Add steps in Map"</a>"."</p> }.into_any()
        }
    };
    view! {
        {sending.failure()}
        {move || has_steps().then(|| view! {
            <p class="hint">"Issuing runs the simulation on the server, unless its report is already kept, and stores the record. An issued record never changes."</p>
            <form
                method="post"
                action=IssueRecord::url()
                class="inline"
                on:submit=move |event| {
                    event.prevent_default();
                    sending.send(workspace, issue_record(workspace.id, workspace.version.get_untracked()));
                }
            >
                <input type="hidden" name="id" value=workspace.id.to_string() />
                <input type="hidden" name="version" value=move || workspace.version.get() />
                <button type="submit" class="primary" disabled=move || sending.pending.get()>
                    {move || if sending.pending.get() { "Issuing…" } else { "Issue the record" }}
                </button>
            </form>
        })}
        <Issued />
        <h2>"Preview"</h2>
        <Results step="record" instead />
        <p class="note">
            "The figures are reproduced by the command in the record, from "
            <a href=format!("{}/document.json", workspace.address()) rel="external" download="">"the pipeline as JSON"</a>"."
        </p>
    }
}

/// The formats beside Markdown, with short names.
const OTHERS: [(Format, &str); 7] = [
    (Format::Nygard, "Nygard"),
    (Format::Html, "HTML"),
    (Format::Json, "JSON"),
    (Format::Csv(Sheet::Options), "CSV: options"),
    (Format::Csv(Sheet::Steps), "steps"),
    (Format::Csv(Sheet::Rules), "rules"),
    (Format::Csv(Sheet::Pools), "pools"),
];

/// Records issued for this pipeline.
#[component]
fn Issued() -> impl IntoView {
    let workspace = Workspace::current();
    let latest = move || workspace.version.get();
    move || {
        let records = workspace.records.get();
        (!records.is_empty()).then(|| {
            let items = records.into_iter().map(|record| {
                let age = if record.version == latest() { String::new() } else { ", out of date".to_owned() };
                view! {
                    <li>
                        <a href=format!("/records/{}.md", record.id) rel="external" download="">{format!("{:04} {}", record.number, record.title)}</a>
                        <small>
                            {format!("decides on version {}{age}; also as ", record.version)}
                            {OTHERS.iter().map(|(format, name)| view! {
                                <a href=format!("/records/{}.{}", record.id, format.slug()) rel="external" download="">{*name}</a>" "
                            }).collect_view()}
                        </small>
                    </li>
                }
            }).collect_view();
            view! {
                <h2>"Issued"</h2>
                <ul class="rows plain">{items}</ul>
            }
        })
    }
}
