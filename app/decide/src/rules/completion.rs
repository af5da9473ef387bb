//! Done must mean done.

use model::{Answer, JoinCount};

use crate::{
    evidence::{Evidence, Plan},
    rule::{Effect, Finding, Rule},
    threshold,
    wording::percent,
};

/// Of a join over k of n it looks at those where a step that may be missing writes: a read that is missing harms nobody. An
/// alert that counts partial successes repairs none: where requests were seen to succeed with work missing, the rule stands
/// whatever the team has. Where a join may do without a write and the run has not met it, a team that counts partial
/// successes would see it.
pub(super) static SILENT_SUCCESS: Rule = Rule {
    id: "silent-success",
    name: "Completed is not complete",
    effect: Effect::Condition,
    rationale: "A request that is called completed with k of n steps done, or with work that was accepted and never done, is a failure that nobody sees.",
    reads: &["steps[].accepted_not_processed_rate", "joins", "maturity.partial_success_alerts"],
    threshold: Some(&threshold::SILENT_SUCCESS),
    check,
    otherwise: None,
    signal: "Work items that were accepted outnumber those that are complete, with no error in between.",
    recovery: "List the work items that are accepted and not complete, and send each through its missing steps again.",
};

const REMEDY: &str =
    "A completion check that counts after every path, sequential or not, and a compensation event for what it finds.";

fn check(evidence: &Evidence<'_>) -> Option<Finding> {
    never_processed(evidence).or_else(|| too_few_counted(evidence))
}

fn never_processed(evidence: &Evidence<'_>) -> Option<Finding> {
    let document = evidence.document;
    let threshold = evidence.threshold_of(&SILENT_SUCCESS);
    let rate = |step: usize| document.steps[step].accepted_not_processed_rate.upper(model::Unsure::Rate);
    let step = (0..document.steps.len()).rev().max_by(|&a, &b| rate(a).total_cmp(&rate(b)))?;
    if rate(step) == 0.0 {
        return None;
    }
    let concerned: Vec<Plan<'_>> = evidence.plans().filter(|plan| share(plan) > threshold).collect();
    let worst = concerned.iter().rev().max_by(|a, b| share(a).total_cmp(&share(b)))?;
    Some(SILENT_SUCCESS.found(
        format!(
            "{} of requests succeed in {} with work that was accepted and never done, most of all by {}.",
            percent(share(worst)),
            worst.kind().slug(),
            evidence.label(step)
        ),
        REMEDY,
        format!("steps[{step}].accepted_not_processed_rate"),
        concerned.iter().map(Plan::kind).collect(),
    ))
}

/// The share of requests of a plan that succeed without all that they should have done.
fn share(plan: &Plan<'_>) -> f64 {
    plan.report.silently_incomplete.value
}

/// A join that is satisfied before all its lanes are done.
struct Partial {
    k: usize,
    n: usize,
    /// The step that joins; none: the answer.
    step: Option<usize>,
    /// The input that says so.
    input: String,
}

fn too_few_counted(evidence: &Evidence<'_>) -> Option<Finding> {
    let threshold = evidence.threshold_of(&SILENT_SUCCESS);
    let counts = evidence.document.maturity.partial_success_alerts == Some(Answer::Yes);
    let stands = |plan: &Plan<'_>| !counts || share(plan) > threshold;
    let partial: Vec<(Plan<'_>, Partial)> =
        evidence.plans().filter(stands).filter_map(|plan| Some((plan, partial_join(evidence, &plan)?))).collect();
    let (plan, join) = partial.first()?;
    let counted =
        if share(plan) > 0.0 { format!(": so it is with {} of requests", percent(share(plan))) } else { String::new() };
    let whose = match join.step {
        Some(step) => format!("{} starts", evidence.label(step)),
        None => "The answer goes out".to_owned(),
    };
    Some(SILENT_SUCCESS.found(
        format!(
            "{whose} with {} of {} steps done in {}, a write may be missing, and the request counts as completed{counted}.",
            join.k,
            join.n,
            plan.kind().slug()
        ),
        REMEDY,
        join.input.clone(),
        partial.iter().map(|(plan, _)| plan.kind()).collect(),
    ))
}

fn partial_join(evidence: &Evidence<'_>, plan: &Plan<'_>) -> Option<Partial> {
    let document = evidence.document;
    let count = |id: &str| document.joins.get(id).and_then(|join| join.k);
    let partial = |step: Option<usize>, lanes: &[usize]| {
        let own = step.and_then(|step| Some((document.steps[step].id.as_str(), count(&document.steps[step].id)?)));
        let (id, k) = own.or_else(|| Some(("default", count("default")?)))?;
        let JoinCount::Of(k) = k else { return None };
        // Strict predecessors are always among the k.
        let strict = lanes.iter().filter(|&&lane| step.is_some_and(|step| is_strict(document, lane, step))).count();
        let (k, n) = ((k as usize).max(strict), lanes.len());
        let may_be_missing = |lane: &&usize| !step.is_some_and(|step| is_strict(document, **lane, step));
        let writes = lanes.iter().filter(may_be_missing).any(|&lane| document.steps[lane].writes_state());
        (k < n && writes).then(|| Partial { k, n, step, input: format!("joins.{id}.k") })
    };
    let last: Vec<usize> = (0..document.steps.len())
        .filter(|&step| {
            !plan.topology.detached[step] && !plan.topology.after.iter().any(|before| before.contains(&step))
        })
        .collect();
    let joins = plan.topology.after.iter().enumerate().map(|(step, before)| (Some(step), before.as_slice()));
    joins.chain([(None, last.as_slice())]).find_map(|(step, lanes)| partial(step, lanes))
}

fn is_strict(document: &model::Document, from: usize, to: usize) -> bool {
    let id = |step: usize| &document.steps[step].id;
    document
        .dependencies
        .iter()
        .any(|edge| edge.kind == model::DependencyKind::Strict && edge.from == *id(from) && edge.to == *id(to))
}
