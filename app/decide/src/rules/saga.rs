//! Forks that fail often need somebody who repairs them.

use super::writes_in_a_lane;
use crate::{
    evidence::{Evidence, Plan},
    rule::{Effect, Finding, Rule},
    threshold,
    wording::percent,
};

pub(super) static SAGA_FIRST: Rule = Rule {
    id: "saga-first",
    name: "Failures need a saga",
    effect: Effect::Condition,
    rationale: "Where more than 2 % of deliveries fail or are declined on a plan with forks that writes, lanes that succeeded must be taken back as a matter of routine.",
    reads: &[
        "steps[].effect",
        "steps[].error_rate",
        "steps[].permanent_error_rate",
        "steps[].retry",
        "steps[].timeout_ms",
    ],
    threshold: Some(&threshold::SAGA_FIRST),
    check,
    otherwise: None,
    signal: "Payments without a stock decrement: requests that failed and are done in some of their steps.",
    recovery: "Undo each lane that succeeded, latest first, and let one place remember how far the undoing has come.",
};

fn check(evidence: &Evidence<'_>) -> Option<Finding> {
    let threshold = evidence.threshold_of(&SAGA_FIRST);
    let share = |plan: &Plan<'_>| plan.report.failed_deliveries.value;
    // Lanes that only read leave nothing to be taken back.
    let failing: Vec<Plan<'_>> =
        evidence.forked().filter(|plan| share(plan) > threshold && writes_in_a_lane(evidence, plan)).collect();
    let worst = failing.iter().rev().max_by(|a, b| share(a).total_cmp(&share(b)))?;
    let input = culprit(evidence, worst).map_or_else(|| "steps".to_owned(), |step| format!("steps[{step}].error_rate"));
    Some(SAGA_FIRST.found(
        format!(
            "{} of deliveries fail or are declined in {}, more than {}.",
            percent(share(worst)),
            worst.kind().slug(),
            percent(threshold),
        ),
        "A saga orchestrator that undoes each lane that succeeded, before this goes to production.",
        input,
        failing.iter().map(Plan::kind).collect(),
    ))
}

/// The step that fails most requests; where the caller's retries save them all, the one with most errors.
fn culprit(evidence: &Evidence<'_>, plan: &Plan<'_>) -> Option<usize> {
    let failed = plan.report.failed_by.iter().rev().max_by_key(|failed| failed.share.count);
    let erring = plan.report.steps.iter().rev().max_by_key(|step| step.errors + step.timeouts + step.turned_away);
    let id = failed.map(|failed| &failed.step).or(erring.map(|step| &step.id))?;
    evidence.document.step_index(id)
}
