//! The HTML document around every page, and the policy under which a browser runs it.

use axum::http::{HeaderValue, header::CONTENT_SECURITY_POLICY, request::Parts};
use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;
use leptos_meta::MetaTags;

use crate::{
    context::{AppContext, Assets},
    routes::App,
    steps,
};

/// The HTML document around every page.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let assets = expect_context::<AppContext>().assets;
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    set_policy(&nonce);
    let path = use_context::<Parts>().map(|request| request.uri.path().to_owned()).unwrap_or_default();
    // Only the workbench is interactive; all other pages are whole as they are sent.
    let step = path.strip_prefix("/pipelines/").and_then(|rest| rest.split('/').nth(1)).and_then(steps::find);
    let interactive = step.is_some();
    let parts = step.and_then(|(_, step)| assets.parts.get(step.slug)).into_iter().flatten();
    let loader = loader(&assets, &parts.map(String::as_str).collect::<Vec<_>>());
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=assets.css.clone() />
                <AutoReload options />
                <MetaTags />
                {interactive.then(|| view! {
                    <script type="module" nonce=nonce.clone()>{loader}</script>
                    <script type="module" src="/downloads.js" nonce=nonce.clone()></script>
                    <script type="module" src="/live.js" nonce=nonce.clone()></script>
                })}
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// The script that makes a page interactive.
///
/// The page works without it, and is read before it is used: so nothing of it competes with the page's own text on a slow
/// line, and it starts once that has been painted. What it needs is then fetched side by side, not one after the other. It
/// says nothing to the reader when it fails, so that a browser without WebAssembly keeps a plain working page;
/// `data-hydrated` lets tests wait for it.
///
/// Hydration gives each field the value that the server sent. What a person types before that is kept and given back.
fn loader(assets: &Assets, parts: &[&str]) -> String {
    let Assets { js, wasm, redraw, link, .. } = assets;
    let modules: Vec<&str> = std::iter::once(wasm.as_str()).chain(parts.iter().copied()).collect();
    let scripts: Vec<&str> = [js.as_str(), redraw].into_iter().chain(link.as_deref()).collect();
    format!(
        "const typed = new Map();
const isSwitch = ({{ type }}) => type === 'checkbox' || type === 'radio';
const keep = ({{ target }}) => target.type !== 'file' && typed.set(target, isSwitch(target) ? target.checked : target.value);
addEventListener('input', keep);
const giveBack = () => {{
  removeEventListener('input', keep);
  for (const [field, value] of typed) {{
    field[isSwitch(field) ? 'checked' : 'value'] = value;
    for (const kind of ['input', 'change']) field.dispatchEvent(new Event(kind, {{ bubbles: true }}));
  }}
}};
const load = () => {{
  for (const href of {modules:?}) {{
    const hint = {{ rel: 'preload', as: 'fetch', type: 'application/wasm', crossOrigin: 'anonymous', href }};
    document.head.prepend(Object.assign(document.createElement('link'), hint));
  }}
  Promise.all({scripts:?}.map((script) => import(script)))
    .then(([page]) => page.default({{ module_or_path: '{wasm}' }}).then(() => page.hydrate()))
    .then(giveBack)
    .then(() => {{ document.documentElement.dataset.hydrated = ''; }})
    .catch((error) => console.warn('Forkline runs without JavaScript on this page:', error));
}};
// A page in the background is not painted.
if (document.hidden) load(); else requestAnimationFrame(() => setTimeout(load));"
    )
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
