//! Requests that no handler can make sense of are refused before they reach one: those that came with another method, without
//! a path, or as another kind of content than an address takes.

use axum::{
    extract::Request,
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Addresses that take the parts of a form with a file.
pub(super) const IMPORTS: [&str; 2] = ["/api/home/import", "/api/budget/measured"];

/// Refuses what is not well formed.
pub(super) async fn refuse_malformed(request: Request, next: Next) -> Response {
    match refusal(request.method(), request.uri().path(), request.headers()) {
        Some((status, text)) => (status, text).into_response(),
        None => next.run(request).await,
    }
}

fn refusal(method: &Method, path: &str, headers: &HeaderMap) -> Option<(StatusCode, &'static str)> {
    if ![Method::GET, Method::HEAD, Method::POST, Method::OPTIONS].contains(method) {
        return Some((StatusCode::METHOD_NOT_ALLOWED, "Nothing here answers to this method.\n"));
    }
    if !path.starts_with('/') {
        return Some((StatusCode::BAD_REQUEST, "The address has no path.\n"));
    }
    if method == Method::POST && IMPORTS.contains(&path) && boundary(headers).is_none() {
        let text = "Send a form with its file: the content type is multipart/form-data with a boundary.\n";
        return Some((StatusCode::UNSUPPORTED_MEDIA_TYPE, text));
    }
    None
}

/// What separates the parts of a form, by the parser that reads them later: it panics without one.
fn boundary(headers: &HeaderMap) -> Option<String> {
    multer::parse_boundary(headers.get(header::CONTENT_TYPE)?.to_str().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(method: &str, path: &str, content_type: Option<&'static str>) -> Option<u16> {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut headers = HeaderMap::new();
        headers.extend(content_type.map(|kind| (header::CONTENT_TYPE, header::HeaderValue::from_static(kind))));
        refusal(&method, path, &headers).map(|(status, _)| status.as_u16())
    }

    #[test]
    fn what_no_handler_is_made_for_is_refused() {
        for method in ["CONNECT", "PUT", "PATCH", "DELETE", "TRACE", "BREW"] {
            assert_eq!(status(method, "/", None), Some(405), "{method}");
        }
        for path in ["", "*", "example.org:443"] {
            assert_eq!(status("GET", path, None), Some(400), "{path}");
        }
        for path in IMPORTS {
            for kind in ["text/plain", "application/json", "multipart/form-data", ""] {
                assert_eq!(status("POST", path, Some(kind)), Some(415), "{kind}");
            }
            assert_eq!(status("POST", path, None), Some(415));
            assert_eq!(status("POST", path, Some("multipart/form-data; boundary=x")), None);
        }
        assert_eq!(status("POST", "/api/home/create", Some("text/plain")), None);
    }
}
