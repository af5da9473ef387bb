//! What a failed request leaves behind must be decided before a topology is.

use model::Consistency;

use crate::{
    evidence::Evidence,
    rule::{Effect, Finding, Rule},
};

pub(super) static CONSISTENCY_OPEN: Rule = Rule {
    id: "consistency-open",
    name: "Consistency is not chosen",
    effect: Effect::NotReady,
    rationale: "Whether failed requests are undone or agree in the end is what a fork is paid with; without that choice its price is unknown.",
    reads: &["consistency"],
    threshold: None,
    check,
    otherwise: None,
    signal: "Writes of failed requests stay, and nobody can say whether they should.",
    recovery: "List what failed requests have left behind, and decide for each kind of write: undo it, or complete it.",
};

fn check(evidence: &Evidence<'_>) -> Option<Finding> {
    (evidence.document.consistency == Consistency::Undecided).then(|| {
        CONSISTENCY_OPEN.found(
            "Neither eventual consistency nor compensation is chosen, so nothing is undone.",
            "Choose: the coordinator undoes what succeeded, or state agrees in the end by a repair outside this pipeline.",
            "consistency",
            Vec::new(),
        )
    })
}
