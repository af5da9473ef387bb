//! Rules about what failures leave behind.

use decide::{Decision, Effect, Finding};
use model::{
    Answer, Consistency, DependencyKind, Document, Join, JoinCount, Outage, OutageMode, Retry, StepClass, StepKind,
    TopologyKind,
};

use super::{calm, check, decided, depends, finding, steady};

#[test]
fn saga_first() {
    let mut document = calm();
    document.steps[1].error_rate = 0.04.into();
    let found = finding(&document, "saga-first").expect("4 % fail");
    assert_eq!(found.input, "steps[1].error_rate");
    assert!(found.evidence.ends_with("before the caller retries, more than 2 %."), "{}", found.evidence);
    assert!(found.plans.contains(&TopologyKind::Parallel) && !found.plans.contains(&TopologyKind::Sequential));
    document.steps[1].retry = Some(Retry { max: 2, ..Retry::default() });
    assert_eq!(finding(&document, "saga-first"), None, "after step retries hardly any fail");

    let mut certain = steady();
    certain.steps[2].error_rate = 1.0.into();
    let evidence = "100 % of requests fail in parallel before the caller retries, more than 2 %.";
    check("saga-first", &certain, "steps[2].error_rate", evidence, |mended| mended.steps[2].error_rate = 0.0.into());
}

#[test]
fn conditions_stay_with_the_plan_they_are_about() {
    let mut document = calm();
    document.budget.target_ms = 450.0;
    document.steps[1].error_rate = 0.04.into();
    let decided = decided(&document);
    assert_eq!(decided.decision, Decision::Choose(TopologyKind::Parallel));
    assert_eq!(decided.conditions().count(), 1);
    assert!(decided.sentence.ends_with("only after one condition is met."), "{}", decided.sentence);
    // Staged arranges these steps as parallel does, so it is no runner-up.
    assert_ne!(decided.runner_up, Some(TopologyKind::Staged));
}

/// A write in a lane, recognised by a key and without an undo.
fn write_without_undo() -> Document {
    let mut document = steady();
    document.steps[2].effect = model::Effect::Write;
    document.steps[2].idempotency.key = true;
    document
}

#[test]
fn compensation_gap() {
    let document = write_without_undo();
    let found = finding(&document, "compensation-gap").expect("c has no undo");
    assert_eq!(found.effect, Effect::Condition);
    let evidence = "c writes in a lane of parallel, staged and first-leg without an undo.";
    check("compensation-gap", &document, "steps[2].undo.available", evidence, |mended| {
        mended.steps[2].undo.available = true;
    });
    check("compensation-gap", &document, "steps[2].undo.available", evidence, |mended| {
        mended.steps[2].class = StepClass::FireAndForget;
    });
    check("compensation-gap", &document, "steps[2].undo.available", evidence, |mended| {
        mended.dependencies =
            vec![depends("a", "b", DependencyKind::Strict), depends("b", "c", DependencyKind::Strict)];
    });
}

#[test]
fn a_compensation_gap_that_cannot_be_filled_is_a_veto() {
    let mut document = write_without_undo();
    document.steps[2].kind = StepKind::ThirdParty;
    document.steps[2].idempotency.key = false;
    let evidence = "c writes in a lane of parallel and first-leg without an undo; \
                    it belongs to a third party, so none can be built.";
    check("compensation-gap", &document, "steps[2].undo.available", evidence, |mended| {
        mended.steps[2].undo.available = true;
    });
    let found = finding(&document, "compensation-gap").expect("it fires");
    assert_eq!(found.effect, Effect::AgainstParallel);
    assert_eq!(found.plans, [TopologyKind::Parallel, TopologyKind::FirstLeg], "staged lets it wait for all before it");
    // With a key the write can be completed instead, and the gap is a condition again.
    document.steps[2].idempotency.key = true;
    assert_eq!(finding(&document, "compensation-gap").map(|found| found.effect), Some(Effect::Condition));
    // Both may be true, of different writes.
    document.steps[1].effect = model::Effect::Write;
    document.steps[1].kind = StepKind::ThirdParty;
    let both: Vec<Effect> = decided(&document)
        .findings
        .iter()
        .filter(|finding: &&Finding| finding.rule == "compensation-gap")
        .map(|finding| finding.effect)
        .collect();
    assert_eq!(both, [Effect::Condition, Effect::AgainstParallel]);
}

#[test]
fn hidden_coupling() {
    let mut document = steady();
    document.steps[0].writes = vec!["basket".to_owned()];
    document.steps[0].effect = model::Effect::Write;
    document.steps[0].undo.available = true;
    document.steps[1].effect = model::Effect::Read;
    document.steps[1].reads = vec!["basket".to_owned()];
    let evidence = "a and b share basket and have no order in parallel: \
                    1,000 stale reads and 0 lost updates per 1,000 requests.";
    check("hidden-coupling", &document, "steps[1].reads", evidence, |mended| {
        mended.dependencies.push(depends("a", "b", DependencyKind::Strict));
    });
    check("hidden-coupling", &document, "steps[1].reads", evidence, |mended| mended.steps[1].reads.clear());
    let found = finding(&document, "hidden-coupling").expect("it fires");
    assert_eq!(found.plans, [TopologyKind::Parallel], "staged keeps the pair in order");
    document.thresholds.insert("hidden-coupling".to_owned(), 1_000.0);
    assert_eq!(finding(&document, "hidden-coupling"), None);
}

#[test]
fn silent_success_of_work_that_is_never_done() {
    let mut document = steady();
    document.maturity.accepted_told_from_processed = Some(Answer::Partly);
    document.steps[1].accepted_not_processed_rate = 1.0.into();
    let evidence =
        "100 % of requests succeed in sequential with work that was accepted and never done, most of all by b.";
    let input = "steps[1].accepted_not_processed_rate";
    check("silent-success", &document, input, evidence, |mended| {
        mended.steps[1].accepted_not_processed_rate = 0.0.into();
    });
    // Who tells accepted from processed has the check already.
    check("silent-success", &document, input, evidence, |mended| {
        mended.maturity.accepted_told_from_processed = Some(Answer::Yes);
    });
    let decided = decided(&document);
    assert_eq!(decided.decision, Decision::Choose(TopologyKind::Sequential));
    assert_eq!(decided.conditions().count(), 1, "the check is needed after every path");
}

#[test]
fn silent_success_of_k_of_n() {
    let mut document = steady();
    document.maturity.partial_success_alerts = Some(Answer::Partly);
    document.joins.insert("default".to_owned(), Join { k: Some(JoinCount::Of(2)), ..Join::default() });
    let evidence = "The answer goes out with 2 of 3 steps done in parallel, and the request counts as completed.";
    check("silent-success", &document, "joins.default.k", evidence, |mended| mended.joins.clear());
    check("silent-success", &document, "joins.default.k", evidence, |mended| {
        mended.maturity.partial_success_alerts = Some(Answer::Yes);
    });
    let found = finding(&document, "silent-success").expect("it fires");
    assert!(!found.plans.contains(&TopologyKind::Sequential), "a chain joins nothing");
    // Strict predecessors are always among the k.
    document.dependencies = vec![depends("a", "c", DependencyKind::Strict), depends("b", "c", DependencyKind::Strict)];
    document.joins = [("c".to_owned(), Join { k: Some(JoinCount::Of(1)), ..Join::default() })].into();
    assert_eq!(finding(&document, "silent-success"), None);
}

/// Forty seconds, in ten of which b is down; a and c write. Of the 39 requests ten fail, each with two writes.
fn outage() -> Document {
    let mut document = steady();
    document.workload.duration_s = 40.0;
    for step in [0, 2] {
        document.steps[step].effect = model::Effect::Write;
        document.steps[step].idempotency.key = true;
    }
    document.outages.push(Outage { step: "b".to_owned(), from_s: 9.5, until_s: 19.5, mode: OutageMode::Refuses });
    document
}

#[test]
fn outage_debt() {
    let document = outage();
    let evidence = "With b down, parallel leaves 513 orphaned writes per 1,000 requests because nothing is undone, \
                    for 300 ms saved.";
    check("outage-debt", &document, "outages[0]", evidence, |mended| mended.outages.clear());
    check("outage-debt", &document, "outages[0]", evidence, |mended| {
        mended.consistency = Consistency::Compensate;
        mended.steps[0].undo.available = true;
        mended.steps[2].undo.available = true;
    });
    let found = finding(&document, "outage-debt").expect("it fires");
    assert_eq!(found.effect, Effect::Condition);
    assert!(!found.signal.is_empty() && !found.recovery.is_empty());
}

#[test]
fn outage_debt_on_a_false_assumption() {
    let mut document = outage();
    document.steps[1].class = StepClass::Degradable;
    document.dependencies.push(depends("b", "c", DependencyKind::Strict));
    let evidence = "With b down, c still writes, although it needs its answer.";
    check("outage-debt", &document, "outages[0]", evidence, |mended| {
        mended.dependencies[0].kind = DependencyKind::Loose;
    });
    let found = finding(&document, "outage-debt").expect("it fires");
    assert!(found.plans.contains(&TopologyKind::Sequential), "it is so in every plan");
}
