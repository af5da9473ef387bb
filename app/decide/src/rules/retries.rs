//! Retries multiply: across layers, and under load.

use super::{is_delivered_again, is_retried, redeliveries};
use crate::{
    evidence::{Evidence, Plan},
    rule::{Effect, Finding, Rule},
    threshold,
    wording::number,
};

pub(super) static RETRY_STORM: Rule = Rule {
    id: "retry-storm",
    name: "Retries feed on themselves",
    effect: Effect::Condition,
    rationale: "Where more than 2.5 attempts are made for each that is needed, retries are the load that makes attempts fail.",
    reads: &["steps[].retry", "delivery", "protections", "pools", "outages"],
    threshold: Some(&threshold::RETRY_STORM),
    check: storm,
    otherwise: None,
    signal: "Calls per work item rise while work items do not, and stay high when the cause has gone.",
    recovery: "Open the breakers for 30 s, let the queues drain, then resume with retries capped.",
};

/// Sendings are counted as the first, the caller's retries and the redeliveries: a redelivery is sent once more, and
/// not multiplied with the caller's retries.
pub(super) static LAYERED_RETRIES: Rule = Rule {
    id: "layered-retries",
    name: "Layers of retries multiply",
    effect: Effect::Advice,
    rationale: "A step that is retried within a request that is sent again makes the product of both, not the sum.",
    reads: &["steps[].retry", "delivery"],
    threshold: None,
    check: layers,
    otherwise: None,
    signal: "Calls per work item come near the product of the layers when one dependency is slow.",
    recovery: "Switch off all layers of retries but the outermost until the dependency has recovered.",
};

fn storm(evidence: &Evidence<'_>) -> Option<Finding> {
    let threshold = evidence.threshold_of(&RETRY_STORM);
    // A run too short for a window of its own still has its amplification as a whole.
    let worst = |plan: &Plan<'_>| {
        plan.report
            .worst_amplification
            .map_or(plan.report.amplification, |figure| figure.value.max(plan.report.amplification))
    };
    let storms: Vec<Plan<'_>> = evidence.plans().filter(|plan| worst(plan) > threshold).collect();
    let plan = storms.iter().rev().max_by(|a, b| worst(a).total_cmp(&worst(b)))?;
    Some(RETRY_STORM.found(
        format!(
            "{} attempts are made in {} for each that is needed, in its worst ten seconds; more than {}.",
            number(worst(plan)),
            plan.kind().slug(),
            number(threshold),
        ),
        "A retry budget that all steps share, a cap on retries in flight, a breaker that opens for 30 s; drain, then resume capped.",
        cause(evidence, plan),
        storms.iter().map(Plan::kind).collect(),
    ))
}

/// The retried step that made most attempts, or else the sender who sends again.
fn cause(evidence: &Evidence<'_>, plan: &Plan<'_>) -> String {
    let steps = &evidence.document.steps;
    let retried = (0..steps.len()).filter(|&step| is_retried(&steps[step]));
    let attempts = |step: usize| plan.report.steps.get(step).map_or(0, |step| step.attempts);
    match retried.rev().max_by_key(|&step| attempts(step)) {
        Some(step) => format!("steps[{step}].retry"),
        None => sender(evidence).to_owned(),
    }
}

/// The input by which whole requests come again.
fn sender(evidence: &Evidence<'_>) -> &'static str {
    if evidence.document.delivery.caller_retries > 0 { "delivery.caller_retries" } else { "delivery.redeliveries" }
}

fn layers(evidence: &Evidence<'_>) -> Option<Finding> {
    let document = evidence.document;
    let most: Vec<u64> =
        document.steps.iter().map(|step| 1 + u64::from(step.retry.as_ref().map_or(0, |retry| retry.max))).collect();
    if !document.steps.iter().any(is_retried) || !is_delivered_again(document) {
        return None;
    }
    let sendings = 1 + u64::from(document.delivery.caller_retries) + u64::from(redeliveries(document));
    let attempts: u64 = most.iter().sum();
    let legs = most.len();
    let product = if most.iter().all(|&each| each == most[0]) {
        format!("{legs} legs x {} attempts x {sendings} sendings", most[0])
    } else {
        format!("{attempts} attempts over {legs} legs x {sendings} sendings")
    };
    Some(LAYERED_RETRIES.found(
        format!("{product}: up to {} calls for one request.", number(attempts as f64 * sendings as f64)),
        "Decide about retries in one layer: the innermost that knows whether a repetition can help.",
        sender(evidence),
        Vec::new(),
    ))
}
