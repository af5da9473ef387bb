//! The registry of rules. Their order here is the order of the table in the design, and the one in which pages,
//! records and tests name them.

mod budget;
mod classes;
mod compensation;
mod completion;
mod consistency;
mod consumers;
mod contention;
mod coupling;
mod detach;
mod failures;
mod limits;
mod mapping;
mod outage;
mod overload;
mod retries;
mod saga;
mod state_owner;
mod strict_run;
mod team;
mod timeouts;
mod waits;
mod write_keys;

pub use classes::LOOK_AGAIN;
pub use mapping::Forgotten;

use std::collections::BTreeSet;

use model::{Document, Step, TopologyKind};

use crate::{
    evidence::{Evidence, Plan},
    rule::Rule,
    wording,
};

/// All rules.
pub static RULES: [&Rule; 35] = [
    &state_owner::STATE_OWNER,
    &consistency::CONSISTENCY_OPEN,
    &write_keys::EXACTLY_ONCE_CLAIMED,
    &waits::WAIT_CYCLE,
    &mapping::UNMAPPED,
    &overload::OVERLOAD,
    &overload::COLLAPSE,
    &failures::FAILURES_OVER_BUDGET,
    &strict_run::STRICT_RUN,
    &budget::INSIDE_BUDGET,
    &budget::OVER_BUDGET,
    &budget::TOLERANCE,
    &budget::STEP_OVER_BUDGET,
    &saga::SAGA_FIRST,
    &failures::ORPHANED_WRITES,
    &compensation::COMPENSATION_GAP,
    &team::NO_DETECTION,
    &team::LOW_MATURITY,
    &write_keys::IDEMPOTENCY_GAP,
    &write_keys::TTL_SHORT,
    &write_keys::CACHED_READ,
    &retries::RETRY_STORM,
    &retries::LAYERED_RETRIES,
    &contention::CONTENTION,
    &limits::EXTERNAL_LIMIT,
    &limits::HERD,
    &coupling::HIDDEN_COUPLING,
    &classes::MISCLASSED,
    &detach::DETACH,
    &detach::DEGRADABLE_LANE,
    &timeouts::GLOBAL_TIMEOUT,
    &completion::SILENT_SUCCESS,
    &consumers::ORDERING_KEY,
    &consumers::THROUGHPUT,
    &outage::OUTAGE_DEBT,
];

/// Whether failed attempts of a step are tried again.
fn is_retried(step: &Step) -> bool {
    step.retry.as_ref().is_some_and(|retry| retry.max > 0)
}

/// How many times an event may be delivered again, whatever happened.
fn redeliveries(document: &Document) -> u32 {
    let delivery = &document.delivery;
    if delivery.redelivery_rate > 0.0 { delivery.redeliveries } else { 0 }
}

/// Whether a whole request may arrive more than once.
fn is_delivered_again(document: &Document) -> bool {
    document.delivery.caller_retries > 0 || redeliveries(document) > 0
}

/// Whether a step that writes runs beside another one in a plan, so that one may succeed and the other fail.
fn writes_in_a_lane(evidence: &Evidence<'_>, plan: &Plan<'_>) -> bool {
    let steps = evidence.document.steps.iter().enumerate();
    steps.filter(|(_, step)| step.writes_state()).any(|(place, _)| plan.lanes.in_a_lane(place))
}

/// Steps in the order of the document, each once.
fn each_once(steps: impl IntoIterator<Item = usize>) -> Vec<usize> {
    let steps: BTreeSet<usize> = steps.into_iter().collect();
    steps.into_iter().collect()
}

/// Names of plans as a list in a sentence.
fn names_of(plans: &[TopologyKind]) -> String {
    let names: Vec<&str> = plans.iter().map(|kind| kind.slug()).collect();
    wording::list(&names)
}
