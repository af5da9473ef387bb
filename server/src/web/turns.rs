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

use super::in_flight::InFlight;
use crate::cpu_share::CpuShares;

/// Who asked for an answer, for the log.
#[derive(Clone, Copy, Debug)]
pub(super) struct LoggedCaller(pub(super) Caller);

/// Until a client that has not read what it asked for may ask for more.
const UNREAD: Duration = Duration::from_secs(5);

/// Takes a request off what its caller may ask for, and its answer off what may be on its way to them.
pub(super) async fn take(
    State(app): State<AppContext>,
    State(in_flight): State<InFlight>,
    State(cpu): State<CpuShares>,
    Extension(client): Extension<Client>,
    Extension(visitor): Extension<Visitor>,
    request: Request,
    next: Next,
) -> Response {
    let caller = caller(&visitor, client);
    if let Err(too_much) = app.limits.take(caller, Demand::Request) {
        let mut answer = come_back(too_much);
        answer.extensions_mut().insert(LoggedCaller(caller));
        return answer;
    }
    let answer = cpu.count(caller.into(), next.run(request)).await;
    let mut answer = in_flight.count(caller, answer).unwrap_or_else(|| come_back(TooMuch(UNREAD)));
    answer.extensions_mut().insert(LoggedCaller(caller));
    answer
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
