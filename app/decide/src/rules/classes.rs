//! What a step is called and what its failure is said to mean should agree.

use model::doubts;

use crate::{
    evidence::Evidence,
    rule::{Effect, Finding, Rule},
};

/// It goes by whole words of names and data, in both spellings; see [`model::doubts`]. Until the team confirms the
/// class, the step stays on the waiting path of every generated plan.
pub(super) static MISCLASSED: Rule = Rule {
    id: "misclassed",
    name: "A class does not fit its step",
    effect: Effect::Advice,
    rationale: "Droppable work that is classed critical fails requests for nothing; a linchpin that is classed casual corrupts data quietly.",
    reads: &["steps[].class", "steps[].name", "steps[].kind", "steps[].writes"],
    threshold: None,
    check,
    otherwise: None,
    signal: "",
    recovery: "",
};

/// What to do about such a step.
pub const LOOK_AGAIN: &str = "Look again: can this step disappear without corrupting data?";

fn check(evidence: &Evidence<'_>) -> Option<Finding> {
    let doubts = doubts(evidence.document);
    let &(first, _) = doubts.first()?;
    let sentences: Vec<String> =
        doubts.iter().map(|(step, doubt)| format!("{} {doubt}.", evidence.label(*step))).collect();
    Some(MISCLASSED.found(sentences.join(" "), LOOK_AGAIN, format!("steps[{first}].class"), Vec::new()))
}
