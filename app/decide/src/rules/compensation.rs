//! What one lane has written must be taken back when another one fails.

use model::{StepClass, StepKind};

use super::names_of;
use crate::{
    evidence::Evidence,
    rule::{Effect, Finding, Otherwise, Rule},
};

/// A gap cannot be filled where the write is somebody else's: the step calls a third party, which the team cannot give
/// an undo, and there is no key under which the write could be completed instead. The document has no other word for an
/// undo that cannot be had. Fire-and-forget writes are left out: what may be lost may also be left over.
pub(super) static COMPENSATION_GAP: Rule = Rule {
    id: "compensation-gap",
    name: "A write has no undo",
    effect: Effect::Condition,
    rationale: "A write in a lane stands when its sibling fails; without an undo it stays for good.",
    reads: &["steps[].effect", "steps[].undo", "steps[].idempotency", "steps[].kind", "steps[].class"],
    threshold: None,
    check: fillable,
    otherwise: Some(Otherwise { effect: Effect::AgainstParallel, check: unfillable }),
    signal: "Writes of requests that failed: money taken without goods, goods held without money.",
    recovery: "A reconciliation job that finds such writes and takes them back by hand until the undo is built.",
};

fn fillable(evidence: &Evidence<'_>) -> Option<Finding> {
    let (steps, finding) = gaps(evidence, false)?;
    let remedy = format!(
        "An undo for {}, or a reconciliation that completes what was begun, before this goes to production.",
        evidence.labels(&steps)
    );
    Some(Finding { remedy, ..finding })
}

fn unfillable(evidence: &Evidence<'_>) -> Option<Finding> {
    let (steps, finding) = gaps(evidence, true)?;
    let it = if steps.len() == 1 { "it belongs" } else { "they belong" };
    Some(Finding {
        effect: Effect::AgainstParallel,
        evidence: format!("{}; {it} to a third party, so none can be built.", finding.evidence.trim_end_matches('.')),
        remedy: format!(
            "Keep {} in sequence, after everything that may still fail; or get a key from the third party.",
            evidence.labels(&steps)
        ),
        ..finding
    })
}

fn gaps(evidence: &Evidence<'_>, unfillable: bool) -> Option<(Vec<usize>, Finding)> {
    let steps = &evidence.document.steps;
    let open = |&step: &usize| {
        let step = &steps[step];
        let foreign = step.kind == StepKind::ThirdParty && !step.idempotency.key;
        step.writes_state() && !step.undo.available && step.class != StepClass::FireAndForget && foreign == unfillable
    };
    let open: Vec<usize> = (0..steps.len()).filter(open).collect();
    let mut found: Vec<usize> = Vec::new();
    let mut plans = Vec::new();
    for plan in evidence.forked() {
        let before = found.len();
        found.extend(open.iter().filter(|&&step| plan.lanes.in_a_lane(step)));
        if found.len() > before {
            plans.push(plan.kind());
        }
    }
    found.sort_unstable();
    found.dedup();
    let first = *found.first()?;
    let verb = if found.len() == 1 { "writes" } else { "write" };
    let evidence = format!("{} {verb} in a lane of {} without an undo.", evidence.labels(&found), names_of(&plans));
    Some((found, COMPENSATION_GAP.found(evidence, "", format!("steps[{first}].undo.available"), plans)))
}
