//! What guards a pipeline, what breaks it, and how its lanes join.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A span of time in which a step's callee is down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Outage {
    /// The step whose callee is down.
    pub step: String,
    /// From when \[s\].
    pub from_s: f64,
    /// Until when \[s\].
    pub until_s: f64,
    /// How it is down.
    pub mode: OutageMode,
}

/// How a callee is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutageMode {
    /// Attempts fail after 5 ms.
    Refuses,
    /// Attempts end by timeout, or when the outage ends.
    Hangs,
}

/// What limits the damage of failures, each per topology run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Protections {
    /// A circuit breaker per service.
    pub breaker: Option<Breaker>,
    /// A token bucket for retries.
    pub retry_budget: Option<RetryBudget>,
    /// Attempts in flight at most; the rest queue.
    pub concurrency_cap: Option<u32>,
    /// Retries in flight at most; a further one fails its step.
    pub retry_cap: Option<u32>,
}

/// A circuit breaker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Breaker {
    /// Failed share of the window above which it opens.
    pub failure_share: f64,
    /// Attempts over which the share is taken.
    pub window: u32,
    /// Attempts that must have been seen before it may open.
    pub min_calls: u32,
    /// For how long it stays open \[s\].
    pub open_s: f64,
    /// Attempts that must then succeed to close it.
    pub probes: u32,
}

impl Default for Breaker {
    fn default() -> Self {
        Self { failure_share: 0.5, window: 100, min_calls: 20, open_s: 30.0, probes: 3 }
    }
}

/// A token bucket: every first attempt adds `ratio`, every retry takes one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RetryBudget {
    /// Tokens gained per first attempt.
    pub ratio: f64,
    /// Tokens it holds at most.
    pub burst: f64,
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self { ratio: 0.1, burst: 10.0 }
    }
}

/// How the lanes that lead to a step join. What is absent is taken from `joins.default`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Join {
    /// How many predecessors must succeed.
    #[schemars(with = "Option<crate::schema::JoinCountSchema>")]
    pub k: Option<JoinCount>,
    /// What becomes of the other lanes when one fails for good.
    pub siblings: Option<SiblingPolicy>,
    /// Whether the failure is answered at once.
    pub fail_fast: Option<bool>,
}

/// How many predecessors a join waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinCount {
    /// Written `"all"`.
    All,
    /// Written as a number: satisfied at the k-th success.
    Of(u32),
}

impl Serialize for JoinCount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            JoinCount::All => serializer.serialize_str("all"),
            JoinCount::Of(k) => serializer.serialize_u32(*k),
        }
    }
}

impl<'de> Deserialize<'de> for JoinCount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = JoinCount;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(r#""all" or a whole number of predecessors"#)
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<JoinCount, E> {
                u32::try_from(value)
                    .map(JoinCount::Of)
                    .map_err(|_| E::invalid_value(de::Unexpected::Unsigned(value), &self))
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<JoinCount, E> {
                match value {
                    "all" => Ok(JoinCount::All),
                    other => Err(E::invalid_value(de::Unexpected::Str(other), &self)),
                }
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

/// What becomes of the lanes beside one that failed for good. Real orchestrators differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SiblingPolicy {
    /// They run to their end.
    #[default]
    RunOn,
    /// They are cancelled.
    Cancel,
}

/// The team's own topology.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Custom {
    /// For each step, the steps it waits for.
    pub after: BTreeMap<String, Vec<String>>,
    /// Steps that are started and never waited for.
    pub detached: Vec<String>,
}
