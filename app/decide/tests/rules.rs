//! Each rule fires on the input it is about, names that input, and stops when the cause is gone.

use decide::{Decision, Finding, Verdict, verdict};
use engine::{FEWEST_REPLICATIONS, Settings, compare};
use model::{Dependency, DependencyKind, Document, Effect, Latency, Retry, Step, TopologyKind};

/// Three independent steps that are fast enough one after another, with nothing open.
fn calm() -> Document {
    let mut document = Document::new("Calm");
    document.state_owner = Some("orders".to_owned());
    document.consistency = model::Consistency::Eventual;
    document.workload.duration_s = 20.0;
    document.steps = ["a", "b", "c"].map(|id| Step::new(id, Latency::lognormal(100.0, 300.0))).into();
    document
}

fn decided(document: &Document) -> Verdict {
    let settings = Settings { replications: FEWEST_REPLICATIONS, ..Settings::default() };
    let document = document.clone().checked().expect("the test's document is right");
    verdict(&document, &compare(&document, settings).expect("it has steps"))
}

fn finding(document: &Document, rule: &str) -> Option<Finding> {
    decided(document).findings.into_iter().find(|finding| finding.rule == rule)
}

/// The rule fires on `document` at `input` with `evidence`, and no longer once `mend` has been at it.
fn check(rule: &str, document: &Document, input: &str, evidence: &str, mend: impl FnOnce(&mut Document)) {
    let found = finding(document, rule).unwrap_or_else(|| panic!("{rule} does not fire"));
    assert_eq!((found.input.as_str(), found.evidence.as_str()), (input, evidence));
    let mut mended = document.clone();
    mend(&mut mended);
    assert_eq!(finding(&mended, rule), None, "{rule} still fires");
}

#[test]
fn state_owner() {
    let mut document = calm();
    document.state_owner = None;
    let evidence = "No service is named that can say which stage a request is in.";
    check("state-owner", &document, "state_owner", evidence, |mended| mended.state_owner = Some("orders".to_owned()));
    assert_eq!(decided(&document).decision, Decision::NotReady);
}

#[test]
fn strict_run() {
    let mut document = calm();
    document.steps.push(Step::new("d", Latency::lognormal(10.0, 20.0)));
    for (from, to) in [("a", "b"), ("b", "c"), ("c", "d")] {
        let because = String::new();
        document.dependencies.push(Dependency {
            from: from.to_owned(),
            to: to.to_owned(),
            kind: DependencyKind::Strict,
            because,
        });
    }
    let evidence = "a, b, c and d need each other in this order: 3 strict dependencies in a row.";
    check("strict-run", &document, "dependencies", evidence, |mended| {
        mended.dependencies[1].kind = DependencyKind::Loose;
    });
    // The threshold is the team's to change.
    document.thresholds.insert("strict-run".to_owned(), 4.0);
    assert_eq!(finding(&document, "strict-run"), None);
}

#[test]
fn inside_and_over_budget() {
    let inside = calm();
    let found = finding(&inside, "inside-budget").expect("2 s are plenty");
    assert!(found.evidence.ends_with("inside the budget of 2,000 ms."), "{}", found.evidence);
    assert_eq!(found.input, "budget.target_ms");
    assert_eq!(decided(&inside).decision, Decision::Choose(TopologyKind::Sequential));

    let mut over = calm();
    over.budget.target_ms = 450.0;
    let found = finding(&over, "over-budget").expect("450 ms are not enough for three");
    assert!(found.evidence.ends_with("over the budget of 450 ms."), "{}", found.evidence);
    assert_eq!(finding(&over, "inside-budget"), None);
    assert_eq!(decided(&over).decision, Decision::Choose(TopologyKind::Parallel));
}

#[test]
fn a_budget_within_the_simulation_error_is_not_shown_to_be_missed() {
    let mut document = calm();
    let settings = Settings { replications: FEWEST_REPLICATIONS, ..Settings::default() };
    let report = compare(&document, settings).expect("it has steps");
    document.budget.target_ms = report.topologies[0].latency.at_budget.expect("requests were answered").value;
    let decided = decided(&document);
    let rules: Vec<&str> = decided.findings.iter().map(|finding| finding.rule.as_str()).collect();
    assert!(!rules.contains(&"inside-budget") && !rules.contains(&"over-budget"), "{rules:?}");
    assert_eq!(decided.decision, Decision::Choose(TopologyKind::Sequential));
}

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
}

#[test]
fn idempotency_gap() {
    let mut document = calm();
    document.steps[2].effect = Effect::Write;
    document.steps[2].retry = Some(Retry { max: 1, ..Retry::default() });
    let evidence = "c writes without an idempotency key, in a lane, and attempts are retried.";
    check("idempotency-gap", &document, "steps[2].idempotency.key", evidence, |mended| {
        mended.steps[2].idempotency.key = true;
    });
    check("idempotency-gap", &document, "steps[2].idempotency.key", evidence, |mended| mended.steps[2].retry = None);
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

#[test]
fn every_finding_names_a_rule_of_the_registry_and_every_example_has_a_reason() {
    for example in &model::EXAMPLES {
        let decided = decided(&example.document());
        assert!(!decided.sentence.is_empty() && !decided.findings.is_empty(), "{}", example.slug);
        for finding in &decided.findings {
            assert!(decide::RULES.iter().any(|rule| rule.id == finding.rule && rule.effect == finding.effect));
        }
    }
}
