//! The page for what does not exist.

use leptos::prelude::*;

use crate::components::SiteHeader;

/// Says that there is no such thing, with status 404.
#[component]
pub(crate) fn NotFound(
    /// What there is none of, as a sentence.
    mut message: String,
) -> impl IntoView {
    // A heading has no full stop.
    message.truncate(message.trim_end_matches('.').len());
    view! {
        <SiteHeader />
        <main class="page">
            <h1>{message}</h1>
            <p class="lead">"The address may be mistyped, or it was deleted."</p>
            <p>"If it is yours or your team's, "<a href="/sign-in" rel="external">"sign in"</a>" first."</p>
            <p><a href="/" rel="external">"Go to your pipelines"</a></p>
        </main>
    }
}
