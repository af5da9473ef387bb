//! Nobody need wait for what nobody needs.

use model::{DependencyKind, Document, StepClass};

use crate::{
    evidence::Evidence,
    rule::{Effect, Finding, Rule},
    wording::ms,
};

/// It speaks for starting such work and going on, which is no fork: it stands even where forks are vetoed.
pub(super) static DETACH: Rule = Rule {
    id: "detach",
    name: "Fire-and-forget work is waited for",
    effect: Effect::ForParallel,
    rationale: "Work whose failure means nothing is on the waiting path in sequential: detach it, and the chain is shorter at no risk.",
    reads: &["steps[].class", "dependencies"],
    threshold: None,
    check,
    otherwise: None,
    signal: "",
    recovery: "",
};

/// Fire-and-forget steps that no step needs.
pub(crate) fn detachable(document: &Document) -> Vec<usize> {
    let needed =
        |id: &String| document.dependencies.iter().any(|edge| edge.kind == DependencyKind::Strict && edge.from == *id);
    let steps = document.steps.iter().enumerate();
    steps
        .filter(|(_, step)| step.class == StepClass::FireAndForget && !needed(&step.id))
        .map(|(place, _)| place)
        .collect()
}

fn check(evidence: &Evidence<'_>) -> Option<Finding> {
    let steps = detachable(evidence.document);
    let first = *steps.first()?;
    let chain = evidence.sequential()?;
    let waited: f64 = steps.iter().filter_map(|&step| chain.steps.get(step)).map(|step| step.critical_ms).sum();
    let (is, it) = if steps.len() == 1 { ("is", "it") } else { ("are", "them") };
    let detached = evidence.topologies.iter().filter(|plan| steps.iter().any(|&step| plan.detached[step]));
    Some(DETACH.found(
        format!("{} {is} fire-and-forget, and sequential waits {} for {it}.", evidence.labels(&steps), ms(waited)),
        format!("Detach {it}: start {it} and go on."),
        format!("steps[{first}].class"),
        detached.map(|plan| plan.kind).collect(),
    ))
}
