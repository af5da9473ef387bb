//! What stands in place of a page that cannot be shown.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::error::AppError;

/// What stands in place of a page that cannot be shown: that there is no such thing, or what went wrong.
///
/// The server alone makes it, and a browser keeps what it was sent. No link of a page leads there.
#[component]
pub(crate) fn Instead(error: AppError) -> impl IntoView {
    let title = title(&error);
    #[cfg(feature = "ssr")]
    let html = instead(error).to_html();
    #[cfg(not(feature = "ssr"))]
    let html = {
        drop(error);
        ""
    };
    view! {
        <Title text=title />
        <div inner_html=html></div>
    }
}

fn title(error: &AppError) -> &'static str {
    if error.status == 404 { "Not found" } else { "Something went wrong" }
}

/// The same for a page that the server alone makes. Who must sign in first, is sent there and comes back.
#[cfg(feature = "ssr")]
pub(crate) fn instead(error: AppError) -> AnyView {
    use super::{failure::Failure, not_found::NotFound};
    crate::context::set_status(error.status);
    let title = title(&error);
    match error.status {
        404 => view! { <Title text=title /><NotFound message=error.message /> }.into_any(),
        401 => {
            let request = use_context::<axum::http::request::Parts>();
            let here = request.map(|request| request.uri.path().to_owned()).unwrap_or_default();
            leptos_axum::redirect(&format!("/sign-in?next={here}"));
            ().into_any()
        }
        _ => view! { <Title text=title /><Failure message=error.message /> }.into_any(),
    }
}
