//! The dock: where each topology stands against the budget, and the verdict so far.

use leptos::prelude::*;

use crate::workspace::Workspace;

/// Where each topology stands against the budget, and the verdict so far. It stays in view on every step.
#[component]
pub(crate) fn Dock() -> impl IntoView {
    let workspace = Workspace::current();
    let results = Memo::new(move |_| workspace.results());
    let label = move || workspace.document.with(|document| decide::wording::percentile(document.budget.percentile));
    let meter = move || results.with(|results| results.as_ref().map(|shown| shown.meter.clone()).unwrap_or_default());
    let verdict = move || match results.get() {
        // Few replications have wide intervals: their verdict would be another one a moment later.
        Some(_) if workspace.previewing.get().is_some() => "still open".to_owned(),
        Some(shown) => shown.verdict,
        None => "no verdict".to_owned(),
    };
    let missing = move || match (workspace.previewing.get(), results.get()) {
        (Some(share), _) => format!("simulating, {:.0} %", share * 100.0),
        (None, Some(shown)) if workspace.is_certified() => format!("kept on the server, seed {}", shown.seed),
        (None, Some(shown)) if !shown.whole => format!("stopped after {} replications", shown.replications),
        (None, Some(shown)) => format!("computed here, seed {}", shown.seed),
        (None, None) if workspace.document.with(|document| document.steps.is_empty()) => "no steps yet".to_owned(),
        (None, None) => "not simulated yet".to_owned(),
    };
    view! {
        <aside class="dock" aria-label="Summary">
            <div>
                <p><strong>{label}</strong><br />"against budget"</p>
                <div inner_html=meter></div>
                <p class="so-far">
                    <strong>"So far: "{verdict}</strong>
                    " "
                    <span>
                        {missing}
                        {move || workspace.previewing.get().is_some().then(|| view! {
                            " "<button type="button" on:click=move |_| workspace.stop_preview()>"Stop"</button>
                        })}
                    </span>
                </p>
            </div>
        </aside>
    }
}
