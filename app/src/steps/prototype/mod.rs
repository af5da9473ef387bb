//! Prototype: what happens to latency, failures and state in each topology.

mod arrange;
mod expectation;
mod experiments;
mod inputs;
mod what_if;

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::components::A;
use model::TopologyKind;

pub use self::arrange::ArrangementForm;
use self::{
    arrange::Arrange,
    expectation::Expectation,
    experiments::{Experiments, no_steps},
    what_if::WhatIf,
};
#[cfg(feature = "ssr")]
pub(crate) use self::{
    arrange::{start, without},
    inputs::changed,
};
use super::{ASIDES, Facts, GuidedStep, Status};
use crate::{
    api::runs::{RunSimulation, run_simulation},
    components::{Results, Sending},
    workspace::Workspace,
};

pub(super) static STEP: GuidedStep = GuidedStep {
    slug: "prototype",
    title: "Prototype",
    question: "What happens to latency, failures and state in each arrangement of the same steps?",
    why: "Figures first, opinions after: the same requests with the same luck run through each topology.",
    changes: "Nothing here changes the pipeline. What is kept on the server is what a record rests on; the failure you expect stands in the record beside what happened.",
    example: "Expected: “with stock down, orders fail cleanly”. Found: 38 orphaned payments per 1,000 requests in parallel, none in sequential.",
    status,
    page: super::apart::apart!(prototype, view! { <PrototypePage /> }),
};

/// Steps arranged by hand.
pub(super) static ARRANGE: GuidedStep = GuidedStep {
    slug: "arrange",
    title: "Arrange it yourself",
    question: "Which order would your team choose, if it were free to?",
    why: "The topologies that follow from the model are starting points. A team often knows a better one: one lane less, or one step later.",
    changes: "Your arrangement stands beside the others in every comparison, as custom. A strict dependency cannot be broken: what would break one is refused, and the reason is said.",
    example: "Start from parallel, and let the fraud check wait for the authorisation: a refused card then costs no check.",
    status,
    page: super::apart::apart!(arrange, view! { <Arrange /> <NoSteps /> }),
};

/// One input changed, before and after side by side.
pub(super) static WHAT_IF: GuidedStep = GuidedStep {
    slug: "what-if",
    title: "What if",
    question: "What would one change do, before anybody makes it?",
    why: "A better key, a larger pool or a tighter timeout is cheaper to try here than in production.",
    changes: "Nothing is saved unless you keep it; then it is one change, which undo takes back.",
    example: "Reserve stock takes an idempotency key: no more duplicates, and one condition less.",
    status,
    page: super::apart::apart!(what_if, view! { <WhatIf /> <NoSteps /> }),
};

/// What stands in place of a page that has nothing to work on.
#[component]
fn NoSteps() -> impl IntoView {
    let workspace = Workspace::current();
    let none = no_steps();
    view! {
        <p class="empty" hidden=move || !none.get()>
            "There are no steps yet. "<a href=format!("{}/map", workspace.address())>"Add steps in Map"</a>"."
        </p>
    }
}

fn status(facts: &Facts<'_>) -> Status {
    if facts.document.steps.is_empty() {
        Status::CannotStart("the pipeline is empty")
    } else if !facts.simulated {
        Status::NotStarted
    } else if !facts.expected {
        Status::InProgress("the failure you expect".into())
    } else {
        Status::Completed
    }
}

#[component]
fn PrototypePage() -> impl IntoView {
    view! {
        <Asides />
        <Expectation />
        <Keep />
        <fieldset class="pick" inner_html=topologies()></fieldset>
        <Results step="prototype" instead=|| view! { <NothingYet /> } />
        <Experiments />
    }
}

/// The ways to the pages beside this step.
#[component]
fn Asides() -> impl IntoView {
    let workspace = Workspace::current();
    let links = ASIDES
        .into_iter()
        .map(|aside| {
            view! {
                <li><A href=format!("{}/{}", workspace.address(), aside.slug)>{aside.title}</A></li>
            }
        })
        .collect_view();
    view! { <nav class="asides" aria-label="Beside this step"><ul>{links}</ul></nav> }
}

/// Which topologies are drawn: switches that the style sheet looks at, so that they need no script, and stay as they are
/// when the figures beneath them are drawn anew. Those of topologies that are not there are hidden in the same way.
fn topologies() -> String {
    let mut html = "<legend>Topologies in charts and tables</legend>".to_owned();
    for kind in TopologyKind::ALL {
        let class = ::report::chart::topology_class(kind);
        html += &format!(
            "<label class=\"pick-{class}\"><input type=\"checkbox\" id=\"show-{class}\" checked autocomplete=\"off\">\
             <b class=\"tag {class}\" aria-hidden=\"true\">{}</b>{}</label>",
            kind.letter(),
            kind.label()
        );
    }
    html
}

#[component]
fn NothingYet() -> impl IntoView {
    let workspace = Workspace::current();
    move || {
        if workspace.document.with(|document| document.steps.is_empty()) {
            view! { <p class="empty">"There is nothing to simulate yet. "<a href=format!("{}/map", workspace.address())>"Add steps in Map"</a>": two are enough to see something."</p> }.into_any()
        } else {
            match workspace.previewing.get() {
                Some(share) => view! {
                    <p class="empty" role="status">
                        <progress max="1" value=share.to_string()></progress>
                        {format!(" Simulating, {:.0} %…", share * 100.0)}
                    </p>
                }
                .into_any(),
                None => view! { <p class="empty">"Not simulated since the last change."</p> }.into_any(),
            }
        }
    }
}

/// Simulating on the server: its report is kept, and what records rest on.
#[component]
fn Keep() -> impl IntoView {
    let workspace = Workspace::current();
    let sending = Sending::new(RunSimulation::PATH);
    let ready = move || workspace.document.with(|document| !document.steps.is_empty()) && !workspace.is_certified();
    view! {
        {sending.failure()}
        {move || ready().then(|| view! {
            <form
                method="post"
                action=RunSimulation::url()
                class="inline"
                on:submit=move |event| {
                    event.prevent_default();
                    sending.send(workspace, run_simulation(workspace.id, workspace.version.get_untracked()));
                }
            >
                <input type="hidden" name="id" value=workspace.id.to_string() />
                <input type="hidden" name="version" value=move || workspace.version.get() />
                <button type="submit" disabled=move || sending.pending.get()>
                    {move || if sending.pending.get() { "Simulating…" } else { "Simulate on the server and keep it" }}
                </button>
                <span class="hint">"Optional: issuing a record does it too. The server runs the same engine, and what it keeps is what records rest on."</span>
            </form>
        })}
    }
}
