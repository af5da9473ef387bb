//! A one-time link that somebody hands on.

use leptos::prelude::*;

use crate::context::Link;

/// Shows a link this once.
#[component]
pub(crate) fn LinkToHandOn(link: Link) -> impl IntoView {
    let Link { what, address, sent } = link;
    let nonce = leptos::nonce::use_nonce().map(|nonce| nonce.to_string());
    let sent = sent.then_some("It was sent to them as well. ");
    view! {
        <div class="notice good" role="status">
            <p><strong>{what}": "</strong></p>
            <p><input type="text" class="address" readonly value=address aria-label="The link" /></p>
            <script type="module" src="/copy.js" nonce=nonce></script>
            <p class="hint">{sent}"Copy it now: it is shown this once and kept nowhere. Hand it on by a way that others do not read."</p>
        </div>
    }
}
