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
    let path = use_context::<Parts>().map(|request| request.uri.path().to_owned()).unwrap_or_default();
    let interactive = path.starts_with(INTERACTIVE);
    // What the page is going to ask for one after the other can so be fetched side by side.
    let scripts = [Some(&assets.js), assets.link.as_ref()].into_iter().flatten();
    let parts = path.split('/').nth(3).and_then(|step| assets.parts.get(step)).into_iter().flatten();
    let hints = interactive.then(|| {
        let scripts = scripts.map(|address| view! { <link rel="modulepreload" href=address.clone() nonce=nonce.clone() /> });
        let modules = std::iter::once(&assets.wasm).chain(parts).map(|address| {
            view! { <link rel="preload" href=address.clone() r#as="fetch" r#type="application/wasm" crossorigin="anonymous" /> }
        });
        (scripts.collect_view(), modules.collect_view())
    });
    // The page works without this script. It says nothing when it fails, so that a browser without
    // WebAssembly keeps a plain working page; `data-hydrated` lets tests wait for it.
    let loader = format!(
        "import('{js}').then(m => m.default({{module_or_path: '{wasm}'}}).then(() => m.hydrate())).then(() => {{ \
         document.documentElement.dataset.hydrated = ''; }}).catch(error => console.warn('Forkline runs without \
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
                {hints}
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
