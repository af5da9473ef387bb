//! Writes that another site's page makes in this person's browser are refused, and requests that were meant for another host.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// The address of this instance as people type it, where whoever runs it has said so.
#[derive(Clone, Debug, Default)]
pub(super) struct OwnUrl(Option<Arc<str>>);

impl OwnUrl {
    /// The instance at such an address, without a slash at its end.
    pub(super) fn at(url: Option<&str>) -> Self {
        Self(url.map(|url| Arc::from(url.trim_end_matches('/').to_ascii_lowercase())))
    }

    /// Whether a request is for this host. Proxies and health checks that ask for another are told apart by nothing, so an
    /// instance that does not know its address answers to all.
    fn is_host(&self, host: &str) -> bool {
        let Self(Some(url)) = self else { return true };
        let own = url.split_once("://").map_or(&**url, |(_, host)| host);
        own.eq_ignore_ascii_case(host)
    }

    /// Whether a page with this origin is of this site, for a request to this host.
    fn is_origin(&self, origin: &str, host: &str) -> bool {
        match self {
            Self(Some(url)) => url.eq_ignore_ascii_case(origin),
            Self(None) => origin.split_once("://").is_some_and(|(_, of)| of == host),
        }
    }
}

/// Refuses what was meant for another host: links that are made of it, and what a browser keeps for it, would be another's.
pub(super) async fn refuse_other_hosts(State(own): State<OwnUrl>, request: Request, next: Next) -> Response {
    let in_header = request.headers().get(header::HOST).map(|host| host.to_str().unwrap_or_default().to_owned());
    let host = in_header.or_else(|| request.uri().authority().map(ToString::to_string));
    match host {
        Some(host) if !own.is_host(&host) => {
            let text = "This is not the address of this site. A proxy in front of it has to pass the Host header on.\n";
            (StatusCode::MISDIRECTED_REQUEST, text).into_response()
        }
        _ => next.run(request).await,
    }
}

/// Lets reads through, and writes that come from this site or from no browser at all.
///
/// The algorithm of Go's `http.CrossOriginProtection`: a browser says with `Sec-Fetch-OwnUrl` where a request
/// comes from; older ones send `Origin`, which must then name this host.
pub(super) async fn refuse_foreign_writes(State(own): State<OwnUrl>, request: Request, next: Next) -> Response {
    let reads = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    if reads || is_own(&own, request.headers()) {
        next.run(request).await
    } else {
        (StatusCode::FORBIDDEN, "This request came from another site.\n").into_response()
    }
}

/// Whether a request comes from this site, or from no page at all.
pub(super) fn is_own(own: &OwnUrl, headers: &HeaderMap) -> bool {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    match headers.get("sec-fetch-site").map(|value| value.as_bytes()) {
        Some(b"same-origin" | b"none") => true,
        Some(_) => false,
        None => match (text(header::ORIGIN), text(header::HOST)) {
            (None, _) => !headers.contains_key(header::ORIGIN),
            (Some(origin), Some(host)) => own.is_origin(origin, host),
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
        assert_eq!(is_own(&OwnUrl::default(), &map.collect()), own, "{headers:?}");
    }

    #[test]
    fn a_site_that_knows_its_address_answers_to_no_other() {
        let own = OwnUrl::at(Some("https://forkline.example.org/"));
        assert!(own.is_host("forkline.example.org") && own.is_host("Forkline.Example.org"));
        assert!(!own.is_host("forkline.example.org:8080") && !own.is_host("evil.example") && !own.is_host(""));
        assert!(own.is_origin("https://forkline.example.org", "forkline.example.org"));
        assert!(
            !own.is_origin("http://forkline.example.org", "forkline.example.org"),
            "another scheme is another site"
        );
        assert!(!own.is_origin("https://evil.example", "evil.example"));
        assert!(OwnUrl::default().is_host("anything") && OwnUrl::default().is_origin("http://here", "here"));
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
