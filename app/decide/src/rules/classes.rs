//! What a step is called and what its failure is said to mean should agree.

use model::{Document, Step, StepClass, StepKind};

use crate::{
    evidence::Evidence,
    rule::{Effect, Finding, Rule},
};

/// Beginnings of words that name work one can do without.
const DROPPABLE: [&str; 11] =
    ["notif", "mail", "email", "sms", "metric", "telemetry", "analytic", "cache", "logging", "statistic", "newsletter"];

/// Beginnings of words that name what everything else hangs on.
const LINCHPIN: [&str; 13] = [
    "stock", "inventor", "payment", "pay", "charge", "capture", "debit", "refund", "transfer", "account", "ledger",
    "balance", "authoris",
];

/// It goes by words in names and data, and by the kind of the step, because the document has nothing else to hold a
/// class against. A step with words of both sorts is left alone.
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

/// The steps whose class does not fit them by the look of it: the place of each, and why.
pub fn doubts(document: &Document) -> Vec<(usize, &'static str)> {
    let doubt = |step: &Step| -> Option<&'static str> {
        let droppable = matches!(step.kind, StepKind::Log | StepKind::Cache) || names(step, &DROPPABLE);
        match (droppable, names(step, &LINCHPIN), step.class) {
            (true, false, StepClass::Critical) => Some("looks like work one can do without and is classed critical"),
            (false, true, StepClass::Degradable) => Some("looks like a linchpin and is classed degradable"),
            (false, true, StepClass::FireAndForget) => Some("looks like a linchpin and is classed fire-and-forget"),
            _ => None,
        }
    };
    document.steps.iter().enumerate().filter_map(|(place, step)| Some((place, doubt(step)?))).collect()
}

/// What to do about such a step.
pub const LOOK_AGAIN: &str = "Look again: can this step disappear without corrupting data?";

fn check(evidence: &Evidence<'_>) -> Option<Finding> {
    let doubts = doubts(evidence.document);
    let &(first, _) = doubts.first()?;
    let sentences: Vec<String> =
        doubts.iter().map(|(step, doubt)| format!("{} {doubt}.", evidence.label(*step))).collect();
    Some(MISCLASSED.found(sentences.join(" "), LOOK_AGAIN, format!("steps[{first}].class"), Vec::new()))
}

/// Whether a word in the names of a step, or of what it writes, begins like one of these.
fn names(step: &Step, beginnings: &[&str]) -> bool {
    let texts = [&step.id, &step.name].into_iter().chain(&step.writes);
    texts.into_iter().any(|text| {
        let text = text.to_lowercase();
        text.split(|c: char| !c.is_alphanumeric())
            .any(|word| beginnings.iter().any(|beginning| word.starts_with(beginning)))
    })
}
