//! The pipeline document: what a team says about its pipeline, and the topologies made from it.
//!
//! **Invariant:** this crate knows no clock, no file, no network, no random number and no other
//! crate of this workspace. A [`Document`] that exists has been checked: whoever holds one need not
//! check it again, unless it was stored by an earlier program ([`Document::parse_stored`]).
//!
//! # How a document comes in
//!
//! Text goes through [`Document::parse`], which answers with a document or with a list of
//! [`Problem`]s. Each problem names the *path* of what is wrong (`steps[2].latency.p99_ms`), what is
//! wrong there, and what to do about it. Nothing is repaired silently and unknown fields are refused,
//! because a misspelt `retries` that is ignored would become a wrong figure in a decision record.
//!
//! # How documents meet
//!
//! [`difference`] says how two of them differ, and puts together what two people made of one.
//!
//! # Defaults
//!
//! Everything but a document's `name`, and a step's `id` and `latency`, may be left out.
//!
//! | field | default |
//! |---|---|
//! | `budget` | target 2,000 ms at percentile 99, tolerance 200 ms, no hard limit |
//! | `delivery` | at least once; no redelivery, no caller timeout, no caller retry |
//! | `consistency` | `undecided`: a failed request is not undone |
//! | `overhead_ms`, `slow_together` | 0 |
//! | `workload` | Poisson arrivals of 50/s for 120 s, no warm-up, no spike, one payload, no consumer |
//! | `pools[].when_full` | `queue`, without a limit |
//! | `steps[].name`, `.service` | the step's id |
//! | `steps[].kind` | `service` |
//! | `steps[].measured` | nowhere: the latency is an estimate |
//! | all rates | 0 |
//! | `steps[].taken_share` | 1 |
//! | `steps[].timeout_ms`, `.on_timeout` | 30,000 ms, `cancel` |
//! | `steps[].retry` | none; where given: backoff 100 ms, factor 2, cap 30,000 ms, full jitter |
//! | `steps[].effect` | `none`; no idempotency key, no undo |
//! | `steps[].idempotency.key_ttl_s` | 86,400 s |
//! | `steps[].class` | `critical` |
//! | `steps[].budget_ms`, `absent_kinds` | none |
//! | `budget.tolerance_ms` | a tenth of the target |
//! | `joins` | over all, siblings run on, no fail-fast answer |
//! | `protections`, `outages`, `waits`, `custom`, `maturity`, `thresholds` | none |
//!
//! # Choices where the design is silent
//!
//! * A quantity that is `"unknown"` stands for a wide range, documented at [`Unsure`].
//! * In `staged`, a fire-and-forget step is detached only when nothing waits for it after all edges
//!   have been added; "detached" and "waited for" would contradict each other.
//! * A `custom` topology that leaves out a step lets that step wait for its strict predecessors.
//! * A step of a `custom` topology that is moved by hand leaves the order among all other steps as it was; see
//!   [`topology::Move`].
//! * `joins.<step>` takes what it does not say from `joins.default`.

pub mod difference;
mod document;
mod examples;
mod latency;
mod maturity;
mod migrate;
mod misclassed;
mod name;
mod parse;
mod policy;
mod problem;
mod quantity;
pub mod range;
mod schema;
mod step;
pub mod topology;
mod validate;
mod workload;

pub use document::{
    AbsentKind, Budget, Consistency, Delivery, DeliverySemantics, Dependency, DependencyKind, Document, FORMAT, Owners,
    Pool, Wait, WhenFull,
};
pub use examples::{EXAMPLES, Example};
pub use latency::Latency;
pub use maturity::{Answer, Maturity};
pub use misclassed::{doubts, is_linchpin};
pub use name::{folded, same_name};
pub use policy::{Breaker, Custom, Join, JoinCount, Outage, OutageMode, Protections, RetryBudget, SiblingPolicy};
pub use problem::{Problem, Problems};
pub use quantity::{Quantity, Unsure};
pub use schema::json_schema;
pub use step::{
    DEFAULT_TIMEOUT_MS, Effect, Idempotency, Jitter, OnTimeout, Retry, Step, StepClass, StepKind, Surge, Undo,
};
pub use topology::{Topology, TopologyKind};
pub use workload::{Arrivals, Consumer, Payload, Spike, Workload};
