//! Nobody can choose a topology for a pipeline whose state nobody owns.

use model::folded;

use crate::{
    evidence::Evidence,
    rule::{Effect, Finding, Rule},
    wording::list,
};

pub(super) static STATE_OWNER: Rule = Rule {
    id: "state-owner",
    name: "Nobody owns the state",
    effect: Effect::NotReady,
    rationale: "If nobody can say which service holds the current stage of a request, no topology can be repaired when it breaks.",
    reads: &["state_owner", "steps[].service"],
    threshold: None,
    check,
    otherwise: None,
    signal: "Two services give different stages for one request, and each is sure.",
    recovery: "Rebuild the stage from the logs of all services; from then on only the owner says what it is.",
};

/// What people write where nobody owns the state.
const NOBODY: [&str; 24] = [
    "",
    "-",
    "?",
    "all",
    "all of them",
    "both",
    "don't know",
    "each",
    "every service",
    "everybody",
    "everyone",
    "several",
    "n/a",
    "na",
    "no one",
    "nobody",
    "nobody yet",
    "none",
    "noone",
    "not known",
    "tbd",
    "unclear",
    "unknown",
    "we don't know",
];

fn check(evidence: &Evidence<'_>) -> Option<Finding> {
    let owner = evidence.document.state_owner.as_deref().unwrap_or_default();
    let owner_folded = folded(owner).replace('’', "'");
    let nobody =
        ["each ", "nobody ", "no one ", "it depends", "depends"].iter().any(|start| owner_folded.starts_with(start));
    let said = if NOBODY.contains(&owner_folded.as_str()) || nobody {
        "No service is named that can say which stage a request is in.".to_owned()
    } else if let Some(owners) = several(evidence, owner) {
        format!("{} are named as owners of the state; two that each know it can disagree.", list(&owners))
    } else {
        return None;
    };
    Some(STATE_OWNER.found(
        said,
        "Name exactly one service that owns the state; all others read it or send it events.",
        "state_owner",
        Vec::new(),
    ))
}

/// The names in a list of owners, if each of them is a service or a step of its own.
fn several(evidence: &Evidence<'_>, owner: &str) -> Option<Vec<String>> {
    let with_commas =
        [" and ", " or ", "&", "+", "/", ";"].iter().fold(owner.to_owned(), |all, between| all.replace(between, ","));
    let names: Vec<String> =
        with_commas.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
    let steps = &evidence.document.steps;
    let is_one = |name: &String| {
        let name = folded(name);
        // "The orders service" is orders.
        let bare = name.strip_prefix("the ").unwrap_or(&name);
        let bare = bare.strip_suffix(" service").unwrap_or(bare);
        let known = |step: &model::Step| [step.service_name(), &step.id, step.label()].map(folded);
        steps.iter().any(|step| known(step).iter().any(|known| *known == name || known == bare))
    };
    let whole_is_one = is_one(&owner.to_owned());
    (names.len() > 1 && !whole_is_one && names.iter().all(is_one)).then_some(names)
}
