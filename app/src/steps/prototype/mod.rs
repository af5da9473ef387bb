//! Prototype: what happens to latency, failures and state in each topology.

mod arrange;
mod experiments;

use leptos::{prelude::*, server_fn::ServerFn};

pub use self::arrange::ArrangementForm;
#[cfg(feature = "ssr")]
pub(crate) use self::arrange::{start, without};
use self::{arrange::Arrange, experiments::Experiments};
use super::{Facts, GuidedStep, Status};
use crate::{
    api::runs::{RunSimulation, run_simulation},
    components::{Results, Sending},
    workspace::Workspace,
};

pub(super) static STEP: GuidedStep = GuidedStep {
    slug: "prototype",
    title: "Prototype",
    question: "What happens to latency, failures and state in each arrangement of the same steps?",
    status,
    view: || view! { <PrototypePage /> }.into_any(),
};

fn status(facts: &Facts<'_>) -> Status {
    if facts.document.steps.is_empty() {
        Status::CannotStart("no steps yet")
    } else if facts.simulated {
        Status::Completed
    } else {
        Status::NotStarted
    }
}

#[component]
fn PrototypePage() -> impl IntoView {
    view! {
        <Keep />
        <Results step="prototype" instead=|| view! { <NothingYet /> } />
        <Arrange />
        <Experiments />
    }
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
                <span class="hint">"The server runs the same engine; what it keeps is what records rest on."</span>
            </form>
        })}
    }
}
