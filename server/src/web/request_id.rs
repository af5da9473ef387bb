//! The id under which a request is found in the log.

use std::{any::Any, convert::Infallible, time::Instant};

use app::context::REQUEST_ID_HEADER;
use axum::{
    body::Body,
    extract::{FromRequestParts, Request},
    http::{HeaderValue, StatusCode, header::CONTENT_TYPE, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use uuid::Uuid;

use super::turns::LoggedCaller;

tokio::task_local! {
    /// The id of the request that this task serves; a panic has nothing else to find it by.
    static CURRENT: String;
}

/// The id of the request being served.
#[derive(Clone, Debug)]
pub(super) struct RequestId(pub(super) String);

impl RequestId {
    /// Logs what went wrong outside of this program.
    pub(super) fn warn(&self, error: &dyn std::error::Error, what: &'static str) {
        let cause = error.source().map(ToString::to_string).unwrap_or_else(|| error.to_string());
        tracing::warn!(request_id = self.0, cause, what, "request refused");
    }

    /// Logs what failed, and answers with a page that says nothing of it.
    pub(super) fn failed(&self, error: &dyn std::error::Error, what: &'static str) -> Response {
        let cause = error.source().map(ToString::to_string).unwrap_or_else(|| error.to_string());
        tracing::error!(request_id = self.0, cause, what, "request failed");
        self.failure_page()
    }

    /// A page that says nothing but the id.
    pub(super) fn failure_page(&self) -> Response {
        let body = format!(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Something went wrong · Forkline</title></head>\
             <body><h1>Something went wrong</h1><p>It is in the log as request {}.</p>\
             <p>Nothing that was saved is lost. <a href=\"/\">Go to your pipelines</a></p></body></html>",
            self.0
        );
        (StatusCode::INTERNAL_SERVER_ERROR, [(CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response()
    }
}

impl<S: Sync> FromRequestParts<S> for RequestId {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let id = parts.headers.get(REQUEST_ID_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Ok(RequestId(id.to_owned()))
    }
}

/// Gives a request its id, logs its end, and sends the id along with the answer. An id that came with the
/// request is not trusted: it would let a stranger write into the log.
pub(super) async fn follow(mut request: Request, next: Next) -> Response {
    let id = Uuid::now_v7().to_string();
    let value = HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("unknown"));
    request.headers_mut().insert(REQUEST_ID_HEADER, value.clone());
    let (method, path) = (request.method().clone(), loggable(request.uri().path()));
    let started = Instant::now();
    let mut response = CURRENT.scope(id.clone(), next.run(request)).await;
    let ms = started.elapsed().as_millis() as u64;
    // What is the same for everybody is answered without a look at who asks.
    let asked = response.extensions().get::<LoggedCaller>().map(|LoggedCaller(caller)| *caller);
    let client = asked.map(|caller| caller.from.to_string()).unwrap_or_default();
    let account = asked.and_then(|caller| caller.account).map(|account| account.0.to_string()).unwrap_or_default();
    let status = response.status().as_u16();
    tracing::info!(request_id = id, %method, path, status, ms, client, account, "answered");
    response.headers_mut().insert(REQUEST_ID_HEADER, value);
    response
}

/// A path without what opens a shared pipeline.
fn loggable(path: &str) -> String {
    let mut before = "";
    let parts =
        path.split('/').map(|part| if std::mem::replace(&mut before, part) == "shared" { "(secret)" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// Answers in place of a handler that panicked.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over")]
pub(super) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response<Body> {
    let cause = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    let id = CURRENT.try_with(Clone::clone).unwrap_or_else(|_| "unknown".to_owned());
    tracing::error!(request_id = id, cause, "panicked");
    RequestId(id).failure_page()
}

#[cfg(test)]
mod tests {
    use super::loggable;

    #[test]
    fn the_secret_of_a_share_link_is_not_logged() {
        for (path, logged) in [
            ("/shared/abc", "/shared/(secret)"),
            ("/shared/abc/document.json", "/shared/(secret)/document.json"),
            ("//shared/abc", "//shared/(secret)"),
            ("/shared/shared/abc", "/shared/(secret)/(secret)"),
            ("/shared/", "/shared/(secret)"),
            ("/pipelines/abc/share", "/pipelines/abc/share"),
            ("/", "/"),
        ] {
            assert_eq!(loggable(path), logged);
        }
    }
}
