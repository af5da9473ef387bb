//! What a team could see and repair today outweighs what a fork would save.

use model::{Answer, Consistency, Document};

use crate::{
    evidence::Evidence,
    maturity::{self, Level, Question},
    rule::{Effect, Finding, Rule},
    wording,
};

/// A partial success is *seen* where partial successes are counted or a reconciliation job looks for them. It is
/// *repaired* where that job runs, where the coordinator undoes what succeeded, or where every write has an undo. What
/// is answered "partly" is systematic enough; what is unanswered is held against nobody.
pub(super) static NO_DETECTION: Rule = Rule {
    id: "no-detection",
    name: "Partial success goes unseen or unrepaired",
    effect: Effect::AgainstParallel,
    rationale: "A fork succeeds in part as a matter of course. Who cannot see and repair that stays sequential, even if it is slower.",
    reads: &["maturity.partial_success_alerts", "maturity.reconciliation", "maturity.undo_everywhere", "consistency"],
    threshold: None,
    check: no_detection,
    otherwise: None,
    signal: "Customers report what no alert has shown: payment without stock decrement, mail without order.",
    recovery: "Compare the systems of this pipeline by hand for the days since the last time they agreed, and repair what differs.",
};

pub(super) static LOW_MATURITY: Rule = Rule {
    id: "low-maturity",
    name: "Maturity is low",
    effect: Effect::AgainstParallel,
    rationale: "Maturity outweighs the number of services: a team that cannot trace, test and roll back a partial failure does not fork, for now.",
    reads: &["maturity"],
    threshold: None,
    check: low_maturity,
    otherwise: None,
    signal: "Failures are found by customers, and followed through logs by the one person who can.",
    recovery: "Go back to the chain; build what is missing, in the order given, before the next fork.",
};

fn no_detection(evidence: &Evidence<'_>) -> Option<Finding> {
    let question = missing(evidence.document)?;
    Some(NO_DETECTION.found(
        format!("There is no systematic way to detect and repair partial success; what is missing: {}.", question.name),
        question.work,
        format!("maturity.{}", question.field),
        evidence.forked_kinds(),
    ))
}

/// What is missing to see partial success, or else to repair it.
fn missing(document: &Document) -> Option<&'static Question> {
    let answer = |field| maturity::question(field).and_then(|question| question.counts_as(&document.maturity));
    let denied = |field| answer(field) == Some(Answer::No);
    let there = |field| matches!(answer(field), Some(Answer::Yes | Answer::Partly));
    if denied("partial_success_alerts") && !there("reconciliation") {
        return maturity::question("partial_success_alerts");
    }
    let undone = document.consistency == Consistency::Compensate || there("undo_everywhere");
    if denied("reconciliation") && !undone { maturity::question("reconciliation") } else { None }
}

fn low_maturity(evidence: &Evidence<'_>) -> Option<Finding> {
    let answers = &evidence.document.maturity;
    if maturity::level(answers) != Some(Level::Low) {
        return None;
    }
    let gaps = maturity::gaps(answers);
    let first = gaps.first()?;
    let points = maturity::points(answers);
    let (names, work): (Vec<&str>, Vec<&str>) =
        gaps.iter().take(3).map(|gap| (gap.question.name, gap.question.work)).unzip();
    Some(LOW_MATURITY.found(
        format!(
            "Maturity is low: {} answers come to {} of {} points, and first of all these are missing: {}.",
            points.answered,
            points.points,
            points.of,
            wording::list(&names)
        ),
        format!("Build first: {}", work.join(" ")),
        format!("maturity.{}", first.question.field),
        evidence.forked_kinds(),
    ))
}
