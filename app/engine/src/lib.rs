//! Simulation: a model document in, a report out.
//!
//! **Invariant:** the same document, seed and engine version give the same bytes on every machine, natively
//! and in WebAssembly. So this crate knows no clock, no thread, no hash order, no randomness but its own
//! keyed streams, and no mathematics of the platform: `clippy.toml` beside it forbids them.
//!
//! # How a request flows through it
//!
//! [`Comparison`] takes a document and makes, for each topology, a *plan*: names become places, uncertain
//! inputs their medians, milliseconds nanoseconds. A *run* is one replication of one plan: a calendar of
//! events, requests that arrive, deliveries that start steps as what they wait for succeeds, attempts that
//! take slots, are served and end. When all is over every request has settled with exactly one outcome, and
//! the *tally* of the run becomes one sample of every figure in the [`report::Report`].
//!
//! # How it fails
//!
//! It does not fail on data: a checked document can be run. A document without steps is refused by
//! [`Comparison::new`]. A run that would take too long is cut short by counted limits (attempts, events,
//! memory), at the same event on every machine, and its report says `cut_short`.
//!
//! # Choices where the design is silent
//!
//! * A fork costs its overhead before each of the steps it starts, a join before the step (or the answer)
//!   that waits for more than one lane. Starting a detached step costs nothing. An order that follows from
//!   other orders is neither a fork nor a join.
//! * An attempt that runs on after its timeout commits if its own draw says that it succeeds.
//! * An undo takes back one commit of its step. What landed behind an error is not known to the coordinator
//!   and stays.
//! * Each delivery that fails is undone by its own coordinator.
//! * A redelivered event is drawn for again, up to `redeliveries` times.
//! * An attempt that waits for another under the same key keeps its slots and its own timeout.
//! * A retry of a pool's rejection is a retry like any other.

mod alarms;
mod calendar;
mod compare;
mod guards;
mod inputs;
mod interval;
mod latencies;
mod luck;
mod nanos;
mod normal;
mod plan;
pub mod report;
mod run;
mod service;
mod slab;
mod slots;
mod tally;
pub mod theory;
mod thumb;
mod timeline;
mod trace;

pub use compare::{
    Comparison, DEFAULT_DRAWS, DEFAULT_REPLICATIONS, DEFAULT_SEED, Done, FEWEST_REPLICATIONS, MOST_REPLICATIONS,
    NotRunnable, Settings, Task,
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
