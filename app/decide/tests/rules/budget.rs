//! Rules about the budget, and about stretches that cannot be faster.

use decide::{Decision, verdict};
use model::{DependencyKind, Document, Latency, Quantity, Step, StepClass, TopologyKind};

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
    assert!(found.evidence.starts_with("Sequential has a p99 of "), "{}", found.evidence);
    assert!(found.evidence.ends_with("of requests are over 2,000 ms, and 1 % may be."), "{}", found.evidence);
    assert_eq!(found.input, "budget.target_ms");
    assert!(found.plans.is_empty(), "it is about the pipeline as such");
    assert_eq!(decided(&inside).decision, Decision::Choose(TopologyKind::Sequential));

    let mut over = calm();
    over.budget.target_ms = 450.0;
    let found = finding(&over, "over-budget").expect("450 ms are not enough for three");
    assert!(found.evidence.ends_with("of requests are over 450 ms, and 1 % may be."), "{}", found.evidence);
    assert_eq!(finding(&over, "inside-budget"), None);
    // First-leg misses it too, and staged arranges these steps as parallel does.
    assert_eq!(decided(&over).decision, Decision::Choose(TopologyKind::Staged));

    let mut exact = steady();
    exact.budget.target_ms = 500.0;
    exact.workload.arrivals = model::Arrivals::Constant { per_second: 50.0 };
    let evidence = "Sequential has a p99 of 600 ms: 100 % of requests are over 500 ms, and 1 % may be.";
    check("over-budget", &exact, "budget.target_ms", evidence, |mended| mended.budget.target_ms = 700.0);
    exact.budget.target_ms = 700.0;
    let evidence = "Sequential has a p99 of 600 ms: 0 % (0 % to 0.0038 %) of requests are over 700 ms, and 1 % may be.";
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
            over_tolerance: nothing,
            no_answer: nothing,
            failed: nothing,
            orphaned: nothing,
        });
    }
    let decided = verdict(&document, &report);
    let budget = ["inside-budget", "over-budget", "tolerance"];
    assert!(!decided.findings.iter().any(|finding| budget.contains(&finding.rule.as_str())), "{:?}", decided.findings);
    assert_eq!(decided.decision, Decision::Choose(TopologyKind::Sequential));
}

/// A chain of 1,900 ms that misses its target by 20 ms, with a tolerance of 100 ms.
fn barely_late() -> Document {
    let mut document = steady();
    for (step, ms) in document.steps.iter_mut().zip([1_850.0, 30.0, 20.0]) {
        step.latency = Latency::Constant { ms: ms.into() };
        step.timeout_ms = 10.0 * ms;
    }
    document.workload.arrivals = model::Arrivals::Constant { per_second: 20.0 };
    document.budget.target_ms = 1_880.0;
    document.budget.tolerance_ms = 100.0;
    document
}

#[test]
fn tolerance() {
    let mut document = barely_late();
    let evidence = "Sequential misses 1,880 ms, but only 0 % of requests take longer than 1,980 ms in it, and 1 % may.";
    check("tolerance", &document, "budget.tolerance_ms", evidence, |mended| mended.budget.tolerance_ms = 10.0);
    check("tolerance", &document, "budget.tolerance_ms", evidence, |mended| mended.budget.target_ms = 1_950.0);
    let kept = decided(&document);
    assert_eq!(kept.decision, Decision::Choose(TopologyKind::Sequential));
    assert!(
        kept.sentence.ends_with(
            "misses 1,880 ms, with a p99 of 1,900 ms, but 0 % of requests take longer than 1,980 ms, so nobody notices the difference."
        ),
        "{}",
        kept.sentence
    );
    document.budget.tolerance_ms = 10.0;
    assert_eq!(decided(&document).decision, Decision::Choose(TopologyKind::FirstLeg), "it takes 1,870 ms");
}

#[test]
fn a_fork_that_cures_no_failure_is_not_noticed() {
    // Three in a hundred fail in every plan; the chain is 20 ms too late besides.
    let mut document = barely_late();
    document.steps[0].error_rate = 0.03.into();
    let kept = decided(&document);
    assert_eq!(kept.decision, Decision::Choose(TopologyKind::Sequential), "{}", kept.sentence);
    assert!(kept.sentence.contains("in parallel, so no fork is noticeably better"), "{}", kept.sentence);
}

#[test]
fn tolerance_of_a_chain_that_is_late_as_rarely_as_the_best_fork() {
    // One request in twenty takes 3 s in each plan, and 2.15 s or 1.85 s otherwise.
    let mut document = steady();
    document.workload.arrivals = model::Arrivals::Poisson { per_second: 50.0 };
    document.budget.percentile = 90.0;
    document.budget.tolerance_ms = 200.0;
    for (step, ms) in document.steps.iter_mut().zip([1_850.0, 250.0, 50.0]) {
        step.latency = Latency::Constant { ms: ms.into() };
        step.timeout_ms = 10.0 * ms;
    }
    let mut report = simulated(&document);
    for plan in &mut report.topologies {
        plan.over_tolerance.value = if plan.side_by_side == 0 { 0.14 } else { 0.12 };
        plan.over_tolerance.high = 0.15;
    }
    let found = |report: &engine::Report| {
        verdict(&document, report).findings.into_iter().find(|finding| finding.rule == "tolerance")
    };
    let evidence = "14 % of requests take longer than 2,200 ms in sequential, against 12 % in parallel.";
    assert_eq!(found(&report).expect("half of what may be late is 5 %").evidence, evidence);
    report.topologies[0].over_tolerance.value = 0.18;
    assert_eq!(found(&report), None, "6 % more are noticed");
    report.topologies[0].over_tolerance.value = 0.11;
    assert!(found(&report).is_some(), "a chain that is late less often stays all the more");
    for plan in &mut report.topologies {
        plan.over_budget.value = 0.5;
    }
    assert_eq!(found(&report), None, "where a fork is no faster at all, that is the reason");
}

#[test]
fn step_over_budget() {
    let mut document = steady();
    document.workload.arrivals = model::Arrivals::Constant { per_second: 20.0 };
    document.steps[1].budget_ms = Some(150.0);
    let evidence = "b is over its own budget of 150 ms in 100 % of its executions, more than 1 %.";
    check("step-over-budget", &document, "steps[1].budget_ms", evidence, |mended| {
        mended.steps[1].budget_ms = Some(250.0);
    });
    let decided = decided(&document);
    assert_eq!(decided.decision, Decision::Choose(TopologyKind::Sequential), "advice changes no verdict");
}

#[test]
fn degradable_lane() {
    let mut document = steady();
    document.steps[1].class = StepClass::Degradable;
    let evidence = "b is degradable, and sequential waits 200 ms for it on average.";
    check("degradable-lane", &document, "steps[1].class", evidence, |mended| {
        mended.steps[1].class = StepClass::Critical;
    });
    check("degradable-lane", &document, "steps[1].class", evidence, |mended| {
        mended.dependencies.push(depends("b", "c", DependencyKind::Strict));
    });
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
    let decided = decided(&document);
    assert_eq!(
        (decided.decision, decided.detach.as_slice()),
        (Decision::Choose(TopologyKind::SequentialDetached), &["mail".to_owned()][..])
    );
    assert!(
        decided
            .sentence
            .starts_with("Stay sequential, with mail detached: the chain has a p99 of 600 ms, inside 2,000 ms")
    );
}
