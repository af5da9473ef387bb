//! What was written must be taken back when the request fails, or completed.

use engine::report::StepReport;
use model::{DependencyKind, Quantity, StepClass, StepKind, TopologyKind, Unsure, WhenFull};

use super::{each_once, failures::reconciliation_runs, names_of};
use crate::{
    change::Change,
    evidence::{Evidence, Plan},
    rule::{Effect, Finding, Otherwise, Rule},
};

/// A write can leave an orphan where a critical step that does not come before it can fail: beside it, or after it. A gap
/// cannot be filled where the step calls a third party, which the team cannot give an undo, and there is no key under which
/// the write could be completed instead: then a fork is vetoed. Fire-and-forget writes are left out: what may be lost may
/// also be left over.
pub(super) static COMPENSATION_GAP: Rule = Rule {
    id: "compensation-gap",
    name: "A write has no undo",
    effect: Effect::Condition,
    rationale: "A write stands when a step beside or after it fails; without an undo or a reconciliation it stays for good.",
    reads: &[
        "steps[].effect",
        "steps[].undo",
        "steps[].idempotency",
        "steps[].kind",
        "steps[].class",
        "steps[].error_rate",
        "maturity.reconciliation",
    ],
    threshold: None,
    check: fillable,
    otherwise: Some(Otherwise { effect: Effect::Against, check: unfillable }),
    signal: "Writes of requests that failed: money taken without goods, goods held without money.",
    recovery: "A reconciliation job that finds such writes and takes them back by hand until the undo is built.",
};

/// Writes of a plan that may be left behind, without anything that would take them back.
struct Gap<'a> {
    plan: Plan<'a>,
    steps: Vec<usize>,
}

fn gaps<'a>(evidence: &'a Evidence<'_>) -> Vec<Gap<'a>> {
    if reconciliation_runs(evidence) {
        return Vec::new();
    }
    let steps = &evidence.document.steps;
    let open = |&step: &usize| {
        let of = &steps[step];
        of.writes_state() && !of.undo.available && of.class != StepClass::FireAndForget
    };
    let open: Vec<usize> = (0..steps.len()).filter(open).collect();
    let gap = |plan: Plan<'a>| {
        let failing: Vec<usize> = (0..steps.len()).filter(|&step| can_fail(evidence, &plan, step)).collect();
        let left = |step: &usize| {
            let measured = plan.report.steps.get(*step).is_some_and(|report| report.orphans > 0);
            measured || failing.iter().any(|other| other != step && !plan.lanes.comes_before(*other, *step))
        };
        let steps: Vec<usize> = open.iter().copied().filter(left).collect();
        (!steps.is_empty()).then_some(Gap { plan, steps })
    };
    evidence.plans().filter_map(gap).collect()
}

/// Whether a critical step may fail a request of a plan: by what the document says, or by what was seen.
fn can_fail(evidence: &Evidence<'_>, plan: &Plan<'_>, step: usize) -> bool {
    let document = evidence.document;
    let of = &document.steps[step];
    let rate = |quantity: Quantity| quantity.upper(Unsure::Rate) > 0.0;
    let seen = |report: &StepReport| report.errors + report.timeouts + report.turned_away > 0;
    let rejects = |id: &String| {
        let pool = document.pool_index(id).map(|place| &document.pools[place]);
        pool.is_some_and(|pool| pool.when_full == WhenFull::Reject || pool.queue_limit.is_some())
    };
    of.class == StepClass::Critical
        && !plan.topology.detached[step]
        && (rate(of.error_rate)
            || rate(of.permanent_error_rate)
            || of.pools.iter().any(rejects)
            || document.outages.iter().any(|outage| outage.step == of.id)
            || plan.report.steps.get(step).is_some_and(seen))
}

fn fillable(evidence: &Evidence<'_>) -> Option<Finding> {
    let all = gaps(evidence);
    let fits = |step: usize| !is_foreign(evidence, step);
    // In a chain what cannot be filled is a matter of order, in a fork a veto.
    let bound = |gap: &Gap<'_>| gap.steps.iter().any(|&step| fits(step) || !gap.plan.forks());
    let plans: Vec<&Gap<'_>> = all.iter().filter(|gap| bound(gap)).collect();
    let steps = steps_of(plans.iter().copied());
    let first = *steps.first()?;
    let belongs_to_others = |step: &&usize| evidence.document.steps[**step].kind == StepKind::ThirdParty;
    let (foreign, own): (Vec<usize>, Vec<usize>) = steps.iter().partition(belongs_to_others);
    let mut remedies = Vec::new();
    if !own.is_empty() {
        remedies
            .push(format!("An undo for {}, or a reconciliation that completes what was begun.", evidence.labels(&own)));
    }
    if !foreign.is_empty() {
        remedies.push(complete(evidence, &foreign));
    }
    let found = COMPENSATION_GAP.found(
        sentence(evidence, &steps, &kinds(plans.iter().copied())),
        remedies.join(" "),
        format!("steps[{first}].undo.available"),
        kinds(plans.iter().copied()),
    );
    Some(found.about_steps(evidence, &steps).changing(undoing(evidence, &own)))
}

fn unfillable(evidence: &Evidence<'_>) -> Option<Finding> {
    let mut all = gaps(evidence);
    all.retain_mut(|gap| {
        gap.steps.retain(|&step| is_foreign(evidence, step));
        gap.plan.forks() && !gap.steps.is_empty()
    });
    let steps = steps_of(all.iter());
    let first = *steps.first()?;
    let it = if steps.len() == 1 { "it belongs" } else { "they belong" };
    let plans = kinds(all.iter());
    let finding = COMPENSATION_GAP.found(
        format!(
            "{}; {it} to a third party, so none can be built.",
            sentence(evidence, &steps, &plans).trim_end_matches('.')
        ),
        complete(evidence, &steps),
        format!("steps[{first}].undo.available"),
        plans,
    );
    Some(Finding { effect: Effect::Against, ..finding.about_steps(evidence, &steps) })
}

/// An undo for each of some steps, and that the coordinator makes use of it.
pub(super) fn undoing(evidence: &Evidence<'_>, steps: &[usize]) -> Vec<Change> {
    let id = |step: usize| evidence.document.steps[step].id.clone();
    let undos = steps.iter().map(|&step| Change::Undo { step: id(step) });
    let used = (!steps.is_empty()).then_some(Change::Compensate);
    undos.chain(used).collect()
}

/// Whether the team can give a step neither an undo nor a key: it is somebody else's, and takes none.
fn is_foreign(evidence: &Evidence<'_>, step: usize) -> bool {
    let of = &evidence.document.steps[step];
    of.kind == StepKind::ThirdParty && !of.idempotency.key
}

/// What to do about writes of third parties that have no undo: they are completed under their key, or come last where
/// nothing that may fail must come after them.
pub(super) fn complete(evidence: &Evidence<'_>, steps: &[usize]) -> String {
    let (keyed, others): (Vec<usize>, Vec<usize>) =
        steps.iter().partition(|&&step| evidence.document.steps[step].idempotency.key);
    let mut remedies = Vec::new();
    if !keyed.is_empty() {
        let key = if keyed.len() == 1 { "its key" } else { "their keys" };
        remedies.push(format!(
            "Send a failed request again under {key} until it is complete: {} then stands once.",
            evidence.labels(&keyed)
        ));
    }
    if !others.is_empty() && others.iter().all(|&step| may_be_last(evidence, step)) {
        remedies.push(format!(
            "Run what may still fail before {}; or get a key from the third party, and try again until it is complete.",
            evidence.labels(&others)
        ));
    } else if !others.is_empty() {
        remedies.push(format!(
            "Get a key for {} from the third party, and try again until it is complete.",
            evidence.labels(&others)
        ));
    }
    remedies.join(" ")
}

/// Whether nothing that can fail a request must come after a step.
fn may_be_last(evidence: &Evidence<'_>, step: usize) -> bool {
    let document = evidence.document;
    let of = &document.steps[step];
    !document.dependencies.iter().any(|dependency| {
        dependency.kind == DependencyKind::Strict
            && dependency.from == of.id
            && document.step_index(&dependency.to).is_some_and(|then| document.steps[then].class == StepClass::Critical)
    })
}

fn sentence(evidence: &Evidence<'_>, steps: &[usize], plans: &[TopologyKind]) -> String {
    let verb = if steps.len() == 1 { "writes" } else { "write" };
    format!(
        "{} {verb} without an undo in {}, and a step that fails beside or after leaves that behind.",
        evidence.labels(steps),
        names_of(plans)
    )
}

fn steps_of<'a>(gaps: impl Iterator<Item = &'a Gap<'a>>) -> Vec<usize> {
    each_once(gaps.flat_map(|gap| gap.steps.iter().copied()))
}

fn kinds<'a>(gaps: impl Iterator<Item = &'a Gap<'a>>) -> Vec<TopologyKind> {
    gaps.map(|gap| gap.plan.kind()).collect()
}
