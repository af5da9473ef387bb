//! What a team could see and repair today outweighs what a fork would save.

use model::{Answer, StepClass, TopologyKind};

use super::{each_once, write_keys::is_open, writes_in_a_lane};
use crate::{
    evidence::{Evidence, Plan},
    maturity::{self, Level, Question},
    rule::{Effect, Finding, Otherwise, Rule},
    wording,
};

/// A partial success is *seen* where partial successes are counted and alerted on. It is *repaired* where a reconciliation
/// job runs, or where every step that writes has an undo in the document; that compensation was chosen repairs nothing by
/// itself. What is answered "partly" is systematic enough, and leaves the writes without an undo to `compensation-gap`; what
/// is unanswered counts as a no. Fire-and-forget writes are left out: what may be lost may also be left over.
pub(super) static NO_DETECTION: Rule = Rule {
    id: "no-detection",
    name: "Partial success goes unseen or unrepaired",
    effect: Effect::Against,
    rationale: "A fork that writes succeeds in part as a matter of course. Who cannot see and repair that stays sequential, even if it is slower.",
    reads: &["maturity.partial_success_alerts", "maturity.reconciliation", "steps[].undo", "steps[].effect"],
    threshold: None,
    check: no_detection,
    otherwise: None,
    signal: "Customers report what no alert has shown: payment without stock decrement, mail without order.",
    recovery: "Compare the systems of this pipeline by hand for the days since the last time they agreed, and repair what differs.",
};

/// A question without an answer counts as a no: a plan with forks is not judged by silence. Where no step writes, a partial
/// failure leaves nothing to repair, and it is advice.
///
/// Maturity that is otherwise high is low in one respect where callees take no idempotency keys: a lane that writes without
/// one, and may come again, stays in the chain, in which only the phase that failed is retried.
pub(super) static LOW_MATURITY: Rule = Rule {
    id: "low-maturity",
    name: "Maturity is low",
    effect: Effect::Against,
    rationale: "Maturity outweighs the number of services: a team that cannot trace, test and roll back a partial failure does not fork, for now.",
    reads: &["maturity", "steps[].effect", "steps[].idempotency.key", "delivery"],
    threshold: None,
    check: low_maturity,
    otherwise: Some(Otherwise { effect: Effect::Advice, check: low_maturity_without_writes }),
    signal: "Failures are found by customers, and followed through logs by the one person who can.",
    recovery: "Go back to the chain; build what is missing, in the order given, before the next fork.",
};

fn no_detection(evidence: &Evidence<'_>) -> Option<Finding> {
    // Lanes that only read do not succeed in part.
    let plans: Vec<TopologyKind> =
        evidence.forked().filter(|plan| writes_in_a_lane(evidence, plan)).map(|plan| plan.kind()).collect();
    plans.first()?;
    let there = |field| {
        let answer = maturity::question(field).and_then(|question| question.counts_as(&evidence.document.maturity));
        matches!(answer, Some(Answer::Yes | Answer::Partly))
    };
    let stands =
        |step: &model::Step| step.writes_state() && !step.undo.available && step.class != StepClass::FireAndForget;
    let standing: Vec<&str> =
        evidence.document.steps.iter().filter(|step| stands(step)).map(model::Step::label).collect();
    let mut missing: Vec<&Question> = Vec::new();
    if !there("partial_success_alerts") {
        missing.extend(maturity::question("partial_success_alerts"));
    }
    if !standing.is_empty() && !there("reconciliation") {
        missing.extend(maturity::question("reconciliation"));
    }
    let first = missing.first()?;
    let (names, work): (Vec<&str>, Vec<&str>) = missing.iter().map(|question| (question.name, question.work)).unzip();
    let no_undo = if standing.is_empty() || missing.iter().all(|question| question.field != "reconciliation") {
        String::new()
    } else {
        format!(", and {} {} no undo", wording::list(&standing), if standing.len() == 1 { "has" } else { "have" })
    };
    Some(NO_DETECTION.found(
        format!(
            "There is no systematic way to detect and repair partial success; what is missing: {}{no_undo}.",
            wording::list(&names)
        ),
        work.join(" "),
        format!("maturity.{}", first.field),
        plans,
    ))
}

fn low_maturity(evidence: &Evidence<'_>) -> Option<Finding> {
    if evidence.writes() { low(evidence).or_else(|| no_keys(evidence)) } else { None }
}

/// Lanes that write without a key and may come again, where the team says that its callees take none.
fn no_keys(evidence: &Evidence<'_>) -> Option<Finding> {
    let document = evidence.document;
    let question = maturity::question("keys_everywhere")?;
    if question.counts_as(&document.maturity) != Some(Answer::No) {
        return None;
    }
    let open = |plan: &Plan<'_>| -> Vec<usize> {
        let steps = (0..document.steps.len()).filter(|&step| is_open(document, &document.steps[step]));
        steps.filter(|&step| plan.lanes.in_a_lane(step)).collect()
    };
    let plans: Vec<Plan<'_>> = evidence.forked().filter(|plan| !open(plan).is_empty()).collect();
    let steps = each_once(plans.iter().flat_map(open));
    steps.first()?;
    let (verb, it) = if steps.len() == 1 { ("writes", "it") } else { ("write", "each") };
    let found = LOW_MATURITY.found(
        format!(
            "Not all callees take an idempotency key, and {} {verb} without one beside other steps and may come again.",
            evidence.labels(&steps)
        ),
        format!(
            "Stay with the chain, in which only what failed is tried again, until {it} takes a key. {}",
            question.work
        ),
        format!("maturity.{}", question.field),
        plans.iter().map(Plan::kind).collect(),
    );
    Some(found.about_steps(evidence, &steps))
}

fn low_maturity_without_writes(evidence: &Evidence<'_>) -> Option<Finding> {
    let found = if evidence.writes() { None } else { low(evidence) };
    found.map(|found| Finding { effect: Effect::Advice, ..found })
}

fn low(evidence: &Evidence<'_>) -> Option<Finding> {
    let answers = &evidence.document.maturity;
    if evidence.forked().next().is_none() || maturity::level_for_forks(answers) != Level::Low {
        return None;
    }
    let unanswered = maturity::unanswered(answers);
    let points = maturity::points(answers);
    let whole = 2 * maturity::QUESTIONS.len() as u32;
    let silence = match unanswered.len() {
        0 => String::new(),
        1 => ", and 1 question has no answer, which counts as a no where a fork is judged".to_owned(),
        n => format!(", and {n} questions have no answer, which counts as a no where a fork is judged"),
    };
    let gaps = maturity::gaps(answers);
    let open = gaps.iter().map(|gap| gap.question).chain(unanswered.iter().copied());
    let mut wanted: Vec<&Question> = open.collect();
    wanted.sort_by_key(|question| !question.unlocks);
    let first = *wanted.first()?;
    let (names, work): (Vec<&str>, Vec<&str>) =
        wanted.iter().take(3).map(|question| (question.name, question.work)).unzip();
    Some(LOW_MATURITY.found(
        format!(
            "Maturity is low: {} answers come to {} of {whole} points{silence}. First of all these are missing: {}.",
            points.answered,
            points.points,
            wording::list(&names)
        ),
        format!("Build first: {}", work.join(" ")),
        format!("maturity.{}", first.field),
        evidence.forked_kinds(),
    ))
}
