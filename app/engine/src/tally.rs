//! What one replication counted.

use serde::{Deserialize, Serialize};

use crate::{nanos::Nanos, slots::PoolUse};

/// The state in which a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Every critical and degradable step succeeded.
    Complete,
    /// It succeeded although a degradable step failed.
    Degraded,
    /// It failed and nothing was committed.
    FailedClean,
    /// It failed and everything committed was undone.
    Compensated,
    /// It failed and left commits behind.
    Orphaned,
}

/// From how many requests the typical one is chosen: enough for a median, too few to cost memory.
const FIRST: usize = 1_000;

/// Counts of one replication, over the requests that arrived after the warm-up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) requests: u64,
    /// Latencies of requests whose success was received, ascending once the run is over.
    pub(crate) latencies: Vec<Nanos>,
    /// How many successes were received.
    pub(crate) answered: u64,
    /// Latency and number of the first [`FIRST`] of them, ascending by latency once the run is over.
    pub(crate) first_answered: Vec<(Nanos, u64)>,
    pub(crate) over_target: u64,
    pub(crate) outcomes: [u64; 5],
    /// How many requests each step failed.
    pub(crate) failed_by: Vec<u64>,
    /// Commits left behind by failed requests.
    pub(crate) orphans: u64,
    /// Commits of detached steps that belong to failed requests.
    pub(crate) detached_commits_of_failed: u64,
    pub(crate) duplicates: u64,
    pub(crate) requests_with_duplicates: u64,
    pub(crate) silently_incomplete: u64,
    pub(crate) unanswered: u64,
    pub(crate) undo_calls: u64,
    pub(crate) attempts: u64,
    pub(crate) timeouts: u64,
    /// Step executions that first deliveries wanted.
    pub(crate) wanted: u64,
    /// Deliveries that failed, and deliveries in all: a failure before caller retries.
    pub(crate) failed_deliveries: u64,
    pub(crate) deliveries: u64,
    pub(crate) pools: Vec<PoolUse>,
    /// When the last event happened.
    pub(crate) end: Nanos,
    /// Whether a limit cut the replication short.
    pub(crate) cut_short: bool,
}

impl Tally {
    pub(crate) fn new(steps: usize) -> Self {
        Tally { failed_by: vec![0; steps], ..Tally::default() }
    }

    pub(crate) fn answer(&mut self, latency: Nanos, number: u64) {
        self.latencies.push(latency);
        if self.first_answered.len() < FIRST {
            self.first_answered.push((latency, number));
        }
    }

    /// Number of the request with the median latency, among the first; `None` where none was answered.
    pub(crate) fn typical(&self) -> Option<u64> {
        self.first_answered.get(self.first_answered.len() / 2).map(|&(_, number)| number)
    }

    /// The `p`-quantile of the latencies by nearest rank; `None` without any.
    pub(crate) fn quantile(&self, p: f64) -> Option<Nanos> {
        // A hair less, so that 0.07 × 100 is rank 7 although the product comes out above 7.
        let rank = libm::ceil(p * self.latencies.len() as f64 - 1e-9) as usize;
        self.latencies.get(rank.max(1) - 1).copied()
    }

    pub(crate) fn of(&self, outcome: Outcome) -> u64 {
        self.outcomes[outcome as usize]
    }
}
