//! Rules about the budget, and about stretches that cannot be faster.

use decide::{Decision, verdict};
use model::{Custom, DependencyKind, Latency, Quantity, Step, StepClass, TopologyKind};

use super::{calm, check, decided, depends, finding, simulated, steady};

#[test]
fn strict_run() {
    let mut document = calm();
    document.steps.push(Step::new("d", Latency::lognormal(10.0, 20.0)));
    for (from, to) in [("a", "b"), ("b", "c"), ("c", "d")] {
        document.dependencies.push(depends(from, to, DependencyKind::Strict));
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
fn a_second_strict_run_is_a_trap_as_well() {
    let mut document = calm();
    document.steps = ["a", "b", "c", "d", "e", "p", "q", "r", "s", "t"]
        .map(|id| Step::new(id, Latency::lognormal(10.0, 20.0)))
        .into();
    let chains = [("a", "b"), ("b", "c"), ("c", "d"), ("d", "e"), ("p", "q"), ("q", "r"), ("r", "s")];
    document.dependencies = chains.map(|(from, to)| depends(from, to, DependencyKind::Strict)).into();
    let found = finding(&document, "strict-run").expect("two runs");
    assert_eq!(found.evidence.split(": ").nth(1), Some("4 strict dependencies in a row. There are others like it."));
    assert!(!found.plans.contains(&TopologyKind::Parallel), "both run beside each other, and neither forks");
    // From within the shorter of the two.
    document.dependencies.push(depends("q", "t", DependencyKind::Strict));
    let found = finding(&document, "strict-run").expect("two runs");
    assert!(found.plans.contains(&TopologyKind::Parallel));
}

#[test]
fn inside_and_over_budget() {
    let inside = calm();
    let found = finding(&inside, "inside-budget").expect("2 s are plenty");
    assert!(found.evidence.ends_with("inside the budget of 2,000 ms."), "{}", found.evidence);
    assert_eq!(found.input, "budget.target_ms");
    assert!(found.plans.is_empty(), "it is about the pipeline as such");
    assert_eq!(decided(&inside).decision, Decision::Choose(TopologyKind::Sequential));

    let mut over = calm();
    over.budget.target_ms = 450.0;
    let found = finding(&over, "over-budget").expect("450 ms are not enough for three");
    assert!(found.evidence.ends_with("over the budget of 450 ms."), "{}", found.evidence);
    assert_eq!(finding(&over, "inside-budget"), None);
    assert_eq!(decided(&over).decision, Decision::Choose(TopologyKind::Parallel));

    let mut exact = steady();
    exact.budget.target_ms = 500.0;
    let evidence = "Sequential has a p99 of 600 ms (600 ms to 600 ms), over the budget of 500 ms.";
    check("over-budget", &exact, "budget.target_ms", evidence, |mended| mended.budget.target_ms = 700.0);
    exact.budget.target_ms = 700.0;
    let evidence = "Sequential has a p99 of 600 ms (600 ms to 600 ms), inside the budget of 700 ms.";
    check("inside-budget", &exact, "budget.target_ms", evidence, |mended| mended.budget.target_ms = 500.0);
}

#[test]
fn a_budget_within_the_simulation_error_is_not_shown_to_be_missed() {
    let mut document = calm();
    let report = simulated(&document);
    document.budget.target_ms = report.topologies[0].latency.at_budget.expect("requests were answered").value;
    let decided = decided(&document);
    let rules: Vec<&str> = decided.findings.iter().map(|finding| finding.rule.as_str()).collect();
    assert!(!rules.contains(&"inside-budget") && !rules.contains(&"over-budget"), "{rules:?}");
    assert_eq!(decided.decision, Decision::Choose(TopologyKind::Sequential));
    assert!(decided.would_change[0].sentence.ends_with("today's lies within the simulation error."));
}

#[test]
fn a_budget_within_the_spread_from_ignorance_is_not_shown_to_be_missed() {
    let mut document = steady();
    document.budget.target_ms = 500.0;
    document.steps[2].latency = Latency::Constant { ms: Quantity::Range { low: 50.0, high: 900.0 } };
    let decided = decided(&document);
    let rules: Vec<&str> = decided.findings.iter().map(|finding| finding.rule.as_str()).collect();
    assert!(!rules.contains(&"inside-budget") && !rules.contains(&"over-budget"), "{rules:?}");
    assert_eq!(decided.decision, Decision::Choose(TopologyKind::Sequential));
    assert!(decided.would_change[0].sentence.ends_with("today's lies within the spread of uncertain inputs."));
}

#[test]
fn a_draw_without_answers_shows_nothing() {
    let document = steady();
    let mut report = simulated(&document);
    for plan in &mut report.topologies {
        let nothing = engine::report::Range { low: 0.0, high: 1.0 };
        plan.spread = Some(engine::report::Spread {
            draws: 8,
            at_budget_ms: None,
            saves_ms: None,
            over_budget: nothing,
            failed: nothing,
            orphaned: nothing,
        });
    }
    let decided = verdict(&document, &report);
    assert!(decided.findings.is_empty(), "{:?}", decided.findings);
    assert_eq!(decided.decision, Decision::Choose(TopologyKind::Sequential));
}

#[test]
fn tolerance() {
    let mut document = steady();
    for (step, ms) in document.steps.iter_mut().zip([1_850.0, 30.0, 20.0]) {
        step.latency = Latency::Constant { ms: ms.into() };
        step.timeout_ms = 10.0 * ms;
    }
    let evidence = "Sequential has a p99 of 1,900 ms and parallel one of 1,850 ms: \
                    both lie within 200 ms of the budget of 2,000 ms.";
    check("tolerance", &document, "budget.tolerance_ms", evidence, |mended| mended.budget.tolerance_ms = 120.0);
    check("tolerance", &document, "budget.tolerance_ms", evidence, |mended| mended.budget.target_ms = 2_080.0);
}

#[test]
fn detach() {
    let mut document = steady();
    let mut mail = Step::new("mail", Latency::Constant { ms: 40.0.into() });
    mail.timeout_ms = 500.0;
    mail.class = StepClass::FireAndForget;
    document.steps.push(mail);
    let evidence = "mail is fire-and-forget, and sequential waits 40 ms for it.";
    check("detach", &document, "steps[3].class", evidence, |mended| mended.steps[3].class = StepClass::Degradable);
    check("detach", &document, "steps[3].class", evidence, |mended| {
        let edge = depends("mail", "c", DependencyKind::Strict);
        mended.dependencies.push(edge);
    });
    let (decided, report) = (decided(&document), simulated(&document));
    assert_eq!(decided.detach, ["mail"]);
    let waited_for = decided.waited_for(&document, &report).expect("sequential waits for it");
    assert!(
        waited_for.starts_with(
            "The figures of Sequential are with mail on the waiting path, where waiting for it took 40 ms"
        )
    );
    let forked = decide::Verdict { decision: Decision::Choose(TopologyKind::Parallel), ..decided.clone() };
    let without_a_fork = forked.waited_for(&document, &report).expect("sequential waits for what parallel detaches");
    assert!(
        without_a_fork
            .starts_with("Part of what parallel saves needs no fork: sequential waits 40 ms on average for mail,")
    );
    assert_eq!(decided.decision, Decision::Choose(TopologyKind::Sequential));
    // The chain with it detached is a plan of its own, once the team has arranged it: then there is nothing to hint at.
    let after = [("b", "a"), ("c", "b")].map(|(step, before)| (step.to_owned(), vec![before.to_owned()]));
    document.custom = Some(Custom { after: after.into_iter().collect(), detached: vec!["mail".to_owned()] });
    document.budget.target_ms = 610.0;
    document.budget.tolerance_ms = 1.0;
    let report = simulated(&document);
    assert_eq!(forked.waited_for(&document, &report), None);
    let decided = verdict(&document, &report);
    assert_eq!(decided.decision, Decision::Choose(TopologyKind::Custom), "no fork, and inside the budget");
}
