//! A write that may be repeated needs a key by which it is recognised.

use model::Document;

use crate::{
    evidence::Evidence,
    lanes::in_a_lane,
    rule::{Effect, Finding, Rule},
    wording,
};

pub(super) static IDEMPOTENCY_GAP: Rule = Rule {
    id: "idempotency-gap",
    name: "A repeated write has no key",
    effect: Effect::Condition,
    rationale: "A write in a lane that is retried or delivered again lands twice, unless its callee recognises it by a key.",
    reads: &["steps[].effect", "steps[].idempotency", "steps[].retry", "delivery"],
    threshold: None,
    check,
};

fn check(evidence: &Evidence<'_>) -> Option<Finding> {
    let document = evidence.document;
    let exposed = |step: usize| {
        let step = &document.steps[step];
        step.writes_state() && !step.idempotency.key && (delivered_again(document) || step_is_retried(step))
    };
    let mut steps: Vec<usize> = Vec::new();
    let mut plans = Vec::new();
    for (topology, _) in evidence.forked() {
        let gaps: Vec<usize> =
            (0..document.steps.len()).filter(|&step| exposed(step) && in_a_lane(topology, step)).collect();
        if !gaps.is_empty() {
            plans.push(topology.kind);
            steps.extend(gaps);
        }
    }
    steps.sort_unstable();
    steps.dedup();
    let first = *steps.first()?;
    let names: Vec<&str> = steps.iter().map(|&step| evidence.label(step)).collect();
    let verb = if names.len() == 1 { "writes" } else { "write" };
    let why = if delivered_again(document) { "a request may be delivered again" } else { "attempts are retried" };
    Some(Finding {
        rule: IDEMPOTENCY_GAP.id.to_owned(),
        effect: IDEMPOTENCY_GAP.effect,
        evidence: format!("{} {verb} without an idempotency key, in a lane, and {why}.", wording::list(&names)),
        remedy: "An idempotency key for each leaf call, made by the coordinator and honoured by the callee.".to_owned(),
        input: format!("steps[{first}].idempotency.key"),
        plans,
    })
}

fn step_is_retried(step: &model::Step) -> bool {
    step.retry.as_ref().is_some_and(|retry| retry.max > 0)
}

fn delivered_again(document: &Document) -> bool {
    let delivery = &document.delivery;
    delivery.caller_retries > 0 || (delivery.redeliveries > 0 && delivery.redelivery_rate > 0.0)
}
