//! A timeout belongs to a leg, and must be longer than the leg usually takes.

use crate::{
    evidence::Evidence,
    rule::{Effect, Finding, Rule},
    service_time::p99_ms,
    threshold,
    wording::ms,
};

/// One timeout for all legs is no fault where all legs are alike. It counts where the slowest leg's p99 is more than
/// the threshold times the fastest's, so that no one timeout can fit both.
pub(super) static GLOBAL_TIMEOUT: Rule = Rule {
    id: "global-timeout",
    name: "A timeout does not fit its leg",
    effect: Effect::Condition,
    rationale: "One timeout for all legs is too long for the fast ones and too short for the slow ones; one below a leg's own p99 cuts off healthy calls.",
    reads: &["steps[].timeout_ms", "steps[].latency"],
    threshold: Some(&threshold::GLOBAL_TIMEOUT),
    check,
    otherwise: None,
    signal: "Timeouts of calls that would have succeeded; or one slow leg that holds all others for the whole timeout.",
    recovery: "Set the slow leg's timeout above its p99 first, then shorten the others one by one.",
};

fn check(evidence: &Evidence<'_>) -> Option<Finding> {
    let steps = &evidence.document.steps;
    let in_lanes = |plan: &crate::evidence::Plan<'_>| -> Vec<usize> {
        (0..steps.len()).filter(|&step| plan.lanes.in_a_lane(step)).collect()
    };
    let cut = |step: &usize| steps[*step].timeout_ms < p99_ms(&steps[*step].latency);
    let mut legs: Vec<usize> = evidence.forked().flat_map(|plan| in_lanes(&plan)).collect();
    legs.sort_unstable();
    legs.dedup();
    if let Some(&step) = legs.iter().find(|step| cut(step)) {
        let concerned = evidence.forked().filter(|plan| in_lanes(plan).iter().any(cut));
        return Some(GLOBAL_TIMEOUT.found(
            format!(
                "{} times out after {}, below its own p99 of {}.",
                evidence.label(step),
                ms(steps[step].timeout_ms),
                ms(p99_ms(&steps[step].latency))
            ),
            "A timeout for each leg, above its own p99 and within what the budget leaves.",
            format!("steps[{step}].timeout_ms"),
            concerned.map(|plan| plan.kind()).collect(),
        ));
    }
    let tails = || legs.iter().map(|&step| p99_ms(&steps[step].latency));
    let (fastest, slowest) = (tails().fold(f64::INFINITY, f64::min), tails().fold(0.0, f64::max));
    let first = *legs.first()?;
    let one_for_all = legs.iter().all(|&leg| steps[leg].timeout_ms == steps[first].timeout_ms);
    if !one_for_all || slowest <= evidence.threshold_of(&GLOBAL_TIMEOUT) * fastest {
        return None;
    }
    Some(GLOBAL_TIMEOUT.found(
        format!(
            "{} time out after {}{}, though their p99s range from {} to {}.",
            evidence.labels(&legs),
            ms(steps[first].timeout_ms),
            if steps[first].timeout_ms == model::DEFAULT_TIMEOUT_MS { " (the default)" } else { "" },
            ms(fastest),
            ms(slowest)
        ),
        "A timeout for each leg, above its own p99 and within what the budget leaves.",
        format!("steps[{first}].timeout_ms"),
        evidence.forked_kinds(),
    ))
}
