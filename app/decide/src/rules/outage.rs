//! What an outage of one dependency leaves behind.

use model::{Consistency, DependencyKind, StepClass, StepKind};

use super::{
    compensation::{complete, undoing},
    failures::{by_step, shares_of},
};
use crate::{
    evidence::{Evidence, Plan},
    rule::{Effect, Finding, Rule},
    threshold,
    wording::{ms, number},
};

/// It looks at the outages of the document, which are in the report's figures; without one it has nothing to say.
/// *Orphans* count for a plan, chains included, in which the step that is down failed requests. *Writes on a false assumption*
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

fn check(evidence: &Evidence<'_>) -> Option<Finding> {
    orphans(evidence).or_else(|| false_assumption(evidence))
}

fn orphans(evidence: &Evidence<'_>) -> Option<Finding> {
    let document = evidence.document;
    let threshold = evidence.threshold_of(&OUTAGE_DEBT);
    let left = |plan: &Plan<'_>| evidence.per_thousand(plan.report, plan.report.counts.orphans);
    let failed = |plan: &Plan<'_>, step: &str| plan.report.failed_by.iter().any(|failed| failed.step == step);
    let (place, outage, concerned) = document.outages.iter().enumerate().find_map(|(place, outage)| {
        let concerned: Vec<Plan<'_>> =
            evidence.plans().filter(|plan| left(plan) > threshold && failed(plan, &outage.step)).collect();
        (!concerned.is_empty()).then_some((place, outage, concerned))
    })?;
    let worst = concerned.iter().rev().max_by(|a, b| left(a).total_cmp(&left(b)))?;
    let saved = match worst.report.saves_ms {
        Some(saves) if saves.value > 0.0 => format!(", for {} saved", ms(saves.value)),
        Some(_) => ", and nothing is saved".to_owned(),
        None => String::new(),
    };
    let undone = match document.consistency {
        Consistency::Compensate => "although the coordinator undoes what it can",
        Consistency::Eventual | Consistency::Undecided => "because nothing is undone",
    };
    let steps = by_step(evidence, worst, |step| step.orphans);
    let left_by: Vec<usize> = steps.iter().map(|(step, _)| *step).collect();
    let can_be_undone: Vec<usize> =
        left_by.iter().copied().filter(|&step| document.steps[step].undo.available).collect();
    let found = OUTAGE_DEBT.found(
        format!(
            "With {} down, {} leaves {} orphaned writes per 1,000 requests {undone}{saved}: {}.",
            match document.outages.as_slice() {
                [_] => step_label(evidence, &outage.step).to_owned(),
                all => {
                    let down: Vec<&str> = all.iter().map(|outage| step_label(evidence, &outage.step)).collect();
                    format!("{} (each in its outage)", crate::wording::list(&down))
                }
            },
            worst.kind().slug(),
            number(left(worst)),
            shares_of(evidence, &steps),
        ),
        remedy(evidence, &outage.step, &left_by),
        format!("outages[{place}]"),
        concerned.iter().map(Plan::kind).collect(),
    );
    Some(found.about_steps(evidence, &left_by).changing(undoing(evidence, &can_be_undone)))
}

/// What fits the steps that left writes behind, and the one that was down.
fn remedy(evidence: &Evidence<'_>, down: &str, left_by: &[usize]) -> String {
    let document = evidence.document;
    let of = |has: fn(&model::Step) -> bool| -> Vec<usize> {
        left_by.iter().copied().filter(|&step| has(&document.steps[step])).collect()
    };
    let mut remedies = Vec::new();
    let undone = of(|step| step.undo.available);
    if !undone.is_empty() && document.consistency == Consistency::Compensate {
        remedies.push(format!(
            "A completion check for {}, whose undo does not reach a write that lands late.",
            evidence.labels(&undone)
        ));
    } else if !undone.is_empty() {
        remedies.push(format!("Compensate: {} can be undone.", evidence.labels(&undone)));
    }
    let keyed = of(|step| !step.undo.available && step.idempotency.key);
    if !keyed.is_empty() {
        let keys = if keyed.len() == 1 { "key" } else { "keys" };
        remedies.push(format!("Send the failed requests again under the {keys} of {}.", evidence.labels(&keyed)));
    }
    let bare = of(|step| !step.undo.available && !step.idempotency.key);
    // Nothing is put behind a write that cannot be taken back itself.
    let is_safe_first = document
        .step_index(down)
        .is_some_and(|down| !document.steps[down].writes_state() || document.steps[down].undo.available);
    let (own, foreign): (Vec<usize>, Vec<usize>) =
        bare.into_iter().partition(|&step| document.steps[step].kind != StepKind::ThirdParty);
    let others = |steps: &[usize]| -> Vec<usize> {
        steps.iter().copied().filter(|&step| document.steps[step].id != down).collect()
    };
    let movable = if is_safe_first { others(&own) } else { Vec::new() };
    if !movable.is_empty() {
        remedies.push(format!(
            "Put {} after {}, or build an undo.",
            evidence.labels(&movable),
            step_label(evidence, down)
        ));
    }
    let standing: Vec<usize> = own.into_iter().filter(|step| !movable.contains(step)).collect();
    if !standing.is_empty() {
        remedies.push(format!("Build an undo for {}.", evidence.labels(&standing)));
    }
    if !foreign.is_empty() {
        remedies.push(complete(evidence, &foreign));
    }
    remedies.push(format!(
        "Or a queue in front of {}, from which the requests go on when it is back.",
        step_label(evidence, down)
    ));
    remedies.join(" ")
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
    let writer = step_label(evidence, writer);
    Some(OUTAGE_DEBT.found(
        format!("With {} down, {writer} still writes, although it needs its answer.", down.label()),
        format!("Class {} critical, or let {writer} write what can be put right later: mark it, and complete it from a queue when {} is back.", down.label(), down.label()),
        format!("outages[{place}]"),
        evidence.every_kind(),
    ))
}

fn step_label<'a>(evidence: &'a Evidence<'_>, id: &str) -> &'a str {
    evidence.document.step_index(id).map_or("", |step| evidence.label(step))
}
