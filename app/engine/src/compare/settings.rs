//! How a comparison is made, and why one cannot be.

use model::TopologyKind;

use crate::run::Limits;

/// The fewest replications from which an interval is worth anything.
pub const FEWEST_REPLICATIONS: u32 = 5;
/// Replications where nobody says otherwise: the half-width at the 99th percentile of 6,000 requests is then
/// about 2 %.
pub const DEFAULT_REPLICATIONS: u32 = 10;
/// More than this changes no digit that is shown.
pub const MOST_REPLICATIONS: u32 = 1_000;
/// The seed where nobody says otherwise.
pub const DEFAULT_SEED: u64 = 1;
/// Draws of the uncertain inputs where nobody says otherwise: the 5th and 95th percentile are then the second
/// lowest and the second highest.
pub const DEFAULT_DRAWS: u32 = 40;

/// How a comparison is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The seed of all random numbers.
    pub seed: u64,
    /// Independent replications of each topology.
    pub replications: u32,
    /// Whether replications are added until the half-width at the budget's percentile is within 5 %.
    pub until_precise: bool,
    /// Draws of the uncertain inputs, for the spread from ignorance; none are made where every input is known.
    pub draws: u32,
    /// The topologies; others than those the document has are left out.
    pub kinds: Vec<TopologyKind>,
    /// What the comparison may use up.
    pub limits: Limits,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: DEFAULT_SEED,
            replications: DEFAULT_REPLICATIONS,
            until_precise: false,
            draws: DEFAULT_DRAWS,
            kinds: TopologyKind::ALL.to_vec(),
            limits: Limits::default(),
        }
    }
}

/// Why a document cannot be simulated although it parses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRunnable {
    /// There is nothing to run.
    #[error("the pipeline has no steps yet; add at least one")]
    NoSteps,
    /// None of the topologies asked for exists.
    #[error(
        "the document has none of the topologies asked for; `custom` needs the section `custom`, `first-leg` two neighbours that may run side by side"
    )]
    NoTopology,
    /// Too few or too many replications.
    #[error("{0} replications; give {FEWEST_REPLICATIONS} to {MOST_REPLICATIONS}")]
    Replications(u32),
}
