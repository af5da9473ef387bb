//! What arrives: how often, how long, how large.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The requests that a simulation sends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Workload {
    /// When requests arrive.
    pub arrivals: Arrivals,
    /// For how long requests arrive \[s\]; afterwards the run drains.
    pub duration_s: f64,
    /// Requests that arrive before this are simulated and not counted \[s\].
    pub warmup_s: f64,
    /// Requests that arrive together on top of the rest.
    pub spike: Option<Spike>,
    /// Classes of request; the shares add up to 1. Empty: all alike.
    pub payloads: Vec<Payload>,
    /// Workers that take requests from a queue. Absent: every arrival starts at once.
    pub consumer: Option<Consumer>,
}

impl Default for Workload {
    fn default() -> Self {
        Self {
            arrivals: Arrivals::default(),
            duration_s: 120.0,
            warmup_s: 0.0,
            spike: None,
            payloads: Vec::new(),
            consumer: None,
        }
    }
}

/// When requests arrive. Arrivals are open loop: they do not wait for answers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Arrivals {
    /// Independent of each other.
    Poisson {
        /// Mean rate \[1/s\].
        per_second: f64,
    },
    /// Evenly spaced.
    Constant {
        /// Rate \[1/s\].
        per_second: f64,
    },
}

impl Arrivals {
    /// Mean arrival rate \[1/s\].
    pub fn per_second(self) -> f64 {
        match self {
            Arrivals::Poisson { per_second } | Arrivals::Constant { per_second } => per_second,
        }
    }

    /// Arrivals of the same kind at another rate \[1/s\].
    #[must_use]
    pub fn at(self, per_second: f64) -> Self {
        match self {
            Arrivals::Poisson { .. } => Arrivals::Poisson { per_second },
            Arrivals::Constant { .. } => Arrivals::Constant { per_second },
        }
    }
}

impl Default for Arrivals {
    fn default() -> Self {
        Arrivals::Poisson { per_second: 50.0 }
    }
}

/// Requests that arrive at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spike {
    /// How many.
    pub size: u32,
    /// When \[s\].
    pub at_s: f64,
}

/// A class of request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Payload {
    /// What people call it.
    pub name: String,
    /// Share of requests of this class.
    pub share: f64,
    /// By which every service time of such a request is multiplied.
    #[serde(default = "one")]
    pub slowdown: f64,
}

fn one() -> f64 {
    1.0
}

/// Workers that take requests from a queue: the partitioned log, or the polling worker.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Consumer {
    /// How many requests are worked on at a time.
    pub workers: u32,
    /// Over how many keys requests are spread.
    #[serde(default = "one_key")]
    pub key_count: u32,
    /// Whether requests of one key are worked on one at a time, in order.
    #[serde(default)]
    pub per_key_order: bool,
}

fn one_key() -> u32 {
    1
}
