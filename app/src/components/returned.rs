//! What has become of the form that was sent last: what was done, or what was wrong with it and what was typed.

use leptos::{prelude::*, server::ServerActionError, server_fn::error::ServerFnUrlError};

use crate::{context::what_was_done, error::AppError};

/// What a page is shown with after a form was sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Returned {
    path: String,
    message: String,
    typed: Vec<(String, String)>,
    done: Option<String>,
}

impl Returned {
    /// What the browser brought back, if anything.
    pub(crate) fn here() -> Self {
        let done = what_was_done();
        let Some(failed) = use_context::<ServerActionError>() else { return Self { done, ..Self::default() } };
        let AppError { message, typed, .. } = ServerFnUrlError::<AppError>::decode_err(failed.err());
        Self { path: failed.path().to_owned(), message, typed, done }
    }

    /// What was typed into a field of the form that is sent to `address`.
    pub(crate) fn typed(&self, address: &str, field: &str) -> Option<String> {
        let typed = self.typed.iter().find(|(name, _)| name == field).filter(|_| self.path == address);
        typed.map(|(_, value)| value.clone())
    }

    /// What was done, or what is wrong.
    pub(crate) fn view(&self) -> impl IntoView + use<> {
        let (message, done) = (self.message.clone(), self.done.clone());
        (
            done.map(|done| view! { <p class="notice good" role="status" dir="auto">{done}</p> }),
            (!message.is_empty()).then(|| view! { <p class="error-summary" role="alert">{message}</p> }),
        )
    }
}
