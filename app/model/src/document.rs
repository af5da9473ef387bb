//! The document as a whole.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    maturity::Maturity,
    policy::{Custom, Join, Outage, Protections},
    step::Step,
    workload::Workload,
};

/// The format this crate reads and writes.
pub const FORMAT: &str = "forkline/1";

/// One pipeline: what is saved, shared, imported, exported, compared and simulated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Always `forkline/1`.
    #[serde(default = "format")]
    pub format: String,
    /// What people call the pipeline.
    pub name: String,
    /// What is being decided.
    #[serde(default)]
    pub question: String,
    /// Who decides and who is called at night.
    #[serde(default)]
    pub owners: Owners,
    /// The latency the team wants to stay inside.
    #[serde(default)]
    pub budget: Budget,
    /// How requests reach the pipeline, and what their sender does when it goes wrong.
    #[serde(default)]
    pub delivery: Delivery,
    /// What happens to the writes of a failed request.
    #[serde(default)]
    pub consistency: Consistency,
    /// The service that can say which stage a request is in. Absent: nobody can.
    #[serde(default)]
    pub state_owner: Option<String>,
    /// What a fork and a join cost, each \[ms\].
    #[serde(default)]
    pub overhead_ms: f64,
    /// How strongly the steps of one request are slow together, 0 to 1: the correlation of their log latencies.
    #[serde(default)]
    pub slow_together: f64,
    /// What arrives.
    #[serde(default)]
    pub workload: Workload,
    /// Things with a fixed number of slots.
    #[serde(default)]
    pub pools: Vec<Pool>,
    /// The calls the pipeline makes, in document order.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// Which step needs which.
    #[serde(default)]
    pub dependencies: Vec<Dependency>,
    /// Services that wait for each other outside this pipeline.
    #[serde(default)]
    pub waits: Vec<Wait>,
    /// Spans in which a step's callee is down.
    #[serde(default)]
    pub outages: Vec<Outage>,
    /// What limits the damage of failures.
    #[serde(default)]
    pub protections: Protections,
    /// How lanes join: `default`, and exceptions by step id.
    #[serde(default)]
    pub joins: BTreeMap<String, Join>,
    /// The team's own topology.
    #[serde(default)]
    pub custom: Option<Custom>,
    /// What the team says about its operations.
    #[serde(default)]
    pub maturity: Maturity,
    /// Kinds of step that the team has looked for and did not find, so that nobody is asked for them again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absent_kinds: Vec<AbsentKind>,
    /// Thresholds of rules that the team has changed, by rule id.
    #[serde(default)]
    pub thresholds: BTreeMap<String, f64>,
}

fn format() -> String {
    FORMAT.to_owned()
}

impl Document {
    /// An empty pipeline with every default.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            format: format(),
            name: name.into(),
            question: String::new(),
            owners: Owners::default(),
            budget: Budget::default(),
            delivery: Delivery::default(),
            consistency: Consistency::default(),
            state_owner: None,
            overhead_ms: 0.0,
            slow_together: 0.0,
            workload: Workload::default(),
            pools: Vec::new(),
            steps: Vec::new(),
            dependencies: Vec::new(),
            waits: Vec::new(),
            outages: Vec::new(),
            protections: Protections::default(),
            joins: BTreeMap::new(),
            custom: None,
            maturity: Maturity::default(),
            absent_kinds: Vec::new(),
            thresholds: BTreeMap::new(),
        }
    }

    /// The document as JSON on one line: the form that is stored and digested.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a document holds only finite numbers and string keys")
    }

    /// The document as indented JSON: the form that people read and compare.
    pub fn to_pretty_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a document holds only finite numbers and string keys")
    }

    /// SHA-256 of [`Document::to_json`] in lower-case hexadecimal: two documents that say the same have
    /// the same digest, whatever their spacing and however much they leave to defaults.
    pub fn digest(&self) -> String {
        Sha256::digest(self.to_json()).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The place of a step in the document.
    pub fn step_index(&self, id: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.id == id)
    }

    /// What people call the step of that id; the id itself where there is none.
    pub fn step_label<'a>(&'a self, id: &'a str) -> &'a str {
        self.step_index(id).map_or(id, |step| self.steps[step].label())
    }

    /// The place of a pool in the document.
    pub fn pool_index(&self, id: &str) -> Option<usize> {
        self.pools.iter().position(|pool| pool.id == id)
    }
}

/// Who decides and who is called at night.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Owners {
    /// Who decides.
    pub deciders: Vec<String>,
    /// Who gets the call at three in the morning.
    pub on_call: String,
}

/// A kind of step that a map of the happy path leaves out, and that a pipeline may truly not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AbsentKind {
    /// No attempt is made again.
    Retry,
    /// There is no authentication or authorisation call.
    Auth,
    /// No step changes state.
    Write,
    /// Nobody else's service is called.
    ThirdParty,
    /// Nothing is logged or measured.
    Log,
}

/// The latency the team wants to stay inside: a warning light, not a hard limit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, from = "WrittenBudget")]
pub struct Budget {
    /// The target \[ms\].
    pub target_ms: f64,
    /// The percentile that must be inside it, above 0 and below 100.
    pub percentile: f64,
    /// Nobody notices a difference of this much \[ms\]. Where it is not written: a tenth of the target.
    pub tolerance_ms: f64,
    /// Where it hurts, because everybody notices \[ms\].
    pub hard_limit_ms: Option<f64>,
}

/// The share of the target that nobody notices, where no tolerance is written.
const DEFAULT_TOLERANCE: f64 = 0.1;

impl Default for Budget {
    fn default() -> Self {
        WrittenBudget::default().into()
    }
}

impl Budget {
    /// The share of requests that may be over the budget: 1 - q, where q is its percentile as a share.
    pub fn allowed_share(&self) -> f64 {
        // In percents first: 1 - 0.99 is a hair more than 0.01.
        (100.0 - self.percentile) / 100.0
    }
}

/// A budget as it is written, where what is left out depends on what is not.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename = "Budget")]
struct WrittenBudget {
    /// The target \[ms\].
    target_ms: f64,
    /// The percentile that must be inside it, above 0 and below 100.
    percentile: f64,
    /// Nobody notices a difference of this much \[ms\]. Where it is not written: a tenth of the target.
    tolerance_ms: Option<f64>,
    /// Where it hurts, because everybody notices \[ms\].
    hard_limit_ms: Option<f64>,
}

impl Default for WrittenBudget {
    fn default() -> Self {
        Self { target_ms: 2_000.0, percentile: 99.0, tolerance_ms: None, hard_limit_ms: None }
    }
}

impl From<WrittenBudget> for Budget {
    fn from(written: WrittenBudget) -> Self {
        let WrittenBudget { target_ms, percentile, tolerance_ms, hard_limit_ms } = written;
        let tolerance_ms = tolerance_ms.unwrap_or(DEFAULT_TOLERANCE * target_ms);
        Self { target_ms, percentile, tolerance_ms, hard_limit_ms }
    }
}

/// How requests reach the pipeline, and what their sender does when it goes wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Delivery {
    /// How often one request may arrive.
    pub semantics: DeliverySemantics,
    /// Share of requests that are delivered again, whatever happened.
    pub redelivery_rate: f64,
    /// How much later \[s\].
    pub redelivery_delay_s: f64,
    /// How many times at most.
    pub redeliveries: u32,
    /// How long the sender waits for an answer \[ms\]. Absent: for ever.
    pub caller_timeout_ms: Option<f64>,
    /// How many times the sender sends the whole request again.
    pub caller_retries: u32,
    /// How long the sender waits before that \[ms\].
    pub caller_backoff_ms: f64,
}

/// How often one request may arrive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliverySemantics {
    /// Never twice, perhaps not at all.
    AtMostOnce,
    /// At least once, perhaps a hundred times.
    #[default]
    AtLeastOnce,
    /// Duplicates are made harmless by the handler.
    EffectivelyOnce,
}

/// What happens to the writes of a failed request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Consistency {
    /// Not chosen yet; nothing is undone.
    #[default]
    Undecided,
    /// State agrees in the end, by a repair outside this pipeline; nothing is undone by it.
    Eventual,
    /// The coordinator undoes what succeeded.
    Compensate,
}

/// Something with a fixed number of slots that steps hold while they run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// Short name by which steps refer to it; unique.
    pub id: String,
    /// What people call it. Empty: the id.
    #[serde(default)]
    pub name: String,
    /// Slots. A lock is a pool of one.
    pub size: u32,
    /// What happens to an attempt that finds no slot.
    #[serde(default)]
    pub when_full: WhenFull,
    /// How many may queue; a further one is rejected. Absent: any number.
    #[serde(default)]
    pub queue_limit: Option<u32>,
}

impl Pool {
    /// The name people know it by.
    pub fn label(&self) -> &str {
        if self.name.is_empty() { &self.id } else { &self.name }
    }
}

/// What happens to an attempt that finds a pool full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WhenFull {
    /// It queues, first in first out.
    #[default]
    Queue,
    /// It fails in no time.
    Reject,
}

/// One step needs another, or has always come after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dependency {
    /// The step that comes first.
    pub from: String,
    /// The step that comes after it.
    pub to: String,
    /// Whether the order may change.
    pub kind: DependencyKind,
    /// Why.
    #[serde(default)]
    pub because: String,
}

/// Whether an order may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DependencyKind {
    /// `to` may start only after `from` has succeeded.
    Strict,
    /// Today's order, which may change without breaking state.
    Loose,
}

impl DependencyKind {
    /// The kind in words.
    pub fn label(self) -> &'static str {
        match self {
            DependencyKind::Strict => "strict",
            DependencyKind::Loose => "loose",
        }
    }
}

/// One service waits for another outside this pipeline: a lock, a synchronous call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wait {
    /// The service that waits.
    pub from: String,
    /// The service it waits for.
    pub to: String,
    /// Why.
    #[serde(default)]
    pub because: String,
}
