//! Nobody can choose a topology for a pipeline whose state nobody owns.

use crate::{
    evidence::Evidence,
    rule::{Effect, Finding, Rule},
};

pub(super) static STATE_OWNER: Rule = Rule {
    id: "state-owner",
    name: "Somebody owns the state",
    effect: Effect::NotReady,
    rationale: "If nobody can say which service holds the current stage of a request, no topology can be repaired when it breaks.",
    reads: &["state_owner"],
    threshold: None,
    check,
};

fn check(evidence: &Evidence<'_>) -> Option<Finding> {
    let owner = evidence.document.state_owner.as_deref().unwrap_or_default();
    owner.trim().is_empty().then(|| Finding {
        rule: STATE_OWNER.id.to_owned(),
        effect: STATE_OWNER.effect,
        evidence: "No service is named that can say which stage a request is in.".to_owned(),
        remedy: "Name exactly one service that owns the state; all others read it or send it events.".to_owned(),
        input: "state_owner".to_owned(),
        plans: Vec::new(),
    })
}
