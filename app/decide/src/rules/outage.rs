//! What an outage of one dependency leaves behind.

use model::{Consistency, DependencyKind, StepClass};

use crate::{
    evidence::{Evidence, Plan},
    rule::{Effect, Finding, Rule},
    threshold,
    wording::{ms, number, per_thousand},
};

/// It looks at the outages of the document, which are in the report's figures; without one it has nothing to say.
/// *Orphans* count for a plan with forks in which the step that is down failed requests. *Writes on a false assumption*
/// are those of a step that needs the one that is down strictly, and goes on because that one may fail: the request is
/// degraded, the write is not undone, and it rests on an answer that nobody gave. This is so in every plan.
pub(super) static OUTAGE_DEBT: Rule = Rule {
    id: "outage-debt",
    name: "An outage leaves debts",
    effect: Effect::Condition,
    rationale: "With one dependency down, lanes beside it still write; what they leave is paid for later.",
    reads: &["outages", "consistency", "steps[].undo", "steps[].class", "steps[].effect"],
    threshold: Some(&threshold::OUTAGE_DEBT),
    check,
    otherwise: None,
    signal: "After an outage: writes from its time whose request is marked as failed, or as degraded.",
    recovery: "List the requests of the outage, complete those that can go on from a retry queue, undo the rest.",
};

const REMEDY: &str = "Compensation for each lane, a retry queue in front of what was down, or keys under which the requests can be sent again.";

fn check(evidence: &Evidence<'_>) -> Option<Finding> {
    orphans(evidence).or_else(|| false_assumption(evidence))
}

fn orphans(evidence: &Evidence<'_>) -> Option<Finding> {
    let document = evidence.document;
    let threshold = evidence.threshold_of(&OUTAGE_DEBT);
    let left = |plan: &Plan<'_>| per_thousand(plan.report.counts.orphans, plan.report.requests);
    let failed = |plan: &Plan<'_>, step: &str| plan.report.failed_by.iter().any(|failed| failed.step == step);
    let (place, outage, concerned) = document.outages.iter().enumerate().find_map(|(place, outage)| {
        let concerned: Vec<Plan<'_>> =
            evidence.forked().filter(|plan| left(plan) > threshold && failed(plan, &outage.step)).collect();
        (!concerned.is_empty()).then_some((place, outage, concerned))
    })?;
    let worst = concerned.iter().rev().max_by(|a, b| left(a).total_cmp(&left(b)))?;
    let saves = worst.report.saves_ms.map_or(0.0, |figure| figure.value);
    let saved = if saves > 0.0 { format!("for {} saved", ms(saves)) } else { "and nothing is saved".to_owned() };
    let undone = match document.consistency {
        Consistency::Compensate => "although the coordinator undoes what it can",
        Consistency::Eventual | Consistency::Undecided => "because nothing is undone",
    };
    Some(OUTAGE_DEBT.found(
        format!(
            "With {} down, {} leaves {} orphaned writes per 1,000 requests {undone}, {saved}.",
            step_label(evidence, &outage.step),
            worst.kind().slug(),
            number(left(worst)),
        ),
        REMEDY,
        format!("outages[{place}]"),
        concerned.iter().map(Plan::kind).collect(),
    ))
}

fn false_assumption(evidence: &Evidence<'_>) -> Option<Finding> {
    let document = evidence.document;
    let writes = |id: &String| document.step_index(id).is_some_and(|step| document.steps[step].writes_state());
    let (place, down, writer) = document.outages.iter().enumerate().find_map(|(place, outage)| {
        let down = &document.steps[document.step_index(&outage.step)?];
        let edge = document
            .dependencies
            .iter()
            .find(|edge| edge.kind == DependencyKind::Strict && edge.from == down.id && writes(&edge.to))?;
        (down.class != StepClass::Critical).then_some((place, down, &edge.to))
    })?;
    Some(OUTAGE_DEBT.found(
        format!(
            "With {} down, {} still writes, although it needs its answer.",
            down.label(),
            step_label(evidence, writer)
        ),
        REMEDY,
        format!("outages[{place}]"),
        evidence.every_kind(),
    ))
}

fn step_label<'a>(evidence: &'a Evidence<'_>, id: &str) -> &'a str {
    evidence.document.step_index(id).map_or("", |step| evidence.label(step))
}
