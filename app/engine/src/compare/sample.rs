//! One replication, reduced to what figures are made of, so that memory does not grow with replications.

use crate::{latencies::Latencies, nanos, tally::Tally};

/// Shares at which the distribution is drawn beside every percent: finer where budgets are decided.
const DRAWN: [f64; 9] = [0.001, 0.005, 0.992, 0.994, 0.995, 0.996, 0.998, 0.999, 0.9995];
/// The percentiles of the figures, before the one of the budget.
const FIGURES: [f64; 5] = [0.5, 0.9, 0.95, 0.99, 0.999];
/// The place of the median among a sample's quantiles.
pub(super) const P50: usize = 0;
/// The place of the 99th percentile.
pub(super) const P99: usize = 3;
/// The place of the budget's percentile among a sample's quantiles.
pub(super) const AT_BUDGET: usize = FIGURES.len();
/// The place of the first quantile that is drawn.
pub(super) const FIRST_DRAWN: usize = AT_BUDGET + 1;

/// The shares at which a replication's latencies are read: those of the figures, then those drawn.
pub(super) fn shares(budget_percentile: f64) -> Vec<f64> {
    let percents = (1..100).map(|percent| f64::from(percent) / 100.0);
    FIGURES.into_iter().chain([budget_percentile / 100.0]).chain(percents).chain(DRAWN).collect()
}

/// One replication.
#[derive(Debug)]
pub(crate) struct Sample {
    /// What was counted; the latencies are gone.
    pub(super) tally: Tally,
    /// Mean latency \[ms\].
    pub(super) mean: Option<f64>,
    /// Quantiles of the latency \[ms\], at [`shares`]; none where nothing was answered.
    pub(super) quantiles: Vec<f64>,
    /// Mean, median and 99th percentile of how long failures took \[ms\].
    pub(super) failures: Option<[f64; 3]>,
    /// How many latencies there were.
    pub(super) answered: u64,
}

impl Sample {
    pub(super) fn new(mut tally: Tally, budget_percentile: f64) -> Self {
        let latencies = std::mem::take(&mut tally.latencies);
        let failures = std::mem::take(&mut tally.failure_latencies);
        tally.first_answered = Vec::new();
        let ms = |latencies: &Latencies, shares: &[f64]| -> Vec<f64> {
            latencies.quantiles(shares).into_iter().map(nanos::to_ms).collect()
        };
        Sample {
            mean: latencies.mean().map(|nanos| nanos / 1e6),
            quantiles: ms(&latencies, &shares(budget_percentile)),
            failures: failures.mean().and_then(|mean| match ms(&failures, &[0.5, 0.99]).as_slice() {
                [median, tail] => Some([mean / 1e6, *median, *tail]),
                _ => None,
            }),
            answered: latencies.len(),
            tally,
        }
    }

    /// The budget's percentile of the latency \[ms\].
    pub(super) fn at_budget(&self) -> Option<f64> {
        self.quantiles.get(AT_BUDGET).copied()
    }
}
