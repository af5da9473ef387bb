//! A document and one of its topologies, made ready to run: names become places, milliseconds become
//! nanoseconds, uncertain inputs become their medians.

use model::{Arrivals, Consistency, Document, Jitter, OnTimeout, Step, StepClass, Topology, Unsure, WhenFull};

use crate::{
    nanos::{self, Nanos},
    service::{ServiceTime, median},
};

/// Everything a run reads and nothing it writes.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) steps: Vec<StepPlan>,
    pub(crate) pools: Vec<PoolPlan>,
    /// Delay of an answer that two or more lanes lead to.
    pub(crate) answer_delay: Nanos,
    pub(crate) arrivals: Arrivals,
    pub(crate) duration: Nanos,
    pub(crate) warmup: Nanos,
    /// How many arrive together, and when.
    pub(crate) spike: Option<(u32, Nanos)>,
    /// Cumulative share and slowdown of each payload class.
    pub(crate) payloads: Vec<(f64, f64)>,
    pub(crate) slow_together: f64,
    pub(crate) compensate: bool,
    pub(crate) redelivery_rate: f64,
    pub(crate) redelivery_delay: Nanos,
    pub(crate) redeliveries: u32,
    pub(crate) caller_timeout: Option<Nanos>,
    pub(crate) caller_retries: u32,
    pub(crate) caller_backoff: Nanos,
    pub(crate) target: Nanos,
}

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
    pub(crate) runs_on: bool,
    pub(crate) retry: Option<RetryPlan>,
    pub(crate) writes: bool,
    /// How long a key is remembered; `None` without a key.
    pub(crate) key_ttl: Option<Nanos>,
    pub(crate) class: StepClass,
    /// Places of its pools, in the order of their ids.
    pub(crate) pools: Vec<u32>,
    /// How many steps it waits for.
    pub(crate) waits_for: u16,
    pub(crate) successors: Vec<u16>,
    pub(crate) detached: bool,
    /// What the fork before it and the join in it cost.
    pub(crate) start_delay: Nanos,
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

#[derive(Clone, Debug)]
pub(crate) struct PoolPlan {
    pub(crate) size: u32,
    /// How many may queue.
    pub(crate) queue_limit: u32,
}

impl Plan {
    /// The plan of a checked document in one of its topologies.
    pub(crate) fn new(document: &Document, topology: &Topology) -> Self {
        let shape = Shape::new(topology);
        let overhead = nanos::from_ms(document.overhead_ms);
        let steps = document
            .steps
            .iter()
            .enumerate()
            .map(|(index, step)| {
                let waits_for = shape.arrows[index].len() as u16;
                StepPlan {
                    waits_for,
                    successors: shape.successors[index].clone(),
                    detached: topology.detached[index],
                    start_delay: overhead * (u64::from(shape.forked[index]) + u64::from(waits_for > 1)),
                    ..StepPlan::alone(document, step)
                }
            })
            .collect();
        let workload = &document.workload;
        let delivery = &document.delivery;
        let mut cumulative = 0.0;
        let payloads = workload
            .payloads
            .iter()
            .map(|payload| {
                cumulative += payload.share;
                (cumulative, payload.slowdown)
            })
            .collect();
        Plan {
            steps,
            pools: document
                .pools
                .iter()
                .map(|pool| PoolPlan {
                    size: pool.size,
                    queue_limit: match pool.when_full {
                        WhenFull::Reject => 0,
                        WhenFull::Queue => pool.queue_limit.unwrap_or(u32::MAX),
                    },
                })
                .collect(),
            answer_delay: overhead * u64::from(shape.last_lanes > 1),
            arrivals: workload.arrivals,
            duration: nanos::from_s(workload.duration_s),
            warmup: nanos::from_s(workload.warmup_s),
            spike: workload.spike.map(|spike| (spike.size, nanos::from_s(spike.at_s))),
            payloads,
            slow_together: document.slow_together,
            compensate: document.consistency == Consistency::Compensate,
            redelivery_rate: delivery.redelivery_rate,
            redelivery_delay: nanos::from_s(delivery.redelivery_delay_s),
            redeliveries: delivery.redeliveries,
            caller_timeout: delivery.caller_timeout_ms.map(nanos::from_ms),
            caller_retries: delivery.caller_retries,
            caller_backoff: nanos::from_ms(delivery.caller_backoff_ms),
            target: nanos::from_ms(document.budget.target_ms),
        }
    }
}

impl StepPlan {
    /// The step without its place in a topology.
    fn alone(document: &Document, step: &Step) -> Self {
        let service = ServiceTime::at_medians(&step.latency);
        // Slots are asked for in the order of the pools' ids, so that no two steps can wait for each other.
        let mut pools: Vec<usize> = step.pools.iter().filter_map(|id| document.pool_index(id)).collect();
        pools.sort_by(|&a, &b| document.pools[a].id.cmp(&document.pools[b].id));
        StepPlan {
            undo_service: step.undo.latency.as_ref().map_or_else(|| service.clone(), ServiceTime::at_medians),
            service,
            undo_available: step.undo.available,
            undo_error_rate: step.undo.error_rate,
            permanent_error_rate: median(step.permanent_error_rate, Unsure::Rate),
            error_rate: median(step.error_rate, Unsure::Rate),
            error_after_commit_share: step.error_after_commit_share,
            accepted_not_processed_rate: median(step.accepted_not_processed_rate, Unsure::Rate),
            taken_share: step.taken_share,
            timeout: nanos::from_ms(step.timeout_ms),
            runs_on: step.on_timeout == OnTimeout::RunsOn,
            retry: step.retry.as_ref().filter(|retry| retry.max > 0).map(|retry| RetryPlan {
                max: retry.max,
                backoff_ms: retry.backoff_ms,
                factor: retry.factor,
                cap_ms: retry.cap_ms,
                jitter: retry.jitter,
            }),
            writes: step.writes_state(),
            key_ttl: step.idempotency.key.then(|| nanos::from_s(step.idempotency.key_ttl_s)),
            class: step.class,
            pools: pools.into_iter().map(|pool| pool as u32).collect(),
            waits_for: 0,
            successors: Vec::new(),
            detached: false,
            start_delay: 0,
        }
    }
}

/// Where a topology forks and joins. A detached step is not a lane: starting it costs the request nothing.
struct Shape {
    /// The topology's arrows: an order that follows from others is neither a fork nor a join.
    arrows: Vec<Vec<usize>>,
    successors: Vec<Vec<u16>>,
    /// For each step, whether it is one of several that its predecessor, or the start, sets going.
    forked: Vec<bool>,
    /// Waited-for steps that nothing comes after.
    last_lanes: usize,
}

impl Shape {
    fn new(topology: &Topology) -> Self {
        let arrows = topology.arrows();
        let count = arrows.len();
        let mut successors = vec![Vec::new(); count];
        for (to, after) in arrows.iter().enumerate() {
            for &from in after {
                successors[from].push(to as u16);
            }
        }
        let lane = |step: &usize| !topology.detached[*step];
        let lanes_after = |step: usize| successors[step].iter().filter(|&&next| lane(&usize::from(next))).count();
        let lanes_at_start = (0..count).filter(lane).filter(|&step| arrows[step].is_empty()).count();
        let forked = (0..count)
            .map(|step| {
                lane(&step)
                    && match arrows[step].as_slice() {
                        [] => lanes_at_start > 1,
                        before => before.iter().any(|&from| lanes_after(from) > 1),
                    }
            })
            .collect();
        let last_lanes = (0..count).filter(lane).filter(|&step| lanes_after(step) == 0).count();
        Shape { arrows, successors, forked, last_lanes }
    }
}
