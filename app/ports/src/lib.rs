//! What the app needs from outside, as traits.
//!
//! **Invariant:** this crate knows no database, no web framework and no user interface; it holds words, not
//! deeds. What implements [`Store`] keeps the contract in `contract` (feature `fake`), which is run against
//! each implementation.

mod clock;
#[cfg(feature = "fake")]
pub mod contract;
#[cfg(feature = "fake")]
pub mod fake;
mod note;
mod pipeline;
mod record;
mod simulator;
mod store;

pub use clock::{Clock, UnixMillis};
pub use note::{Note, NoteKind};
pub use pipeline::{Draft, Origin, PipelineId, PipelineSummary, SaveOutcome, SavedPipeline};
pub use record::{
    IssuedRecord, NewRecord, RecordId, RecordSummary, RecordText, SUPERSEDED, SeenRecord, StatusChange, WriteRecord,
};
pub use simulator::{SimulateError, Simulator};
pub use store::{Store, StoreError};
