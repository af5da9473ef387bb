//! Pages of steps as parts of the browser's module that are loaded when they are first opened.
//!
//! What only one step's page needs is not in the module that every page of the workbench loads: `make client` splits it off
//! at the functions that [`apart!`] makes. A page is shown only once its part is there, so showing it is as simple as
//! calling a function; on the server all parts are there from the start.

use leptos::prelude::*;

/// A page whose code is a part of its own.
#[derive(Debug)]
pub(crate) struct Page {
    /// Loads its part, unless it is there already.
    #[cfg(feature = "hydrate")]
    pub(crate) load: fn() -> Loading,
    /// The page itself. In the browser its part must have been loaded.
    pub(crate) view: fn() -> AnyView,
}

/// A part on its way: whether it arrived.
#[cfg(feature = "hydrate")]
pub(crate) type Loading = std::pin::Pin<Box<dyn Future<Output = bool>>>;

/// A part could not be loaded.
#[cfg(feature = "hydrate")]
#[derive(Clone, Copy, Debug)]
pub(crate) struct NotLoaded;

#[cfg(feature = "hydrate")]
impl From<leptos::wasm_split::SplitLoaderError> for NotLoaded {
    fn from(_: leptos::wasm_split::SplitLoaderError) -> Self {
        Self
    }
}

/// What a function of a part that is there answers. Such a function waits for its part, which then takes no time.
#[cfg(feature = "hydrate")]
pub(crate) fn at_once(page: impl Future<Output = Result<AnyView, NotLoaded>>) -> AnyView {
    use std::task::{Context, Poll, Waker};

    match std::pin::pin!(page).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(view)) => view,
        Poll::Ready(Err(NotLoaded)) | Poll::Pending => ().into_any(),
    }
}

/// `apart!(name, view)`: the view as a [`Page`], in a part of that name.
macro_rules! apart {
    ($name:ident, $view:expr) => {{
        #[cfg(feature = "hydrate")]
        {
            use leptos::wasm_split::wasm_split;
            use $crate::steps::apart::{NotLoaded, Page, at_once};

            #[wasm_split($name, wasm_split_path = leptos::wasm_split, preload(load), fallible)]
            fn page() -> Result<leptos::prelude::AnyView, NotLoaded> {
                Ok(leptos::prelude::IntoAny::into_any($view))
            }
            Page { load: || Box::pin(async { load().await.is_ok() }), view: || at_once(page()) }
        }
        #[cfg(not(feature = "hydrate"))]
        {
            $crate::steps::apart::Page { view: || leptos::prelude::IntoAny::into_any($view) }
        }
    }};
}
pub(crate) use apart;
