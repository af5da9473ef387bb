//! The HTML document around every page, and the policy under which a browser runs it.

use axum::http::{HeaderValue, header::CONTENT_SECURITY_POLICY, request::Parts};
use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;
use leptos_meta::MetaTags;

use crate::{
    context::AppContext,
    routes::{App, INTERACTIVE},
};

/// The HTML document around every page.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let assets = expect_context::<AppContext>().assets;
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    set_policy(&nonce);
    let interactive = use_context::<Parts>().is_some_and(|request| request.uri.path().starts_with(INTERACTIVE));
    // The page works without this script. It says nothing when it fails, so that a browser without
    // WebAssembly keeps a plain working page; `data-hydrated` lets tests wait for it.
    let loader = format!(
        "import('{js}').then(m => m.default({{module_or_path: '{wasm}'}}).then(() => {{ m.hydrate(); \
         document.documentElement.dataset.hydrated = ''; }})).catch(error => console.warn('Forkline runs without \
         JavaScript on this page:', error));",
        js = assets.js,
        wasm = assets.wasm
    );
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=assets.css.clone() />
                {interactive.then(|| view! {
                    <link rel="modulepreload" href=assets.js.clone() nonce=nonce.clone() />
                    <link rel="preload" href=assets.wasm.clone() r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
                })}
                <AutoReload options />
                <MetaTags />
                {interactive.then(|| view! {
                    <script type="module" nonce=nonce.clone()>{loader}</script>
                    <script type="module" src="/downloads.js" nonce=nonce.clone()></script>
                })}
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// Only scripts with this answer's nonce run, and what they load; nothing else comes from anywhere else.
fn set_policy(nonce: &str) {
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; font-src 'self'; worker-src 'self'; connect-src 'self'{development}; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'",
        // The reload of `cargo leptos watch` comes through a socket on another port.
        development = if std::env::var_os("LEPTOS_WATCH").is_some() { " ws:" } else { "" },
    );
    if let (Some(response), Ok(policy)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&policy)) {
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}
