//! The only error that crosses the wire.

use std::fmt;

use bytes::Bytes;
use leptos::prelude::FromServerFnError;
use serde::{Deserialize, Serialize};
use server_fn::{Encodes, error::ServerFnErrorErr};

use crate::api::wire::TextJson;

/// What went wrong, as far as it helps the person who sees it. A browser shows its words and needs to know little else, so
/// it is one plain record and not a type with many forms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppError {
    /// The status of the answer; 0: there was none.
    pub status: u16,
    /// What it is and what to do about it.
    pub message: String,
    /// What was typed, by the names of the fields: the page shows it again. Secrets are never among it.
    #[cfg(feature = "ssr")]
    #[serde(default)]
    pub typed: Vec<(String, String)>,
}

impl AppError {
    pub(crate) fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            #[cfg(feature = "ssr")]
            typed: Vec::new(),
        }
    }

    /// There is no such thing, or it is not for this person.
    pub fn not_found(what: &str) -> Self {
        Self::new(404, format!("There is no such {what}."))
    }

    /// The input is not what is asked for.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(422, message)
    }

    /// The server could not be reached.
    pub fn offline() -> Self {
        Self::new(0, "The server could not be reached.")
    }

    /// Whether the server could not be reached.
    pub fn is_offline(&self) -> bool {
        self.status == 0
    }

    /// The cause is in the log under this request id.
    pub fn failed(request_id: &str) -> Self {
        Self::new(500, format!("Something went wrong on the server. It is in the log as request {request_id}."))
    }
}

#[cfg(feature = "ssr")]
impl AppError {
    /// It is for people who are signed in.
    pub(crate) fn not_signed_in() -> Self {
        Self::new(401, "Sign in first: this is for people who have an account here.")
    }

    /// They may see it, and not do this.
    pub(crate) fn forbidden(who_may: &str) -> Self {
        Self::new(403, format!("Only {who_may} may do this. Nothing was changed."))
    }

    /// Too much was asked for.
    pub(crate) fn too_much(seconds: u64) -> Self {
        Self::new(429, format!("That was too often. Nothing was changed; try again in {seconds} seconds."))
    }

    /// There is no room left on the server.
    pub(crate) fn full() -> Self {
        Self::new(
            507,
            "There is no room left on the server's disk. Nothing was saved, and what you typed is still here: tell the \
             people who run the server, and save again later.",
        )
    }

    /// Somebody else was first.
    pub(crate) fn overtaken(message: String) -> Self {
        Self::new(409, message)
    }

    /// The same with what was typed, for the page to show it again.
    pub(crate) fn with_typed(mut self, fields: &[(&str, &str)]) -> Self {
        self.typed = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for AppError {}

impl FromServerFnError for AppError {
    type Encoder = TextJson;

    /// On the server this is where an answer is made of the error, and so where the answer gets its status.
    fn ser(&self) -> Bytes {
        #[cfg(feature = "ssr")]
        crate::context::answer_with(self.status);
        TextJson::encode(self).unwrap_or_default()
    }

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => AppError::offline(),
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {
                AppError::invalid("The form was not understood. Reload the page and try again.")
            }
            // On the server this is about a request: one that broke off, or was larger than anybody may send.
            #[cfg(feature = "ssr")]
            ServerFnErrorErr::Deserialization(_) => AppError::invalid(
                "The form did not arrive whole. Send it again; at most 2 MB can be sent, 10 MB to be imported.",
            ),
            #[cfg(not(feature = "ssr"))]
            ServerFnErrorErr::Deserialization(_) => AppError::failed("unknown"),
            ServerFnErrorErr::Registration(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_)
            | ServerFnErrorErr::ServerError(_)
            | ServerFnErrorErr::MiddlewareError(_)
            | ServerFnErrorErr::Serialization(_) => AppError::failed("unknown"),
        }
    }
}
