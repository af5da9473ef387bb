//! A timeout belongs to a leg, and must be longer than the leg usually takes.

use model::DEFAULT_TIMEOUT_MS;

use crate::{
    change::Change,
    evidence::Evidence,
    rule::{Effect, Finding, Otherwise, Rule},
    service_time::p99_ms,
    threshold,
    wording::ms,
};

/// A leg whose timeout is below its own p99 is cut off; one timeout that the team has chosen for legs of which one's p99 is
/// more than the threshold times another's fits one of them at most. Legs that are left at the default are advice: nobody
/// has chosen theirs yet.
pub(super) static GLOBAL_TIMEOUT: Rule = Rule {
    id: "global-timeout",
    name: "A timeout does not fit its leg",
    effect: Effect::Condition,
    rationale: "One timeout for all legs is too long for the fast ones and too short for the slow ones; one below a leg's own p99 cuts off healthy calls.",
    reads: &["steps[].timeout_ms", "steps[].latency"],
    threshold: Some(&threshold::GLOBAL_TIMEOUT),
    check,
    otherwise: Some(Otherwise { effect: Effect::Advice, check: left_at_the_default }),
    signal: "Timeouts of calls that would have succeeded; or one slow leg that holds all others for the whole timeout.",
    recovery: "Set the slow leg's timeout above its p99 first, then shorten the others one by one.",
};

/// How much longer than its p99 a leg may take until it is given up.
const PATIENCE: f64 = 1.5;

/// The legs of all plans with forks: steps that run beside another one.
fn legs(evidence: &Evidence<'_>) -> Vec<usize> {
    let in_a_lane = |step: &usize| evidence.forked().any(|plan| plan.lanes.in_a_lane(*step));
    (0..evidence.document.steps.len()).filter(in_a_lane).collect()
}

fn check(evidence: &Evidence<'_>) -> Option<Finding> {
    let steps = &evidence.document.steps;
    let legs = legs(evidence);
    let p99 = |step: usize| p99_ms(&steps[step].latency);
    let cut: Vec<usize> = legs.iter().copied().filter(|&step| steps[step].timeout_ms < p99(step)).collect();
    if let Some(&first) = cut.first() {
        let concerned = evidence.forked().filter(|plan| cut.iter().any(|&step| plan.lanes.in_a_lane(step)));
        let each: Vec<String> = cut
            .iter()
            .map(|&step| {
                let (timeout, p99) = (ms(steps[step].timeout_ms), ms(p99(step)));
                format!("{} times out after {timeout}, below its own p99 of {p99}", evidence.label(step))
            })
            .collect();
        let found = GLOBAL_TIMEOUT.found(
            format!("{}.", each.join("; ")),
            values(evidence, &cut),
            format!("steps[{first}].timeout_ms"),
            concerned.map(|plan| plan.kind()).collect(),
        );
        return Some(with_values(evidence, &cut, found));
    }
    // Legs that share a timeout of the team's own, of which one is much slower than another.
    let shared = legs.iter().map(|&step| steps[step].timeout_ms).filter(|&timeout| timeout != DEFAULT_TIMEOUT_MS);
    let alike = |timeout: f64| legs.iter().copied().filter(move |&step| steps[step].timeout_ms == timeout);
    let (timeout, fastest, slowest) = shared
        .map(|timeout| {
            let tails = || alike(timeout).map(p99);
            (timeout, tails().fold(f64::INFINITY, f64::min), tails().fold(0.0, f64::max))
        })
        .find(|(_, fastest, slowest)| *slowest > evidence.threshold_of(&GLOBAL_TIMEOUT) * fastest)?;
    let concerned: Vec<usize> = alike(timeout).collect();
    let first = *concerned.first()?;
    let found = GLOBAL_TIMEOUT.found(
        format!(
            "{} all time out after {}, though their p99s range from {} to {}.",
            evidence.labels(&concerned),
            ms(timeout),
            ms(fastest),
            ms(slowest)
        ),
        values(evidence, &concerned),
        format!("steps[{first}].timeout_ms"),
        evidence.forked_kinds(),
    );
    Some(with_values(evidence, &concerned, found))
}

fn left_at_the_default(evidence: &Evidence<'_>) -> Option<Finding> {
    let steps = &evidence.document.steps;
    let legs: Vec<usize> =
        legs(evidence).into_iter().filter(|&step| steps[step].timeout_ms == DEFAULT_TIMEOUT_MS).collect();
    let first = *legs.first()?;
    let verb = if legs.len() == 1 { "has" } else { "have" };
    let found = GLOBAL_TIMEOUT.found(
        format!("{} {verb} the default timeout of {}.", evidence.labels(&legs), ms(DEFAULT_TIMEOUT_MS)),
        values(evidence, &legs),
        format!("steps[{first}].timeout_ms"),
        evidence.forked_kinds(),
    );
    Some(Finding { effect: Effect::Advice, ..with_values(evidence, &legs, found) })
}

/// A timeout that fits a leg \[ms\]: half as long again as its own p99 with the slowest payload, to two digits, and no
/// longer than the caller waits or the hard limit allows.
pub(super) fn value(evidence: &Evidence<'_>, step: usize) -> f64 {
    let slowest = evidence.document.workload.payloads.iter().map(|payload| payload.slowdown).fold(1.0, f64::max);
    let wanted = PATIENCE * slowest * p99_ms(&evidence.document.steps[step].latency);
    let unit = 10_f64.powf(wanted.max(1.0).log10().floor() - 1.0);
    let document = evidence.document;
    let limits = [document.delivery.caller_timeout_ms, document.budget.hard_limit_ms];
    let longest = limits.into_iter().flatten().fold(f64::INFINITY, f64::min);
    ((wanted / unit).ceil() * unit).min(longest)
}

/// A finding about some legs, whose remedy gives each its timeout.
fn with_values(evidence: &Evidence<'_>, legs: &[usize], found: Finding) -> Finding {
    let id = |step: usize| evidence.document.steps[step].id.clone();
    let changes = legs.iter().map(|&step| Change::Timeout { step: id(step), ms: value(evidence, step) });
    found.about_steps(evidence, legs).changing(changes.collect())
}

/// A timeout for each of some legs, in words.
fn values(evidence: &Evidence<'_>, legs: &[usize]) -> String {
    const NAMED: usize = 6;
    let timeout = |step: usize| {
        let (value, p99) = (value(evidence, step), p99_ms(&evidence.document.steps[step].latency));
        let short =
            if value < p99 { format!(" (all that the caller has; its p99 is {})", ms(p99)) } else { String::new() };
        format!("{} {}{short}", evidence.label(step), ms(value))
    };
    let mut each: Vec<String> = legs.iter().take(NAMED).map(|&step| timeout(step)).collect();
    if legs.len() > NAMED {
        each.push(format!("and so on for {} more", legs.len() - NAMED));
    }
    let fits = legs.iter().all(|&step| value(evidence, step) >= p99_ms(&evidence.document.steps[step].latency));
    format!("A timeout for each leg{}: {}.", if fits { ", above its own p99" } else { "" }, each.join(", "))
}
