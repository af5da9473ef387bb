//! Decide: the verdict, the rules behind it, and what would change it.

use leptos::prelude::*;

use super::{Facts, GuidedStep, Status};
use crate::{components::Results, workspace::Workspace};

pub(super) static STEP: GuidedStep = GuidedStep {
    slug: "decide",
    title: "Decide",
    question: "Which topology, on what conditions, and what would change it?",
    status,
    view: || view! { <DecidePage /> }.into_any(),
};

fn status(facts: &Facts<'_>) -> Status {
    if facts.document.steps.is_empty() {
        Status::CannotStart("no steps yet")
    } else if !facts.simulated {
        Status::CannotStart("not simulated yet")
    } else if facts.document.state_owner.is_none() {
        Status::InProgress("a state owner")
    } else {
        Status::Completed
    }
}

#[component]
fn DecidePage() -> impl IntoView {
    let workspace = Workspace::current();
    let instead = move || {
        view! {
            <p class="empty">
                "There is no verdict without figures. "
                <a href=format!("{}/prototype", workspace.address())>"Simulate in Prototype"</a>" first."
            </p>
        }
    };
    view! { <Results step="decide" instead /> }
}
