//! The top of a page.

use leptos::prelude::*;

/// What stands on top of every page that is not the workbench.
#[cfg(feature = "ssr")]
#[component]
pub(crate) fn SiteHeader() -> impl IntoView {
    view! {
        <header class="top">
            <Logo />
            <nav class="end" aria-label="About">
                <a href="/rules" rel="external">"Rules"</a>
                <a href="/glossary" rel="external">"Glossary"</a>
                <a href="/self-check" rel="external">"Self-check"</a>
            </nav>
            <Yourself />
        </header>
    }
}

/// The name with its fork, leading home.
#[component]
pub(crate) fn Logo() -> impl IntoView {
    view! {
        <a class="logo" href="/" rel="external">
            <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" aria-hidden="true">
                <path d="M2 12h7M9 12c4 0 3-7 7-7h6M9 12c4 0 3 7 7 7h6"></path>
            </svg>
            "Forkline"
        </a>
    }
}

/// Who uses the workbench, with the ways to what else there is about the pipeline, and to their account or in. The server alone
/// knows, and a page that becomes interactive keeps what it was sent.
#[component]
pub(crate) fn Yourself() -> impl IntoView {
    #[cfg(feature = "ssr")]
    let links = crate::context::visitor::links();
    #[cfg(not(feature = "ssr"))]
    let links = "";
    view! { <div class="yourself" inner_html=links></div> }
}
