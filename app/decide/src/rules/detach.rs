//! Nobody need wait for what nobody needs.

use model::{StepClass, TopologyKind, topology::detachable};

use crate::{
    evidence::Evidence,
    rule::{Effect, Finding, Rule},
    wording::ms,
};

/// It speaks for the chain that starts such work and goes on, which is no fork: it stands even where forks are vetoed. A
/// step whose class is doubted is not detached: see `misclassed`.
pub(super) static DETACH: Rule = Rule {
    id: "detach",
    name: "Fire-and-forget work is waited for",
    effect: Effect::For,
    rationale: "Work whose failure means nothing is on the waiting path in sequential: detach it, and the chain is shorter at no risk.",
    reads: &["steps[].class", "dependencies"],
    threshold: None,
    check,
    otherwise: None,
    signal: "",
    recovery: "",
};

fn check(evidence: &Evidence<'_>) -> Option<Finding> {
    let steps = detachable(evidence.document);
    let first = *steps.first()?;
    let chain = evidence.sequential()?;
    let waited: f64 = steps.iter().filter_map(|&step| chain.steps.get(step)).map(|step| step.critical_ms).sum();
    let (is, it) = if steps.len() == 1 { ("is", "it") } else { ("are", "them") };
    let detached = evidence.plans().filter(|plan| plan.kind() == TopologyKind::SequentialDetached);
    Some(DETACH.found(
        format!("{} {is} fire-and-forget, and sequential waits {} for {it}.", evidence.labels(&steps), ms(waited)),
        format!("Detach {it}: start {it} and go on."),
        format!("steps[{first}].class"),
        detached.map(|plan| plan.kind()).collect(),
    ))
}

/// It looks at the chain alone: in a fork such a step is in a lane already.
pub(super) static DEGRADABLE_LANE: Rule = Rule {
    id: "degradable-lane",
    name: "A request waits for what it can do without",
    effect: Effect::Advice,
    rationale: "A step that may fail without failing its request fits a lane of its own: the rest need not wait for it in turn.",
    reads: &["steps[].class", "steps[].latency", "dependencies"],
    threshold: None,
    check: degradable,
    otherwise: None,
    signal: "",
    recovery: "",
};

fn degradable(evidence: &Evidence<'_>) -> Option<Finding> {
    let document = evidence.document;
    let chain = evidence.chains().next()?;
    let needed = |id: &String| {
        document.dependencies.iter().any(|edge| edge.kind == model::DependencyKind::Strict && edge.from == *id)
    };
    // A step whose class is doubted is `misclassed`'s.
    let doubts = model::doubts(document);
    let doubted = |step: usize| doubts.iter().any(|(doubted, _)| *doubted == step);
    let steps: Vec<usize> = (0..document.steps.len())
        .filter(|&step| document.steps[step].class == StepClass::Degradable && !needed(&document.steps[step].id))
        .filter(|&step| !doubted(step))
        .collect();
    let first = *steps.first().filter(|_| document.steps.len() > 1)?;
    let waited: f64 = steps.iter().filter_map(|&step| chain.report.steps.get(step)).map(|step| step.critical_ms).sum();
    let (is, it) = if steps.len() == 1 { ("is", "it") } else { ("are", "them") };
    Some(DEGRADABLE_LANE.found(
        format!(
            "{} {is} degradable, and {} waits {} for {it} on average.",
            evidence.labels(&steps),
            chain.kind().slug(),
            ms(waited)
        ),
        format!("If the chain is too slow, put {it} in a lane first: the request can do without {it}."),
        format!("steps[{first}].class"),
        vec![chain.kind()],
    ))
}
