//! One step of a plan.

use model::{Document, Jitter, OnTimeout, OutageMode, Step, StepClass, Unsure, same_name};

use super::{Edge, JoinPlan};
use crate::{
    inputs::Inputs,
    nanos::{self, Nanos},
    service::ServiceTime,
};

/// One step of a plan.
#[derive(Clone, Debug)]
pub(crate) struct StepPlan {
    pub(crate) service: ServiceTime,
    pub(crate) undo_service: ServiceTime,
    pub(crate) undo_available: bool,
    pub(crate) undo_error_rate: f64,
    pub(crate) permanent_error_rate: f64,
    pub(crate) error_rate: f64,
    pub(crate) error_after_commit_share: f64,
    pub(crate) accepted_not_processed_rate: f64,
    pub(crate) taken_share: f64,
    pub(crate) timeout: Nanos,
    /// What it may take in one delivery.
    pub(crate) budget: Option<Nanos>,
    pub(crate) runs_on: bool,
    pub(crate) retry: Option<RetryPlan>,
    pub(crate) surge: Option<SurgePlan>,
    /// Spans in which its callee is down, in document order.
    pub(crate) outages: Vec<OutagePlan>,
    pub(crate) writes: bool,
    /// How long a key is remembered; `None` without a key.
    pub(crate) key_ttl: Option<Nanos>,
    pub(crate) class: StepClass,
    /// Places of its pools, in the order in which they are asked.
    pub(crate) pools: Vec<u32>,
    /// The place of its service among those of the plan.
    pub(crate) service_place: u16,
    pub(crate) join: JoinPlan,
    pub(crate) successors: Vec<Edge>,
    /// The steps it waits for.
    pub(crate) predecessors: Vec<u16>,
    /// Whether it is one of several that its predecessor, or the start, sets going.
    pub(crate) forked: bool,
    pub(crate) detached: bool,
    /// Whether only the answer waits for it.
    pub(crate) last: bool,
    /// What becomes of its siblings when it fails, where every join needs all its lanes.
    pub(crate) failing: Failing,
    /// What the fork before it and the join in it cost.
    pub(crate) start_delay: Nanos,
    /// Steps that write what this one reads, and precede it in sequential order.
    pub(crate) reads_after: Vec<u16>,
    /// Steps that write what this one reads, itself among them, where its result is cached per request without a key;
    /// otherwise none.
    pub(crate) cached_from: Vec<u16>,
    /// Steps that write what this one writes, and come after it in sequential order.
    pub(crate) writes_with: Vec<u16>,
}

/// What joins do that can no longer be satisfied.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Failing {
    /// Whether one of them cancels its other lanes.
    pub(crate) cancels: bool,
    /// Whether one of them answers at once.
    pub(crate) fail_fast: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct RetryPlan {
    pub(crate) max: u32,
    backoff_ms: f64,
    factor: f64,
    cap_ms: f64,
    pub(crate) jitter: Jitter,
}

impl RetryPlan {
    /// The sleep \[ms\] before retry `k`, counted from 1, without jitter.
    pub(crate) fn sleep_ms(&self, k: u32) -> f64 {
        let growth = libm::pow(self.factor, f64::from(k - 1));
        // No backoff stays none however much it grows: 0 times infinity is not a number.
        if self.backoff_ms == 0.0 { 0.0 } else { (self.backoff_ms * growth).min(self.cap_ms) }
    }
}

/// Slower service while a pool is busy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SurgePlan {
    pub(crate) pool: u32,
    /// Slots that must be exceeded.
    pub(crate) above: f64,
    pub(crate) factor: f64,
}

/// A span in which a callee is down.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OutagePlan {
    pub(crate) from: Nanos,
    pub(crate) until: Nanos,
    pub(crate) hangs: bool,
}

impl StepPlan {
    /// The step at `index` without its place in a topology. `order` is the sequential order of all steps.
    pub(super) fn alone(document: &Document, order: &[usize], index: usize, inputs: Inputs) -> Self {
        let step = &document.steps[index];
        let path = format!("steps[{index}]");
        let rate = |field: &str, quantity| inputs.value(&format!("{path}.{field}"), quantity, Unsure::Rate);
        let service = ServiceTime::new(&format!("{path}.latency"), &step.latency, inputs);
        // Slots are asked for in the order of the pools' ids, so that no two steps can wait for each other.
        let mut pools: Vec<usize> = step.pools.iter().filter_map(|id| document.pool_index(id)).collect();
        pools.sort_by(|&a, &b| document.pools[a].id.cmp(&document.pools[b].id));
        let (reads_after, writes_with) = coupling(document, order, index);
        StepPlan {
            undo_service: step.undo.latency.as_ref().map_or_else(
                || service.clone(),
                |latency| ServiceTime::new(&format!("{path}.undo.latency"), latency, inputs),
            ),
            service,
            undo_available: step.undo.available,
            undo_error_rate: step.undo.error_rate,
            permanent_error_rate: rate("permanent_error_rate", step.permanent_error_rate),
            error_rate: rate("error_rate", step.error_rate),
            error_after_commit_share: step.error_after_commit_share,
            accepted_not_processed_rate: rate("accepted_not_processed_rate", step.accepted_not_processed_rate),
            taken_share: step.taken_share,
            timeout: nanos::from_ms(step.timeout_ms),
            budget: step.budget_ms.map(nanos::from_ms),
            runs_on: step.on_timeout == OnTimeout::RunsOn,
            retry: step.retry.as_ref().filter(|retry| retry.max > 0).map(|retry| RetryPlan {
                max: retry.max,
                backoff_ms: retry.backoff_ms,
                factor: retry.factor,
                cap_ms: retry.cap_ms,
                jitter: retry.jitter,
            }),
            surge: step.surge.as_ref().and_then(|surge| {
                let pool = document.pool_index(&surge.pool)?;
                let above = surge.above_share * f64::from(document.pools[pool].size);
                Some(SurgePlan { pool: pool as u32, above, factor: surge.factor })
            }),
            outages: document
                .outages
                .iter()
                .filter(|outage| outage.step == step.id)
                .map(|outage| OutagePlan {
                    from: nanos::from_s(outage.from_s),
                    until: nanos::from_s(outage.until_s),
                    hangs: outage.mode == OutageMode::Hangs,
                })
                .collect(),
            writes: step.writes_state(),
            key_ttl: step.idempotency.key.then(|| nanos::from_s(step.idempotency.key_ttl_s)),
            class: step.class,
            pools: pools.into_iter().map(|pool| pool as u32).collect(),
            service_place: 0,
            join: JoinPlan { of: 0, needs: 0, must: 0, cancels: false, fail_fast: false },
            successors: Vec::new(),
            predecessors: Vec::new(),
            forked: false,
            detached: false,
            last: false,
            failing: Failing::default(),
            start_delay: 0,
            reads_after,
            cached_from: cached_from(document, index),
            writes_with,
        }
    }
}

/// Steps before this one that write what it reads, and steps after it that write what it writes, in sequential order.
fn coupling(document: &Document, order: &[usize], index: usize) -> (Vec<u16>, Vec<u16>) {
    let step = &document.steps[index];
    if step.reads.is_empty() && step.writes.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let here = order.iter().position(|&place| place == index).unwrap_or(0);
    let before = order[..here].iter().filter(|&&place| writes_some(&document.steps[place], &step.reads));
    let after = order[here..]
        .iter()
        .skip(1)
        .filter(|&&place| step.writes_state() && writes_some(&document.steps[place], &step.writes));
    (before.map(|&place| place as u16).collect(), after.map(|&place| place as u16).collect())
}

/// Steps that write what a step reads whose result is cached per request. Under a key a repetition is the same answer to
/// the same call, and no other one.
fn cached_from(document: &Document, index: usize) -> Vec<u16> {
    let step = &document.steps[index];
    if !step.cached_per_request || step.idempotency.key {
        return Vec::new();
    }
    let writers = document.steps.iter().enumerate().filter(|(_, other)| writes_some(other, &step.reads));
    writers.map(|(place, _)| place as u16).collect()
}

/// Whether a step writes some of these data.
fn writes_some(step: &Step, data: &[String]) -> bool {
    step.writes_state() && step.writes.iter().any(|written| data.iter().any(|name| same_name(name, written)))
}
