//! A document and one of its topologies, made ready to run: names become places, milliseconds become
//! nanoseconds, uncertain inputs become numbers.

mod shape;
mod step;

use std::{collections::BTreeSet, ops::Range};

use model::{Arrivals, Consistency, Document, StepClass, Topology, WhenFull, folded, topology::sequential_order};

use crate::{
    inputs::Inputs,
    luck::{Purpose, RequestLuck},
    nanos::{self, Nanos},
};

pub(crate) use shape::{Edge, JoinPlan};
pub(crate) use step::{Failing, OutagePlan, StepPlan};

/// Everything a run reads and nothing it writes.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) steps: Vec<StepPlan>,
    /// The document's pools, and after them the concurrency cap where there is one.
    pub(crate) pools: Vec<PoolPlan>,
    /// How many services its breakers tell apart.
    pub(crate) services: usize,
    /// The join of the last lanes in the answer.
    pub(crate) answer: JoinPlan,
    /// Delay of an answer that two or more lanes lead to.
    pub(crate) answer_delay: Nanos,
    /// Whether a join is satisfied before all its lanes have succeeded.
    pub(crate) joins_early: bool,
    /// Whether a join that fails cancels its other lanes.
    pub(crate) cancels: bool,
    /// The steps, each after all that it waits for.
    pub(crate) order: Vec<u16>,
    /// The steps in sequential order.
    pub(crate) sequence: Vec<u16>,
    /// Whether two steps touch the same data and one writes it.
    pub(crate) shares_data: bool,
    /// Whether a step answers from a cache what another one writes.
    pub(crate) caches: bool,
    /// Whether a step has a budget of its own.
    pub(crate) judges_steps: bool,
    /// Whether nobody waits for some step.
    pub(crate) detaches: bool,
    pub(crate) arrivals: Arrivals,
    pub(crate) duration: Nanos,
    pub(crate) warmup: Nanos,
    /// How many arrive together, and when.
    pub(crate) spike: Option<(u32, Nanos)>,
    /// Cumulative share and slowdown of each payload class.
    pub(crate) payloads: Vec<(f64, f64)>,
    pub(crate) consumer: Option<model::Consumer>,
    pub(crate) slow_together: f64,
    pub(crate) compensate: bool,
    pub(crate) redelivery_rate: f64,
    pub(crate) redelivery_delay: Nanos,
    pub(crate) redeliveries: u32,
    pub(crate) caller_timeout: Option<Nanos>,
    pub(crate) caller_retries: u32,
    pub(crate) caller_backoff: Nanos,
    pub(crate) breaker: Option<model::Breaker>,
    pub(crate) retry_budget: Option<model::RetryBudget>,
    pub(crate) retry_cap: Option<u32>,
    pub(crate) target: Nanos,
    /// The target and what nobody notices beyond it.
    pub(crate) tolerated: Nanos,
    pub(crate) hard_limit: Option<Nanos>,
    /// When something is down. What arrives then is not judged by the budget.
    pub(crate) outage_spans: Vec<Range<Nanos>>,
    /// The moment at which the last outage ends.
    pub(crate) outages_end: Option<Nanos>,
}

#[derive(Clone, Debug)]
pub(crate) struct PoolPlan {
    pub(crate) size: u32,
    /// How many may queue.
    pub(crate) queue_limit: u32,
}

impl Plan {
    /// The plan of a checked document in one of its topologies.
    pub(crate) fn new(document: &Document, topology: &Topology, inputs: Inputs) -> Self {
        let shape = shape::Shape::new(document, topology);
        let overhead = nanos::from_ms(document.overhead_ms);
        let services = services(document);
        let mut pools: Vec<PoolPlan> = document
            .pools
            .iter()
            .map(|pool| PoolPlan {
                size: pool.size,
                queue_limit: match pool.when_full {
                    WhenFull::Reject => 0,
                    WhenFull::Queue => pool.queue_limit.unwrap_or(u32::MAX),
                },
            })
            .collect();
        // The cap is asked for before any pool: an attempt that waits for a slot is in flight.
        let cap = document.protections.concurrency_cap.map(|size| {
            pools.push(PoolPlan { size, queue_limit: u32::MAX });
            (pools.len() - 1) as u32
        });
        let sequence = sequential_order(document);
        let mut steps: Vec<StepPlan> = (0..document.steps.len())
            .map(|index| {
                let join = shape.joins[index];
                let mut plan = StepPlan::alone(document, &sequence, index, inputs);
                plan.pools.splice(0..0, cap);
                plan.service_place = services[index];
                plan.detached = topology.detached[index];
                plan.last = shape.last[index];
                plan.start_delay = overhead * (u64::from(shape.forked[index]) + u64::from(join.of > 1));
                plan.join = join;
                plan.forked = shape.forked[index];
                plan.successors.clone_from(&shape.successors[index]);
                plan
            })
            .collect();
        for from in 0..steps.len() {
            for edge in steps[from].successors.clone() {
                steps[usize::from(edge.to)].predecessors.push(from as u16);
            }
        }
        let order: Vec<u16> = topology.order().into_iter().map(|step| step as u16).collect();
        for &step in order.iter().rev() {
            steps[usize::from(step)].failing = failing(&steps, shape.answer, step);
        }
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
            joins_early: steps.iter().map(|step| step.join).chain([shape.answer]).any(|join| join.needs < join.of),
            cancels: steps.iter().map(|step| step.join).chain([shape.answer]).any(|join| join.cancels),
            shares_data: steps.iter().any(|step| !step.reads_after.is_empty() || !step.writes_with.is_empty()),
            judges_steps: steps.iter().any(|step| step.budget.is_some()),
            detaches: steps.iter().any(|step| step.detached),
            caches: steps.iter().any(|step| !step.cached_from.is_empty()),
            outages_end: steps.iter().flat_map(|step| step.outages.iter().map(|outage| outage.until)).max(),
            order,
            sequence: sequence.into_iter().map(|step| step as u16).collect(),
            steps,
            pools,
            services: services.iter().max().map_or(0, |&last| usize::from(last) + 1),
            answer_delay: overhead * u64::from(shape.answer.of > 1),
            answer: shape.answer,
            arrivals: workload.arrivals,
            duration: nanos::from_s(workload.duration_s),
            warmup: nanos::from_s(workload.warmup_s),
            spike: workload.spike.map(|spike| (spike.size, nanos::from_s(spike.at_s))),
            payloads,
            consumer: workload.consumer,
            slow_together: document.slow_together,
            compensate: document.consistency == Consistency::Compensate,
            redelivery_rate: delivery.redelivery_rate,
            redelivery_delay: nanos::from_s(delivery.redelivery_delay_s),
            redeliveries: delivery.redeliveries,
            caller_timeout: delivery.caller_timeout_ms.map(nanos::from_ms),
            caller_retries: delivery.caller_retries,
            caller_backoff: nanos::from_ms(delivery.caller_backoff_ms),
            breaker: document.protections.breaker.clone(),
            retry_budget: document.protections.retry_budget.clone(),
            retry_cap: document.protections.retry_cap,
            target: nanos::from_ms(document.budget.target_ms),
            tolerated: nanos::from_ms(document.budget.target_ms + document.budget.tolerance_ms),
            hard_limit: document.budget.hard_limit_ms.map(nanos::from_ms),
            outage_spans: document
                .outages
                .iter()
                .map(|outage| nanos::from_s(outage.from_s)..nanos::from_s(outage.until_s))
                .collect(),
        }
    }
}

impl Plan {
    /// Whether some callee is down at that moment.
    pub(crate) fn is_in_outage(&self, moment: Nanos) -> bool {
        self.outage_spans.iter().any(|span| span.contains(&moment))
    }

    /// Whether a request takes a step: a fact of the request, the same in each of its deliveries.
    #[inline]
    pub(crate) fn is_taken(&self, step: u16, luck: RequestLuck) -> bool {
        let share = self.steps[usize::from(step)].taken_share;
        share >= 1.0 || luck.at(0, step, 0, Purpose::Taken) < share
    }

    /// Slots of a pool that arrivals keep busy \[slots\]: over its steps, the rate of requests that reach them times the
    /// time that a first attempt holds a slot (Little's law). Without retries, outages and spikes.
    pub(crate) fn offered(&self, pool: usize) -> f64 {
        let per_ms = self.arrivals.per_second() / 1e3;
        let reach = self.reach();
        let users = self.steps.iter().zip(&reach).filter(|(step, _)| step.pools.contains(&(pool as u32)));
        users.map(|(step, reach)| per_ms * reach * self.held_ms(step)).sum()
    }

    /// For each step, the share of requests that come to it: those that take it and that no critical step before it
    /// stops, by its own errors after its own retries, or by a decline.
    fn reach(&self) -> Vec<f64> {
        let mut before: Vec<BTreeSet<u16>> = vec![BTreeSet::new(); self.steps.len()];
        for &step in &self.order {
            let mut all: BTreeSet<u16> = BTreeSet::new();
            for &from in &self.steps[usize::from(step)].predecessors {
                all.insert(from);
                all.extend(&before[usize::from(from)]);
            }
            before[usize::from(step)] = all;
        }
        let passes = |step: &u16| self.steps[usize::from(*step)].passes();
        let steps = self.steps.iter().zip(&before);
        steps.map(|(step, before)| step.taken_share * before.iter().map(passes).product::<f64>()).collect()
    }

    /// For how long a first attempt of a step holds its slots on average \[ms\].
    fn held_ms(&self, step: &StepPlan) -> f64 {
        let cap = if step.runs_on { f64::INFINITY } else { nanos::to_ms(step.timeout) };
        let of = |slowdown: f64| slowdown * step.service.capped_mean(cap / slowdown);
        let mut before = 0.0;
        let classes = self.payloads.iter().map(|&(cumulative, slowdown)| {
            let share = cumulative - std::mem::replace(&mut before, cumulative);
            share * of(slowdown)
        });
        if self.payloads.is_empty() { of(1.0) } else { classes.sum() }
    }
}

impl StepPlan {
    /// The share of requests that a step lets pass.
    fn passes(&self) -> f64 {
        if self.class != StepClass::Critical || self.detached {
            return 1.0;
        }
        let kept = 1.0 - self.permanent_error_rate;
        let errors = if kept > 0.0 { (self.error_rate / kept).min(1.0) } else { 0.0 };
        let attempts = self.retry.as_ref().map_or(1, |retry| retry.max.saturating_add(1));
        1.0 - self.taken_share * (1.0 - kept * (1.0 - libm::pow(errors, f64::from(attempts))))
    }
}

/// What the joins that can no longer be satisfied do when a step fails: those of its successors, theirs in turn, and the
/// answer. The successors' own are known already.
fn failing(steps: &[StepPlan], answer: JoinPlan, step: u16) -> Failing {
    let step = &steps[usize::from(step)];
    let lanes = step.successors.iter().map(|edge| &steps[usize::from(edge.to)]).filter(|next| !next.detached);
    let joins = lanes.map(|next| (next.join, next.failing));
    joins.fold(
        Failing { cancels: step.last && answer.cancels, fail_fast: step.last && answer.fail_fast },
        |all, (join, beyond)| Failing {
            cancels: all.cancels || join.cancels || beyond.cancels,
            fail_fast: all.fail_fast || join.fail_fast || beyond.fail_fast,
        },
    )
}

/// For each step, the place of its service among the different ones.
fn services(document: &Document) -> Vec<u16> {
    let mut names: Vec<String> = Vec::new();
    document
        .steps
        .iter()
        .map(|step| {
            let name = folded(step.service_name());
            names.iter().position(|known| *known == name).unwrap_or_else(|| {
                names.push(name);
                names.len() - 1
            }) as u16
        })
        .collect()
}
