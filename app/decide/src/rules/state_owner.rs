//! Nobody can choose a topology for a pipeline whose state nobody owns.

use crate::{
    evidence::Evidence,
    rule::{Effect, Finding, Rule},
};

pub(super) static STATE_OWNER: Rule = Rule {
    id: "state-owner",
    name: "Nobody owns the state",
    effect: Effect::NotReady,
    rationale: "If nobody can say which service holds the current stage of a request, no topology can be repaired when it breaks.",
    reads: &["state_owner"],
    threshold: None,
    check,
    otherwise: None,
    signal: "Two services give different stages for one request, and each is sure.",
    recovery: "Rebuild the stage from the logs of all services; from then on only the owner says what it is.",
};

fn check(evidence: &Evidence<'_>) -> Option<Finding> {
    let owner = evidence.document.state_owner.as_deref().unwrap_or_default();
    owner.trim().is_empty().then(|| {
        STATE_OWNER.found(
            "No service is named that can say which stage a request is in.",
            "Name exactly one service that owns the state; all others read it or send it events.",
            "state_owner",
            Vec::new(),
        )
    })
}
