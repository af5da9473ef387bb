//! Who simulates, and for how long at most.

use std::time::Duration;

use async_trait::async_trait;
use engine::{
    NotRunnable, Report, Settings,
    experiment::{Findings, Study},
    theory::{Case, Checked},
};
use model::Document;

use crate::limits::Caller;

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum SimulateError {
    /// The document cannot be simulated.
    #[error(transparent)]
    NotRunnable(#[from] NotRunnable),
    /// The document is not one that would be saved today: it was saved before its numbers had ranges.
    #[error("{0}")]
    Unchecked(#[from] model::Problems),
    /// It would have taken longer than anybody is made to wait.
    #[error("it takes longer than {} seconds here; shorten the run, or simulate it on the command line", .0.as_secs_f64())]
    TooLong(Duration),
    /// The simulation itself failed. The source says why and is for the log.
    #[error("the simulation failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Prepares an experiment. That alone may take a while, so it is done when it is the experiment's turn.
pub type Prepare = Box<dyn FnOnce() -> Result<Study, NotRunnable> + Send>;

/// Runs comparisons and experiments to their end, by turns between callers. How many threads share the work changes no byte of
/// the report.
#[async_trait]
pub trait Simulator: Send + Sync + std::fmt::Debug {
    /// The report of a checked document, for a caller.
    async fn simulate(&self, caller: Caller, document: Document, settings: Settings) -> Result<Report, SimulateError>;

    /// What an experiment finds. It may take as long as one comparison, with all its parts.
    async fn experiment(&self, caller: Caller, prepare: Prepare) -> Result<Findings, SimulateError>;

    /// What the engine makes of a figure that theory knows, `among` so many.
    async fn check(&self, case: Case, among: usize, seed: u64) -> Result<Checked, SimulateError>;
}
