//! Simulation: a model document in, a report out.
//!
//! **Invariant:** the same document, seed and engine version give the same bytes on every machine, natively
//! and in WebAssembly. So this crate knows no clock, no thread, no hash order, no randomness but its own
//! keyed streams, and no mathematics of the platform: `clippy.toml` beside it forbids them.
//!
//! # How a request flows through it
//!
//! [`Comparison`] takes a document and makes, for each topology, a *plan*: names become places, uncertain
//! inputs numbers, milliseconds nanoseconds. A *run* is one replication of one plan: a calendar of
//! events, requests that arrive, deliveries that start steps as what they wait for succeeds, attempts that
//! take slots, are served and end. When all is over every request has settled with exactly one outcome, and
//! the *tally* of the run becomes one sample of every figure in the [`report::Report`].
//!
//! A comparison has three kinds of runs: *pilots* find the fork of `first-leg`; *replications*, with every
//! uncertain input at its median, give figures with their simulation error; *draws* of the uncertain inputs give the
//! spread from ignorance. The two kinds of interval are never mixed. [`experiment`] varies the document; [`tail`] adds up
//! service times without a run; [`theory`] holds what is known exactly.
//!
//! # How it fails
//!
//! It does not fail on data: a checked document can be run. A document without steps is refused by
//! [`Comparison::new`]. A run that would take too long is cut short by counted [`Limits`] (attempts, events,
//! memory), at the same event on every machine, and its report says `cut_short`. After every run that was not cut
//! short, the engine asserts that nothing was lost: each request has one outcome, no slot is held, nobody waits, and
//! Little's law holds to the nanosecond.
//!
//! # Choices where the design is silent
//!
//! * **Forks and joins.** A fork costs its overhead before each of the steps it starts, a join before the step (or
//!   the answer) that waits for more than one lane. Starting a detached step costs nothing. An order that follows from
//!   other orders is neither a fork nor a join, except into a join over `k` of n, which counts every edge.
//! * **k of n.** `joins.default` is also the join of the last lanes in the answer. Once a join is satisfied, lanes that
//!   lead nowhere else run on and nobody waits for them, the answer included. A critical step that fails within what
//!   its join can bear fails nobody.
//! * **Cancelled siblings** free their slots and commit nothing, whatever `on_timeout` says. After a fail-fast answer
//!   the coordinator also undoes what it learns of later.
//!   A step whose join is out of reach fails the lane it stands in; the policies of all joins that this reaches apply.
//! * **Timeouts.** At the same moment a timeout comes before the end of service, because it was set first. An attempt
//!   that runs on after its timeout commits if its own draw says that it succeeds. One that
//!   hangs in an outage does not run on.
//! * **Undo.** An undo takes back one commit of its step. What landed behind an error is not known to the coordinator
//!   and stays. Each delivery that fails is undone by its own coordinator. Undo calls pass the breaker and the
//!   concurrency cap, earn and spend retry tokens, and fail in outages like any other call.
//! * **Breaker.** Timeouts and pool rejections count as failures, declines do not; attempts that it refuses are
//!   attempts, and do not count in its window. Results of attempts that began before its last change are left out.
//! * **Retry budget.** The bucket starts full. A token is taken when the retry is decided on, before its sleep; the
//!   retry cap is looked at after it.
//! * **Concurrency cap.** A slot of it is taken before any pool, and kept as long as the pools' slots.
//! * **Surge.** A pool is as busy as the share of its slots that are held when service starts, the attempt's own
//!   included.
//! * **Consumer.** A worker is taken until the answer goes out. The key is drawn once per request; a delivery whose key
//!   is being worked on steps aside for others.
//! * **Keys.** An attempt that waits for another under the same key keeps its slots and its own timeout.
//! * **Redelivery.** A redelivered event is drawn for again, up to `redeliveries` times.
//! * **Hidden coupling** is looked at within one request: a stale read, by the start of its service; a lost update, by
//!   the first commit of each of two steps. A step that is **cached per request** without a key answers in all its attempts
//!   what was there when the service of its first one began; it is stale where the same request has written that since.
//! * **Silently incomplete** is also a request whose join did without a critical step that writes, where nothing of what
//!   that step should have written stands when the request settles.
//! * **Idle time** is what work waits: for a worker, a slot or a key, before a retry, at a join. A **log line** is
//!   written for each delivery, attempt, undo and forked lane.
//! * **Recovery** is the first ten seconds of arrivals after the last outage of which at least 95 % of the share before
//!   the first one received a success.
//! * **Pooled figures.** Shares, amplification, waits and utilisation are taken over all replications together where
//!   these have the same length; the longest queue is the longest of any.
//! * **Limits** are shared equally among the replications that are planned, so that the order in which they run does
//!   not matter.

mod alarms;
mod calendar;
mod compare;
pub mod experiment;
mod guards;
mod inputs;
mod interval;
mod latencies;
mod logarithm;
mod luck;
mod nanos;
mod normal;
mod plan;
pub mod report;
mod run;
mod service;
mod slab;
mod slots;
pub mod tail;
mod tally;
pub mod theory;
mod timeline;
mod trace;

pub use compare::{
    Comparison, DEFAULT_DRAWS, DEFAULT_REPLICATIONS, DEFAULT_SEED, Difference, Done, FEWEST_REPLICATIONS,
    MOST_REPLICATIONS, NotRunnable, Settings, Task,
};
pub use report::Report;
pub use run::Limits;

/// The version of the engine; figures may differ between versions, and only between them.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Compares topologies of a checked document to the end.
///
/// # Errors
///
/// As [`Comparison::new`].
pub fn compare(document: &model::Document, settings: Settings) -> Result<Report, NotRunnable> {
    Ok(Comparison::new(document.clone(), settings)?.finish())
}
