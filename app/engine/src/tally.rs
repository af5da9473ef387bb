//! What one replication counted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    latencies::Latencies,
    nanos::Nanos,
    plan::Plan,
    slots::PoolUse,
    timeline::{InSystem, TimeLine, Windows},
    trace::Ending,
};

/// The state in which a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    /// It failed or was declined, and left commits behind.
    Orphaned,
    /// It was declined, and nothing that it committed is left.
    Declined,
}

/// How many outcomes there are.
const OUTCOMES: usize = 6;

/// What is counted apart of requests that arrived outside the document's outages, and of those that arrived in one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Judged {
    pub(crate) requests: u64,
    /// Requests that were not answered within the target.
    pub(crate) over_target: u64,
    /// Requests that were not answered within the target and its tolerance.
    pub(crate) over_tolerance: u64,
    /// Requests that were not answered within the hard limit, where there is one.
    pub(crate) over_hard_limit: u64,
    /// Requests that were not answered at all: failed or unanswered.
    pub(crate) no_answer: u64,
    /// Requests that came to harm; see [`crate::report::TopologyReport::harm`].
    pub(crate) harmed: u64,
}

/// From how many requests the typical one is chosen: enough for a median, too few to cost memory.
const FIRST: usize = 1_000;

/// Counts of one replication, over the requests that arrived after the warm-up.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    pub(crate) requests: u64,
    /// Latencies of answered requests: those whose success or decline was received.
    pub(crate) latencies: Latencies,
    /// The same of requests that arrived outside outages; kept only where the document has outages.
    pub(crate) judged_latencies: Option<Latencies>,
    /// Requests that arrived outside outages, on which budgets and harm are judged.
    pub(crate) judged: Judged,
    /// Requests that arrived in an outage.
    pub(crate) in_outages: Judged,
    /// How long after their arrival the callers of the others saw the last failure, or gave up.
    pub(crate) failure_latencies: Latencies,
    /// Latency and number of the first [`FIRST`] answered ones, ascending by latency once the run is over.
    pub(crate) first_answered: Vec<(Nanos, u64)>,
    pub(crate) outcomes: [u64; OUTCOMES],
    /// Requests that failed for a technical reason: declines are none of them.
    pub(crate) failed: u64,
    /// Requests whose decline was received.
    pub(crate) declined: u64,
    /// How many requests each step failed for a technical reason.
    pub(crate) failed_by: Vec<u64>,
    /// Commits left behind by failed requests.
    pub(crate) orphans: u64,
    /// Commits of detached steps that belong to failed requests.
    pub(crate) detached_commits_of_failed: u64,
    pub(crate) duplicates: u64,
    pub(crate) requests_with_duplicates: u64,
    pub(crate) stale_reads: u64,
    pub(crate) stale_from_cache: u64,
    pub(crate) lost_updates: u64,
    pub(crate) silently_incomplete: u64,
    pub(crate) unanswered: u64,
    pub(crate) undo_calls: u64,
    /// Attempts and timeouts of all steps, and executions that first deliveries wanted; see [`Tally::add_up`].
    pub(crate) attempts: u64,
    pub(crate) timeouts: u64,
    pub(crate) wanted: u64,
    pub(crate) windows: Windows,
    /// Deliveries of requests that arrived outside outages, and those of them that failed: a failure before caller retries.
    pub(crate) deliveries: u64,
    pub(crate) failed_deliveries: u64,
    /// Deliveries that succeeded.
    pub(crate) successful_deliveries: u64,
    /// Nanoseconds in which work waited: for a worker, a slot or a key, before a retry, at a join.
    pub(crate) idle: u128,
    /// A line for each delivery, attempt, undo and forked lane.
    pub(crate) log_lines: u64,
    pub(crate) steps: Vec<StepTally>,
    pub(crate) pools: Vec<PoolUse>,
    pub(crate) time_line: TimeLine,
    /// How long after they were set going detached steps of counted requests were done.
    pub(crate) detached_lags: Latencies,
    /// Detached steps that had been set going and were not done when arrivals stopped.
    pub(crate) detached_backlog: u64,
    /// Nanoseconds for which deliveries of counted requests held a worker, and how many did.
    pub(crate) worker_held: u128,
    pub(crate) worker_deliveries: u64,
    /// Deliveries that waited for a worker when arrivals stopped.
    pub(crate) worker_backlog: u64,
    /// Waits for each pool of one, once the run is over.
    pub(crate) pool_waits: Vec<Option<Latencies>>,
    /// Whether the run has collapsed, once it is over.
    pub(crate) collapsed: bool,
    pub(crate) in_system: InSystem,
    /// Everything that was done, warm-up included.
    pub(crate) events: u64,
    pub(crate) attempts_made: u64,
    /// Whether a limit cut the replication short.
    pub(crate) cut_short: bool,
}

/// What one step did.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct StepTally {
    pub(crate) attempts: u64,
    /// Attempts that failed or were declined.
    pub(crate) errors: u64,
    pub(crate) timeouts: u64,
    /// Attempts that a full pool or an open breaker turned away.
    pub(crate) turned_away: u64,
    /// Executions of this step, one a delivery, that were judged by its own budget, and those over it.
    pub(crate) judged: u64,
    pub(crate) over_budget: u64,
    /// Its commits made while an earlier one of the same request stood, and its commits that failed requests left behind.
    pub(crate) duplicates: u64,
    pub(crate) orphans: u64,
    /// Step executions that first deliveries wanted.
    pub(crate) wanted: u64,
    /// Nanoseconds on the critical paths of successful deliveries.
    pub(crate) critical: u128,
}

impl Tally {
    pub(crate) fn new(plan: &Plan) -> Self {
        let steps = plan.steps.len();
        Tally {
            requests: 0,
            latencies: Latencies::default(),
            failure_latencies: Latencies::default(),
            first_answered: Vec::new(),
            judged_latencies: (!plan.outage_spans.is_empty()).then(Latencies::default),
            judged: Judged::default(),
            in_outages: Judged::default(),
            outcomes: [0; OUTCOMES],
            failed: 0,
            declined: 0,
            failed_by: vec![0; steps],
            orphans: 0,
            detached_commits_of_failed: 0,
            duplicates: 0,
            requests_with_duplicates: 0,
            stale_reads: 0,
            stale_from_cache: 0,
            lost_updates: 0,
            silently_incomplete: 0,
            unanswered: 0,
            undo_calls: 0,
            attempts: 0,
            timeouts: 0,
            wanted: 0,
            windows: Windows::new(plan.services, plan.duration),
            failed_deliveries: 0,
            successful_deliveries: 0,
            deliveries: 0,
            idle: 0,
            log_lines: 0,
            steps: vec![StepTally::default(); steps],
            pools: Vec::new(),
            time_line: TimeLine::new(plan.duration),
            detached_lags: Latencies::default(),
            detached_backlog: 0,
            worker_held: 0,
            worker_deliveries: 0,
            worker_backlog: 0,
            pool_waits: Vec::new(),
            collapsed: false,
            in_system: InSystem::default(),
            events: 0,
            attempts_made: 0,
            cut_short: false,
        }
    }

    /// A request whose success was received has settled: it may be the typical one.
    pub(crate) fn note_typical(&mut self, latency: Nanos, number: u64) {
        if self.first_answered.len() < FIRST {
            self.first_answered.push((latency, number));
        }
    }

    /// An attempt of a counted request is made: the `first` of its step in its request, where the execution is wanted. One that
    /// an open breaker refuses is no `call` of its service.
    pub(crate) fn attempt(&mut self, now: Nanos, step: u16, service: u16, first: bool, call: bool) {
        let of = &mut self.steps[usize::from(step)];
        of.attempts += 1;
        of.wanted += u64::from(first);
        self.windows.count(now, service, u64::from(call), u64::from(first));
    }

    /// An attempt of a counted request has ended, after it waited for so long.
    pub(crate) fn end(&mut self, step: u16, undo: bool, ending: Ending, waited: Nanos) {
        self.idle += u128::from(waited);
        if undo {
            return;
        }
        let step = &mut self.steps[usize::from(step)];
        match ending {
            Ending::Failed | Ending::Declined => step.errors += 1,
            Ending::TimedOut => step.timeouts += 1,
            Ending::Rejected | Ending::Refused => step.turned_away += 1,
            Ending::Succeeded | Ending::Cancelled => {}
        }
    }

    /// Adds up what is counted by step, once the run is over.
    pub(crate) fn add_up(&mut self) {
        let sum = |of: fn(&StepTally) -> u64| self.steps.iter().map(of).sum();
        (self.attempts, self.timeouts) = (sum(|step| step.attempts), sum(|step| step.timeouts));
        self.wanted = sum(|step| step.wanted);
        self.log_lines += self.attempts + self.undo_calls;
    }

    /// Number of the request with the median latency, among the first; `None` where none was answered.
    pub(crate) fn typical(&self) -> Option<u64> {
        self.first_answered.get(self.first_answered.len() / 2).map(|&(_, number)| number)
    }

    pub(crate) fn of(&self, outcome: Outcome) -> u64 {
        self.outcomes[outcome as usize]
    }
}
