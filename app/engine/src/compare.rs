//! Comparing topologies: the same requests, with the same luck, through each of them.

use model::{Document, Topology, TopologyKind};

use crate::{
    interval::{Figure, Share},
    nanos,
    plan::Plan,
    report::{Counts, FailedBy, LatencyFigures, Outcomes, PoolReport, Report, TopologyReport, arrangement},
    run::{Limits, Run},
    tally::{Outcome, Tally},
    thumb,
};

/// The fewest replications from which an interval is worth anything.
pub const FEWEST_REPLICATIONS: u32 = 5;
/// Replications where nobody says otherwise: the half-width at the 99th percentile of 6,000 requests is then
/// about 2 %.
pub const DEFAULT_REPLICATIONS: u32 = 10;
/// More than this changes no digit that is shown.
pub const MOST_REPLICATIONS: u32 = 1_000;
/// The seed where nobody says otherwise.
pub const DEFAULT_SEED: u64 = 1;

/// Shares at which the distribution is drawn: every percent, and finer where budgets are decided.
const DRAWN: [f64; 9] = [0.001, 0.005, 0.992, 0.994, 0.995, 0.996, 0.998, 0.999, 0.9995];

/// How a comparison is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The seed of all random numbers.
    pub seed: u64,
    /// Independent replications of each topology.
    pub replications: u32,
    /// The topologies; others than those the document has are left out.
    pub kinds: Vec<TopologyKind>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { seed: DEFAULT_SEED, replications: DEFAULT_REPLICATIONS, kinds: TopologyKind::ALL.to_vec() }
    }
}

/// Why a document cannot be simulated although it parses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRunnable {
    /// There is nothing to run.
    #[error("the pipeline has no steps yet; add at least one")]
    NoSteps,
    /// None of the topologies asked for exists.
    #[error("the document has none of the topologies asked for; `custom` needs the section `custom`")]
    NoTopology,
    /// Too few or too many replications.
    #[error("{0} replications; give {FEWEST_REPLICATIONS} to {MOST_REPLICATIONS}")]
    Replications(u32),
}

/// A comparison under way. It advances in slices, so that a browser stays responsive and a server can stop.
#[derive(Debug)]
pub struct Comparison {
    document: Document,
    settings: Settings,
    topologies: Vec<Topology>,
    plans: Vec<Plan>,
    /// For each topology, the replications that are over.
    samples: Vec<Vec<Sample>>,
    /// The number of the request that is replayed, once the first replication of the first topology is over.
    typical: Option<u64>,
    /// The replication under way.
    run: Option<Run>,
}

/// One replication, reduced to what figures are made of, so that memory does not grow with replications.
#[derive(Debug)]
struct Sample {
    tally: Tally,
    mean: Option<f64>,
    quantiles: Vec<f64>,
}

impl Comparison {
    /// Prepares a comparison of a checked document.
    ///
    /// # Errors
    ///
    /// When there is nothing to run, or the number of replications makes no sense.
    pub fn new(document: Document, settings: Settings) -> Result<Self, NotRunnable> {
        if document.steps.is_empty() {
            return Err(NotRunnable::NoSteps);
        }
        if !(FEWEST_REPLICATIONS..=MOST_REPLICATIONS).contains(&settings.replications) {
            return Err(NotRunnable::Replications(settings.replications));
        }
        let topologies: Vec<Topology> = TopologyKind::ALL
            .into_iter()
            .filter(|kind| settings.kinds.contains(kind))
            .filter_map(|kind| Topology::of(&document, kind))
            .collect();
        if topologies.is_empty() {
            return Err(NotRunnable::NoTopology);
        }
        let plans: Vec<Plan> = topologies.iter().map(|topology| Plan::new(&document, topology)).collect();
        let samples = plans.iter().map(|_| Vec::new()).collect();
        Ok(Self { document, settings, topologies, plans, samples, typical: None, run: None })
    }

    /// Lets at most `events` events happen; answers whether the comparison is over.
    pub fn advance(&mut self, events: u64) -> bool {
        let Some((topology, replication)) = self.next() else { return true };
        let plan = &self.plans[topology];
        let run = self.run.get_or_insert_with(|| Run::new(plan, self.settings.seed, replication, Limits::DEFAULT));
        if run.advance(plan, events) {
            let tally = self.run.take().map(Run::into_tally).unwrap_or_default();
            if topology == 0 && replication == 0 {
                self.typical = tally.typical();
            }
            let sample = Sample::new(tally, &self.drawn());
            self.samples[topology].push(sample);
        }
        self.next().is_none()
    }

    /// Share of the replications that are over, 0 to 1.
    pub fn progress(&self) -> f64 {
        let over: usize = self.samples.iter().map(Vec::len).sum();
        over as f64 / (self.plans.len() as f64 * f64::from(self.settings.replications))
    }

    /// Runs to the end.
    pub fn finish(mut self) -> Report {
        while !self.advance(u64::MAX) {}
        self.report()
    }

    /// The report. Asked for before the end, it is the report of the replications that are over.
    pub fn report(&self) -> Report {
        let topologies: Vec<TopologyReport> = (0..self.plans.len()).map(|index| self.topology_report(index)).collect();
        let traces = self.typical.map_or_else(Vec::new, |request| {
            let trace = |plan| Run::trace(plan, self.settings.seed, 0, request, Limits::DEFAULT);
            self.plans.iter().map(trace).collect()
        });
        Report {
            engine: crate::VERSION.to_owned(),
            document_digest: self.document.digest(),
            seed: self.settings.seed,
            replications: self.settings.replications,
            budget_percentile: self.document.budget.percentile,
            budget_ms: self.document.budget.target_ms,
            not_simulated: crate::scope::not_simulated(&self.document),
            cut_short: self.samples.iter().flatten().any(|sample| sample.tally.cut_short),
            topologies,
            traces,
        }
    }

    /// The next replication: topology and number. Topologies take turns, so that early figures exist for all.
    fn next(&self) -> Option<(usize, u32)> {
        let (topology, samples) = self.samples.iter().enumerate().min_by_key(|(_, samples)| samples.len())?;
        let replication = samples.len() as u32;
        (replication < self.settings.replications).then_some((topology, replication))
    }

    /// The shares at which each replication's latencies are read: those of the figures, then those drawn.
    fn drawn(&self) -> Vec<f64> {
        let figures = [0.5, 0.9, 0.95, 0.99, 0.999, self.document.budget.percentile / 100.0];
        let percents = (1..100).map(|percent| f64::from(percent) / 100.0);
        figures.into_iter().chain(percents).chain(DRAWN).collect()
    }

    fn topology_report(&self, index: usize) -> TopologyReport {
        let samples = &self.samples[index];
        let topology = &self.topologies[index];
        let (after, detached) = arrangement(&self.document, topology);
        let share = |count: &dyn Fn(&Tally) -> u64| {
            Share::of(&samples.iter().map(|sample| (count(&sample.tally), sample.tally.requests)).collect::<Vec<_>>())
        };
        let sum = |count: fn(&Tally) -> u64| samples.iter().map(|sample| count(&sample.tally)).sum::<u64>();
        let outcome = |outcome: Outcome| share(&move |tally: &Tally| tally.of(outcome));
        let failed = |tally: &Tally| {
            tally.of(Outcome::FailedClean) + tally.of(Outcome::Compensated) + tally.of(Outcome::Orphaned)
        };
        let failed_deliveries: Vec<(u64, u64)> =
            samples.iter().map(|sample| (sample.tally.failed_deliveries, sample.tally.deliveries)).collect();
        TopologyReport {
            kind: topology.kind,
            after,
            detached,
            forks: topology.forks() as u32,
            requests: sum(|tally| tally.requests),
            latency: self.latency(samples),
            saves_ms: if index == 0 { None } else { self.saves(index) },
            rule_of_thumb_ms: thumb::rule_of_thumb(&self.document, topology, self.document.budget.percentile),
            over_budget: share(&|tally| tally.over_target),
            outcomes: Outcomes {
                complete: outcome(Outcome::Complete),
                degraded: outcome(Outcome::Degraded),
                failed_clean: outcome(Outcome::FailedClean),
                compensated: outcome(Outcome::Compensated),
                orphaned: outcome(Outcome::Orphaned),
            },
            failed: share(&failed),
            failed_deliveries: Share::of(&failed_deliveries),
            failed_by: (0..self.document.steps.len())
                .map(|step| FailedBy {
                    step: self.document.steps[step].id.clone(),
                    share: share(&move |tally: &Tally| tally.failed_by[step]),
                })
                .filter(|failed| failed.share.count > 0)
                .collect(),
            duplicated: share(&|tally| tally.requests_with_duplicates),
            silently_incomplete: share(&|tally| tally.silently_incomplete),
            unanswered: share(&|tally| tally.unanswered),
            counts: Counts {
                orphans: sum(|tally| tally.orphans),
                detached_commits_of_failed: sum(|tally| tally.detached_commits_of_failed),
                duplicates: sum(|tally| tally.duplicates),
                undo_calls: sum(|tally| tally.undo_calls),
                attempts: sum(|tally| tally.attempts),
                timeouts: sum(|tally| tally.timeouts),
            },
            amplification: ratio(sum(|tally| tally.attempts) as f64, sum(|tally| tally.wanted) as f64),
            pools: (0..self.document.pools.len()).map(|pool| self.pool_report(samples, pool)).collect(),
            distribution: self.distribution(samples),
        }
    }

    fn latency(&self, samples: &[Sample]) -> LatencyFigures {
        let figure = |index: usize| every(samples, |sample| sample.quantiles.get(index).copied());
        let beyond: f64 = samples.iter().map(|sample| sample.tally.answered as f64 * 0.001).sum();
        LatencyFigures {
            mean: every(samples, |sample| sample.mean),
            p50: figure(0),
            p90: figure(1),
            p95: figure(2),
            p99: figure(3),
            p999: figure(4),
            at_budget: figure(5),
            p999_rests_on_few: beyond < 100.0,
        }
    }

    /// What a topology saves against the first, replication by replication: both met the same requests.
    fn saves(&self, index: usize) -> Option<Figure> {
        let pairs = self.samples[0].iter().zip(&self.samples[index]);
        let savings: Option<Vec<f64>> =
            pairs.map(|(first, other)| Some(first.quantiles.get(5)? - other.quantiles.get(5)?)).collect();
        Figure::of(&savings?)
    }

    fn pool_report(&self, samples: &[Sample], pool: usize) -> PoolReport {
        let size = f64::from(self.plans[0].pools[pool].size);
        let uses = || samples.iter().map(|sample| sample.tally.pools[pool]);
        let offered: f64 = samples.iter().map(|sample| sample.tally.end as f64 * size).sum();
        let asked: u64 = uses().map(|used| used.asked).sum();
        PoolReport {
            id: self.document.pools[pool].id.clone(),
            utilisation: ratio(uses().map(|used| used.held as f64).sum(), offered),
            mean_wait_ms: ratio(uses().map(|used| used.waited as f64 / 1e6).sum(), asked as f64),
            longest_queue: uses().map(|used| used.longest_queue).max().unwrap_or(0),
            rejected: Share::of(&uses().map(|used| (used.rejected, used.asked)).collect::<Vec<_>>()),
        }
    }

    fn distribution(&self, samples: &[Sample]) -> Vec<(f64, f64)> {
        let mut points: Vec<(f64, f64)> = self
            .drawn()
            .into_iter()
            .enumerate()
            .skip(6)
            .filter_map(|(index, share)| {
                Some((share, every(samples, |sample| sample.quantiles.get(index).copied())?.value))
            })
            .collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        points
    }
}

impl Sample {
    fn new(mut tally: Tally, shares: &[f64]) -> Self {
        let quantiles = shares.iter().map_while(|&share| tally.quantile(share).map(nanos::to_ms)).collect::<Vec<_>>();
        let count = tally.latencies.len();
        let sum: u128 = tally.latencies.iter().map(|&latency| u128::from(latency)).sum();
        let mean = (count > 0).then(|| sum as f64 / count as f64 / 1e6);
        tally.latencies = Vec::new();
        tally.first_answered = Vec::new();
        Sample { tally, mean, quantiles }
    }
}

/// The figure over all replications, if every one of them has a value.
fn every(samples: &[Sample], value: impl Fn(&Sample) -> Option<f64>) -> Option<Figure> {
    Figure::of(&samples.iter().map(value).collect::<Option<Vec<f64>>>()?)
}

fn ratio(numerator: f64, denominator: f64) -> f64 {
    if denominator > 0.0 { numerator / denominator } else { 0.0 }
}
