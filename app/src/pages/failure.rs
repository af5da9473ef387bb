//! The page for what the server could not do.

use leptos::prelude::*;

use crate::components::SiteHeader;

/// Says that something failed, and by which id it is found in the log.
#[component]
pub(crate) fn Failure(message: String) -> impl IntoView {
    view! {
        <SiteHeader />
        <main class="page">
            <h1>"This page could not be made"</h1>
            <p class="lead" role="alert">{message}</p>
            <p>"Nothing that was saved is lost. Reload the page to try again; if it stays, give the request id to whoever runs this server."</p>
            <p><a href="/" rel="external">"Go to your pipelines"</a></p>
        </main>
    }
}
