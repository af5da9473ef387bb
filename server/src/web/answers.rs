//! What goes on on one connection: which answers are under way, and for which of them the client is waited for.
//!
//! A client that takes nothing is not seen at the socket alone: over HTTP/2 it can keep the socket busy, and take nothing of an
//! answer. It is seen here, because a further piece of an answer is asked for only when the last one had room.

use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::{Duration, Instant},
};

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, SizeHint};

/// An answer is handed over in pieces of at most this size \[bytes\], so that even over a slow line one is taken before long.
const PIECE: usize = 16_384;

/// How long a client may keep a connection without doing anything.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// Until the first request has come.
    pub(crate) first: Duration,
    /// From one request to the next.
    pub(crate) rests: Duration,
    /// Until it takes the next piece of an answer.
    pub(crate) takes: Duration,
}

/// One connection.
#[derive(Debug)]
pub(super) struct Wire(Mutex<Wired>);

#[derive(Debug)]
struct Wired {
    next: u64,
    /// Since when the client is waited for, for each answer under way; nothing while it is the server that is waited for.
    open: BTreeMap<u64, Option<Instant>>,
    /// Since when no answer is under way.
    quiet: Instant,
    /// Whether there has been a request.
    asked: bool,
}

/// An answer under way, until it is dropped.
#[derive(Debug)]
pub(super) struct Answer {
    wire: Arc<Wire>,
    number: u64,
}

/// The body of an answer.
#[derive(Debug)]
pub(super) struct InPieces {
    body: Body,
    rest: Bytes,
    answer: Answer,
}

impl Wire {
    /// A connection that was just made.
    pub(super) fn new() -> Arc<Self> {
        let wired = Wired { next: 0, open: BTreeMap::new(), quiet: Instant::now(), asked: false };
        Arc::new(Wire(Mutex::new(wired)))
    }

    /// A request has come.
    pub(super) fn asked(self: &Arc<Self>) -> Answer {
        let mut wired = self.lock();
        let number = wired.next;
        wired.next += 1;
        wired.open.insert(number, None);
        wired.asked = true;
        Answer { wire: Arc::clone(self), number }
    }

    /// Ends when the client has done nothing for too long.
    pub(super) async fn is_given_up(&self, patience: Patience) {
        let Patience { first, rests, takes } = patience;
        let often = first.min(rests).min(takes) / 10;
        loop {
            tokio::time::sleep(often).await;
            let wired = self.lock();
            let now = Instant::now();
            let longer_than = |limit: Duration, since: Instant| now.duration_since(since) >= limit;
            let given_up = if wired.open.is_empty() {
                longer_than(if wired.asked { rests } else { first }, wired.quiet)
            } else {
                wired.open.values().flatten().any(|since| longer_than(takes, *since))
            };
            if given_up {
                return;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Wired> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Answer {
    /// The body of this answer, which is under way until it has been taken.
    pub(super) fn with(self, body: Body) -> InPieces {
        InPieces { body, rest: Bytes::new(), answer: self }
    }

    fn waits(&self, since: Option<Instant>) {
        self.wire.lock().open.insert(self.number, since);
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        let mut wired = self.wire.lock();
        wired.open.remove(&self.number);
        wired.quiet = Instant::now();
    }
}

impl HttpBody for InPieces {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if self.rest.is_empty() {
            match Pin::new(&mut self.body).poll_frame(context) {
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) => self.rest = data,
                    Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
                },
                Poll::Pending => {
                    self.answer.waits(None);
                    return Poll::Pending;
                }
                end @ Poll::Ready(None | Some(Err(_))) => return end,
            }
        }
        self.answer.waits(Some(Instant::now()));
        let size = self.rest.len().min(PIECE);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(size)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (mut hint, rest) = (self.body.size_hint(), self.rest.len() as u64);
        if let Some(upper) = hint.upper() {
            hint.set_upper(upper.saturating_add(rest));
        }
        hint.set_lower(hint.lower().saturating_add(rest));
        hint
    }
}
