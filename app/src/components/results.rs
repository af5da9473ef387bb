//! The results of a step: HTML that comes from the server or from the worker.

use leptos::prelude::*;

use crate::workspace::Workspace;

/// The results for the document as it stands, at one step; `instead` stands there while there are none.
#[component]
pub(crate) fn Results(
    /// The slug of the step.
    step: &'static str,
    /// What stands there while there are no results.
    #[prop(into)]
    instead: ViewFn,
) -> impl IntoView {
    let workspace = Workspace::current();
    let html = Memo::new(move |_| workspace.results().filter(|shown| shown.step == step).map(|shown| shown.html));
    let there = Memo::new(move |_| html.with(Option::is_some));
    // What the server sent stays as it is: a browser that takes over its page does not write this anew.
    move || {
        if there.get() {
            view! { <div class="results" inner_html=move || html.get().unwrap_or_default()></div> }.into_any()
        } else {
            instead.run()
        }
    }
}
