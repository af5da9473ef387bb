//! What may be repeated needs a key by which it is recognised, for as long as it may be repeated.

use model::{Document, Step, TopologyKind};

use super::{is_delivered_again, is_retried, redeliveries};
use crate::{
    evidence::Evidence,
    rule::{Effect, Finding, Rule},
    threshold,
    wording::number,
};

pub(super) static IDEMPOTENCY_GAP: Rule = Rule {
    id: "idempotency-gap",
    name: "A repeated write has no key",
    effect: Effect::Condition,
    rationale: "A write in a lane, or one that nobody waits for, lands twice when it is retried or delivered again, unless its callee recognises it by a key.",
    reads: &["steps[].effect", "steps[].idempotency", "steps[].retry", "delivery"],
    threshold: None,
    check: gap,
    otherwise: None,
    signal: "Duplicated rows in the audit log: the key is missing at the leaf, not at the root.",
    recovery: "Find the rows that one request has written twice, and take back all but the first.",
};

/// The retry window of a step is the longest time from its first attempt to the start of its last: its own retries with
/// their sleeps, then the caller's, then redeliveries. A caller that waits for ever waits as long as all steps may take.
/// The threshold goes into the remedy: how much longer than that window a key should live.
pub(super) static TTL_SHORT: Rule = Rule {
    id: "ttl-short",
    name: "A key is forgotten too soon",
    effect: Effect::Condition,
    rationale: "A key that is forgotten before the last attempt may come protects against nothing but the first ones.",
    reads: &["steps[].idempotency.key_ttl_s", "steps[].retry", "steps[].timeout_ms", "delivery"],
    threshold: Some(&threshold::TTL_SHORT),
    check: ttl,
    otherwise: None,
    signal: "Duplicates that lie further apart than the lifetime of the key, and none that lie closer.",
    recovery: "Lengthen the lifetime first, then take back the writes that were repeated after their key was gone.",
};

pub(super) static CACHED_READ: Rule = Rule {
    id: "cached-read",
    name: "A cached read has no key",
    effect: Effect::Condition,
    rationale: "A read that is cached per request and tried again may see other data than the first time; under a key it gives what it gave.",
    reads: &["steps[].cached_per_request", "steps[].idempotency.key", "steps[].retry", "delivery"],
    threshold: None,
    check: cached,
    otherwise: None,
    signal: "One request that was decided on two different values of the same thing.",
    recovery: "Drop the cached results of the requests concerned, and run their decision again.",
};

fn gap(evidence: &Evidence<'_>) -> Option<Finding> {
    let document = evidence.document;
    let exposed = |step: &&usize| {
        let step = &document.steps[**step];
        step.writes_state() && !step.idempotency.key && may_come_again(document, step)
    };
    let all: Vec<usize> = (0..document.steps.len()).collect();
    let exposed: Vec<usize> = all.iter().filter(exposed).copied().collect();
    let mut steps: Vec<usize> = Vec::new();
    let mut plans = Vec::new();
    for plan in evidence.plans().filter(|plan| plan.report.forks > 0 || plan.kind() == TopologyKind::Custom) {
        // Work that nobody waits for runs beside what goes on, and is delivered again like the rest.
        let apart = |&step: &usize| plan.lanes.in_a_lane(step) || plan.topology.detached[step];
        let gaps: Vec<usize> = exposed.iter().copied().filter(apart).collect();
        if !gaps.is_empty() {
            plans.push(plan.kind());
            steps.extend(gaps);
        }
    }
    steps.sort_unstable();
    steps.dedup();
    let first = *steps.first()?;
    let verb = if steps.len() == 1 { "writes" } else { "write" };
    let why = if is_delivered_again(document) { "a request may be delivered again" } else { "attempts are retried" };
    Some(IDEMPOTENCY_GAP.found(
        format!("{} {verb} without an idempotency key, beside other steps, and {why}.", evidence.labels(&steps)),
        "An idempotency key for each leaf call, made by the coordinator and honoured by the callee.",
        format!("steps[{first}].idempotency.key"),
        plans,
    ))
}

fn ttl(evidence: &Evidence<'_>) -> Option<Finding> {
    let document = evidence.document;
    let short = |step: &Step| step.idempotency.key && step.idempotency.key_ttl_s < retry_window_s(document, step);
    let steps: Vec<usize> = (0..document.steps.len()).filter(|&step| short(&document.steps[step])).collect();
    // The one whose key is missing for the longest time says most.
    let missing = |step: usize| {
        let step = &document.steps[step];
        retry_window_s(document, step) - step.idempotency.key_ttl_s
    };
    let worst = steps.iter().copied().rev().max_by(|&a, &b| missing(a).total_cmp(&missing(b)))?;
    let window = retry_window_s(document, &document.steps[worst]);
    let others = match steps.len() - 1 {
        0 => String::new(),
        1 => " So it is with 1 other step.".to_owned(),
        n => format!(" So it is with {n} other steps."),
    };
    Some(TTL_SHORT.found(
        format!(
            "{} remembers its key for {} s and may be attempted again for {} s.{others}",
            evidence.label(worst),
            number(document.steps[worst].idempotency.key_ttl_s),
            number(window),
        ),
        format!(
            "A key that lives for the retry window and {} s more, here {} s; 24 hours is a common vendor default.",
            number(evidence.threshold_of(&TTL_SHORT)),
            number(window + evidence.threshold_of(&TTL_SHORT)),
        ),
        format!("steps[{worst}].idempotency.key_ttl_s"),
        evidence.every_kind(),
    ))
}

fn cached(evidence: &Evidence<'_>) -> Option<Finding> {
    let document = evidence.document;
    let open = |step: &Step| {
        step.cached_per_request && !step.writes_state() && !step.idempotency.key && may_come_again(document, step)
    };
    let steps: Vec<usize> = (0..document.steps.len()).filter(|&step| open(&document.steps[step])).collect();
    let first = *steps.first()?;
    let (verb, each) = if steps.len() == 1 { ("is", "it") } else { ("are", "each") };
    Some(CACHED_READ.found(
        format!("{} {verb} cached per request and may be read again, without a key.", evidence.labels(&steps)),
        format!("Key {each} as well, by request and step."),
        format!("steps[{first}].idempotency.key"),
        evidence.every_kind(),
    ))
}

fn may_come_again(document: &Document, step: &Step) -> bool {
    is_retried(step) || is_delivered_again(document)
}

/// The longest time from the first attempt of a step to the start of its last \[s\].
fn retry_window_s(document: &Document, step: &Step) -> f64 {
    let delivery = &document.delivery;
    let patience_ms = delivery
        .caller_timeout_ms
        .unwrap_or_else(|| document.steps.iter().map(|step| own_window_ms(step) + step.timeout_ms).sum());
    let caller_ms = f64::from(delivery.caller_retries) * (patience_ms + delivery.caller_backoff_ms);
    let again_s = f64::from(redeliveries(document)) * delivery.redelivery_delay_s;
    (own_window_ms(step) + caller_ms) / 1e3 + again_s
}

/// The same within one delivery \[ms\]: each attempt but the last may take until its timeout.
fn own_window_ms(step: &Step) -> f64 {
    let Some(retry) = &step.retry else { return 0.0 };
    // Beyond this many retries the sleep has long reached its cap, or is too short to matter.
    const COUNTED: u32 = 1_000;
    let counted = retry.max.min(COUNTED);
    let sleep = |k: u32| retry.cap_ms.min(retry.backoff_ms * retry.factor.powf(f64::from(k)));
    let sleeps: f64 = (0..counted).map(sleep).sum();
    let rest = f64::from(retry.max - counted) * sleep(counted);
    f64::from(retry.max) * step.timeout_ms + sleeps + rest
}
