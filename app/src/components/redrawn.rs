//! HTML that comes as text and changes while somebody reads it.

use leptos::prelude::*;

/// An element that shows HTML, and changes in place when the HTML does: what has the focus, is selected, opened, checked or
/// scrolled in it stays so.
#[component]
pub(crate) fn Redrawn(
    /// The class of the element; empty for none.
    #[prop(default = "")]
    class: &'static str,
    /// What it shows.
    #[prop(into)]
    html: Signal<String>,
    /// Whether it is hidden.
    #[prop(into, default = Signal::stored(false))]
    hidden: Signal<bool>,
    /// Whether other HTML is on its way: until it comes nothing is seen of this, but it takes its room.
    #[prop(into, default = Signal::stored(false))]
    waiting: Signal<bool>,
) -> impl IntoView {
    let element = NodeRef::<leptos::html::Div>::new();
    #[cfg(feature = "hydrate")]
    Effect::new(move |shown: Option<String>| {
        let html = html.get();
        // At first the element has what it was made with.
        if shown.is_some_and(|shown| shown != html)
            && let Some(element) = element.get_untracked()
        {
            redraw(&element, &html);
        }
        html
    });
    view! {
        <div
            node_ref=element
            class=(!class.is_empty()).then_some(class)
            class:waiting=move || waiting.get()
            hidden=move || hidden.get()
            inner_html=html.get_untracked()
        ></div>
    }
}

/// The latest HTML, kept while there is none: what comes next takes over what is opened in it.
pub(crate) fn latest(html: impl Fn() -> Option<String> + Send + Sync + 'static) -> Memo<String> {
    Memo::new(move |earlier: Option<&String>| html().or_else(|| earlier.cloned()).unwrap_or_default())
}

#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen(raw_module = "./redraw.js")]
extern "C" {
    /// Changes the content of an element to this HTML; see `redraw.js`.
    fn redraw(element: &leptos::web_sys::Element, html: &str);
}
