//! Retries multiply: across layers, and under load.

use engine::report::TopologyReport;
use model::same_name;

use super::{is_delivered_again, is_retried, redeliveries};
use crate::{
    change::Change,
    evidence::{Evidence, Plan},
    rule::{Effect, Finding, Rule},
    threshold,
    wording::{list, number},
};

pub(super) static RETRY_STORM: Rule = Rule {
    id: "retry-storm",
    name: "Retries feed on themselves",
    effect: Effect::Condition,
    rationale: "Where more than 2.5 calls are made for each that is wanted, of the pipeline or of one service, retries are the load that makes calls fail.",
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
    rationale: "A step that is retried within a request that is sent again makes the product of both, not the sum. Three retries of each of six legs are 24 calls at most; the 42 that people tell of need a second layer.",
    reads: &["steps[].retry", "delivery"],
    threshold: None,
    check: layers,
    otherwise: None,
    signal: "Calls per work item come near the product of the layers when one dependency is slow.",
    recovery: "Switch off all layers of retries but the innermost until the dependency has recovered.",
};

fn storm(evidence: &Evidence<'_>) -> Option<Finding> {
    let threshold = evidence.threshold_of(&RETRY_STORM);
    let storms: Vec<(Plan<'_>, Storm<'_>)> = evidence
        .plans()
        .filter_map(|plan| Some((plan, worst(plan.report)?)))
        .filter(|(_, storm)| storm.amplification > threshold)
        .collect();
    let (plan, storm) = storms.iter().rev().max_by(|a, b| a.1.amplification.total_cmp(&b.1.amplification))?;
    // A step without a service of its own is known by its name.
    let named = |service: &str| {
        evidence.document.step_index(service).map_or(service.to_owned(), |step| evidence.label(step).to_owned())
    };
    let of = storm.service.map_or_else(String::new, |service| format!(" of {}", named(service)));
    let found = RETRY_STORM.found(
        format!(
            "{} calls{of} are made in {} for each that is wanted, in the worst ten seconds in which requests arrive; more than {}.",
            number(storm.amplification),
            plan.kind().slug(),
            number(threshold),
        ),
        protections(evidence),
        cause(evidence, plan, storm.service),
        storms.iter().map(|(plan, _)| plan.kind()).collect(),
    );
    Some(found.changing(vec![Change::Protections]))
}

/// The worst amplification of a plan.
struct Storm<'a> {
    amplification: f64,
    /// The service whose it is; none: the pipeline's.
    service: Option<&'a str>,
}

/// Of the pipeline and each of its services, in a window in which requests arrive. A run without one says nothing.
fn worst(report: &TopologyReport) -> Option<Storm<'_>> {
    let whole = report.worst_amplification.map(|figure| Storm { amplification: figure.value, service: None });
    let services = report
        .services
        .iter()
        .filter_map(|of| Some(Storm { amplification: of.worst_amplification?.value, service: Some(&of.service) }));
    services.chain(whole).max_by(|a, b| a.amplification.total_cmp(&b.amplification))
}

/// What keeps retries from being the load, of what the document does not have.
fn protections(evidence: &Evidence<'_>) -> String {
    let protections = &evidence.document.protections;
    let mut missing = Vec::new();
    if protections.retry_budget.is_none() {
        missing.push("a retry budget that all steps share");
    }
    if protections.retry_cap.is_none() {
        missing.push("a cap on retries in flight");
    }
    if protections.breaker.is_none() {
        missing.push("a breaker that opens for 30 s");
    }
    if missing.is_empty() {
        "Fewer retries, in one layer: the protections that there are let too many through.".to_owned()
    } else {
        let missing = list(&missing);
        format!(
            "{}{}; after a storm drain the queues, then resume with retries capped.",
            missing[..1].to_uppercase(),
            &missing[1..]
        )
    }
}

/// The retried step that made most attempts, of the service if it is one's, or else the sender who sends again.
fn cause(evidence: &Evidence<'_>, plan: &Plan<'_>, service: Option<&str>) -> String {
    let steps = &evidence.document.steps;
    let of_service = |step: usize| service.is_none_or(|service| same_name(steps[step].service_name(), service));
    let retried = (0..steps.len()).filter(|&step| is_retried(&steps[step]) && of_service(step));
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
    let legs = if legs == 1 { "1 leg".to_owned() } else { format!("{legs} legs") };
    let product = if most.iter().all(|&each| each == most[0]) {
        format!("{legs} x {} attempts x {sendings} sendings", most[0])
    } else {
        format!("{attempts} attempts over {legs} x {sendings} sendings")
    };
    Some(LAYERED_RETRIES.found(
        format!("{product}: up to {} calls for one request.", number(attempts as f64 * sendings as f64)),
        "Decide about retries in one layer: the innermost that knows whether a repetition can help.",
        sender(evidence),
        Vec::new(),
    ))
}
