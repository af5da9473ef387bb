//! Where everything is kept: pipelines with their runs and records, people, and teams.
//!
//! What a method answers with is durable when it answers: a crash right afterwards loses none of it.

mod accounts;
mod discussion;
mod facts;
mod history;
mod links;
mod pipelines;
mod teams;

pub use accounts::Accounts;
pub use discussion::Discussion;
pub use facts::Facts;
pub use history::History;
pub use links::Links;
pub use pipelines::Pipelines;
pub use teams::Teams;

/// Where everything is kept.
pub trait Store: Facts + Pipelines + History + Discussion + Accounts + Teams + Links + std::fmt::Debug {}

impl<S: Facts + Pipelines + History + Discussion + Accounts + Teams + Links + std::fmt::Debug> Store for S {}

/// Why a store could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such thing.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Somebody else was first, and what was asked for does not fit any more. Nothing was changed.
    #[error("this {0} has been changed in the meantime")]
    Overtaken(&'static str),
    /// There is no room left where things are kept. Nothing was changed.
    #[error("the disk is full")]
    Full,
    /// The store itself failed. The source says why and is for the log, never for a person's screen.
    #[error("the store failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}
