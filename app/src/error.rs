//! The only error that crosses the wire.

use leptos::prelude::FromServerFnError;
use serde::{Deserialize, Serialize};
use server_fn::error::ServerFnErrorErr;

use crate::api::wire::TextJson;

/// What went wrong, as far as it helps the person who sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum AppError {
    /// Status 404. There is no such thing, or it is not for this person.
    #[error("There is no such {0}.")]
    NotFound(String),
    /// Status 422. The input is not what is asked for.
    #[error("{0}")]
    Invalid(String),
    /// Status 500. The cause is in the log under this request id.
    #[error("Something went wrong on the server. It is in the log as request {request_id}.")]
    Failed {
        /// By which the log entry is found.
        request_id: String,
    },
    /// The server could not be reached.
    #[error("The server could not be reached.")]
    Offline,
}

impl FromServerFnError for AppError {
    type Encoder = TextJson;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => AppError::Offline,
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {
                AppError::Invalid("The form was not understood. Reload the page and try again.".to_owned())
            }
            ServerFnErrorErr::Registration(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_)
            | ServerFnErrorErr::ServerError(_)
            | ServerFnErrorErr::MiddlewareError(_)
            | ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::Serialization(_) => AppError::Failed { request_id: "unknown".to_owned() },
        }
    }
}
