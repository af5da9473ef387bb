//! Rules about what failures leave behind.

use decide::{Decision, Effect, Finding};
use model::{
    Answer, Consistency, DependencyKind, Document, Join, JoinCount, Outage, OutageMode, Retry, StepClass, StepKind,
    TopologyKind,
};

use super::{calm, check, decided, depends, finding, finding_of, of_all_plans, steady};

#[test]
fn saga_first() {
    let mut document = calm();
    document.steps[1].error_rate = 0.04.into();
    assert_eq!(finding(&document, "saga-first"), None, "nothing is written, so nothing is to be taken back");
    writes_with_undo(&mut document, 0);
    let found = finding(&document, "saga-first").expect("4 % fail");
    assert_eq!(found.input, "steps[1].error_rate");
    assert!(
        found.evidence.ends_with("of deliveries fail or are declined in parallel, more than 2 %."),
        "{}",
        found.evidence
    );
    assert!(found.plans.contains(&TopologyKind::Parallel) && !found.plans.contains(&TopologyKind::Sequential));
    document.steps[1].retry = Some(Retry { max: 2, ..Retry::default() });
    assert_eq!(finding(&document, "saga-first"), None, "after step retries hardly any fail");

    let mut certain = steady();
    certain.steps[2].permanent_error_rate = 1.0.into();
    writes_with_undo(&mut certain, 0);
    let evidence = "100 % of deliveries fail or are declined in parallel, more than 2 %.";
    check("saga-first", &certain, "steps[2].error_rate", evidence, |mended| {
        mended.steps[2].permanent_error_rate = 0.0.into();
    });
}

/// Makes a step a write that can be repeated and undone.
fn writes_with_undo(document: &mut Document, step: usize) {
    let step = &mut document.steps[step];
    step.effect = model::Effect::Write;
    step.idempotency.key = true;
    step.undo.available = true;
}

#[test]
fn failures_over_budget() {
    let mut document = steady();
    document.workload.arrivals = model::Arrivals::Poisson { per_second: 50.0 };
    document.steps[2].error_rate = 0.5.into();
    let decided = decided(&document);
    assert_eq!(decided.decision, Decision::Choose(TopologyKind::Sequential));
    assert!(!decided.findings.iter().any(|finding| finding.rule == "inside-budget"), "half of the requests fail");
    assert!(decided.sentence.contains("since 50 % of requests get no answer, but "), "{}", decided.sentence);
    let found = finding(&document, "failures-over-budget").expect("half of the requests fail");
    assert_eq!((found.effect, found.input.as_str()), (Effect::Condition, "steps[2]"));
    assert!(found.evidence.contains("most of all by c (") && found.remedy.starts_with("Retry c"), "{found:?}");
    document.steps[2].error_rate = 0.002.into();
    assert_eq!(finding(&document, "failures-over-budget"), None);
    // A caller that gives up before the answer is no step's fault.
    document.delivery.caller_timeout_ms = Some(250.0);
    let found = finding(&document, "failures-over-budget").expect("nobody is answered");
    assert_eq!(found.input, "delivery.caller_timeout_ms");
}

#[test]
fn a_plan_that_fails_more_than_sequential_is_ruled_out() {
    let mut document = steady();
    document.workload.arrivals = model::Arrivals::Poisson { per_second: 5.0 };
    document.pools.push(model::Pool {
        id: "bank".to_owned(),
        name: String::new(),
        size: 3,
        when_full: model::WhenFull::Reject,
        queue_limit: None,
    });
    document.steps.iter_mut().for_each(|step| step.pools.push("bank".to_owned()));
    document.budget.target_ms = 500.0;
    let found = finding_of(&document, "failures-over-budget", Effect::Against).expect("three lanes want three slots");
    assert!(found.evidence.contains("in sequential"), "{}", found.evidence);
    assert!(!found.plans.contains(&TopologyKind::Sequential), "{:?}", found.plans);
    assert_eq!(decided(&document).decision, Decision::Choose(TopologyKind::Sequential), "although it is slower");
}

#[test]
fn orphaned_writes() {
    let mut document = steady();
    writes_with_undo(&mut document, 0);
    document.steps[2].error_rate = 1.0.into();
    document.maturity.reconciliation = Some(Answer::No);
    let evidence = "1,000 of 1,000 requests leave writes behind in sequential; the writes are a 1,000 per 1,000.";
    check("orphaned-writes", &document, "steps[0].undo.available", evidence, |mended| {
        mended.consistency = Consistency::Compensate;
    });
    let found = finding(&document, "orphaned-writes").expect("it fires");
    assert_eq!(found.effect, Effect::Condition);
    assert!(found.plans.contains(&TopologyKind::Sequential), "a chain leaves them too");
    assert!(found.remedy.starts_with("Compensate: a can be undone."), "{}", found.remedy);
    // Where a reconciliation runs they are found, and it is advice.
    document.maturity.reconciliation = Some(Answer::Yes);
    assert_eq!(finding(&document, "orphaned-writes").map(|found| found.effect), Some(Effect::Advice));
    // What cannot be undone is not told to be.
    document.maturity.reconciliation = Some(Answer::No);
    document.steps[0].undo.available = false;
    document.steps[0].kind = StepKind::ThirdParty;
    let found = finding(&document, "orphaned-writes").expect("it fires");
    assert!(
        found.remedy.starts_with("Send a failed request again under its key until it is complete"),
        "{}",
        found.remedy
    );
    assert!(!found.changes.iter().any(|change| matches!(change, decide::Change::Undo { .. })), "there is none to have");
    document.steps[0].idempotency.key = false;
    let found = finding(&document, "orphaned-writes").expect("it fires");
    assert!(found.remedy.starts_with("Run what may still fail before a; or get a key"), "{}", found.remedy);
    // An order that must be is not advised against.
    document.dependencies.push(depends("a", "c", DependencyKind::Strict));
    let found = finding(&document, "orphaned-writes").expect("it fires");
    assert!(found.remedy.starts_with("Get a key for a from the third party"), "{}", found.remedy);
}

#[test]
fn conditions_stay_with_the_plan_they_are_about() {
    let mut document = calm();
    document.budget.target_ms = 450.0;
    writes_with_undo(&mut document, 0);
    document.steps[0].idempotency.key = false;
    let decided = decided(&document);
    assert_eq!(decided.decision, Decision::Choose(TopologyKind::Staged));
    assert_eq!(decided.conditions().count(), 1);
    assert!(decided.sentence.ends_with("only after one condition is met."), "{}", decided.sentence);
    // Parallel arranges these steps as staged does, so it is no runner-up.
    assert_ne!(decided.runner_up, Some(TopologyKind::Parallel));
}

/// A write in a lane, recognised by a key and without an undo, beside and before a step that may fail. Nobody reconciles.
fn write_without_undo() -> Document {
    let mut document = steady();
    document.maturity.reconciliation = Some(Answer::Partly);
    document.steps[1].error_rate = 0.000_001.into();
    document.steps[2].effect = model::Effect::Write;
    document.steps[2].idempotency.key = true;
    document
}

#[test]
fn compensation_gap() {
    let document = write_without_undo();
    let found = finding(&document, "compensation-gap").expect("c has no undo");
    assert_eq!(found.effect, Effect::Condition);
    let evidence = "c writes without an undo in parallel, staged and first-leg, and a step that fails beside or after leaves that behind.";
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
    check("compensation-gap", &document, "steps[2].undo.available", evidence, |mended| {
        mended.steps[1].error_rate = 0.0.into();
    });
    // A reconciliation is the other cure.
    check("compensation-gap", &document, "steps[2].undo.available", evidence, |mended| {
        mended.maturity.reconciliation = Some(Answer::Yes);
    });
}

#[test]
fn a_compensation_gap_that_cannot_be_filled_is_a_veto() {
    let mut document = write_without_undo();
    document.steps[2].kind = StepKind::ThirdParty;
    document.steps[2].idempotency.key = false;
    let evidence = "c writes without an undo in parallel and first-leg, and a step that fails beside or after leaves that behind; \
                    it belongs to a third party, so none can be built.";
    check("compensation-gap", &document, "steps[2].undo.available", evidence, |mended| {
        mended.steps[2].undo.available = true;
    });
    let found = finding(&document, "compensation-gap").expect("it fires");
    assert_eq!(found.effect, Effect::Against);
    assert_eq!(found.plans, [TopologyKind::Parallel, TopologyKind::FirstLeg], "staged lets it wait for all before it");
    // With a key the write can be completed instead, and the gap is a condition again.
    document.steps[2].idempotency.key = true;
    assert_eq!(finding(&document, "compensation-gap").map(|found| found.effect), Some(Effect::Condition));
    // Both may be true, of different writes.
    document.steps[1].effect = model::Effect::Write;
    document.steps[1].kind = StepKind::ThirdParty;
    document.steps[0].error_rate = 0.000_001.into();
    let both: Vec<Effect> = of_all_plans(&document)
        .filter(|finding: &Finding| finding.rule == "compensation-gap")
        .map(|finding| finding.effect)
        .collect();
    assert!(both.contains(&Effect::Condition) && both.contains(&Effect::Against) && both.len() == 2, "{both:?}");
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
    // Telling accepted from processed finds none of them by itself.
    document.maturity.accepted_told_from_processed = Some(Answer::Yes);
    assert!(finding(&document, "silent-success").is_some());
    let decided = decided(&document);
    assert_eq!(decided.decision, Decision::Choose(TopologyKind::Sequential));
    assert_eq!(decided.conditions().count(), 1, "the check is needed after every path");
}

#[test]
fn silent_success_of_k_of_n() {
    let mut document = steady();
    document.maturity.partial_success_alerts = Some(Answer::Partly);
    writes_with_undo(&mut document, 2);
    document.joins.insert("default".to_owned(), Join { k: Some(JoinCount::Of(2)), ..Join::default() });
    let evidence = "The answer goes out with 2 of 3 steps done in parallel, a write may be missing, and the request counts as completed.";
    check("silent-success", &document, "joins.default.k", evidence, |mended| mended.joins.clear());
    check("silent-success", &document, "joins.default.k", evidence, |mended| {
        mended.steps[2].effect = model::Effect::Read
    });
    check("silent-success", &document, "joins.default.k", evidence, |mended| {
        mended.maturity.partial_success_alerts = Some(Answer::Yes);
    });
    let found = finding(&document, "silent-success").expect("it fires");
    assert!(!found.plans.contains(&TopologyKind::Sequential), "a chain joins nothing");
    // Strict predecessors are always among the k.
    document.dependencies = vec![depends("a", "c", DependencyKind::Strict), depends("b", "c", DependencyKind::Strict)];
    document.joins = [("c".to_owned(), Join { k: Some(JoinCount::Of(1)), ..Join::default() })].into();
    let found = finding(&document, "silent-success").expect("the number has no effect");
    assert_eq!(found.effect, decide::Effect::Advice);
    assert_eq!(
        found.evidence,
        "c is said to wait for 1 of its lanes, and those that lead there are needed strictly: it waits for all of them."
    );
}

#[test]
fn a_join_that_waits_for_more_lanes_than_there_are_is_told_so() {
    let mut document = steady();
    document.joins.insert("default".to_owned(), Join { k: Some(JoinCount::Of(9)), ..Join::default() });
    let found = finding(&document, "silent-success").expect("nothing has nine lanes");
    assert_eq!((found.effect, found.input.as_str()), (decide::Effect::Advice, "joins.default.k"));
    assert_eq!(
        found.evidence,
        "A join is said to wait for 9 of its lanes, and no plan has more than 3 that lead there: it waits for all of them."
    );
    // Two of three is fewer than all, and nothing is written.
    document.joins.insert("default".to_owned(), Join { k: Some(JoinCount::Of(2)), ..Join::default() });
    assert_eq!(finding(&document, "silent-success"), None);
}

#[test]
fn work_that_is_missing_stands_whatever_the_team_counts() {
    let mut document = steady();
    writes_with_undo(&mut document, 2);
    document.steps[2].error_rate = 1.0.into();
    document.joins.insert("default".to_owned(), Join { k: Some(JoinCount::Of(2)), ..Join::default() });
    document.maturity.partial_success_alerts = Some(Answer::Yes);
    let found = finding(&document, "silent-success").expect("every request misses a write");
    assert!(found.evidence.ends_with("counts as completed: so it is with 100 % of requests."), "{}", found.evidence);
    // Such a fork is no faster than the chain: it only says that it is done.
    assert_eq!(decided(&document).decision, Decision::Choose(TopologyKind::Sequential));
}

#[test]
fn what_fails_in_an_outage_needs_no_saga() {
    let mut document = outage();
    assert_eq!(finding(&document, "saga-first"), None);
    document.steps[1].error_rate = 0.2.into();
    assert!(finding(&document, "saga-first").is_some());
}

#[test]
fn a_breaker_that_refuses_is_no_limit() {
    let mut document = steady();
    document.workload.arrivals = model::Arrivals::Poisson { per_second: 20.0 };
    document.steps[2].error_rate = 0.2.into();
    document.protections.breaker =
        Some(model::Breaker { failure_share: 0.1, min_calls: 10, window: 20, ..model::Breaker::default() });
    let found = finding(&document, "failures-over-budget").expect("most calls are refused");
    assert!(found.remedy.starts_with("The breaker of c refuses its calls: "), "{}", found.remedy);
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
    let mut document = outage();
    let evidence = "With b down, sequential leaves 256 orphaned writes per 1,000 requests because nothing is undone: a 256 per 1,000.";
    check("outage-debt", &document, "outages[0]", evidence, |mended| mended.outages.clear());
    check("outage-debt", &document, "outages[0]", evidence, |mended| {
        mended.consistency = Consistency::Compensate;
        mended.steps[0].undo.available = true;
        mended.steps[2].undo.available = true;
    });
    let found = finding(&document, "outage-debt").expect("it fires");
    assert_eq!(found.effect, Effect::Condition);
    assert!(!found.signal.is_empty() && !found.recovery.is_empty());
    assert!(found.plans.contains(&TopologyKind::Sequential), "a has committed before b fails");
    assert_eq!(
        found.remedy,
        "Send the failed requests again under the key of a. Or a queue in front of b, from which the requests go on when it is back."
    );
    // A fork that is chosen is told of with its own figures.
    document.budget.target_ms = 550.0;
    let evidence = "With b down, first-leg leaves 513 orphaned writes per 1,000 requests because nothing is undone, \
                    for 200 ms saved: a 256 and c 256 per 1,000.";
    check("outage-debt", &document, "outages[0]", evidence, |mended| mended.outages.clear());
    let found = finding(&document, "outage-debt").expect("it fires");
    assert!(found.plans.contains(&TopologyKind::Sequential), "it says of all plans that it binds them");
    assert_eq!(
        found.remedy,
        "Send the failed requests again under the keys of a and c. Or a queue in front of b, from which the requests go on when it is back."
    );
}

#[test]
fn nothing_is_put_behind_itself_or_behind_a_write_that_stands() {
    let mut document = outage();
    for step in &mut document.steps {
        step.effect = model::Effect::Write;
        step.idempotency.key = false;
        step.undo.available = false;
        step.error_after_commit_share = 1.0;
    }
    let debt = |document: &Document| finding(document, "outage-debt").map(|found| found.remedy).unwrap_or_default();
    assert!(debt(&document).starts_with("Build an undo for a"), "{}", debt(&document));
    document.steps[1].undo.available = true;
    assert!(debt(&document).contains("Put a after b, or build an undo."), "{}", debt(&document));
    document.steps[0].kind = StepKind::ThirdParty;
    assert!(!debt(&document).contains("Put a"), "{}", debt(&document));
}

#[test]
fn as_many_steps_are_named_as_have_to_fail_less() {
    let mut document = steady();
    document.workload.arrivals = model::Arrivals::Poisson { per_second: 20.0 };
    for step in &mut document.steps {
        step.error_rate = 0.03.into();
    }
    let found = finding(&document, "failures-over-budget").expect("nine in a hundred fail");
    assert_eq!(found.steps.len(), 3, "{found:?}");
    for step in ["Retry a", "Retry b", "Retry c"] {
        assert!(found.remedy.contains(step), "{}", found.remedy);
    }
    document.steps[0].error_rate = 0.5.into();
    document.steps[1].error_rate = 0.001.into();
    document.steps[2].error_rate = 0.001.into();
    assert_eq!(finding(&document, "failures-over-budget").expect("half fail").steps, ["a"]);
    // Nobody goes on without a write.
    document.steps[0].effect = model::Effect::Write;
    let found = finding(&document, "failures-over-budget").expect("half fail");
    assert!(!found.remedy.contains("go on without"), "{}", found.remedy);
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

#[test]
fn lanes_that_only_read_leave_nothing_to_take_back() {
    let mut document = steady();
    document.steps[0].error_rate = 0.2.into();
    document.steps[2].effect = model::Effect::Write;
    assert!(finding(&document, "saga-first").is_some(), "c writes beside the others");
    document.maturity.partial_success_alerts = Some(Answer::No);
    document.maturity.reconciliation = Some(Answer::No);
    assert!(finding(&document, "no-detection").is_some());
    // Now it writes once all others have succeeded: nothing succeeds in part.
    document.dependencies = vec![depends("a", "c", DependencyKind::Strict), depends("b", "c", DependencyKind::Strict)];
    assert_eq!(finding(&document, "saga-first"), None);
    assert_eq!(finding(&document, "no-detection"), None);
}
