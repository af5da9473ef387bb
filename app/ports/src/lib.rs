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
mod mail;
mod note;
mod pipeline;
mod record;
mod secret;
mod sign_in;
mod simulator;
mod store;

pub use clock::{Clock, UnixMillis};
pub use mail::{Letter, Mail, MailError};
pub use note::{Note, NoteKind};
pub use pipeline::{Draft, Origin, PipelineId, PipelineSummary, SaveOutcome, SavedPipeline};
pub use record::{
    IssuedRecord, NewRecord, RecordId, RecordSummary, RecordText, SUPERSEDED, SeenRecord, StatusChange, WriteRecord,
};
pub use secret::Secret;
pub use sign_in::{Answer, Begun, Identity, IdentityProvider, Pending, SignInError};
pub use simulator::{SimulateError, Simulator};
pub use store::{Store, StoreError};
