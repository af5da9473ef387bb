//! A form that is sent in the background: whether it is under way, and what went wrong.
//!
//! In place of a `ServerAction` for each form: one type serves all of them, and the browser downloads it once.

use leptos::prelude::*;
#[cfg(feature = "ssr")]
use leptos::{server::ServerActionError, server_fn::error::ServerFnUrlError};

use crate::{error::AppError, workspace::Workspace};

/// A form that is sent in the background.
#[derive(Clone, Copy)]
pub(crate) struct Sending {
    pub(crate) pending: RwSignal<bool>,
    failure: RwSignal<Option<AppError>>,
}

impl Sending {
    /// For the form that is sent to `address`: without JavaScript the browser comes back with what went wrong there.
    pub(crate) fn new(address: &str) -> Self {
        #[cfg(feature = "ssr")]
        let failure = use_context::<ServerActionError>()
            .filter(|failed| failed.path() == address)
            .map(|failed| ServerFnUrlError::<AppError>::decode_err(failed.err()));
        #[cfg(not(feature = "ssr"))]
        let failure = {
            let _ = address;
            None
        };
        Self { pending: RwSignal::new(false), failure: RwSignal::new(failure) }
    }

    /// Sends it; what the server alone changes is taken over afterwards.
    pub(crate) fn send(self, workspace: Workspace, call: impl Future<Output = Result<(), AppError>> + 'static) {
        self.pending.set(true);
        leptos::task::spawn_local(async move {
            let failed = call.await.err();
            self.pending.set(false);
            // What was refused may have been overtaken by something that this page does not show yet.
            workspace.refresh();
            self.failure.set(failed);
        });
    }

    /// What went wrong, if anything.
    pub(crate) fn failure(self) -> impl IntoView {
        move || {
            let failed = self.failure.get();
            failed.map(|error| view! { <p class="error-summary" role="alert">{error.to_string()}</p> })
        }
    }
}
