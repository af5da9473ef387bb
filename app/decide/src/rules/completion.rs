//! Done must mean done.

use model::{Answer, JoinCount};

use crate::{
    evidence::{Evidence, Plan},
    rule::{Effect, Finding, Otherwise, Rule},
    threshold,
    wording::percent,
};

/// Of a join over k of n it looks at those where a step that may be missing writes: a read that is missing harms nobody. An
/// alert that counts partial successes repairs none: where requests were seen to succeed with work missing, the rule stands
/// whatever the team has. Where a join may do without a write and the run has not met it, a team that counts partial
/// successes would see it. A join that is told to wait for some and waits for all in every plan is advice.
pub(super) static SILENT_SUCCESS: Rule = Rule {
    id: "silent-success",
    name: "Completed is not complete",
    effect: Effect::Condition,
    rationale: "A request that is called completed with k of n steps done, or with work that was accepted and never done, is a failure that nobody sees.",
    reads: &["steps[].accepted_not_processed_rate", "joins", "maturity.partial_success_alerts"],
    threshold: Some(&threshold::SILENT_SUCCESS),
    check,
    otherwise: Some(Otherwise { effect: Effect::Advice, check: waits_for_all }),
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

/// A join that is told how many of its lanes must succeed.
struct CountedJoin {
    /// The step that joins; none: the answer.
    step: Option<usize>,
    /// The lanes that lead to it: the last step of each.
    lanes: Vec<usize>,
    /// How many of them are strict predecessors, which are always among those that must succeed.
    strict: usize,
    /// How many must succeed, as the document says.
    k: usize,
    /// The key of `joins` that says so.
    id: String,
}

impl CountedJoin {
    /// How many lanes must succeed in fact.
    fn needs(&self) -> usize {
        self.k.max(self.strict).min(self.lanes.len())
    }

    fn is_partial(&self) -> bool {
        self.needs() < self.lanes.len()
    }

    fn input(&self) -> String {
        format!("joins.{}.k", self.id)
    }
}

fn too_few_counted(evidence: &Evidence<'_>) -> Option<Finding> {
    let threshold = evidence.threshold_of(&SILENT_SUCCESS);
    let counts = evidence.document.maturity.partial_success_alerts == Some(Answer::Yes);
    let stands = |plan: &Plan<'_>| !counts || share(plan) > threshold;
    let without_a_write =
        |plan: &Plan<'_>| counted_joins(evidence, plan).into_iter().find(|join| may_lack_a_write(evidence, join));
    let partial: Vec<(Plan<'_>, CountedJoin)> =
        evidence.plans().filter(stands).filter_map(|plan| without_a_write(&plan).map(|join| (plan, join))).collect();
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
            join.needs(),
            join.lanes.len(),
            plan.kind().slug()
        ),
        REMEDY,
        join.input(),
        partial.iter().map(|(plan, _)| plan.kind()).collect(),
    ))
}

/// The first count of a join that changes nothing in any plan: it is as large as the lanes are many, or the lanes are
/// strict predecessors.
fn waits_for_all(evidence: &Evidence<'_>) -> Option<Finding> {
    let joins: Vec<CountedJoin> = evidence.all_plans().flat_map(|plan| counted_joins(evidence, &plan)).collect();
    let idle = |id: &&String| !joins.iter().any(|join| join.id == **id && join.is_partial());
    let id = evidence.document.joins.keys().find(|id| idle(id) && joins.iter().any(|join| join.id == **id))?;
    let widest = joins.iter().filter(|join| join.id == *id).max_by_key(|join| join.lanes.len())?;
    let whose = if id == "default" { "A join" } else { evidence.document.step_label(id) };
    let (k, n) = (widest.k, widest.lanes.len());
    let why = if k >= n {
        format!("no plan has more than {n} that lead there")
    } else {
        "those that lead there are needed strictly".to_owned()
    };
    let found = SILENT_SUCCESS.found(
        format!("{whose} is said to wait for {k} of its lanes, and {why}: it waits for all of them."),
        "Leave the number of lanes empty where all must succeed, or write one that is below their number.",
        widest.input(),
        evidence.every_kind(),
    );
    Some(Finding { effect: Effect::Advice, ..found })
}

/// Whether the join may be satisfied while a write of one of its lanes is missing.
fn may_lack_a_write(evidence: &Evidence<'_>, join: &CountedJoin) -> bool {
    let document = evidence.document;
    let optional = |&&lane: &&usize| join.step.is_none_or(|step| !is_strict(document, lane, step));
    join.is_partial() && join.lanes.iter().filter(optional).any(|&lane| document.steps[lane].writes_state())
}

/// The joins of a plan that are told how many lanes must succeed, the answer last.
fn counted_joins(evidence: &Evidence<'_>, plan: &Plan<'_>) -> Vec<CountedJoin> {
    let document = evidence.document;
    let after = &plan.topology.after;
    let is_last = |&step: &usize| !plan.topology.detached[step] && !after.iter().any(|before| before.contains(&step));
    let last: Vec<usize> = (0..document.steps.len()).filter(is_last).collect();
    let joins = after.iter().enumerate().map(|(step, before)| (Some(step), before.clone()));
    let counted = |(step, lanes): (Option<usize>, Vec<usize>)| {
        let count = |id: &str| Some((document.joins.get(id)?.k?, id.to_owned()));
        let own = step.and_then(|step| count(&document.steps[step].id));
        let (JoinCount::Of(k), id) = own.or_else(|| count("default"))? else { return None };
        let strict = step.map_or(0, |step| lanes.iter().filter(|&&lane| is_strict(document, lane, step)).count());
        Some(CountedJoin { step, lanes, strict, k: k as usize, id })
    };
    joins.chain([(None, last)]).filter_map(counted).collect()
}

fn is_strict(document: &model::Document, from: usize, to: usize) -> bool {
    let id = |step: usize| &document.steps[step].id;
    document
        .dependencies
        .iter()
        .any(|edge| edge.kind == model::DependencyKind::Strict && edge.from == *id(from) && edge.to == *id(to))
}
