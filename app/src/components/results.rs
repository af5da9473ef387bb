//! The results of a step: HTML that comes from the server or from the worker.

use leptos::prelude::*;

use super::{Redrawn, latest};
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
    let none = Memo::new(move |_| html.with(Option::is_none));
    // Results of an earlier document are hidden, not dropped. While the next ones come, the room is kept, so that the page
    // does not move.
    let latest = latest(move || html.get());
    let waiting = Memo::new(move |_| none.get() && workspace.previewing.get().is_some());
    let hidden = Memo::new(move |_| none.get() && !waiting.get());
    view! {
        {move || none.get().then(|| instead.run())}
        <Redrawn class="results" html=latest hidden waiting />
    }
}
