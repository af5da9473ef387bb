//! The whole route table.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

use crate::{
    error::AppError,
    pages::{instead::Instead, workbench::WorkbenchPage},
};

/// The application: what stands on every page, and the page that the address names.
///
/// Pages are rendered to the end before they are sent, so that their status is known and a browser without
/// JavaScript sees all of them. Only the self-check is sent as it comes, in order.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=titled />
        <Router>
            <Pages />
        </Router>
    }
}

/// The title of a page in full. The server writes it between two tags as it is, and names are among it: they are escaped here.
/// A browser sets it as text.
#[expect(clippy::needless_pass_by_value, reason = "Leptos hands it over")]
fn titled(title: String) -> String {
    if title.is_empty() {
        return "Forkline".to_owned();
    }
    #[cfg(feature = "ssr")]
    let title = report::page::escape(&title);
    format!("{title} · Forkline")
}

#[cfg(feature = "ssr")]
#[component]
fn Pages() -> impl IntoView {
    use crate::pages::{account, history};
    view! {
        <Routes fallback=|| view! { <Instead error=AppError::not_found("page") /> }>
            <Route path=path!("") view=crate::pages::home::HomePage ssr=SsrMode::Async />
            <Route path=path!("/rules") view=crate::pages::rules::RulesPage ssr=SsrMode::Async />
            <Route path=path!("/glossary") view=crate::pages::glossary::GlossaryPage ssr=SsrMode::Async />
            <Route path=path!("/sign-in") view=account::SignInPage ssr=SsrMode::Async />
            <Route path=path!("/sign-up") view=account::SignUpPage ssr=SsrMode::Async />
            <Route path=path!("/set-up") view=account::SetUpPage ssr=SsrMode::Async />
            <Route path=path!("/join") view=account::JoinPage ssr=SsrMode::Async />
            <Route path=path!("/reset") view=account::ResetPage ssr=SsrMode::Async />
            <Route path=path!("/forgot") view=account::ForgotPage ssr=SsrMode::Async />
            <Route path=path!("/account") view=account::AccountPage ssr=SsrMode::Async />
            <Route path=path!("/people") view=crate::pages::people::PeoplePage ssr=SsrMode::Async />
            <Route path=path!("/teams") view=crate::pages::teams::TeamsPage ssr=SsrMode::Async />
            <Route path=path!("/teams/:id") view=crate::pages::teams::TeamPage ssr=SsrMode::Async />
            <Route path=path!("/self-check") view=crate::pages::self_check::SelfCheckPage ssr=SsrMode::InOrder />
            <Route path=path!("/shared/:secret") view=crate::pages::shared::SharedPage ssr=SsrMode::Async />
            <Route path=path!("/pipelines/:id/history") view=history::HistoryPage ssr=SsrMode::Async />
            <Route path=path!("/pipelines/:id/compare") view=history::compare::ComparePage ssr=SsrMode::Async />
            <Route path=path!("/pipelines/:id/conflict") view=history::conflict::ConflictPage ssr=SsrMode::Async />
            <Route path=path!("/pipelines/:id/place") view=crate::pages::place::PlacePage ssr=SsrMode::Async />
            <Route path=path!("/pipelines/:id/share") view=crate::pages::share::SharePage ssr=SsrMode::Async />
            <Route path=path!("/pipelines/:id/discussion") view=crate::pages::discussion::DiscussionPage ssr=SsrMode::Async />
            <WorkbenchRoute />
        </Routes>
    }
}

/// The browser knows the interactive pages only; links to others load them from the server.
#[cfg(not(feature = "ssr"))]
#[component]
fn Pages() -> impl IntoView {
    view! {
        <Routes fallback=|| view! { <Instead error=AppError::not_found("page") /> }>
            <WorkbenchRoute />
        </Routes>
    }
}

#[component(transparent)]
fn WorkbenchRoute() -> impl leptos_router::MatchNestedRoutes + Clone {
    view! { <Route path=path!("/pipelines/:id/:step") view=WorkbenchPage ssr=SsrMode::Async /> }.into_inner()
}
