//! What may be repeated needs a key by which it is recognised, for as long as it may be repeated.

use model::{DeliverySemantics, Document, Step};

use super::{each_once, failures::by_step, is_delivered_again, is_retried, redeliveries};
use crate::{
    change::Change,
    evidence::{Evidence, Plan},
    rule::{Effect, Finding, Otherwise, Rule},
    threshold,
    wording::{list, number, percent},
};

/// In a lane, at-least-once delivery alone is enough: a lane that has succeeded does its work again when another one makes
/// the request come again. In any plan, chains included, duplicates that were counted are; fewer than the threshold in a
/// chain are advice.
pub(super) static IDEMPOTENCY_GAP: Rule = Rule {
    id: "idempotency-gap",
    name: "A repeated write has no key",
    effect: Effect::Condition,
    rationale: "A write lands twice when it is retried or delivered again, unless its callee recognises it by a key. Exactly once is made at the callee, not by the transport.",
    reads: &["steps[].effect", "steps[].idempotency", "steps[].retry", "steps[].on_timeout", "delivery"],
    threshold: Some(&threshold::IDEMPOTENCY_GAP),
    check: gap,
    otherwise: Some(Otherwise { effect: Effect::Advice, check: few_in_a_chain }),
    signal: "Duplicated rows in the audit log: the key is missing at the leaf, not at the root.",
    recovery: "Find the rows that one request has written twice, and take back all but the first.",
};

/// Delivery at most once that the document itself repeats is advice: it is counted as it is repeated.
pub(super) static EXACTLY_ONCE_CLAIMED: Rule = Rule {
    id: "exactly-once-claimed",
    name: "Exactly once is claimed and not made",
    effect: Effect::Condition,
    rationale: "Delivery that takes effect once is made where it is handled, by a key that recognises a repetition; no transport gives it.",
    reads: &["delivery", "steps[].effect", "steps[].idempotency.key"],
    threshold: None,
    check: claimed,
    otherwise: Some(Otherwise { effect: Effect::Advice, check: repeated_although_once }),
    signal: "Duplicates in a system that is said to have none: two rows of one request.",
    recovery: "Find the rows that one request has written twice, and take back all but the first.",
};

/// The retry window of a step is the longest time from its first attempt to the start of its last: its own retries with
/// their sleeps, then the caller's, then redeliveries. A caller that waits for ever waits as long as all steps may take.
/// A key should live for that window and the threshold more.
pub(super) static TTL_SHORT: Rule = Rule {
    id: "ttl-short",
    name: "A key is forgotten too soon",
    effect: Effect::Condition,
    rationale: "A key that is forgotten before the last attempt may come protects against nothing but the first ones; an hour more is for what comes late.",
    reads: &["steps[].idempotency.key_ttl_s", "steps[].retry", "steps[].timeout_ms", "delivery"],
    threshold: Some(&threshold::TTL_SHORT),
    check: ttl,
    otherwise: None,
    signal: "Duplicates that lie further apart than the lifetime of the key, and none that lie closer.",
    recovery: "Lengthen the lifetime first, then take back the writes that were repeated after their key was gone.",
};

pub(super) static CACHED_READ: Rule = Rule {
    id: "cached-read",
    name: "A cached result has no key",
    effect: Effect::Condition,
    rationale: "A result that is cached per request and asked for again may be of other data than the first time, reads that then write included; under a key it is what it was.",
    reads: &["steps[].cached_per_request", "steps[].idempotency.key", "steps[].retry", "delivery"],
    threshold: None,
    check: cached,
    otherwise: None,
    signal: "One request that was decided on two different values of the same thing.",
    recovery: "Drop the cached results of the requests concerned, and run their decision again.",
};

fn gap(evidence: &Evidence<'_>) -> Option<Finding> {
    let document = evidence.document;
    let threshold = evidence.threshold_of(&IDEMPOTENCY_GAP);
    let open: Vec<usize> = (0..document.steps.len()).filter(|&step| is_open(document, &document.steps[step])).collect();
    let mut steps: Vec<usize> = Vec::new();
    let mut plans: Vec<Plan<'_>> = Vec::new();
    for plan in evidence.plans() {
        // Work that nobody waits for runs beside what goes on, and is delivered again like the rest.
        let apart = |&step: &usize| plan.forks() && (plan.lanes.in_a_lane(step) || plan.topology.detached[step]);
        let mut gaps: Vec<usize> = open.iter().copied().filter(apart).collect();
        if evidence.per_thousand(plan.report, plan.report.counts.duplicates) >= threshold {
            gaps.extend(by_step(evidence, &plan, |step| step.duplicates).into_iter().map(|(step, _)| step));
        }
        if !gaps.is_empty() {
            plans.push(plan);
            steps.extend(gaps);
        }
    }
    let steps = each_once(steps);
    let worst = plans.iter().rev().max_by_key(|plan| plan.report.counts.duplicates)?;
    let found = IDEMPOTENCY_GAP.found(
        doubled(evidence, worst, &steps),
        keys(evidence, &steps),
        format!("steps[{}].idempotency.key", steps.first()?),
        plans.iter().map(Plan::kind).collect(),
    );
    Some(with_keys(evidence, &steps, found))
}

fn few_in_a_chain(evidence: &Evidence<'_>) -> Option<Finding> {
    let threshold = evidence.threshold_of(&IDEMPOTENCY_GAP);
    let few = |plan: &Plan<'_>| {
        let duplicates = evidence.per_thousand(plan.report, plan.report.counts.duplicates);
        !plan.forks() && duplicates > 0.0 && duplicates < threshold
    };
    let plans: Vec<Plan<'_>> = evidence.plans().filter(few).collect();
    let worst = plans.iter().rev().max_by_key(|plan| plan.report.counts.duplicates)?;
    let steps: Vec<usize> =
        by_step(evidence, worst, |step| step.duplicates).into_iter().map(|(step, _)| step).collect();
    let found = IDEMPOTENCY_GAP.found(
        doubled(evidence, worst, &steps),
        keys(evidence, &steps),
        format!("steps[{}].idempotency.key", steps.first()?),
        plans.iter().map(Plan::kind).collect(),
    );
    Some(Finding { effect: Effect::Advice, ..with_keys(evidence, &steps, found) })
}

/// Which effects double how often in a plan; where none did in the run, why they may.
fn doubled(evidence: &Evidence<'_>, plan: &Plan<'_>, steps: &[usize]) -> String {
    let counted = by_step(evidence, plan, |step| step.duplicates);
    let name = plan.kind().slug();
    if counted.is_empty() {
        let document = evidence.document;
        let verb = if steps.len() == 1 { "writes" } else { "write" };
        let why = if steps.iter().any(|&step| is_retried(&document.steps[step])) {
            "attempts are retried"
        } else {
            "a request may be delivered again"
        };
        return format!("{} {verb} without an idempotency key, beside other steps, and {why}.", evidence.labels(steps));
    }
    let with_data = |(step, per): &(usize, f64)| {
        let of = &evidence.document.steps[*step];
        let data = if of.writes.is_empty() { String::new() } else { format!(" ({})", list(&of.writes)) };
        format!("{}{data} {}", of.label(), number(*per))
    };
    let total = |plan: &Plan<'_>| number(evidence.per_thousand(plan.report, plan.report.counts.duplicates));
    // Nobody need look for the chain's where another plan has more of them.
    let chain = evidence.chains().next().filter(|chain| chain.kind() != plan.kind());
    let chain = chain.map_or_else(String::new, |chain| format!(" and {} in {}", total(&chain), chain.kind().slug()));
    let each: Vec<String> = counted.iter().take(4).map(with_data).collect();
    let rest = if counted.len() > 4 { format!(", and {} other steps", counted.len() - 4) } else { String::new() };
    format!("{} duplicates per 1,000 requests in {name}{chain}: {}{rest}.", total(plan), list(&each))
}

/// Which steps need a key; of those that have one, that it is forgotten or taken back too soon.
fn keys(evidence: &Evidence<'_>, steps: &[usize]) -> String {
    let (keyed, bare): (Vec<usize>, Vec<usize>) =
        steps.iter().partition(|&&step| evidence.document.steps[step].idempotency.key);
    let mut remedies = Vec::new();
    if !bare.is_empty() {
        let verb = if bare.len() == 1 { "its callee honours" } else { "their callees honour" };
        remedies.push(format!(
            "A key of its own for each call of {}, made by the coordinator, that {verb}.",
            evidence.labels(&bare)
        ));
    }
    if !keyed.is_empty() {
        let verb = if keyed.len() == 1 { "has a key and doubles" } else { "have keys and double" };
        let document = evidence.document;
        let outlived = |&step: &usize| {
            let step = &document.steps[step];
            step.idempotency.key_ttl_s < retry_window_s(document, step)
        };
        let why = if document.consistency != model::Consistency::Compensate || keyed.iter().any(outlived) {
            "the key is forgotten before the last repetition"
        } else {
            "an undo deletes the key, and the next delivery does the work anew"
        };
        remedies.push(format!("{} {verb} all the same: {why}.", evidence.labels(&keyed)));
    }
    remedies.join(" ")
}

/// A finding about some steps, whose remedy gives each a key that lives long enough.
fn with_keys(evidence: &Evidence<'_>, steps: &[usize], found: Finding) -> Finding {
    let beyond = evidence.threshold_of(&TTL_SHORT);
    let key = |&step: &usize| {
        let of = &evidence.document.steps[step];
        Change::Key { step: of.id.clone(), lives_s: (retry_window_s(evidence.document, of) + beyond).ceil() }
    };
    found.about_steps(evidence, steps).changing(steps.iter().map(key).collect())
}

/// Whether a step writes without a key and may come again. At-least-once delivery alone is enough.
pub(super) fn is_open(document: &Document, step: &Step) -> bool {
    let at_least_once = document.delivery.semantics == DeliverySemantics::AtLeastOnce;
    step.writes_state() && !step.idempotency.key && (at_least_once || may_come_again(document, step))
}

fn claimed(evidence: &Evidence<'_>) -> Option<Finding> {
    let document = evidence.document;
    if document.delivery.semantics != DeliverySemantics::EffectivelyOnce {
        return None;
    }
    let bare = |&step: &usize| document.steps[step].writes_state() && !document.steps[step].idempotency.key;
    let steps: Vec<usize> = (0..document.steps.len()).filter(bare).collect();
    steps.first()?;
    let verb = if steps.len() == 1 { "takes" } else { "take" };
    let found = EXACTLY_ONCE_CLAIMED.found(
        format!("Delivery is said to take effect once, and {} {verb} no key.", evidence.labels(&steps)),
        keys(evidence, &steps),
        "delivery.semantics",
        evidence.every_kind(),
    );
    Some(with_keys(evidence, &steps, found))
}

fn repeated_although_once(evidence: &Evidence<'_>) -> Option<Finding> {
    let delivery = &evidence.document.delivery;
    if delivery.semantics != DeliverySemantics::AtMostOnce {
        return None;
    }
    let redelivered = (redeliveries(evidence.document) > 0)
        .then(|| format!("{} of requests are delivered again", percent(delivery.redelivery_rate)));
    let retried = (delivery.caller_retries > 0).then(|| match delivery.caller_retries {
        1 => "the caller sends a failed one again".to_owned(),
        times => format!("the caller sends a failed one up to {times} times again"),
    });
    let repeated: Vec<String> = redelivered.into_iter().chain(retried).collect();
    if repeated.is_empty() {
        return None;
    }
    let found = EXACTLY_ONCE_CLAIMED.found(
        format!("A request is said to arrive at most once, and {}.", list(&repeated)),
        "Say on Frame that requests arrive at least once, or take the repetition out: the figures count it.",
        "delivery.semantics",
        evidence.every_kind(),
    );
    Some(Finding { effect: Effect::Advice, ..found })
}

fn ttl(evidence: &Evidence<'_>) -> Option<Finding> {
    let document = evidence.document;
    let beyond = evidence.threshold_of(&TTL_SHORT);
    let comes_again =
        |step: &Step| document.delivery.semantics != DeliverySemantics::AtMostOnce || may_come_again(document, step);
    let short = |step: &Step| {
        step.idempotency.key
            && comes_again(step)
            && step.idempotency.key_ttl_s < retry_window_s(document, step) + beyond
    };
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
    let found = TTL_SHORT.found(
        format!(
            "{} remembers its key for {} s; it may be attempted again for {} s, and {} s more are for what comes late.{others}",
            evidence.label(worst),
            number(document.steps[worst].idempotency.key_ttl_s),
            number(window),
            number(beyond),
        ),
        format!(
            "A key that lives for {} s at least; 24 hours is a common vendor default.",
            number((window + beyond).ceil()),
        ),
        format!("steps[{worst}].idempotency.key_ttl_s"),
        evidence.every_kind(),
    );
    Some(with_keys(evidence, &steps, found))
}

fn cached(evidence: &Evidence<'_>) -> Option<Finding> {
    let document = evidence.document;
    let open = |step: &Step| step.cached_per_request && !step.idempotency.key && may_come_again(document, step);
    let steps: Vec<usize> = (0..document.steps.len()).filter(|&step| open(&document.steps[step])).collect();
    let first = *steps.first()?;
    let (verb, each) = if steps.len() == 1 { ("is", "it") } else { ("are", "each") };
    let stale = |plan: &Plan<'_>| evidence.per_thousand(plan.report, plan.report.counts.stale_from_cache);
    let concerned: Vec<Plan<'_>> = evidence.plans().filter(|plan| stale(plan) > 0.0).collect();
    let worst = concerned.iter().rev().max_by(|a, b| stale(a).total_cmp(&stale(b)));
    let counted = worst.map_or_else(String::new, |plan| {
        format!(" {} answers per 1,000 requests are of before a write in {}.", number(stale(plan)), plan.kind().slug())
    });
    let found = CACHED_READ.found(
        format!(
            "{} {verb} cached per request and may be asked for again, without a key.{counted}",
            evidence.labels(&steps)
        ),
        format!("Key {each} as well, by request and step."),
        format!("steps[{first}].idempotency.key"),
        evidence.every_kind(),
    );
    Some(with_keys(evidence, &steps, found))
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
