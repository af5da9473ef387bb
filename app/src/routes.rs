//! The whole route table.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode, StaticSegment,
    components::{Route, Router, Routes},
    path,
};

use crate::pages::{home::HomePage, not_found::NotFound, workbench::WorkbenchPage};

/// The application: what stands on every page, and the page that the address names.
///
/// Pages are rendered to the end before they are sent, so that their status is known and a browser without
/// JavaScript sees all of them.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|title: String| if title.is_empty() { "Forkline".to_owned() } else { format!("{title} · Forkline") } />
        <Router>
            <Routes fallback=|| view! { <NotFound what="page" /> }>
                <Route path=StaticSegment("") view=HomePage ssr=SsrMode::Async />
                <Route path=path!("/pipelines/:id/:step") view=WorkbenchPage ssr=SsrMode::Async />
            </Routes>
        </Router>
    }
}
