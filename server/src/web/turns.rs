//! Whoever asks for more than their share is told when to come back.

use std::time::Duration;

use app::context::{AppContext, Client};
use axum::{
    Extension,
    extract::{Request, State},
    http::{
        StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use ports::{Caller, Demand, TooMuch, access::Visitor};

/// Takes a request off what its caller may ask for.
pub(super) async fn take(
    State(app): State<AppContext>,
    Extension(client): Extension<Client>,
    Extension(visitor): Extension<Visitor>,
    request: Request,
    next: Next,
) -> Response {
    match app.limits.take(caller(&visitor, client), Demand::Request) {
        Ok(()) => next.run(request).await,
        Err(too_much) => come_back(too_much),
    }
}

/// Who asks, as far as limits are concerned.
pub(super) fn caller(visitor: &Visitor, Client(from): Client) -> Caller {
    Caller { account: visitor.account().map(|person| person.id), from }
}

/// Says when there is more.
pub(super) fn come_back(TooMuch(wait): TooMuch) -> Response {
    let seconds = whole_seconds(wait);
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Too many requests · Forkline</title></head>\
         <body><h1>Too many requests</h1><p>Too much was asked for from here at once. Nothing was changed; try again in \
         {seconds} seconds.</p></body></html>"
    );
    let headers = [(RETRY_AFTER, seconds.to_string()), (CONTENT_TYPE, "text/html; charset=utf-8".to_owned())];
    (StatusCode::TOO_MANY_REQUESTS, headers, page).into_response()
}

fn whole_seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}
