//! The guided steps with their status.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::{
    steps::{STEPS, Status, find},
    workspace::Workspace,
};

/// The guided steps with their status; on narrow screens folded behind the current one.
#[component]
pub(crate) fn StepList(
    /// The slug of the step that is open.
    #[prop(into)]
    current: Signal<String>,
) -> impl IntoView {
    let workspace = Workspace::current();
    let statuses = Memo::new(move |_| {
        workspace.with_facts(|facts| STEPS.iter().map(|step| (step.status)(&facts)).collect::<Vec<_>>())
    });
    let completed =
        move || statuses.with(|statuses| statuses.iter().filter(|status| **status == Status::Completed).count());
    let items = STEPS
        .iter()
        .enumerate()
        .map(|(index, step)| {
            let is_current = move || find(&current.get()).filter(|(place, _)| *place == index).map(|_| "step");
            let status = move || statuses.with(|statuses| statuses.get(index).map(Status::label));
            view! {
                <li aria-current=is_current>
                    <A href=format!("{}/{}", workspace.address(), step.slug)>
                        <span class="num">{index + 1}</span>
                        <span class="what">{step.title}<small>{status}</small></span>
                    </A>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class="steps" aria-label="Guided steps">
            <h2>{move || format!("{} of {} completed", completed(), STEPS.len())}</h2>
            <ol>{items}</ol>
        </nav>
    }
}
