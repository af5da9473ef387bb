//! How many bytes of answers are on their way to somebody, so that clients that ask and do not read fill no memory.

use std::{
    net::IpAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    body::{Body, Bytes},
    response::Response,
};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use ports::Caller;

use super::places::{Place, Places};
use crate::{cpu_share::Who, limits::household};

/// On the way to one account, or to one address without an account \[bytes\]: eight of the largest pages.
const OF_CALLER: usize = 16_000_000;
/// On the way to all accounts at one address \[bytes\].
const OF_ADDRESS: usize = 64_000_000;
/// On the way to anybody \[bytes\].
const OF_ALL: usize = 512_000_000;
/// What an answer costs beside its text, and a stream whose length nobody knows \[bytes\].
const OF_ANY_ANSWER: usize = 4_000;

/// What is on its way to everybody.
#[derive(Clone, Debug)]
pub(super) struct InFlight {
    callers: Arc<Places<Who>>,
    addresses: Arc<Places<IpAddr>>,
}

impl Default for InFlight {
    fn default() -> Self {
        Self { callers: Places::new(OF_CALLER, usize::MAX), addresses: Places::new(OF_ADDRESS, OF_ALL) }
    }
}

impl InFlight {
    /// Counts an answer until its client has taken it; nothing where too much is on its way already.
    pub(super) fn count(&self, caller: Caller, answer: Response) -> Option<Response> {
        let address = household(caller.from);
        let who = Who::from(caller);
        let length = answer.body().size_hint().upper().and_then(|upper| usize::try_from(upper).ok()).unwrap_or(0);
        // An answer that is larger than all that may be under way goes alone.
        let size = length.saturating_add(OF_ANY_ANSWER).min(OF_CALLER);
        let of_caller = self.callers.take_many(who, size)?;
        let of_address = self.addresses.take_many(address, size)?;
        Some(answer.map(|body| Body::new(Counted { body, _until_dropped: (of_caller, of_address) })))
    }
}

/// A body that is counted for as long as it is there.
struct Counted {
    body: Body,
    _until_dropped: (Place<Who>, Place<IpAddr>),
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse as _;
    use ports::PersonId;

    use super::*;

    #[test]
    fn what_nobody_reads_is_bounded_for_an_account_and_an_address() {
        let in_flight = InFlight::default();
        let caller = |account: bool, last: u8| Caller {
            account: account.then(|| PersonId(uuid::Uuid::now_v7())),
            from: IpAddr::from([192, 0, 2, last]),
        };
        let held = |caller: Caller| -> Vec<Response> {
            let page = || "x".repeat(2_000_000).into_response();
            std::iter::from_fn(|| in_flight.count(caller, page())).take(100).collect()
        };
        let ann = caller(true, 1);
        let of_ann = held(ann);
        assert_eq!(of_ann.len(), 7, "eight would be more than 16 MB, with what they cost beside their text");
        assert_eq!(held(caller(false, 1)).len(), 7, "who is nobody is counted by address");
        // Accounts beside each other share their address, and others do not notice.
        let of_many: Vec<Response> = (0..20).flat_map(|_| held(caller(true, 1))).collect();
        assert_eq!(of_ann.len() + of_many.len(), 31);
        assert_eq!(held(caller(true, 2)).len(), 7);
        drop(of_ann);
        assert_eq!(held(ann).len(), 7, "what was taken is counted no more");
    }
}
