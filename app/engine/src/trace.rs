//! One request, replayed: what ran when, and what waited where.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The course of one request through one topology.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Trace {
    /// The request's place among the arrivals of its replication.
    pub request: u64,
    /// When the answer went out, from the arrival \[ms\]. Absent: no success was received.
    pub answered_ms: Option<f64>,
    /// Every attempt, in the order in which they ended.
    pub spans: Vec<Span>,
}

/// One attempt of one step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Span {
    /// The step's place in the document.
    pub step: u32,
    /// 0 for the first sending of the request.
    pub delivery: u32,
    /// 0 for the first try of the step.
    pub attempt: u32,
    /// Whether it takes the step back.
    pub undo: bool,
    /// When it asked for its slots, from the arrival \[ms\].
    pub asked_ms: f64,
    /// When service started, from the arrival \[ms\]. Absent: it never did.
    pub started_ms: Option<f64>,
    /// When it ended, from the arrival \[ms\].
    pub ended_ms: f64,
    /// How it ended.
    pub ending: Ending,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// It succeeded.
    Succeeded,
    /// It failed in a way that may be retried.
    Failed,
    /// It was declined for good.
    Declined,
    /// It took too long.
    TimedOut,
    /// A pool was full.
    Rejected,
    /// An open circuit breaker did not let it pass.
    Refused,
    /// It was stopped because a sibling failed.
    Cancelled,
}
