//! What came back with a form that was refused: it stands in the address, and counts only where this site sent it there.

use axum::{
    extract::Request,
    http::{StatusCode, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// The names under which Leptos has a browser bring back what was wrong, and with which form.
const BROUGHT: [&str; 2] = ["__err", "__path"];

/// Sends whoever comes from elsewhere to the same address without them: a link may not put words into this site's mouth. A
/// browser says where it comes from; one that does not is believed.
pub(super) async fn believe_own_only(request: Request, next: Next) -> Response {
    let elsewhere = request.headers().get("sec-fetch-site").is_some_and(|site| site != "same-origin");
    match without_brought(request.uri()) {
        Some(address) if elsewhere => (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response(),
        _ => next.run(request).await,
    }
}

/// The path and query without what was brought back, where there is any.
fn without_brought(uri: &Uri) -> Option<String> {
    let (is_brought, rest): (Vec<&str>, Vec<&str>) =
        uri.query()?.split('&').partition(|pair| BROUGHT.contains(&pair.split('=').next().unwrap_or_default()));
    if is_brought.is_empty() {
        return None;
    }
    let query = if rest.is_empty() { String::new() } else { format!("?{}", rest.join("&")) };
    // Of `//host/path` a browser would make another site.
    Some(format!("/{}{query}", uri.path().trim_start_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_brought_back_is_left_out() {
        for (address, without) in [
            ("/sign-in?__path=x&__err=y", Some("/sign-in")),
            ("/sign-in?next=%2F&__err=y&sent=yes", Some("/sign-in?next=%2F&sent=yes")),
            ("//evil.example/x?__err=", Some("/evil.example/x")),
            ("/sign-in?next=__err", None),
            ("/sign-in", None),
        ] {
            let uri = address.parse().expect("an address");
            assert_eq!(without_brought(&uri).as_deref(), without, "{address}");
        }
    }
}
