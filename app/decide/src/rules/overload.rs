//! Whether a pipeline can keep up with what arrives, and comes back after what went wrong.

use model::{Pool, StepKind, TopologyKind, WhenFull};

use super::{limits::users, names_of};
use crate::{
    change::Change,
    evidence::{Evidence, Plan},
    rule::{Effect, Finding, Otherwise, Rule},
    threshold,
    wording::{number, percent},
};

/// The share of a pool that is kept in use when it is sized: the rest is for peaks.
pub(super) const HEADROOM: f64 = 0.8;

/// What is offered is worked out from the document alone: arrivals times the share of requests that come to a step times
/// the time that a first attempt holds a slot. It does not depend on how long the run is.
pub(super) static OVERLOAD: Rule = Rule {
    id: "overload",
    name: "More is asked for than a pool gives",
    effect: Effect::NotReady,
    rationale: "Where arrivals ask for as much as a pool or the workers have, the queue grows for as long as they arrive: no arrangement of the steps helps, only a size does.",
    reads: &["pools", "steps[].pools", "steps[].latency", "steps[].taken_share", "workload"],
    threshold: Some(&threshold::OVERLOAD),
    check: overload_of_all,
    otherwise: Some(Otherwise { effect: Effect::Against, check: overload_of_some }),
    signal: "A queue that grows steadily while nothing fails yet, then timeouts of everything behind it.",
    recovery: "Let fewer requests in at once; then size the pool, and let the queue drain before the rest comes back.",
};

/// A run has collapsed where under half as large a share of its last ten seconds' arrivals was answered as in its best ten
/// seconds; a plan has where half of its replications have.
pub(super) static COLLAPSE: Rule = Rule {
    id: "collapse",
    name: "It does not come back",
    effect: Effect::NotReady,
    rationale: "A pipeline whose retries keep it down after the cause has gone needs a person to bring it back: it is metastable.",
    reads: &["steps[].retry", "steps[].on_timeout", "pools", "delivery", "protections", "outages", "workload"],
    threshold: Some(&threshold::COLLAPSE),
    check: collapse_of_all,
    otherwise: Some(Otherwise { effect: Effect::Against, check: collapse_of_some }),
    signal: "Good answers stay near none while calls stay high, long after what went wrong is over.",
    recovery: "Stop all callers, let the queues drain to nothing, and let them in again a few at a time.",
};

/// Something with a limit that requests ask for, in one plan.
struct Asked<'a> {
    plan: Plan<'a>,
    of: Limit,
    offered: f64,
    size: f64,
}

/// What limits how much is worked on at a time.
#[derive(Clone, Copy)]
enum Limit {
    /// A pool, by its place.
    Pool(usize),
    Workers,
    /// The cap on attempts in flight.
    Cap,
}

fn overloaded<'a>(evidence: &'a Evidence<'_>) -> Vec<Asked<'a>> {
    let document = evidence.document;
    let threshold = evidence.threshold_of(&OVERLOAD);
    let mut found = Vec::new();
    for plan in evidence.plans() {
        let queues = document.pools.iter().enumerate().filter(|(_, pool)| pool.when_full == WhenFull::Queue);
        let pools = queues.filter_map(|(place, pool)| {
            let offered = plan.report.pools.get(place)?.offered;
            Some(Asked { plan, of: Limit::Pool(place), offered, size: f64::from(pool.size) })
        });
        let workers = plan.report.workers.map(|workers| Asked {
            plan,
            of: Limit::Workers,
            offered: workers.offered,
            size: f64::from(workers.workers),
        });
        let cap = plan.report.concurrency_cap.as_ref().zip(document.protections.concurrency_cap);
        let cap =
            cap.map(|(report, cap)| Asked { plan, of: Limit::Cap, offered: report.offered, size: f64::from(cap) });
        found.extend(pools.chain(workers).chain(cap).filter(|asked| asked.offered >= threshold * asked.size));
    }
    found
}

fn overload_of_all(evidence: &Evidence<'_>) -> Option<Finding> {
    overload(evidence, true)
}

fn overload_of_some(evidence: &Evidence<'_>) -> Option<Finding> {
    overload(evidence, false)
}

fn overload(evidence: &Evidence<'_>, all: bool) -> Option<Finding> {
    let found = overloaded(evidence);
    let mut plans: Vec<TopologyKind> = found.iter().map(|asked| asked.plan.kind()).collect();
    plans.dedup();
    if (plans.len() == evidence.topologies.len()) != all {
        return None;
    }
    let worst = found.iter().rev().max_by(|a, b| (a.offered / a.size).total_cmp(&(b.offered / b.size)))?;
    let rate = evidence.document.workload.arrivals.per_second();
    // From 95 % on a queue is as good as endless, though it does not grow for ever.
    let who = match (all, worst.offered >= worst.size) {
        (true, true) => "No arrangement sustains".to_owned(),
        (true, false) => "No arrangement has room for".to_owned(),
        (false, true) => format!("{} cannot sustain", names_of(&plans)),
        (false, false) => format!("There is no room in {} for", names_of(&plans)),
    };
    let (name, input) = match worst.of {
        Limit::Pool(place) => (evidence.document.pools[place].label(), format!("pools[{place}].size")),
        Limit::Workers => ("the workers", "workload.consumer.workers".to_owned()),
        Limit::Cap => ("the cap on attempts in flight", "protections.concurrency_cap".to_owned()),
    };
    let takes = if matches!(worst.of, Limit::Workers) { "give" } else { "gives" };
    let effect = if all { Effect::NotReady } else { Effect::Against };
    let remedy = match worst.of {
        Limit::Pool(place) => size_remedy(evidence, Some(place), worst.offered),
        Limit::Workers => size_remedy(evidence, None, worst.offered),
        Limit::Cap => format!(
            "Let {} attempts be in flight: the cap is then at most 80 % busy. A cap is there for what goes wrong.",
            number(slots_for(worst.offered))
        ),
    };
    let finding = OVERLOAD.found(
        format!(
            "{who} {} requests a second: {name} {takes} {}, and {} of what {} asked for.",
            number(rate),
            number(rate * worst.size / worst.offered),
            percent(worst.offered / worst.size),
            if matches!(worst.of, Limit::Workers) { "they have is" } else { "it has is" },
        ),
        remedy,
        input,
        plans,
    );
    let slots = slots_for(worst.offered) as u32;
    let finding = match worst.of {
        Limit::Pool(place) => {
            let pool = &evidence.document.pools[place];
            let sized = (pool.size > 1).then(|| Change::Slots { pool: pool.id.clone(), size: slots });
            finding.about_pool(evidence, place).changing(sized.into_iter().collect())
        }
        Limit::Workers => finding.changing(vec![Change::Workers { workers: slots }]),
        Limit::Cap => finding,
    };
    Some(Finding { effect, ..finding })
}

/// What to do about a pool, or the workers, of which so many slots are asked for.
pub(super) fn size_remedy(evidence: &Evidence<'_>, pool: Option<usize>, offered: f64) -> String {
    let document = evidence.document;
    let needed = slots_for(offered);
    let Some(place) = pool else {
        let keys = document.workload.consumer.filter(|consumer| consumer.per_key_order).map(|of| of.key_count);
        let spread = keys.filter(|&keys| f64::from(keys) < needed);
        return match spread {
            Some(1) => format!(
                "{} workers are at most 80 % busy, but a single key keeps only one busy: use finer keys.",
                number(needed)
            ),
            Some(keys) => format!(
                "{} workers are at most 80 % busy, but {} keys keep no more than that many busy: use finer keys.",
                number(needed),
                number(f64::from(keys))
            ),
            None => format!("{} workers: they are then at most 80 % busy.", number(needed)),
        };
    };
    let Pool { size, .. } = document.pools[place];
    let name = document.pools[place].label();
    let users = users(document, place);
    if size == 1 {
        format!("Split {name}, a pool of one, by key into {} or more; or hold it for a shorter time.", number(needed))
    } else if !users.is_empty() && users.iter().all(|&step| document.steps[step].kind == StepKind::ThirdParty) {
        format!(
            "Size {name} at {} instead of {size}: it is then at most 80 % busy. If it is the third party's limit, agree on that, or put these calls in a queue behind the answer.",
            number(needed)
        )
    } else {
        format!("Size {name} at {} instead of {size}: it is then at most 80 % busy.", number(needed))
    }
}

/// The slots of which so many calls at a time keep at most 80 % busy.
pub(super) fn slots_for(offered: f64) -> f64 {
    // A hair less, so that 8 calls at a time need 10 slots although 8 / 0.8 comes out above 10.
    (offered / HEADROOM - 1e-9).ceil().max(1.0)
}

fn collapsed<'a>(evidence: &'a Evidence<'_>) -> Vec<Plan<'a>> {
    let threshold = evidence.threshold_of(&COLLAPSE);
    let replications = f64::from(evidence.report.replications.max(1));
    let share = |plan: &Plan<'_>| f64::from(plan.report.collapsed) / replications;
    evidence.plans().filter(|plan| plan.report.collapsed > 0 && share(plan) >= threshold).collect()
}

fn collapse_of_all(evidence: &Evidence<'_>) -> Option<Finding> {
    collapse(evidence, true)
}

fn collapse_of_some(evidence: &Evidence<'_>) -> Option<Finding> {
    collapse(evidence, false)
}

fn collapse(evidence: &Evidence<'_>, all: bool) -> Option<Finding> {
    let found = collapsed(evidence);
    let worst = found.iter().rev().max_by_key(|plan| plan.report.collapsed)?;
    if (found.len() == evidence.topologies.len()) != all {
        return None;
    }
    let plans: Vec<TopologyKind> = found.iter().map(Plan::kind).collect();
    let (protections, mut missing) = (&evidence.document.protections, Vec::new());
    if protections.retry_budget.is_none() {
        missing.push("a retry budget");
    }
    if protections.retry_cap.is_none() && protections.concurrency_cap.is_none() {
        missing.push("a cap on calls in flight");
    }
    if protections.breaker.is_none() {
        missing.push("a breaker");
    }
    let retried = evidence.document.steps.iter().any(|step| step.retry.as_ref().is_some_and(|retry| retry.max > 0));
    let delivery = &evidence.document.delivery;
    let again = retried || delivery.caller_retries > 0 || delivery.redelivery_rate > 0.0;
    let remedy = if !again {
        "Nothing is tried again here, so no retry budget helps: let fewer requests in, or size what is full.".to_owned()
    } else if missing.is_empty() {
        "Tighten the retry budget, the caps and the breaker until the same run comes back by itself.".to_owned()
    } else {
        format!("Give it {}, and see that the same run comes back by itself.", crate::wording::list(&missing))
    };
    let finding = COLLAPSE.found(
        format!(
            "{} of {} replications of {} collapse: of their last ten seconds of arrivals under half as many are answered as of their best.",
            worst.report.collapsed,
            evidence.report.replications,
            names_of(&plans),
        ),
        remedy,
        "protections",
        plans,
    )
    .changing(if again { vec![Change::Protections] } else { Vec::new() });
    Some(Finding { effect: if all { Effect::NotReady } else { Effect::Against }, ..finding })
}
