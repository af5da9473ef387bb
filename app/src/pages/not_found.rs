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
    let signed_in = crate::context::visitor::visitor().is_ok_and(|visitor| visitor.account().is_some());
    let why = if signed_in {
        view! { <p class="lead">"The address may be mistyped, or it was deleted, or it is not for you to see: then ask whoever sent you here."</p> }
            .into_any()
    } else {
        view! {
            <p class="lead">"If it is yours or your team's, "<a href="/sign-in" rel="external">"sign in"</a>": you come back here."</p>
            <p>"Otherwise the address may be mistyped, or it was deleted."</p>
        }
        .into_any()
    };
    view! {
        <SiteHeader />
        <main class="page">
            <h1>{message}</h1>
            {why}
            <p><a href="/" rel="external">"Go to your pipelines"</a></p>
        </main>
    }
}
