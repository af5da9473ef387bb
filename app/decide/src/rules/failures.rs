//! Requests that fail, and what they leave behind.

use engine::report::StepReport;
use model::{Answer, Pool, StepKind, TopologyKind, WhenFull};

use super::compensation::{complete, undoing};
use crate::{
    change::Change,
    evidence::{Evidence, Plan},
    rule::{Effect, Finding, Otherwise, Rule},
    service_time::p99_ms,
    threshold,
    wording::{list, ms, number, percent},
};

/// Failed and unanswered requests alone are more than the budget allows to be over it, interval included. A plan that
/// fails more than a percentage point more than sequential is vetoed.
pub(super) static FAILURES_OVER_BUDGET: Rule = Rule {
    id: "failures-over-budget",
    name: "Failures alone exceed the budget",
    effect: Effect::Condition,
    rationale: "A failed request is over any budget: where more fail than may be late, no arrangement is fast enough until fewer fail.",
    reads: &["budget.percentile", "steps[].error_rate", "steps[].timeout_ms", "steps[].retry", "pools", "delivery"],
    threshold: Some(&threshold::FAILURES_OVER_BUDGET),
    check: too_many,
    otherwise: Some(Otherwise { effect: Effect::Against, check: more_than_sequential }),
    signal: "The error rate at the caller, its own timeouts included, above what the budget allows to be late.",
    recovery: "Fix the step that fails most first; until then tell callers how often to expect no answer.",
};

pub(super) static ORPHANED_WRITES: Rule = Rule {
    id: "orphaned-writes",
    name: "Failed requests leave writes behind",
    effect: Effect::Condition,
    rationale: "A write of a failed request that nobody takes back is money without goods, or goods without money. A chain leaves them too.",
    reads: &[
        "steps[].effect",
        "steps[].undo",
        "steps[].error_after_commit_share",
        "consistency",
        "maturity.reconciliation",
    ],
    threshold: Some(&threshold::ORPHANED_WRITES),
    check: orphans,
    otherwise: Some(Otherwise { effect: Effect::Advice, check: orphans_that_are_found }),
    signal: "Writes whose request is marked as failed: count them, by step and day.",
    recovery: "List the failed requests with a write that stands, and undo or complete each; then find out why it was left.",
};

fn too_many(evidence: &Evidence<'_>) -> Option<Finding> {
    finding(evidence, &failing(evidence).1, Effect::Condition)
}

fn more_than_sequential(evidence: &Evidence<'_>) -> Option<Finding> {
    finding(evidence, &failing(evidence).0, Effect::Against)
}

/// Plans of which failures alone exceed the budget: those that fail by the threshold more than sequential, and the others.
fn failing<'a>(evidence: &'a Evidence<'_>) -> (Vec<Plan<'a>>, Vec<Plan<'a>>) {
    let more = evidence.threshold_of(&FAILURES_OVER_BUDGET);
    let most = evidence.sequential().map(|sequential| sequential.no_answer.value + more);
    let plans = evidence.plans().filter(|plan| evidence.no_answer(plan.report).low > evidence.allowed());
    plans.partition(|plan| most.is_some_and(|most| plan.report.no_answer.value > most))
}

fn finding(evidence: &Evidence<'_>, plans: &[Plan<'_>], effect: Effect) -> Option<Finding> {
    let share = |plan: &Plan<'_>| plan.report.no_answer.value;
    let worst = plans.iter().rev().max_by(|a, b| share(a).total_cmp(&share(b)))?;
    let than = match evidence.sequential() {
        Some(sequential) if effect == Effect::Against => {
            format!("against {} in sequential", percent(sequential.no_answer.value))
        }
        _ => format!("more than the {} that may be over the budget", percent(evidence.allowed())),
    };
    let failed_by = worst.report.failed_by.iter().rev().max_by_key(|failed| failed.share.count);
    // Where most of them succeed unseen, it is not the steps that fail.
    let by_caller = worst.report.unanswered.value > worst.report.failed.value;
    let culprit = failed_by
        .filter(|_| !by_caller)
        .and_then(|failed| evidence.document.step_index(&failed.step).map(|step| (step, failed)));
    let most = culprit.map_or_else(
        || ": their callers give up before the answer".to_owned(),
        |(step, failed)| {
            let all: u64 = worst.report.failed_by.iter().map(|failed| failed.share.count).sum();
            let part = failed.share.count as f64 / all.max(1) as f64;
            format!(", most of all by {} ({} of those that fail)", evidence.label(step), percent(part))
        },
    );
    let steps = if culprit.is_some() { to_mend(evidence, worst) } else { Vec::new() };
    let of = |step: usize| worst.report.steps.get(step);
    const NAMED: usize = 3;
    let mut cures: Vec<String> = steps.iter().take(NAMED).map(|&step| cure(evidence, step, of(step))).collect();
    match &steps[NAMED.min(steps.len())..] {
        [] => {}
        more if more.len() > NAMED => cures.push(format!("So it is with {} more steps.", more.len())),
        more => cures.push(format!("So it is with {}.", evidence.labels(more))),
    }
    let remedy = if steps.is_empty() {
        "Answer sooner than the caller gives up, or let the caller wait longer.".to_owned()
    } else {
        cures.join(" ")
    };
    let input = culprit.map_or_else(|| "delivery.caller_timeout_ms".to_owned(), |(step, _)| format!("steps[{step}]"));
    let changes = steps.iter().flat_map(|&step| changes(evidence, step, of(step))).collect();
    let found = FAILURES_OVER_BUDGET.found(
        format!(
            "{} of requests fail or stay unanswered in {}{most}, {than}.",
            percent(share(worst)),
            worst.kind().slug(),
        ),
        remedy,
        input,
        plans.iter().map(Plan::kind).collect(),
    );
    Some(Finding { effect, ..found.about_steps(evidence, &steps).changing(changes) })
}

/// The steps that fail most requests of a plan, most first: as many as have to fail none before the rest is no more than the
/// budget allows.
fn to_mend(evidence: &Evidence<'_>, plan: &Plan<'_>) -> Vec<usize> {
    let failed = plan.report.failed_by.iter().filter(|failed| failed.share.count > 0);
    let mut failed: Vec<(usize, f64)> =
        failed.filter_map(|failed| Some((evidence.document.step_index(&failed.step)?, failed.share.value))).collect();
    failed.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut left: f64 = failed.iter().map(|(_, share)| share).sum();
    let mut steps = Vec::new();
    for (step, share) in failed {
        if !steps.is_empty() && left <= evidence.allowed() {
            break;
        }
        steps.push(step);
        left -= share;
    }
    steps
}

/// A timeout above its own p99 for a step that is mostly cut off by a shorter one; retries for one that has none and whose
/// attempts mostly err: under a key, where it writes.
fn changes(evidence: &Evidence<'_>, step: usize, report: Option<&StepReport>) -> Vec<Change> {
    let of = &evidence.document.steps[step];
    let is_cut_off = report.is_some_and(|report| report.timeouts > report.errors.max(report.turned_away));
    if is_cut_off && p99_ms(&of.latency) > of.timeout_ms {
        return vec![Change::Timeout { step: of.id.clone(), ms: super::timeouts::value(evidence, step) }];
    }
    let errs = report.is_some_and(|report| report.errors > report.timeouts.max(report.turned_away));
    if !errs || of.retry.as_ref().is_some_and(|retry| retry.max > 0) {
        return Vec::new();
    }
    let retry = Change::Retry { step: of.id.clone(), max: 2 };
    let key = Change::Key { step: of.id.clone(), lives_s: of.idempotency.key_ttl_s };
    if of.writes_state() { vec![key, retry] } else { vec![retry] }
}

/// What makes a step fail less, by what most of its attempts fail of.
fn cure(evidence: &Evidence<'_>, step: usize, report: Option<&StepReport>) -> String {
    let of = &evidence.document.steps[step];
    let name = of.label();
    let (errors, timeouts, turned_away) =
        report.map_or((0, 0, 0), |report| (report.errors, report.timeouts, report.turned_away));
    let p99 = p99_ms(&of.latency);
    let document = evidence.document;
    // Nobody goes on without a write, or without what all else hangs on.
    let without =
        if of.writes_state() || model::is_linchpin(of) { "" } else { ", or go on without it where that does no harm" };
    if turned_away > errors.max(timeouts) {
        let mut pools = of.pools.iter().filter_map(|id| document.pool_index(id)).map(|place| &document.pools[place]);
        return match pools.find(|pool| pool.when_full == WhenFull::Reject || pool.queue_limit.is_some()) {
            Some(Pool { queue_limit: Some(limit), .. }) => {
                format!(
                    "Fewer calls of {name} at a time than its limit takes, or a queue that holds more than {limit}."
                )
            }
            Some(_) => format!("Fewer calls of {name} at a time than its limit takes, or a queue in front of it."),
            None => format!(
                "The breaker of {name} refuses its calls: open it at a larger share of failures than {name} has by itself, or make {name} fail less."
            ),
        };
    }
    if timeouts > errors && p99 > of.timeout_ms {
        format!(
            "{name} times out after {}, below its own p99 of {}: give it more time, or make it faster.",
            ms(of.timeout_ms),
            ms(p99)
        )
    } else if timeouts > errors && of.pools.is_empty() && document.protections.concurrency_cap.is_none() {
        format!("{name} does not answer within {}: find out why it hangs{without}.", ms(of.timeout_ms))
    } else if timeouts > errors {
        format!("{name} times out while it waits for a slot: give its pool or its cap more, or let fewer requests in.")
    } else if of.retry.as_ref().is_none_or(|retry| retry.max == 0) && (!of.writes_state() || of.idempotency.key) {
        format!("Retry {name} once or twice with backoff{without}.")
    } else if of.retry.as_ref().is_none_or(|retry| retry.max == 0) {
        format!("A key for {name}, then retry it once or twice with backoff.")
    } else {
        format!("Make {name} itself fail less, for its retries are used up{without}.")
    }
}

/// Whether a reconciliation job runs: it finds what was left behind.
pub(super) fn reconciliation_runs(evidence: &Evidence<'_>) -> bool {
    evidence.document.maturity.reconciliation == Some(Answer::Yes)
}

fn orphans(evidence: &Evidence<'_>) -> Option<Finding> {
    if reconciliation_runs(evidence) { None } else { orphaned(evidence, Effect::Condition) }
}

fn orphans_that_are_found(evidence: &Evidence<'_>) -> Option<Finding> {
    if reconciliation_runs(evidence) { orphaned(evidence, Effect::Advice) } else { None }
}

fn orphaned(evidence: &Evidence<'_>, effect: Effect) -> Option<Finding> {
    let threshold = evidence.threshold_of(&ORPHANED_WRITES);
    let share = |plan: &Plan<'_>| plan.report.outcomes.orphaned.value;
    let plans: Vec<Plan<'_>> = evidence.plans().filter(|plan| share(plan) > 0.0 && share(plan) >= threshold).collect();
    let worst = plans.iter().rev().max_by(|a, b| share(a).total_cmp(&share(b)))?;
    let steps = by_step(evidence, worst, |step| step.orphans);
    let &(first, _) = steps.first()?;
    let (with, without): (Vec<usize>, Vec<usize>) =
        steps.iter().map(|(step, _)| *step).partition(|&step| evidence.document.steps[step].undo.available);
    let kinds: Vec<TopologyKind> = plans.iter().map(Plan::kind).collect();
    let compensates = evidence.document.consistency == model::Consistency::Compensate;
    let foreign = |&&step: &&usize| evidence.document.steps[step].kind == StepKind::ThirdParty;
    let mut remedies = Vec::new();
    if !with.is_empty() && !compensates {
        remedies.push(format!("Compensate: {} can be undone.", evidence.labels(&with)));
    } else if !with.is_empty() {
        let (failing, sound): (Vec<usize>, Vec<usize>) =
            with.iter().partition(|&&step| evidence.document.steps[step].undo.error_rate > 0.0);
        if !failing.is_empty() {
            remedies.push(format!("Try an undo that fails again, with retries for {}.", evidence.labels(&failing)));
        }
        if !sound.is_empty() {
            remedies.push(format!(
                "A completion check for {}, whose undo does not reach a write that lands behind an error or a timeout.",
                evidence.labels(&sound)
            ));
        }
    }
    let own: Vec<usize> = without.iter().filter(|step| !foreign(step)).copied().collect();
    let others: Vec<usize> = without.iter().filter(foreign).copied().collect();
    if !own.is_empty() {
        remedies.push(format!("An undo for {}.", evidence.labels(&own)));
    }
    if !others.is_empty() {
        remedies.push(complete(evidence, &others));
    }
    remedies.push("Count after every request whether all its writes are there or none.".to_owned());
    let mut undone: Vec<usize> = with.iter().chain(&own).copied().collect();
    undone.sort_unstable();
    let about: Vec<usize> = steps.iter().map(|(step, _)| *step).collect();
    let found = ORPHANED_WRITES.found(
        format!(
            "{} of 1,000 requests leave writes behind in {}; the writes are {}.",
            number(share(worst) * 1_000.0),
            worst.kind().slug(),
            shares_of(evidence, &steps)
        ),
        remedies.join(" "),
        format!("steps[{first}].undo.available"),
        kinds,
    );
    let found = found.about_steps(evidence, &about).changing(undoing(evidence, &undone));
    let found = if effect == Effect::Advice {
        Finding {
            remedy: "The reconciliation job has to find and repair these; see that it does, and how soon.".to_owned(),
            ..found
        }
    } else {
        found
    };
    Some(Finding { effect, ..found })
}

/// The steps of a plan that something was counted of, with how often per 1,000 requests, most first.
pub(super) fn by_step(evidence: &Evidence<'_>, plan: &Plan<'_>, count: fn(&StepReport) -> u64) -> Vec<(usize, f64)> {
    let each = plan.report.steps.iter().enumerate();
    let mut steps: Vec<(usize, u64)> =
        each.map(|(place, step)| (place, count(step))).filter(|step| step.1 > 0).collect();
    steps.sort_by_key(|&(place, count)| (std::cmp::Reverse(count), place));
    steps.into_iter().map(|(place, count)| (place, evidence.per_thousand(plan.report, count))).collect()
}

/// What was counted, step by step, as part of a sentence. The rest of a long list is summed up.
pub(super) fn shares_of(evidence: &Evidence<'_>, steps: &[(usize, f64)]) -> String {
    const NAMED: usize = 4;
    let mut parts: Vec<String> =
        steps.iter().take(NAMED).map(|(step, per)| format!("{} {}", evidence.label(*step), number(*per))).collect();
    if steps.len() > NAMED {
        let rest: f64 = steps[NAMED..].iter().map(|(_, per)| per).sum();
        parts.push(format!("{} other steps {}", steps.len() - NAMED, number(rest)));
    }
    format!("{} per 1,000", list(&parts))
}
