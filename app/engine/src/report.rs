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
///
/// A decision record keeps the report that it rests on. Fields that engine 0.4.0 did not have yet are read as if nothing
/// were known of them, so that its records can still be read.
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
    /// How many pairs of steps run side by side: both waited for, neither after the other. 0 for a chain.
    #[serde(default)]
    pub side_by_side: u32,
    /// Requests counted, over all replications.
    pub requests: u64,
    /// Latency of *all requests* that arrived outside the document's outages. One that failed or stayed unanswered never
    /// ends: a percentile that falls among those is absent, and so is the mean where there are any. Budgets, verdicts and
    /// comparisons use these.
    pub latency: LatencyFigures,
    /// Latency of *answered requests*: those whose success or decline was received.
    #[serde(default)]
    pub answered: LatencyFigures,
    /// How long failures took to be seen.
    pub failure_latency: FailureFigures,
    /// Milliseconds that this topology saves against the first at the budget's percentile, from paired
    /// replications. Absent for the first itself.
    pub saves_ms: Option<Figure>,
    /// What adding 99th percentiles along a chain, and taking the largest across lanes, would say \[ms\].
    /// Wrong for anything but constants, and shown because people use it. It uses the budget's percentile.
    pub rule_of_thumb_ms: f64,
    /// Requests over budget, of those that arrived outside outages: answered later than the target, failed, or
    /// unanswered.
    pub over_budget: Share,
    /// The same for the target and its tolerance.
    #[serde(default)]
    pub over_tolerance: Share,
    /// The same for the hard limit; absent without one.
    #[serde(default)]
    pub over_hard_limit: Option<Share>,
    /// Requests that failed or stayed unanswered, of those that arrived outside outages.
    #[serde(default)]
    pub no_answer: Share,
    /// Requests that came to harm, of those that arrived outside outages: failed for a technical reason, unanswered,
    /// orphaned, silently incomplete, or with a stale read or a lost update.
    #[serde(default)]
    pub harm: Share,
    /// How much more harm this topology does than the first, as a share, from paired replications. Absent for the first.
    #[serde(default)]
    pub harm_more: Option<Figure>,
    /// The share of harm in each replication, in order, so that any two topologies can be compared in pairs.
    #[serde(default)]
    pub harm_by_replication: Vec<f64>,
    /// What became of requests that arrived in an outage; absent without outages.
    #[serde(default)]
    pub in_outages: Option<InOutages>,
    /// Requests whose decline was received. A decline is an answer, and no failure.
    #[serde(default)]
    pub declined: Share,
    /// Requests by outcome.
    pub outcomes: Outcomes,
    /// Requests that failed for a technical reason: declined ones are not among them.
    pub failed: Share,
    /// Deliveries that failed or were declined, after the steps' retries and before the caller's, of requests that arrived
    /// outside outages.
    pub failed_deliveries: Share,
    /// Requests that failed for a technical reason, by the step that failed them.
    pub failed_by: Vec<FailedBy>,
    /// Requests with a duplicate.
    pub duplicated: Share,
    /// Requests that succeeded although a step accepted its work and never did it, or although a join did without a critical
    /// step whose write is missing.
    pub silently_incomplete: Share,
    /// Requests whose pipeline succeeded and whose caller got no answer.
    pub unanswered: Share,
    /// State and work, counted over all replications.
    pub counts: Counts,
    /// Attempts divided by the step executions that first deliveries wanted.
    pub amplification: f64,
    /// The same in the worst ten seconds of a replication in which requests arrive. Windows with under 100 executions are left
    /// out, and so are attempts that an open breaker refuses: they are no calls.
    pub worst_amplification: Option<Figure>,
    /// Both for each service, in the order in which the document names them.
    #[serde(default)]
    pub services: Vec<ServiceReport>,
    /// Time in which work of a request waited: for a worker, a slot or a key, before a retry, at a join \[ms\].
    pub idle_ms_per_request: f64,
    /// Replications in which under half as large a share of the last ten seconds' arrivals was answered as in their best
    /// ten seconds; windows hold at least 100 arrivals.
    pub collapsed: u32,
    /// How the pipeline came back after the last outage; absent without any.
    pub recovery: Option<Recovery>,
    /// What each step did, in document order.
    pub steps: Vec<StepReport>,
    /// What happened in each pool, in document order.
    pub pools: Vec<PoolReport>,
    /// What happened at the cap on attempts in flight, as in a pool of that size; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency_cap: Option<PoolReport>,
    /// The workers that take requests from a queue; absent without any.
    #[serde(default)]
    pub workers: Option<WorkersReport>,
    /// Work that nobody waits for; absent where nothing is detached.
    #[serde(default)]
    pub detached_work: Option<DetachedWork>,
    /// Latency by share of all requests that arrived outside outages: points (share, ms) of the distribution, as far as
    /// they are answered.
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

/// Figures of a latency \[ms\]. One is absent where there are too few answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
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
    /// Failed or declined, commits left behind.
    pub orphaned: Share,
    /// Declined, nothing left behind.
    #[serde(default)]
    pub declined: Share,
}

impl Outcomes {
    /// Outcome, name and share, best first.
    pub fn named(&self) -> [(Outcome, &'static str, Share); 6] {
        [
            (Outcome::Complete, "complete", self.complete),
            (Outcome::Degraded, "degraded", self.degraded),
            (Outcome::Declined, "declined", self.declined),
            (Outcome::FailedClean, "failed clean", self.failed_clean),
            (Outcome::Compensated, "compensated", self.compensated),
            (Outcome::Orphaned, "orphaned", self.orphaned),
        ]
    }
}

/// What became of requests that arrived in an outage of the document.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InOutages {
    /// Share over budget.
    pub over_budget: Share,
    /// Share that failed or stayed unanswered.
    pub no_answer: Share,
    /// Share that came to harm.
    pub harm: Share,
}

/// Calls of one service against what first deliveries wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ServiceReport {
    /// The service.
    pub service: String,
    /// Attempts divided by the step executions that first deliveries wanted.
    pub amplification: f64,
    /// The same in the worst ten seconds of a replication in which requests arrive. Windows with under 100 executions are left
    /// out, and so are attempts that an open breaker refuses: they are no calls.
    pub worst_amplification: Option<Figure>,
}

/// The workers that take requests from a queue.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkersReport {
    /// How many can work at a time: with order per key, no more than there are keys.
    pub workers: u32,
    /// For how long a delivery holds a worker on average \[ms\].
    pub held_ms: f64,
    /// Workers that arrivals keep busy: requests a second times the seconds that one holds a worker.
    #[serde(default)]
    pub offered: f64,
    /// Deliveries that waited for a worker when arrivals stopped, on average over the replications.
    pub backlog: f64,
}

/// Work that nobody waits for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DetachedWork {
    /// Median of how long after it was started it was done \[ms\]; absent where a replication had none.
    pub lag_p50_ms: Option<Figure>,
    /// 99th percentile of the same \[ms\].
    pub lag_p99_ms: Option<Figure>,
    /// Steps that were under way or waiting when arrivals stopped, on average over the replications.
    pub backlog: f64,
}

/// Requests that one step failed.
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
    /// Commits of a step of a request made while an earlier one of it stood. One that was undone and is done again is none.
    pub duplicates: u64,
    /// Reads that started before a write they come after in sequential order had landed.
    pub stale_reads: u64,
    /// Pairs of writes to the same data that overlapped, or ran against sequential order.
    pub lost_updates: u64,
    /// Attempts of a step that is cached per request without a key, which answered what has been written since.
    #[serde(default, skip_serializing_if = "is_none")]
    pub stale_from_cache: u64,
    /// Calls that take a step back.
    pub undo_calls: u64,
    /// Attempts of steps.
    pub attempts: u64,
    /// Attempts that timed out.
    pub timeouts: u64,
    /// Log lines: one for each delivery, attempt, undo and forked lane.
    pub log_lines: u64,
}

/// Whether there are none of what is counted. Where they are rare a report does not carry them.
fn is_none(count: &u64) -> bool {
    *count == 0
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
    /// Commits beyond the first of a request.
    #[serde(default)]
    pub duplicates: u64,
    /// Commits left behind by failed requests.
    #[serde(default)]
    pub orphans: u64,
    /// Executions that took longer than the step's own budget, or failed, one for each delivery; absent without a budget.
    #[serde(default)]
    pub over_own_budget: Option<Share>,
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
    /// Of those, how many were answered in the end, by a success or a decline.
    pub good: Vec<f64>,
    /// Answers that were successes or declines.
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
    /// Latency of all requests at the budget's percentile \[ms\]; absent where a draw answered too few.
    pub at_budget_ms: Option<Range>,
    /// What the topology saves against the first \[ms\].
    pub saves_ms: Option<Range>,
    /// Share of requests over budget.
    pub over_budget: Range,
    /// Share of requests over the target and its tolerance.
    #[serde(default = "anywhere")]
    pub over_tolerance: Range,
    /// Share of requests that failed or stayed unanswered.
    #[serde(default = "anywhere")]
    pub no_answer: Range,
    /// Share of failed requests.
    pub failed: Range,
    /// Share of orphaned requests.
    pub orphaned: Range,
}

/// What is known of a share that a report of an earlier engine does not have.
fn anywhere() -> Range {
    Range { low: 0.0, high: 1.0 }
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
    /// Slots that arrivals keep busy: for each step, requests a second that reach it times the seconds that a first
    /// attempt holds a slot, without retries, outages or a spike. It does not depend on the length of the run.
    #[serde(default)]
    pub offered: f64,
    /// Calls that had to wait.
    #[serde(default)]
    pub waiting: Share,
    /// Mean wait of a request here, over all its calls \[ms\].
    #[serde(default)]
    pub wait_ms_per_request: f64,
    /// 99th percentile of the wait of a call \[ms\]; for pools of one only.
    #[serde(default)]
    pub wait_p99_ms: Option<Figure>,
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
