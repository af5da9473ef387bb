//! Steps: the calls a pipeline makes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{latency::Latency, quantity::Quantity};

/// One call the pipeline makes: to a service, a database, a third party, a queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Short name by which the rest of the document refers to this step; unique.
    pub id: String,
    /// What people call it. Empty: the id.
    #[serde(default)]
    pub name: String,
    /// The service that is called; breakers and waits are per service. Empty: the id.
    #[serde(default)]
    pub service: String,
    /// What is called.
    #[serde(default)]
    pub kind: StepKind,
    /// Service time of one attempt, without queueing.
    #[schemars(with = "crate::schema::LatencySchema")]
    pub latency: Latency,
    /// Where the latency was measured, and on how much ("production, November, 1.2 M calls"). Empty: it is an estimate,
    /// and nothing is written, so that documents from before this field keep their digest.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub measured: String,
    /// Slower service while a pool is busy.
    #[serde(default)]
    pub surge: Option<Surge>,
    /// Share of attempts that fail and may be retried.
    #[serde(default)]
    #[schemars(with = "crate::schema::QuantitySchema")]
    pub error_rate: Quantity,
    /// Share of requests that the callee declines for good (a refused card, a 409). A decline is an answer: it is never
    /// retried, and a delivery that comes again meets the same one.
    #[serde(default)]
    #[schemars(with = "crate::schema::QuantitySchema")]
    pub permanent_error_rate: Quantity,
    /// Share of the retryable errors whose write has landed all the same.
    #[serde(default)]
    pub error_after_commit_share: f64,
    /// Share of successes that say yes and never do the work.
    #[serde(default)]
    #[schemars(with = "crate::schema::QuantitySchema")]
    pub accepted_not_processed_rate: Quantity,
    /// How long an attempt may take, queueing included \[ms\].
    #[serde(default = "default_timeout_ms")]
    pub timeout_ms: f64,
    /// What happens to an attempt that is timed out in service.
    #[serde(default)]
    pub on_timeout: OnTimeout,
    /// What this step may take in one delivery, waiting and retries included \[ms\]. Absent: only the pipeline's budget
    /// counts, and nothing is written, so that documents from before this field keep their digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget_ms: Option<f64>,
    /// How failed attempts are retried. Absent: not at all.
    #[serde(default)]
    pub retry: Option<Retry>,
    /// Whether the step changes state.
    #[serde(default)]
    pub effect: Effect,
    /// Names of the data it reads.
    #[serde(default)]
    pub reads: Vec<String>,
    /// Names of the data it writes.
    #[serde(default)]
    pub writes: Vec<String>,
    /// Whether a repeated attempt is recognised.
    #[serde(default)]
    pub idempotency: Idempotency,
    /// Whether its write can be taken back.
    #[serde(default)]
    pub undo: Undo,
    /// What its failure means for the request.
    #[serde(default)]
    pub class: StepClass,
    /// Why it has that class.
    #[serde(default)]
    pub class_because: String,
    /// Whether the result of a read is cached per request.
    #[serde(default)]
    pub cached_per_request: bool,
    /// Share of requests that take this step at all; a skipped step counts as succeeded at once.
    #[serde(default = "one")]
    pub taken_share: f64,
    /// Pools of which an attempt holds one slot each while it runs.
    #[serde(default)]
    pub pools: Vec<String>,
}

impl Step {
    /// A step with every default.
    pub fn new(id: impl Into<String>, latency: Latency) -> Self {
        Self {
            id: id.into(),
            name: String::new(),
            service: String::new(),
            kind: StepKind::default(),
            latency,
            measured: String::new(),
            surge: None,
            error_rate: Quantity::default(),
            permanent_error_rate: Quantity::default(),
            error_after_commit_share: 0.0,
            accepted_not_processed_rate: Quantity::default(),
            timeout_ms: default_timeout_ms(),
            on_timeout: OnTimeout::default(),
            budget_ms: None,
            retry: None,
            effect: Effect::default(),
            reads: Vec::new(),
            writes: Vec::new(),
            idempotency: Idempotency::default(),
            undo: Undo::default(),
            class: StepClass::default(),
            class_because: String::new(),
            cached_per_request: false,
            taken_share: 1.0,
            pools: Vec::new(),
        }
    }

    /// The name people know it by: its name, or its id where it has none.
    pub fn label(&self) -> &str {
        if self.name.is_empty() { &self.id } else { &self.name }
    }

    /// The service that is called: its service, or its id where it names none.
    pub fn service_name(&self) -> &str {
        if self.service.is_empty() { &self.id } else { &self.service }
    }

    /// Whether an attempt that succeeds changes state.
    pub fn writes_state(&self) -> bool {
        self.effect == Effect::Write
    }
}

/// The timeout of a step until somebody chooses one \[ms\].
pub const DEFAULT_TIMEOUT_MS: f64 = 30_000.0;

fn default_timeout_ms() -> f64 {
    DEFAULT_TIMEOUT_MS
}

fn one() -> f64 {
    1.0
}

/// What a step calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// A service of one's own.
    #[default]
    Service,
    /// A database.
    Database,
    /// Somebody else's service.
    ThirdParty,
    /// A queue or topic.
    Queue,
    /// A cache.
    Cache,
    /// An authentication or authorisation call.
    Auth,
    /// A log or metric.
    Log,
}

/// Whether a step changes state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// It neither reads nor writes shared state.
    #[default]
    None,
    /// It only reads.
    Read,
    /// It writes: an attempt that takes effect is a commit.
    Write,
}

/// What the failure of a step means for its request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepClass {
    /// The request fails.
    #[default]
    Critical,
    /// The request goes on, degraded.
    Degradable,
    /// Nothing happens; it may be started and never waited for.
    FireAndForget,
}

impl StepClass {
    /// The class in words.
    pub fn label(self) -> &'static str {
        match self {
            StepClass::Critical => "critical",
            StepClass::Degradable => "degradable",
            StepClass::FireAndForget => "fire and forget",
        }
    }
}

/// What happens to an attempt that times out in service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnTimeout {
    /// It is stopped: its slots are free at once and nothing commits.
    #[default]
    Cancel,
    /// It runs on unseen, keeps its slots, and its write commits.
    RunsOn,
}

/// How failed attempts of a step are retried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Retry {
    /// Retries after the first attempt.
    pub max: u32,
    /// Sleep before the first retry \[ms\].
    pub backoff_ms: f64,
    /// By which the sleep grows from retry to retry.
    pub factor: f64,
    /// The longest sleep \[ms\].
    pub cap_ms: f64,
    /// Whether the sleep is spread.
    pub jitter: Jitter,
}

impl Default for Retry {
    fn default() -> Self {
        Self { max: 0, backoff_ms: 100.0, factor: 2.0, cap_ms: 30_000.0, jitter: Jitter::Full }
    }
}

/// Whether the sleep before a retry is spread at random.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Jitter {
    /// The sleep is as computed.
    None,
    /// The sleep is uniform between nothing and the computed one.
    Full,
}

/// Slower service while a pool is busy: the gateway that answers in 200 ms and spikes to 4 s under load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Surge {
    /// The pool that is watched.
    pub pool: String,
    /// The share of its slots above which service slows.
    pub above_share: f64,
    /// By which service times that start then are multiplied.
    pub factor: f64,
}

/// Whether the callee recognises a repeated attempt by a key of request and step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Idempotency {
    /// Whether a key is sent and honoured.
    pub key: bool,
    /// How long the callee remembers it, from the commit \[s\].
    pub key_ttl_s: f64,
}

impl Default for Idempotency {
    fn default() -> Self {
        Self { key: false, key_ttl_s: 86_400.0 }
    }
}

/// Whether and how a write is taken back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Undo {
    /// Whether there is an undo at all.
    pub available: bool,
    /// Its service time. Absent: the step's own.
    #[schemars(with = "Option<crate::schema::LatencySchema>")]
    pub latency: Option<Latency>,
    /// Share of undo attempts that fail.
    pub error_rate: f64,
}
