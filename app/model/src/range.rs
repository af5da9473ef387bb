//! How large and how small each number of a document may be. What is computed from numbers within these ranges stays finite,
//! and charts of it have an end.

/// The numbers that a field may hold, both ends included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// The smallest one.
    pub least: f64,
    /// The largest one.
    pub most: f64,
    /// The largest one with its unit, in words.
    pub most_in_words: &'static str,
}

impl Range {
    const fn new(least: f64, most: f64, most_in_words: &'static str) -> Self {
        Self { least, most, most_in_words }
    }

    /// Whether a number is in the range; not-a-number is not.
    pub fn contains(&self, value: f64) -> bool {
        (self.least..=self.most).contains(&value)
    }

    /// What is wrong with a number that is not in the range.
    pub(crate) fn refusal(&self, value: f64) -> String {
        if *self == SHARE && value.abs() < 1e15 {
            format!("{value} is not a share; give a number from 0 to 1")
        } else if value > self.most {
            // In full, such a number may have hundreds of digits.
            let value = if value < 1e15 { value.to_string() } else { format!("{value:e}") };
            format!("{value} is too large; {} is the limit", self.most_in_words)
        } else if value < 0.0 && self.least == 0.0 {
            format!("{value} is negative")
        } else if value <= 0.0 && self.least < 1.0 {
            format!("{value} is not above 0")
        } else {
            format!("{value} is too small; give at least {}", self.least)
        }
    }
}

/// A span that cannot be nothing \[ms\]: from the nanosecond that the simulation counts in, to 30 days.
pub const SPAN_MS: Range = Range::new(1e-6, 2_592_000_000.0, "2,592,000,000 ms (30 days)");
/// A span that may be nothing \[ms\].
pub const DELAY_MS: Range = Range { least: 0.0, ..SPAN_MS };
/// A span that cannot be nothing \[s\].
pub const SPAN_S: Range = Range::new(1e-3, 31_536_000.0, "31,536,000 s (a year)");
/// A span that may be nothing, or a moment of the run \[s\].
pub const DELAY_S: Range = Range { least: 0.0, ..SPAN_S };
/// A share.
pub const SHARE: Range = Range::new(0.0, 1.0, "1");
/// A percentile.
pub const PERCENTILE: Range = Range::new(0.001, 99.999, "99.999");
/// Requests in a second \[1/s\].
pub const RATE: Range = Range::new(1e-6, 1_000_000.0, "1,000,000 a second");
/// By which a time is multiplied.
pub const FACTOR: Range = Range::new(0.001, 1_000.0, "1,000");
/// By which a sleep grows from one retry to the next.
pub const GROWTH: Range = Range { least: 0.0, ..FACTOR };
/// How often something is tried or delivered again.
pub const REPEATS: Range = Range::new(0.0, 1_000.0, "1,000");
/// How many there may be of something.
pub const COUNT: Range = Range::new(0.0, 1_000_000.0, "1,000,000");
/// How many there must be of something.
pub const SIZE: Range = Range { least: 1.0, ..COUNT };
/// How many keys there are.
pub const KEYS: Range = Range::new(1.0, 1_000_000_000.0, "1,000,000,000");
/// How many lanes a join waits for: no more than a pipeline has steps.
pub const LANES: Range = Range::new(1.0, 200.0, "200");
/// Where a rule fires; each has its own unit.
pub const THRESHOLD: Range = Range::new(0.0, 1_000_000_000.0, "1,000,000,000");

/// The range of every number, by its path without the places in lists. Latencies are listed by the field that holds one, and
/// thresholds and joins by `*` for their id.
pub const RANGES: [(&str, Range); 58] = [
    ("budget.target_ms", SPAN_MS),
    ("budget.percentile", PERCENTILE),
    ("budget.tolerance_ms", DELAY_MS),
    ("budget.hard_limit_ms", SPAN_MS),
    ("delivery.redelivery_rate", SHARE),
    ("delivery.redelivery_delay_s", DELAY_S),
    ("delivery.redeliveries", REPEATS),
    ("delivery.caller_timeout_ms", SPAN_MS),
    ("delivery.caller_retries", REPEATS),
    ("delivery.caller_backoff_ms", DELAY_MS),
    ("overhead_ms", DELAY_MS),
    ("slow_together", SHARE),
    ("workload.arrivals.per_second", RATE),
    ("workload.duration_s", SPAN_S),
    ("workload.warmup_s", DELAY_S),
    ("workload.spike.size", COUNT),
    ("workload.spike.at_s", DELAY_S),
    ("workload.payloads[].share", SHARE),
    ("workload.payloads[].slowdown", FACTOR),
    ("workload.consumer.workers", SIZE),
    ("workload.consumer.key_count", KEYS),
    ("pools[].size", SIZE),
    ("pools[].queue_limit", COUNT),
    ("steps[].latency.p50_ms", SPAN_MS),
    ("steps[].latency.p99_ms", SPAN_MS),
    ("steps[].latency.exponential_mean_ms", SPAN_MS),
    ("steps[].latency.constant_ms", DELAY_MS),
    ("steps[].latency.percentiles[][0]", PERCENTILE),
    ("steps[].latency.percentiles[][1]", SPAN_MS),
    ("steps[].surge.above_share", SHARE),
    ("steps[].surge.factor", FACTOR),
    ("steps[].error_rate", SHARE),
    ("steps[].permanent_error_rate", SHARE),
    ("steps[].error_after_commit_share", SHARE),
    ("steps[].accepted_not_processed_rate", SHARE),
    ("steps[].timeout_ms", SPAN_MS),
    ("steps[].budget_ms", SPAN_MS),
    ("steps[].retry.max", REPEATS),
    ("steps[].retry.backoff_ms", DELAY_MS),
    ("steps[].retry.factor", GROWTH),
    ("steps[].retry.cap_ms", DELAY_MS),
    ("steps[].idempotency.key_ttl_s", SPAN_S),
    ("steps[].undo.error_rate", SHARE),
    ("steps[].taken_share", SHARE),
    ("outages[].from_s", DELAY_S),
    ("outages[].until_s", DELAY_S),
    ("protections.breaker.failure_share", SHARE),
    ("protections.breaker.window", SIZE),
    ("protections.breaker.min_calls", SIZE),
    ("protections.breaker.open_s", DELAY_S),
    ("protections.breaker.probes", SIZE),
    ("protections.retry_budget.ratio", GROWTH),
    ("protections.retry_budget.burst", COUNT),
    ("protections.concurrency_cap", SIZE),
    ("protections.retry_cap", COUNT),
    ("joins.*.k", LANES),
    ("maturity.people", COUNT),
    ("thresholds.*", THRESHOLD),
];
