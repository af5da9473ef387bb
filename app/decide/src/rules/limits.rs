//! Limits that calls run into: a vendor's throttle, a lock.

use model::{Document, Pool, WhenFull};

use super::{is_retried, overload::slots_for};
use crate::{
    change::Change,
    evidence::{Evidence, Plan},
    rule::{Effect, Finding, Rule},
    threshold,
    wording::{ms, number, percent},
};

/// A throttle is a pool that turns calls away when it is full or its queue is. Workers that take requests from a queue
/// hold it below its limit.
pub(super) static EXTERNAL_LIMIT: Rule = Rule {
    id: "external-limit",
    name: "Demand is above a throttle",
    effect: Effect::Condition,
    rationale: "A fan-out asks for all its calls at once; a limit outside the team's control does not grow with it.",
    reads: &["pools", "steps[].pools", "workload"],
    threshold: Some(&threshold::EXTERNAL_LIMIT),
    check: throttle,
    otherwise: None,
    signal: "Answers of \"too many requests\" while all else is idle.",
    recovery: "Stop retrying against the limit; put the calls in a queue and work it off at the limit's pace.",
};

/// What nobody notices of a wait is the budget's tolerance.
pub(super) static HERD: Rule = Rule {
    id: "herd",
    name: "Many wait for one slot",
    effect: Effect::Condition,
    rationale: "Those who wait together for one lock or row come back together, and meet again.",
    reads: &["pools", "steps[].pools", "steps[].retry", "workload", "budget.tolerance_ms"],
    threshold: None,
    check: herd,
    otherwise: None,
    signal: "Timeouts on one row or lock that come in waves, with quiet in between.",
    recovery: "Let one worker take the waiting calls one after another, in the order in which they came.",
};

fn throttle(evidence: &Evidence<'_>) -> Option<Finding> {
    let document = evidence.document;
    let threshold = evidence.threshold_of(&EXTERNAL_LIMIT);
    let limits = |pool: &Pool| pool.when_full == WhenFull::Reject || pool.queue_limit.is_some();
    let rejected = |plan: &Plan<'_>, place: usize| plan.report.pools.get(place).map_or(0.0, |pool| pool.rejected.value);
    document.pools.iter().enumerate().filter(|(_, pool)| limits(pool)).find_map(|(place, pool)| {
        let plans: Vec<Plan<'_>> = evidence.plans().filter(|plan| rejected(plan, place) > threshold).collect();
        let worst = plans.iter().rev().max_by(|a, b| rejected(a, place).total_cmp(&rejected(b, place)))?;
        let found = EXTERNAL_LIMIT.found(
            format!(
                "{} takes {} at a time and turns away {} of them in {}, more than {}.",
                pool.label(),
                if pool.size == 1 { "1 call".to_owned() } else { format!("{} calls", pool.size) },
                percent(rejected(worst, place)),
                worst.kind().slug(),
                percent(threshold),
            ),
            workers(evidence, pool),
            format!("pools[{place}].size"),
            plans.iter().map(Plan::kind).collect(),
        );
        let needed = workers_needed(evidence);
        let fits = needed <= f64::from(pool.size);
        let queue = if fits { vec![Change::Workers { workers: pool.size }] } else { Vec::new() };
        Some(found.about_pool(evidence, place).changing(queue))
    })
}

/// How long a request takes in sequence on average, from when it is begun \[ms\].
fn mean_ms(evidence: &Evidence<'_>) -> f64 {
    let Some(chain) = evidence.sequential() else { return 0.0 };
    chain.workers.map_or_else(|| chain.answered.mean.map_or(0.0, |mean| mean.value), |workers| workers.held_ms)
}

/// How many workers keep up with what arrives, each with one request in sequence at a time, at most 80 % busy.
fn workers_needed(evidence: &Evidence<'_>) -> f64 {
    slots_for(evidence.document.workload.arrivals.per_second() * mean_ms(evidence) / 1e3)
}

/// So many workers that keep up with what arrives, or what the limit cannot bear.
fn workers(evidence: &Evidence<'_>, pool: &Pool) -> String {
    let rate = evidence.document.workload.arrivals.per_second();
    let mean_ms = mean_ms(evidence);
    let needed = workers_needed(evidence);
    if needed <= f64::from(pool.size) {
        format!(
            "A queue with {}, as many calls as {} takes, instead of a fan-out: at {} a request in sequence, {} with {} a second at most 80 % busy.",
            if pool.size == 1 { "1 worker".to_owned() } else { format!("{} workers", pool.size) },
            pool.label(),
            ms(mean_ms),
            if needed == 1.0 { "1 worker keeps up".to_owned() } else { format!("{} workers keep up", number(needed)) },
            number(rate),
        )
    } else {
        format!(
            "Workers that take requests from a queue would have to be {} to keep up, more than the {} calls that {} takes: agree on a higher limit, or answer before these calls are made.",
            number(needed),
            pool.size,
            pool.label()
        )
    }
}

fn herd(evidence: &Evidence<'_>) -> Option<Finding> {
    let tolerance = evidence.document.budget.tolerance_ms;
    for (place, pool) in evidence.document.pools.iter().enumerate().filter(|(_, pool)| pool.size == 1) {
        let wait = |plan: &Plan<'_>| plan.report.pools.get(place)?.wait_p99_ms.map(|wait| wait.value);
        let herds: Vec<Plan<'_>> = evidence.plans().filter(|plan| is_herd(evidence, plan, place)).collect();
        let waits = |plan: &Plan<'_>| wait(plan).unwrap_or(0.0);
        let Some(worst) = herds.iter().rev().max_by(|a, b| waits(a).total_cmp(&waits(b))) else { continue };
        let users = users(evidence.document, place);
        let retried = users.iter().any(|&step| is_retried(&evidence.document.steps[step]));
        let spread = if retried { " Spread the retries with full jitter." } else { "" };
        let found = HERD.found(
            format!(
                "One call in a hundred waits longer than {} for {}, a pool of one, in {}; {} is what nobody notices.",
                ms(waits(worst)),
                pool.label(),
                worst.kind().slug(),
                ms(tolerance),
            ),
            format!("Split {} by key, or let one worker take these calls one after another.{spread}", pool.label()),
            format!("pools[{place}].size"),
            herds.iter().map(Plan::kind).collect(),
        );
        // What a split by key buys is what as many slots would: each key waits for its own.
        let offered = worst.report.pools.get(place).map_or(0.0, |pool| pool.offered);
        let split = Change::Slots { pool: pool.id.clone(), size: slots_for(offered).max(2.0) as u32 };
        return Some(found.about_pool(evidence, place).changing(vec![split]));
    }
    None
}

/// Whether more than one call in a hundred waits longer than anybody notices for a pool of one, in a plan.
pub(super) fn is_herd(evidence: &Evidence<'_>, plan: &Plan<'_>, place: usize) -> bool {
    let wait = plan.report.pools.get(place).and_then(|pool| pool.wait_p99_ms);
    evidence.document.pools[place].size == 1
        && wait.is_some_and(|wait| wait.value > evidence.document.budget.tolerance_ms)
}

/// The steps whose attempts hold a slot of a pool.
pub(super) fn users(document: &Document, pool: usize) -> Vec<usize> {
    let id = &document.pools[pool].id;
    (0..document.steps.len()).filter(|&step| document.steps[step].pools.contains(id)).collect()
}
