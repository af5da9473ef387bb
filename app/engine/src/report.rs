//! What a comparison of topologies reports.

use model::{Topology, TopologyKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use crate::{
    interval::{Figure, Share},
    tally::Outcome,
    trace::{Ending, Span, Trace},
};

/// The outcome of running one document in several topologies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Report {
    /// Version of the engine that made it.
    pub engine: String,
    /// SHA-256 of the document, as [`model::Document::digest`] gives it.
    pub document_digest: String,
    /// The seed of all random numbers.
    pub seed: u64,
    /// Independent replications of each topology.
    pub replications: u32,
    /// The percentile of the team's budget.
    pub budget_percentile: f64,
    /// The latency the team wants to stay inside \[ms\].
    pub budget_ms: f64,
    /// Whether a counted limit ended a replication early; figures are then of what ran until there.
    pub cut_short: bool,
    /// One report for each topology, in the order of [`TopologyKind::ALL`].
    pub topologies: Vec<TopologyReport>,
    /// One typical request, replayed through each topology in the same order: of the first 1,000 that the
    /// first topology answered, the one with the median latency.
    pub traces: Vec<Trace>,
}

impl Report {
    /// The report of one topology.
    pub fn topology(&self, kind: TopologyKind) -> Option<&TopologyReport> {
        self.topologies.iter().find(|topology| topology.kind == kind)
    }

    /// The report as JSON on one line: the bytes that must not differ between machines.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a report holds only finite numbers and string keys")
    }
}

/// The JSON Schema (draft 2020-12) of what `forkline simulate --json` prints: a [`Report`], or with an experiment an
/// [`ExperimentReport`](crate::experiment::ExperimentReport), a
/// [`SensitivityReport`](crate::experiment::SensitivityReport) or a [`WhatIf`](crate::experiment::WhatIf).
pub fn json_schema() -> serde_json::Value {
    #[derive(JsonSchema)]
    #[serde(untagged)]
    #[expect(dead_code, reason = "only its schema is wanted")]
    enum Printed {
        Report(Report),
        Experiment(crate::experiment::ExperimentReport),
        Sensitivity(crate::experiment::SensitivityReport),
        WhatIf(Box<crate::experiment::WhatIf>),
    }
    let mut schema = schemars::schema_for!(Printed);
    schema.insert("title".to_owned(), format!("Forkline report, engine {}", crate::VERSION).into());
    schema.to_value()
}

/// The figures of one topology.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TopologyReport {
    /// Which topology.
    pub kind: TopologyKind,
    /// For each step, the steps it waits for, by id.
    pub after: Vec<Vec<String>>,
    /// Ids of steps that are never waited for.
    pub detached: Vec<String>,
    /// How many forks it has.
    pub forks: u32,
    /// Requests counted, over all replications.
    pub requests: u64,
    /// Latency of requests whose success was received.
    pub latency: LatencyFigures,
    /// How long failures took to be seen.
    pub failure_latency: FailureFigures,
    /// Milliseconds that this topology saves against the first at the budget's percentile, from paired
    /// replications. Absent for the first itself.
    pub saves_ms: Option<Figure>,
    /// What adding 99th percentiles along a chain, and taking the largest across lanes, would say \[ms\].
    /// Wrong for anything but constants, and shown because people use it. It uses the budget's percentile.
    pub rule_of_thumb_ms: f64,
    /// Requests over budget; failed and unanswered ones count as over.
    pub over_budget: Share,
    /// Requests by outcome.
    pub outcomes: Outcomes,
    /// Requests of any failed outcome.
    pub failed: Share,
    /// Deliveries that failed: after the steps' retries and before the caller's.
    pub failed_deliveries: Share,
    /// Failed requests by the step that failed them.
    pub failed_by: Vec<FailedBy>,
    /// Requests with a duplicate.
    pub duplicated: Share,
    /// Requests that succeeded although a step accepted its work and never did it.
    pub silently_incomplete: Share,
    /// Requests whose pipeline succeeded and whose caller got no answer.
    pub unanswered: Share,
    /// State and work, counted over all replications.
    pub counts: Counts,
    /// Attempts divided by the step executions that first deliveries wanted.
    pub amplification: f64,
    /// The same in the worst ten seconds of a replication; windows with under 100 executions are left out.
    pub worst_amplification: Option<Figure>,
    /// Time in which work of a request waited: for a worker, a slot or a key, before a retry, at a join \[ms\].
    pub idle_ms_per_request: f64,
    /// Replications in which fewer than half of the last ten seconds' arrivals received a success.
    pub collapsed: u32,
    /// How the pipeline came back after the last outage; absent without any.
    pub recovery: Option<Recovery>,
    /// What each step did, in document order.
    pub steps: Vec<StepReport>,
    /// What happened in each pool, in document order.
    pub pools: Vec<PoolReport>,
    /// Latency by share of answered requests: points (share, ms) of the distribution.
    pub distribution: Vec<(f64, f64)>,
    /// What happened when, as the mean of the replications.
    pub time_line: TimeLineReport,
    /// The spread from ignorance; absent where every input is known.
    pub spread: Option<Spread>,
}

impl TopologyReport {
    /// Whether another topology arranges the steps as this one does, and so has the same figures.
    pub fn arranges_like(&self, other: &TopologyReport) -> bool {
        self.after == other.after && self.detached == other.detached
    }
}

/// Latency of requests whose success was received \[ms\]. A figure is absent where a replication had none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LatencyFigures {
    /// Mean.
    pub mean: Option<Figure>,
    /// Median.
    pub p50: Option<Figure>,
    /// 90th percentile.
    pub p90: Option<Figure>,
    /// 95th percentile.
    pub p95: Option<Figure>,
    /// 99th percentile.
    pub p99: Option<Figure>,
    /// 99.9th percentile.
    pub p999: Option<Figure>,
    /// The percentile of the team's budget.
    pub at_budget: Option<Figure>,
    /// Whether fewer than 100 samples lie beyond the 99.9th percentile.
    pub p999_rests_on_few: bool,
}

/// Shares of requests by outcome; they add up to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Outcomes {
    /// Everything succeeded.
    pub complete: Share,
    /// Succeeded without a degradable step.
    pub degraded: Share,
    /// Failed, nothing committed.
    pub failed_clean: Share,
    /// Failed, everything undone.
    pub compensated: Share,
    /// Failed, commits left behind.
    pub orphaned: Share,
}

impl Outcomes {
    /// Outcome, name and share, best first.
    pub fn named(&self) -> [(Outcome, &'static str, Share); 5] {
        [
            (Outcome::Complete, "complete", self.complete),
            (Outcome::Degraded, "degraded", self.degraded),
            (Outcome::FailedClean, "failed clean", self.failed_clean),
            (Outcome::Compensated, "compensated", self.compensated),
            (Outcome::Orphaned, "orphaned", self.orphaned),
        ]
    }
}

/// Failed requests that one step failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FailedBy {
    /// The step's id.
    pub step: String,
    /// Share of all requests.
    pub share: Share,
}

/// State and work, counted over all replications.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Commits left behind by failed requests.
    pub orphans: u64,
    /// Commits of detached steps that belong to failed requests.
    pub detached_commits_of_failed: u64,
    /// Commits beyond the first for one step of one request.
    pub duplicates: u64,
    /// Reads that started before a write they come after in sequential order had landed.
    pub stale_reads: u64,
    /// Pairs of writes to the same data that overlapped, or ran against sequential order.
    pub lost_updates: u64,
    /// Calls that take a step back.
    pub undo_calls: u64,
    /// Attempts of steps.
    pub attempts: u64,
    /// Attempts that timed out.
    pub timeouts: u64,
    /// Log lines: one for each delivery, attempt, undo and forked lane.
    pub log_lines: u64,
}

/// How long callers that received no success waited until they saw the last failure, or gave up \[ms\]. A figure is
/// absent where a replication had none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FailureFigures {
    /// Mean.
    pub mean: Option<Figure>,
    /// Median.
    pub p50: Option<Figure>,
    /// 99th percentile.
    pub p99: Option<Figure>,
}

/// What one step did, over all replications.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StepReport {
    /// The step's id.
    pub id: String,
    /// Attempts.
    pub attempts: u64,
    /// Attempts that failed or were declined.
    pub errors: u64,
    /// Attempts that timed out.
    pub timeouts: u64,
    /// Attempts that a full pool or an open breaker turned away.
    pub turned_away: u64,
    /// Mean time on the critical path of a successful delivery, waiting and retries included \[ms\].
    pub critical_ms: f64,
}

/// How a pipeline came back after the last outage.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Recovery {
    /// Replications that came back before the arrivals stopped.
    pub recovered: u32,
    /// Out of how many.
    pub of: u32,
    /// How long those took, on average, from the end of the outage \[s\].
    pub mean_s: Option<f64>,
}

/// What happened when: means over the replications, one number a point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TimeLineReport {
    /// Length of a point \[s\].
    pub point_s: f64,
    /// Requests that arrived.
    pub arrivals: Vec<f64>,
    /// Of those, how many received a success in the end.
    pub good: Vec<f64>,
    /// Answers that were successes.
    pub answers: Vec<f64>,
    /// Answers that were failures.
    pub errors: Vec<f64>,
    /// How many waited for a slot or a worker, at the end of the point.
    pub queue: Vec<f64>,
}

/// From the 5th to the 95th percentile over draws of the uncertain inputs. Not simulation error, and never mixed
/// with it: more replications do not make it narrower, better measurements do.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Spread {
    /// How many draws.
    pub draws: u32,
    /// Latency at the budget's percentile \[ms\]; absent where a draw answered nothing.
    pub at_budget_ms: Option<Range>,
    /// What the topology saves against the first \[ms\].
    pub saves_ms: Option<Range>,
    /// Share of requests over budget.
    pub over_budget: Range,
    /// Share of failed requests.
    pub failed: Range,
    /// Share of orphaned requests.
    pub orphaned: Range,
}

/// From here to there.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Range {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// What happened in a pool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PoolReport {
    /// The pool's id.
    pub id: String,
    /// Share of its slots that were held, from the end of the warm-up to the last arrival.
    pub utilisation: f64,
    /// Mean wait of those who asked \[ms\], those who did not wait included.
    pub mean_wait_ms: Option<Figure>,
    /// The longest queue seen.
    pub longest_queue: u32,
    /// Those who found it full.
    pub rejected: Share,
}

/// What a topology looks like, in ids.
pub(crate) fn arrangement(document: &model::Document, topology: &Topology) -> (Vec<Vec<String>>, Vec<String>) {
    let id = |step: usize| document.steps[step].id.clone();
    let after = topology.arrows().iter().map(|before| before.iter().map(|&step| id(step)).collect()).collect();
    let detached = (0..document.steps.len()).filter(|&step| topology.detached[step]).map(id).collect();
    (after, detached)
}
