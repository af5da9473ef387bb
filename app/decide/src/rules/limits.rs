//! Limits that a fork runs into: a vendor's throttle, a lock.

use model::{Document, Pool, StepKind, WhenFull};

use crate::{
    evidence::{Evidence, Plan},
    rule::{Effect, Finding, Rule},
    service_time::{mean_ms, slowdown},
    threshold,
    wording::{list, number, percent},
};

/// The document says of a pool how many slots it has, not whose it is. A throttle is a pool that turns calls away when
/// it is full or its queue is, or one through which a third party is called. Demand is above the former when it turns
/// away more than the threshold, and above the latter when it would need more calls at a time than it has slots.
pub(super) static EXTERNAL_LIMIT: Rule = Rule {
    id: "external-limit",
    name: "Demand is above a throttle",
    effect: Effect::Condition,
    rationale: "A fan-out asks for all its calls at once; a limit outside the team's control does not grow with it.",
    reads: &["pools", "steps[].pools", "steps[].kind", "workload"],
    threshold: Some(&threshold::EXTERNAL_LIMIT),
    check: throttle,
    otherwise: None,
    signal: "Answers of \"too many requests\", or calls that wait in front of one vendor while all else is idle.",
    recovery: "Stop retrying against the limit; put the calls in a queue and work it off at the limit's pace.",
};

/// The longest queue that was seen says how many waited at once.
pub(super) static HERD: Rule = Rule {
    id: "herd",
    name: "Many wait for one slot",
    effect: Effect::Condition,
    rationale: "Those who wait together for one lock or row come back together, and meet again.",
    reads: &["pools", "steps[].pools", "steps[].retry", "workload"],
    threshold: Some(&threshold::HERD),
    check: herd,
    otherwise: None,
    signal: "Timeouts on one row or lock that come in waves, with quiet in between.",
    recovery: "Let one worker take the waiting calls one after another, in the order in which they came.",
};

fn throttle(evidence: &Evidence<'_>) -> Option<Finding> {
    let document = evidence.document;
    let threshold = evidence.threshold_of(&EXTERNAL_LIMIT);
    let hit = |plan: &Plan<'_>, place: usize, pool: &Pool| -> Option<String> {
        let users = users(document, place);
        let rejected = plan.report.pools.get(place)?.rejected.value;
        if rejected > threshold && (pool.when_full == WhenFull::Reject || pool.queue_limit.is_some()) {
            return Some(format!("turns away {} of them in {}", percent(rejected), plan.kind().slug()));
        }
        let foreign = users.iter().any(|&step| document.steps[step].kind == StepKind::ThirdParty);
        let load = calls_at_a_time(evidence, plan, place);
        (foreign && load > f64::from(pool.size))
            .then(|| format!("would have to take {} in {}", number(load), plan.kind().slug()))
    };
    for (place, pool) in document.pools.iter().enumerate() {
        let hits: Vec<(Plan<'_>, String)> =
            evidence.plans().filter_map(|plan| Some((plan, hit(&plan, place, pool)?))).collect();
        // The plan with most lanes at the limit needs the fewest workers, and says most.
        let lanes = |plan: &Plan<'_>| plan.lanes.among(&users(document, place)).len().max(1);
        let Some((_, words)) = hits.iter().rev().max_by_key(|(plan, _)| lanes(plan)) else { continue };
        let workers: Vec<String> = hits
            .iter()
            .map(|(plan, _)| {
                let workers = (f64::from(pool.size) / lanes(plan) as f64).floor().max(1.0);
                format!("{} in {}", number(workers), plan.kind().slug())
            })
            .collect();
        let workers: Vec<&str> = workers.iter().map(String::as_str).collect();
        let kinds: Vec<_> = hits.iter().map(|(plan, _)| plan.kind()).collect();
        let takes = if pool.size == 1 { "1 call".to_owned() } else { format!("{} calls", pool.size) };
        return Some(EXTERNAL_LIMIT.found(
            format!("{} takes {takes} at a time and {words}.", pool.label()),
            format!(
                "So many workers on this path at most, taking requests from a queue instead of a fan-out: {}.",
                list(&workers)
            ),
            format!("pools[{place}].size"),
            kinds,
        ));
    }
    None
}

fn herd(evidence: &Evidence<'_>) -> Option<Finding> {
    let threshold = evidence.threshold_of(&HERD);
    for (place, pool) in evidence.document.pools.iter().enumerate().filter(|(_, pool)| pool.size == 1) {
        let waiting = |plan: &Plan<'_>| plan.report.pools.get(place).map_or(0, |pool| pool.longest_queue);
        let herds: Vec<Plan<'_>> =
            evidence.plans().filter(|plan| f64::from(waiting(plan)) >= threshold.max(1.0)).collect();
        let Some(worst) = herds.iter().rev().max_by_key(|plan| waiting(plan)) else { continue };
        return Some(HERD.found(
            format!(
                "{} calls wait at once for {}, a pool of one, in {}.",
                number(f64::from(waiting(worst))),
                pool.label(),
                worst.kind().slug()
            ),
            "Spread the retries with full jitter, or let one worker take these calls one after another.",
            format!("pools[{place}].size"),
            herds.iter().map(Plan::kind).collect(),
        ));
    }
    None
}

/// The steps whose attempts hold a slot of a pool.
pub(super) fn users(document: &Document, pool: usize) -> Vec<usize> {
    let id = &document.pools[pool].id;
    (0..document.steps.len()).filter(|&step| document.steps[step].pools.contains(id)).collect()
}

/// How many calls a pool would serve at a time if it had a slot for each: the attempts that arrive in a second, times
/// the seconds that one takes (Little's law).
pub(super) fn calls_at_a_time(evidence: &Evidence<'_>, plan: &Plan<'_>, pool: usize) -> f64 {
    let document = evidence.document;
    let per_ms = document.workload.arrivals.per_second() / 1e3 * slowdown(document);
    let attempts = |step: usize| {
        let attempts = plan.report.steps.get(step).map_or(0, |step| step.attempts);
        crate::wording::per_thousand(attempts, plan.report.requests) / 1e3
    };
    users(document, pool)
        .iter()
        .map(|&step| {
            let step_of = &document.steps[step];
            attempts(step) * per_ms * mean_ms(&step_of.latency).min(step_of.timeout_ms)
        })
        .sum()
}
