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
    /// It failed and left commits behind.
    Orphaned,
}

/// From how many requests the typical one is chosen: enough for a median, too few to cost memory.
const FIRST: usize = 1_000;

/// Counts of one replication, over the requests that arrived after the warm-up.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    pub(crate) requests: u64,
    /// Latencies of requests whose success was received.
    pub(crate) latencies: Latencies,
    /// How long after their arrival the callers of the others saw the last failure, or gave up.
    pub(crate) failure_latencies: Latencies,
    /// Latency and number of the first [`FIRST`] answered ones, ascending by latency once the run is over.
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
    pub(crate) stale_reads: u64,
    pub(crate) lost_updates: u64,
    pub(crate) silently_incomplete: u64,
    pub(crate) unanswered: u64,
    pub(crate) undo_calls: u64,
    pub(crate) attempts: u64,
    pub(crate) timeouts: u64,
    /// Step executions that first deliveries wanted.
    pub(crate) wanted: u64,
    pub(crate) windows: Windows,
    /// Deliveries that failed, that succeeded, and deliveries in all: a failure before caller retries.
    pub(crate) failed_deliveries: u64,
    pub(crate) successful_deliveries: u64,
    pub(crate) deliveries: u64,
    /// Nanoseconds in which work waited: for a worker, a slot or a key, before a retry, at a join.
    pub(crate) idle: u128,
    /// A line for each delivery, attempt, undo and forked lane.
    pub(crate) log_lines: u64,
    pub(crate) steps: Vec<StepTally>,
    pub(crate) pools: Vec<PoolUse>,
    pub(crate) time_line: TimeLine,
    /// Requests that arrived in the last ten seconds of arrivals, and how many of them received a success.
    pub(crate) last_arrivals: u64,
    pub(crate) last_good: u64,
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
            over_target: 0,
            outcomes: [0; 5],
            failed_by: vec![0; steps],
            orphans: 0,
            detached_commits_of_failed: 0,
            duplicates: 0,
            requests_with_duplicates: 0,
            stale_reads: 0,
            lost_updates: 0,
            silently_incomplete: 0,
            unanswered: 0,
            undo_calls: 0,
            attempts: 0,
            timeouts: 0,
            wanted: 0,
            windows: Windows::default(),
            failed_deliveries: 0,
            successful_deliveries: 0,
            deliveries: 0,
            idle: 0,
            log_lines: 0,
            steps: vec![StepTally::default(); steps],
            pools: Vec::new(),
            time_line: TimeLine::new(plan.duration),
            last_arrivals: 0,
            last_good: 0,
            in_system: InSystem::default(),
            events: 0,
            attempts_made: 0,
            cut_short: false,
        }
    }

    pub(crate) fn answer(&mut self, latency: Nanos, number: u64) {
        self.latencies.push(latency);
        if self.first_answered.len() < FIRST {
            self.first_answered.push((latency, number));
        }
    }

    /// An attempt of a counted request is made.
    pub(crate) fn attempt(&mut self, now: Nanos, step: u16, undo: bool) {
        self.log_lines += 1;
        if undo {
            self.undo_calls += 1;
        } else {
            self.attempts += 1;
            self.steps[usize::from(step)].attempts += 1;
            self.windows.attempt(now);
        }
    }

    /// An attempt of a counted request has ended, after it waited for so long.
    pub(crate) fn end(&mut self, step: u16, undo: bool, ending: Ending, waited: Nanos) {
        self.idle += u128::from(waited);
        if undo {
            return;
        }
        self.timeouts += u64::from(ending == Ending::TimedOut);
        let step = &mut self.steps[usize::from(step)];
        match ending {
            Ending::Failed | Ending::Declined => step.errors += 1,
            Ending::TimedOut => step.timeouts += 1,
            Ending::Rejected | Ending::Refused => step.turned_away += 1,
            Ending::Succeeded | Ending::Cancelled => {}
        }
    }

    /// Number of the request with the median latency, among the first; `None` where none was answered.
    pub(crate) fn typical(&self) -> Option<u64> {
        self.first_answered.get(self.first_answered.len() / 2).map(|&(_, number)| number)
    }

    pub(crate) fn of(&self, outcome: Outcome) -> u64 {
        self.outcomes[outcome as usize]
    }

    /// Whether fewer than half of the last arrivals received a success.
    pub(crate) fn collapsed(&self) -> bool {
        self.last_good * 2 < self.last_arrivals
    }
}
