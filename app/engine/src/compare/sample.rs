//! One replication, reduced to what figures are made of, so that memory does not grow with replications.

use crate::{
    latencies::Latencies,
    nanos::{self, Nanos},
    tally::Tally,
};

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
    /// Mean latency of answered requests \[ms\].
    pub(super) mean: Option<f64>,
    /// Quantiles of the latency of all requests that arrived outside outages \[ms\], at [`shares`]: those without an
    /// answer never end, so that a quantile among them is none.
    pub(super) quantiles: Vec<Option<f64>>,
    /// The longest latency of those that were answered of them \[ms\].
    pub(super) longest: Option<f64>,
    /// Quantiles of the latency of answered requests \[ms\], at the first [`FIRST_DRAWN`] of [`shares`].
    pub(super) answered_quantiles: Vec<Option<f64>>,
    /// 99th percentile of the wait for each pool of one \[ms\]; none for other pools.
    pub(super) wait_p99s: Vec<Option<f64>>,
    /// Median and 99th percentile of how long detached steps took to be done \[ms\].
    pub(super) detached_lags: Option<[f64; 2]>,
    /// Mean, median and 99th percentile of how long failures took \[ms\].
    pub(super) failures: Option<[f64; 3]>,
    /// How many latencies there were.
    pub(super) answered: u64,
}

impl Sample {
    pub(super) fn new(mut tally: Tally, budget_percentile: f64) -> Self {
        let latencies = std::mem::take(&mut tally.latencies);
        let failures = std::mem::take(&mut tally.failure_latencies);
        let judged = tally.judged_latencies.take();
        let lags = std::mem::take(&mut tally.detached_lags);
        let waits = std::mem::take(&mut tally.pool_waits);
        tally.first_answered = Vec::new();
        let ms = |quantiles: Vec<Option<Nanos>>| -> Vec<Option<f64>> {
            quantiles.into_iter().map(|nanos| nanos.map(nanos::to_ms)).collect()
        };
        let pair = |latencies: &Latencies| match ms(latencies.quantiles(&[0.5, 0.99])).as_slice() {
            [Some(median), Some(tail)] => Some([*median, *tail]),
            _ => None,
        };
        // Those who did not wait are not noted: their waits of 0 come before all others.
        let wait_p99 = |waits: &Latencies, asked: u64| {
            let share = (0.99 - (1.0 - waits.len() as f64 / asked as f64)) * asked as f64 / waits.len() as f64;
            let noted = (asked > 0 && share > 0.0).then(|| ms(waits.quantiles(&[share]))[0]).flatten();
            noted.unwrap_or(0.0)
        };
        let shares = shares(budget_percentile);
        let of_all: Vec<(f64, u64)> = shares.iter().map(|&share| (share, tally.judged.requests)).collect();
        let of_answered = &shares[..FIRST_DRAWN];
        // Where no request arrived in an outage, both are quantiles of the same durations, and are read together.
        let (quantiles, answered_quantiles) = match &judged {
            Some(judged) => (judged.quantiles_among(&of_all), latencies.quantiles(of_answered)),
            None => {
                let answered = of_answered.iter().map(|&share| (share, latencies.len()));
                let both: Vec<(f64, u64)> = of_all.into_iter().chain(answered).collect();
                let mut quantiles = latencies.quantiles_among(&both);
                let answered = quantiles.split_off(shares.len());
                (quantiles, answered)
            }
        };
        Sample {
            mean: latencies.mean().map(|nanos| nanos / 1e6),
            quantiles: ms(quantiles),
            longest: judged.as_ref().unwrap_or(&latencies).longest().map(nanos::to_ms),
            answered_quantiles: ms(answered_quantiles),
            wait_p99s: waits
                .iter()
                .zip(&tally.pools)
                .map(|(waits, used)| waits.as_ref().map(|waits| wait_p99(waits, used.asked)))
                .collect(),
            detached_lags: pair(&lags),
            failures: failures.mean().and_then(|mean| pair(&failures).map(|[p50, p99]| [mean / 1e6, p50, p99])),
            answered: latencies.len(),
            tally,
        }
    }

    /// The budget's percentile of the latency of all requests \[ms\].
    pub(super) fn at_budget(&self) -> Option<f64> {
        self.quantile(AT_BUDGET)
    }

    /// The quantile of the latency of all requests at that place of [`shares`] \[ms\].
    pub(super) fn quantile(&self, place: usize) -> Option<f64> {
        self.quantiles.get(place).copied().flatten()
    }
}
