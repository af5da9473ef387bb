//! Writes that another site's page makes in this person's browser are refused.

use axum::{
    extract::Request,
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Lets reads through, and writes that come from this site or from no browser at all.
///
/// The algorithm of Go's `http.CrossOriginProtection`: a browser says with `Sec-Fetch-Site` where a request
/// comes from; older ones send `Origin`, which must then name this host.
pub(super) async fn refuse_foreign_writes(request: Request, next: Next) -> Response {
    let reads = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    if reads || is_own(request.headers()) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "This request came from another site.\n").into_response()
    }
}

/// Whether a request comes from this site, or from no page at all.
pub(super) fn is_own(headers: &HeaderMap) -> bool {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    match headers.get("sec-fetch-site").map(|value| value.as_bytes()) {
        Some(b"same-origin" | b"none") => true,
        Some(_) => false,
        None => match (text(header::ORIGIN), text(header::HOST)) {
            (None, _) => !headers.contains_key(header::ORIGIN),
            (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, origin)| origin == host),
            (Some(_), None) => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &[(&'static str, &'static str)], own: bool) {
        let map = headers
            .iter()
            .map(|(name, value)| (header::HeaderName::from_static(name), header::HeaderValue::from_static(value)));
        assert_eq!(is_own(&map.collect()), own, "{headers:?}");
    }

    #[test]
    fn only_this_site_and_programs_may_write() {
        check(&[], true);
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("sec-fetch-site", "none")], true);
        check(&[("sec-fetch-site", "same-site")], false);
        check(&[("sec-fetch-site", "cross-site"), ("origin", "http://here:1"), ("host", "here:1")], false);
        check(&[("origin", "http://here:1"), ("host", "here:1")], true);
        check(&[("origin", "http://there:1"), ("host", "here:1")], false);
        check(&[("origin", "null"), ("host", "here:1")], false);
        check(&[("origin", "http://here:1")], false);
    }
}
