//! A drawn chart at the size at which it is shown.

use leptos::prelude::*;

/// A figure with its caption. It is drawn twice, for wide and for narrow screens; the style sheet shows one.
#[component]
pub(crate) fn Chart(caption: String, wide: String, narrow: String) -> impl IntoView {
    view! {
        <figure class="chart">
            <figcaption>{caption}</figcaption>
            <div class="wide" inner_html=wide></div>
            <div class="narrow" inner_html=narrow></div>
        </figure>
    }
}
