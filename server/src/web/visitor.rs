//! Who asks: looked up once for each request, before anything else is done for it.

use app::context::{AppContext, Unlocked};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, header::COOKIE},
    middleware::Next,
    response::Response,
};
use ports::{Secret, access::Visitor};

use super::request_id::RequestId;

/// A session that is used all the time is noted as used once a minute.
const NOTED_MS: i64 = 60_000;

/// Puts the [`Visitor`] into the request, where pages, server functions and downloads find it.
pub(super) async fn recognise(
    State(app): State<AppContext>,
    request_id: RequestId,
    mut request: Request,
    next: Next,
) -> Response {
    let secret = secret(request.headers(), app.instance.cookie());
    let now = app.clock.now();
    let sandbox = app.instance.sandbox;
    let visitor = match Visitor::recognise(app.store.as_ref(), sandbox, secret.as_ref(), now).await {
        Ok(visitor) => visitor,
        Err(error) => return request_id.failed(&error, "nobody can be recognised"),
    };
    if let Some(session) = visitor.session().filter(|session| session.seen_at.0.saturating_add(NOTED_MS) <= now.0)
        && let Err(error) = app.store.touch_session(session.id).await
    {
        return request_id.failed(&error, "a session cannot be noted as used");
    }
    let unlocked = Unlocked(self::secret(request.headers(), app.instance.unlock_cookie()));
    request.extensions_mut().insert(unlocked);
    request.extensions_mut().insert(visitor);
    next.run(request).await
}

/// The secret in a cookie. A name that comes twice was put there by somebody else: neither counts.
pub(super) fn secret(headers: &HeaderMap, name: &str) -> Option<Secret> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut values = cookies
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .filter_map(|(found, value)| (found == name).then_some(value));
    let value = values.next()?;
    if values.next().is_some() { None } else { Secret::parse(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(cookies: &[&str]) -> Option<String> {
        let headers = cookies.iter().map(|value| (COOKIE, value.parse().expect("a header")));
        secret(&headers.collect::<HeaderMap>(), "forkline").map(|secret| secret.reveal())
    }

    #[test]
    fn the_secret_is_found_among_other_cookies() {
        let secret = Secret::new().reveal();
        assert_eq!(found(&[&format!("a=b; forkline={secret}; c=d")]), Some(secret.clone()));
        assert_eq!(found(&["a=b", &format!("forkline={secret}")]), Some(secret.clone()));
        assert_eq!(found(&[&format!("xforkline={secret}")]), None);
        assert_eq!(found(&[&format!("forkline={secret}; forkline={secret}")]), None);
        assert_eq!(found(&["forkline=", "; ;="]), None);
        assert_eq!(found(&[]), None);
    }
}
