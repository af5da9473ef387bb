//! A form that came back: what was wrong with it, and what was typed.

use leptos::{prelude::*, server::ServerActionError, server_fn::error::ServerFnUrlError};

use crate::error::AppError;

/// What a page is shown with after one of its forms was refused.
#[derive(Clone, Debug, Default)]
pub(crate) struct Returned {
    path: String,
    message: String,
    typed: Vec<(String, String)>,
}

impl Returned {
    /// What the browser brought back, if anything.
    pub(crate) fn here() -> Self {
        let Some(failed) = use_context::<ServerActionError>() else { return Self::default() };
        let AppError { message, typed, .. } = ServerFnUrlError::<AppError>::decode_err(failed.err());
        Self { path: failed.path().to_owned(), message, typed }
    }

    /// What was typed into a field of the form that is sent to `address`.
    pub(crate) fn typed(&self, address: &str, field: &str) -> Option<String> {
        let typed = self.typed.iter().find(|(name, _)| name == field).filter(|_| self.path == address);
        typed.map(|(_, value)| value.clone())
    }

    /// What is wrong, where something is.
    pub(crate) fn view(&self) -> impl IntoView + use<> {
        let message = self.message.clone();
        (!message.is_empty()).then(|| view! { <p class="error-summary" role="alert">{message}</p> })
    }
}
