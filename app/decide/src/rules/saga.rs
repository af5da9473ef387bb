//! Forks that fail often need somebody who repairs them.

use crate::{
    evidence::Evidence,
    rule::{Effect, Finding, Rule, Threshold},
    wording::percent,
};

const DEFAULT: f64 = 0.02;

pub(super) static SAGA_FIRST: Rule = Rule {
    id: "saga-first",
    name: "Failures need a saga",
    effect: Effect::Condition,
    rationale: "Where more than 2 % of requests fail on a plan with forks, lanes that succeeded must be taken back as a matter of routine.",
    reads: &["steps[].error_rate", "steps[].permanent_error_rate", "steps[].retry", "steps[].timeout_ms"],
    threshold: Some(Threshold {
        default: DEFAULT,
        unit: "share of deliveries that fail, after step retries and before caller retries",
    }),
    check,
};

fn check(evidence: &Evidence<'_>) -> Option<Finding> {
    let threshold = evidence.threshold(SAGA_FIRST.id, DEFAULT);
    let failing: Vec<_> = evidence.forked().filter(|(_, report)| report.failed_deliveries.value > threshold).collect();
    let (worst, report) =
        failing.iter().rev().max_by(|a, b| a.1.failed_deliveries.value.total_cmp(&b.1.failed_deliveries.value))?;
    Some(Finding {
        rule: SAGA_FIRST.id.to_owned(),
        effect: SAGA_FIRST.effect,
        evidence: format!(
            "{} of requests fail in {} before the caller retries, more than {}.",
            percent(report.failed_deliveries.value),
            worst.kind.slug(),
            percent(threshold),
        ),
        remedy: "A saga orchestrator that undoes each lane that succeeded, before this goes to production.".to_owned(),
        input: report
            .failed_by
            .iter()
            .max_by(|a, b| a.share.value.total_cmp(&b.share.value))
            .and_then(|failed| evidence.document.step_index(&failed.step))
            .map_or_else(|| "steps".to_owned(), |step| format!("steps[{step}].error_rate")),
        plans: failing.iter().map(|(topology, _)| topology.kind).collect(),
    })
}
