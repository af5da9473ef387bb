//! Calls that wait for the same slots are not beside each other.

use model::{Document, Surge, TopologyKind, WhenFull};

use super::{
    limits::{is_herd, users},
    overload::{HEADROOM, OVERLOAD, size_remedy, slots_for},
};
use crate::{
    change::Change,
    evidence::{Evidence, Plan, Standing},
    rule::{Effect, Finding, Otherwise, Rule},
    threshold,
    wording::{ms, number, percent},
};

/// The share of a request's mean latency that it may wait at one pool.
const MOST_WAIT: f64 = 0.25;

/// It looks at pools that queue, in every plan; those that turn calls away are `external-limit`'s, and those of which more
/// is asked for than they have are `overload`'s. A fork that is over the budget no less often than the chain, and whose
/// calls wait longer for the pool than the chain's, is vetoed: the pool has eaten what it gains.
pub(super) static CONTENTION: Rule = Rule {
    id: "contention",
    name: "Calls contend for a pool",
    effect: Effect::Against,
    rationale: "Calls that share a pool queue for it together; the wait can eat all that a fork gains.",
    reads: &["pools", "steps[].pools", "workload", "budget"],
    threshold: Some(&threshold::CONTENTION),
    check: eaten,
    otherwise: Some(Otherwise { effect: Effect::Condition, check: nearly_full }),
    signal: "Calls are slow while the services they call are fast: the time is spent waiting for a slot.",
    recovery: "Let fewer requests in until the wait is gone, then size the pool or put the lanes in sequence.",
};

/// A pool that requests of a plan wait for.
struct Waited<'a> {
    plan: Plan<'a>,
    pool: usize,
    wait_ms: f64,
    wait_ms_per_request: f64,
    in_use: f64,
    /// The share of a request's mean latency that it waits here.
    of_latency: f64,
    /// A step that takes longer for as long as so much of the pool is in use.
    surging: Option<(usize, &'a Surge)>,
}

fn waited<'a>(evidence: &'a Evidence<'_>) -> Vec<Waited<'a>> {
    let queues = || evidence.document.pools.iter().enumerate().filter(|(_, pool)| pool.when_full == WhenFull::Queue);
    let at = |plan: Plan<'a>, pool: usize| {
        let of = plan.report.pools.get(pool)?;
        let mean = plan.report.answered.mean.map_or(0.0, |mean| mean.value);
        // What nobody waits for is no part of a request's latency.
        let is_waited_for = users(evidence.document, pool).iter().any(|&step| !plan.topology.detached[step]);
        let of_latency = if mean > 0.0 && is_waited_for { of.wait_ms_per_request / mean } else { 0.0 };
        Some(Waited {
            plan,
            pool,
            wait_ms: of.mean_wait_ms?.value,
            wait_ms_per_request: of.wait_ms_per_request,
            in_use: of.utilisation,
            of_latency,
            surging: surging(evidence.document, pool, of.utilisation),
        })
    };
    evidence.plans().flat_map(|plan| queues().filter_map(move |(pool, _)| at(plan, pool))).collect()
}

/// The step that takes longest compared with its usual time while so much of a pool is in use.
fn surging(document: &Document, pool: usize, in_use: f64) -> Option<(usize, &Surge)> {
    let is_on = |surge: &Surge| {
        // One that is always on is no matter of size.
        let may_end = surge.factor > 1.0 && surge.above_share > 0.0;
        surge.pool == document.pools[pool].id && may_end && in_use > surge.above_share
    };
    let steps = document.steps.iter().enumerate();
    let surges = steps.filter_map(|(place, step)| Some((place, step.surge.as_ref().filter(|surge| is_on(surge))?)));
    surges.max_by(|a, b| a.1.factor.total_cmp(&b.1.factor))
}

fn is_eaten(evidence: &Evidence<'_>, waited: &Waited<'_>) -> bool {
    let Some(chain) = evidence.chains().next() else { return false };
    let chain_wait =
        chain.report.pools.get(waited.pool).and_then(|pool| pool.mean_wait_ms).map_or(0.0, |wait| wait.value);
    waited.plan.forks()
        && waited.wait_ms > chain_wait
        && waited.plan.report.over_budget.value >= chain.report.over_budget.value
        // Where both meet the budget the fork has lost nothing that anybody counts.
        && evidence.standing(waited.plan.report) != Standing::Meets
}

fn eaten(evidence: &Evidence<'_>) -> Option<Finding> {
    let all: Vec<Waited<'_>> = waited(evidence).into_iter().filter(|waited| is_eaten(evidence, waited)).collect();
    let worst = longest_wait(&all)?;
    let chain = evidence.chains().next()?;
    let found = CONTENTION.found(
        format!(
            "Calls wait {} for a slot of {} on average in {}, of whose requests {} are over the budget, against {} in {}.",
            ms(worst.wait_ms),
            evidence.document.pools[worst.pool].label(),
            worst.plan.kind().slug(),
            percent(worst.plan.report.over_budget.value),
            percent(chain.report.over_budget.value),
            chain.kind().slug(),
        ),
        format!("Keep these steps in sequence. Or: {}", remedy(evidence, worst)),
        format!("pools[{}].size", worst.pool),
        plans_of(all.iter()),
    );
    Some(found.about_pool(evidence, worst.pool).changing(sized(evidence, worst)))
}

fn nearly_full(evidence: &Evidence<'_>) -> Option<Finding> {
    let threshold = evidence.threshold_of(&CONTENTION);
    // Long waits for a pool of one are `herd`'s, and one of which too much is asked for is `overload`'s.
    let full = |waited: &Waited<'_>| {
        let is_overload =
            offered(waited) >= evidence.threshold_of(&OVERLOAD) * f64::from(evidence.document.pools[waited.pool].size);
        !is_overload
            && !is_herd(evidence, &waited.plan, waited.pool)
            && (waited.in_use > threshold && waited.wait_ms > 0.0
                || waited.of_latency > MOST_WAIT
                // A surge matters only where the budget is not met.
                || waited.surging.is_some() && evidence.standing(waited.plan.report) != Standing::Meets)
    };
    let all: Vec<Waited<'_>> = waited(evidence).into_iter().filter(full).collect();
    let worst = longest_wait(&all)?;
    let pool = evidence.document.pools[worst.pool].label();
    let said = if let Some((step, surge)) = worst.surging {
        format!(
            "{} of {pool} is in use while requests arrive in {}, more than the {} from which on {} takes {} times as long; its calls wait {} on average.",
            percent(worst.in_use),
            worst.plan.kind().slug(),
            percent(surge.above_share),
            evidence.label(step),
            number(surge.factor),
            ms(worst.wait_ms)
        )
    } else if worst.in_use > threshold {
        format!(
            "{} of {pool} is in use while requests arrive in {}, more than {}; its calls wait {} on average.",
            percent(worst.in_use),
            worst.plan.kind().slug(),
            percent(threshold),
            ms(worst.wait_ms)
        )
    } else {
        format!(
            "The calls of a request wait {} for {pool} in {}, more than {} of its mean latency.",
            ms(worst.wait_ms_per_request),
            worst.plan.kind().slug(),
            percent(MOST_WAIT)
        )
    };
    let found =
        CONTENTION.found(said, remedy(evidence, worst), format!("pools[{}].size", worst.pool), plans_of(all.iter()));
    let found = found.about_pool(evidence, worst.pool).changing(sized(evidence, worst));
    Some(Finding { effect: Effect::Condition, ..found })
}

fn longest_wait<'a, 'b>(all: &'a [Waited<'b>]) -> Option<&'a Waited<'b>> {
    all.iter().rev().max_by(|a, b| a.wait_ms.total_cmp(&b.wait_ms))
}

/// Plans in the order of the report, each once.
fn plans_of<'a>(all: impl Iterator<Item = &'a Waited<'a>>) -> Vec<TopologyKind> {
    let mut plans: Vec<TopologyKind> = all.map(|waited| waited.plan.kind()).collect();
    plans.dedup();
    plans
}

/// Which slots a pool lacks.
enum Lacks<'a> {
    /// As many as the lanes of one request ask for at once.
    Lanes(usize),
    /// Those that keep the surge of a step away.
    Calm(usize, &'a Surge),
    /// Spare ones: calls that come at once find none, though most are free most of the time.
    Spare,
    /// Those that keep it at most 80 % busy.
    Busy,
}

fn lacks<'a>(evidence: &Evidence<'_>, waited: &Waited<'a>) -> Lacks<'a> {
    let size = evidence.document.pools[waited.pool].size;
    if let Some(lanes) = lanes_at_once(evidence, waited) {
        return Lacks::Lanes(lanes);
    }
    if let Some((step, surge)) = waited.surging.filter(|_| size > 1) {
        return Lacks::Calm(step, surge);
    }
    if waited.in_use <= evidence.threshold_of(&CONTENTION) && size > 1 { Lacks::Spare } else { Lacks::Busy }
}

/// What to do about the pool.
fn remedy(evidence: &Evidence<'_>, waited: &Waited<'_>) -> String {
    let pool = &evidence.document.pools[waited.pool];
    let slots = number(wanted(evidence, waited));
    let sized = format!("Size {} at {slots} instead of {}", pool.label(), pool.size);
    match lacks(evidence, waited) {
        Lacks::Lanes(lanes) => format!(
            "One request asks for {lanes} slots of {} at once in {}: size it at {slots} instead of {}, or let no more than {} of these steps run at a time.",
            pool.label(),
            waited.plan.kind().slug(),
            pool.size,
            pool.size
        ),
        Lacks::Calm(step, _) => format!("{sized}: {} then keeps its usual time.", evidence.label(step)),
        Lacks::Spare => format!("{sized}: calls that come at once then find a slot."),
        // What is made again, or takes longer because of it, hides how much is asked for.
        Lacks::Busy
            if waited.in_use > FULL && pool.size > 1 && offered(waited) < waited.in_use * f64::from(pool.size) =>
        {
            format!(
                "{sized} at least: all of it is in use by calls that are made again or take longer, so try that size."
            )
        }
        Lacks::Busy => size_remedy(evidence, Some(waited.pool), load(evidence, waited)),
    }
}

/// From this share in use on a pool is as good as full.
const FULL: f64 = 0.95;

/// The slots that first attempts ask for.
fn offered(waited: &Waited<'_>) -> f64 {
    waited.plan.report.pools.get(waited.pool).map_or(0.0, |pool| pool.offered)
}

/// The slots that the remedy asks for.
fn wanted(evidence: &Evidence<'_>, waited: &Waited<'_>) -> f64 {
    let size = f64::from(evidence.document.pools[waited.pool].size);
    match lacks(evidence, waited) {
        Lacks::Lanes(lanes) => lanes as f64,
        Lacks::Calm(_, surge) => {
            spare(waited.in_use * size / surge.above_share).max(size + 1.0).min(f64::from(u32::MAX))
        }
        Lacks::Spare => spare(waited.in_use * size).max(size + 1.0),
        Lacks::Busy => slots_for(load(evidence, waited)),
    }
}

/// The size that the remedy asks for; a pool of one is no matter of size.
fn sized(evidence: &Evidence<'_>, waited: &Waited<'_>) -> Vec<Change> {
    let pool = &evidence.document.pools[waited.pool];
    let slots = wanted(evidence, waited);
    if pool.size == 1 { Vec::new() } else { vec![Change::Slots { pool: pool.id.clone(), size: slots as u32 }] }
}

/// The slots that keep waits short where a pool is no more than 80 % busy and calls wait all the same: as many as are in use,
/// and twice the square root of that beside them, by the square-root rule of staffing.
fn spare(load: f64) -> f64 {
    (load + 2.0 * load.sqrt()).ceil()
}

/// As many slots as the lanes of one request ask for at once, where those are more than there are.
fn lanes_at_once(evidence: &Evidence<'_>, waited: &Waited<'_>) -> Option<usize> {
    let size = evidence.document.pools[waited.pool].size;
    let lanes = waited.plan.lanes.side_by_side(&users(evidence.document, waited.pool));
    (size > 1 && lanes > size as usize).then_some(lanes)
}

/// The slots that are really in use, retries included, or as many as ask for one slot more than there are.
fn load(evidence: &Evidence<'_>, waited: &Waited<'_>) -> f64 {
    let size = f64::from(evidence.document.pools[waited.pool].size);
    offered(waited).max(waited.in_use * size).max((size + 1.0) * HEADROOM)
}
