//! The page for what does not exist.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::SiteHeader;

/// Says that there is no such thing, with status 404.
#[component]
pub(crate) fn NotFound(
    /// What there is none of.
    what: &'static str,
) -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::context::set_status(404);
    view! {
        <Title text="Not found" />
        <SiteHeader />
        <main class="page">
            <h1>{format!("There is no such {what}")}</h1>
            <p class="lead">"The address may be mistyped, or it was deleted."</p>
            <p><a href="/" rel="external">"Go to your pipelines"</a></p>
        </main>
    }
}
