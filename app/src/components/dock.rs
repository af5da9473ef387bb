//! The dock: where each topology stands against the budget, and the verdict so far.

use leptos::prelude::*;

use super::Redrawn;
use crate::{
    steps::{Facts, STEPS, Status},
    workspace::Workspace,
};

/// Where each topology stands against the budget, and the verdict so far. It stays in view on every step.
#[component]
pub(crate) fn Dock() -> impl IntoView {
    let workspace = Workspace::current();
    let results = Memo::new(move |_| workspace.results());
    let label = move || workspace.document.with(|document| decide::wording::percentile(document.budget.percentile));
    let meter = Memo::new(move |_| {
        results.with(|results| results.as_ref().map(|shown| shown.meter.clone()).unwrap_or_default())
    });
    let verdict = move || match results.get() {
        // Few replications have wide intervals: their verdict would be another one a moment later.
        Some(_) if workspace.previewing.get().is_some() => "still open".to_owned(),
        Some(shown) => shown.verdict,
        None => "no verdict".to_owned(),
    };
    let computed = move || match (workspace.previewing.get(), results.get()) {
        // The comparison is over; what is left is what its conditions buy.
        (Some(share), _) if share >= 1.0 => "simulating what the conditions buy".to_owned(),
        (Some(share), _) => format!("simulating, {:.0} %", share * 100.0),
        (None, Some(shown)) if workspace.is_certified() => format!("kept on the server, seed {}", shown.seed),
        (None, Some(shown)) if !shown.whole => format!("stopped after {} replications", shown.replications),
        (None, Some(shown)) => format!("computed here, seed {}", shown.seed),
        (None, None) if workspace.document.with(|document| document.steps.is_empty()) => {
            "the pipeline is empty".to_owned()
        }
        (None, None) => "not simulated yet".to_owned(),
    };
    let summary =
        move || results.with(|results| results.as_ref().map(|shown| shown.summary.clone()).unwrap_or_default());
    let missing = Memo::new(move |_| workspace.with_facts(|facts| missing(&facts)));
    let (dock, stop) = (NodeRef::<leptos::html::Aside>::new(), NodeRef::<leptos::html::Button>::new());
    let idle = Memo::new(move |_| workspace.previewing.get().is_none());
    // The button goes when there is nothing to stop; the focus must not go with it.
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        if idle.get()
            && let (Some(dock), Some(stop)) = (dock.get_untracked(), stop.get_untracked())
            && document().active_element().as_ref() == Some(&stop)
        {
            let _ = dock.focus();
        }
    });
    view! {
        <aside node_ref=dock class="dock" aria-label="Summary" tabindex="-1">
            <div>
                <p><strong>{label}</strong><br />"against budget"</p>
                <Redrawn html=meter />
                <p class="so-far">
                    <strong>"So far: "{verdict}</strong>
                    " "
                    <span class="computed">
                        {computed}
                        " "
                        <button node_ref=stop type="button" hidden=idle on:click=move |_| workspace.stop_preview()>"Stop"</button>
                    </span>
                </p>
                <p class="compared">{summary}</p>
                <p class="missing">{missing}</p>
            </div>
        </aside>
    }
}

/// What is missing: the first step that is not completed, and how many more there are.
fn missing(facts: &Facts<'_>) -> String {
    let mut open = STEPS.iter().filter_map(|step| match (step.status)(facts) {
        Status::Completed => None,
        Status::InProgress(what) => Some(format!("{} ({what})", step.title)),
        Status::NotStarted | Status::CannotStart(_) => Some(step.title.to_owned()),
    });
    let Some(first) = open.next() else { return "Nothing is missing.".to_owned() };
    match open.count() {
        0 => format!("Missing: {first}."),
        1 => format!("Missing: {first} and one more page."),
        more => format!("Missing: {first} and {more} more pages."),
    }
}
