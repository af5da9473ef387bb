//! A map with the happy path alone is shorter than the real path.

use model::StepKind;

use super::is_retried;
use crate::{
    evidence::Evidence,
    rule::{Effect, Finding, Rule},
    threshold,
};

/// By default it fires where none of the four is listed: many a pipeline has no third party, and a rule that fires on
/// each of those would be read by nobody. A team that wants all four sets the threshold to 4.
pub(super) static UNMAPPED: Rule = Rule {
    id: "unmapped",
    name: "The real path is longer",
    effect: Effect::Advice,
    rationale: "Retries, auth calls, writes and third-party handshakes are what the happy path leaves out, and where latency and failures come from.",
    reads: &["steps[].kind", "steps[].effect", "steps[].retry"],
    threshold: Some(&threshold::UNMAPPED),
    check,
    otherwise: None,
    signal: "",
    recovery: "",
};

fn check(evidence: &Evidence<'_>) -> Option<Finding> {
    let steps = &evidence.document.steps;
    let listed = [
        ("retry", steps.iter().any(is_retried)),
        ("auth call", steps.iter().any(|step| step.kind == StepKind::Auth)),
        ("write", steps.iter().any(model::Step::writes_state)),
        ("third-party step", steps.iter().any(|step| step.kind == StepKind::ThirdParty)),
    ];
    let count = listed.iter().filter(|(_, there)| *there).count();
    if count as f64 >= evidence.threshold_of(&UNMAPPED) {
        return None;
    }
    let missing: Vec<&str> = listed.iter().filter(|(_, there)| !there).map(|(name, _)| *name).collect();
    let (last, most) = missing.split_last()?;
    let missing = if most.is_empty() { (*last).to_owned() } else { format!("{} or {last}", most.join(", ")) };
    let among = if steps.len() == 1 { "1 step".to_owned() } else { format!("{} steps", steps.len()) };
    Some(UNMAPPED.found(
        format!("No {missing} is listed among {among}."),
        "Follow one request through the logs and list every call it really makes: the real path is longer.",
        "steps",
        Vec::new(),
    ))
}
