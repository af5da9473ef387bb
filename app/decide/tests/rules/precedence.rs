//! What wins where findings pull in different directions.

use decide::{Decision, Verdict, verdict};
use engine::{Report, report::Figure};
use model::{
    Answer, Consumer, DependencyKind, Document, Effect, Latency, Pool, Step, StepClass, StepKind, TopologyKind,
    WhenFull,
};

use super::{decided, depends, simulated, steady};

use TopologyKind::{FirstLeg, Parallel, Sequential, Staged};

/// A chain of 600 ms that misses its 500 ms; parallel needs 300 ms, the best first leg 400 ms.
fn slow() -> Document {
    let mut document = steady();
    document.budget.target_ms = 500.0;
    document
}

/// Its second step reads what the first writes, and no dependency says so.
fn coupled(document: &mut Document) {
    document.steps[0].effect = Effect::Write;
    document.steps[0].writes = vec!["x".to_owned()];
    document.steps[0].undo.available = true;
    document.steps[1].effect = Effect::Read;
    document.steps[1].reads = vec!["x".to_owned()];
}

struct Case {
    what: &'static str,
    /// What is different in the document.
    document: fn(&mut Document),
    /// What is different in its report.
    report: fn(&mut Report),
    decision: Decision,
    /// The sentence, from its beginning.
    says: &'static str,
}

fn as_simulated(_: &mut Report) {}

/// A plan's latency at the budget's percentile, exactly known.
fn takes(report: &mut Report, kind: TopologyKind, ms: f64) {
    let plan = report.topologies.iter_mut().find(|plan| plan.kind == kind).expect("it was simulated");
    plan.latency.at_budget = Some(Figure { value: ms, low: ms - 1.0, high: ms + 1.0 });
}

fn fails(report: &mut Report, kind: TopologyKind, share: f64) {
    let plan = report.topologies.iter_mut().find(|plan| plan.kind == kind).expect("it was simulated");
    plan.failed.value = share;
}

fn misses(report: &mut Report, kind: TopologyKind, share: f64) {
    let plan = report.topologies.iter_mut().find(|plan| plan.kind == kind).expect("it was simulated");
    plan.over_budget.value = share;
}

const CASES: [Case; 20] = [
    Case {
        what: "nothing speaks against a fork, all plans that meet the budget fail alike, each has one fork",
        document: |_| {},
        report: as_simulated,
        decision: Decision::Choose(Parallel),
        says: "Fan out in parallel: p99 of 300 ms, inside 500 ms, where the chain has a p99 of 600 ms.",
    },
    Case {
        what: "not ready beats a reason to fork",
        document: |document| document.state_owner = None,
        report: as_simulated,
        decision: Decision::NotReady,
        says: "Not ready to choose: No service is named",
    },
    Case {
        what: "not ready beats a safety veto",
        document: |document| {
            document.consistency = model::Consistency::Undecided;
            document.maturity.traced = Some(Answer::No);
        },
        report: as_simulated,
        decision: Decision::NotReady,
        says: "Not ready to choose: Neither eventual consistency nor compensation",
    },
    Case {
        what: "low maturity beats the budget",
        document: |document| document.maturity.traced = Some(Answer::DontKnow),
        report: as_simulated,
        decision: Decision::Choose(Sequential),
        says: "Stay sequential: the chain's p99 of 600 ms misses 500 ms, but no plan with forks is safe while maturity is low.",
    },
    Case {
        what: "no detection beats the budget, and leaves fire-and-forget work detached",
        document: |document| {
            document.maturity.partial_success_alerts = Some(Answer::No);
            document.maturity.reconciliation = None;
            let mut mail = Step::new("mail", Latency::Constant { ms: 50.0.into() });
            mail.class = StepClass::FireAndForget;
            document.steps.push(mail);
        },
        report: as_simulated,
        decision: Decision::Choose(Sequential),
        says: "Stay sequential, with mail detached: the chain's p99 of 650 ms misses 500 ms, but no plan with forks is \
               safe while partial success is not seen and repaired.",
    },
    Case {
        what: "a safety veto changes nothing for a chain inside the budget",
        document: |document| {
            document.budget.target_ms = 800.0;
            document.maturity.traced = Some(Answer::No);
        },
        report: as_simulated,
        decision: Decision::Choose(Sequential),
        says: "Stay sequential: the chain has a p99 of 600 ms, inside 800 ms.",
    },
    Case {
        what: "inside the budget beats work that could be detached",
        document: |document| {
            document.budget.target_ms = 800.0;
            document.steps[2].class = StepClass::FireAndForget;
        },
        report: as_simulated,
        decision: Decision::Choose(Sequential),
        says: "Stay sequential: the chain has a p99 of 600 ms, inside 800 ms; parallel would save 400 ms.",
    },
    Case {
        what: "a budget within the interval is not shown to be missed",
        document: |_| {},
        report: |report| takes(report, Sequential, 500.8),
        decision: Decision::Choose(Sequential),
        says: "Stay sequential: the chain's p99 of 501 ms is not shown to miss 500 ms, which lies within its interval",
    },
    Case {
        what: "a plan whose interval straddles the budget does not meet it",
        document: |_| {},
        report: |report| {
            takes(report, Parallel, 499.5);
            takes(report, Staged, 499.5);
            fails(report, FirstLeg, 0.01);
        },
        decision: Decision::Choose(FirstLeg),
        says: "Fork in stages, the first leg only (b and c side by side): p99 of 400 ms, inside 500 ms,",
    },
    Case {
        what: "of those that meet the budget, the fewest failures win over speed",
        document: |_| {},
        report: |report| {
            fails(report, Parallel, 0.015);
            fails(report, Staged, 0.015);
            fails(report, FirstLeg, 0.01);
        },
        decision: Decision::Choose(FirstLeg),
        says: "Fork in stages, the first leg only",
    },
    Case {
        what: "of those that fail alike, the fewest forks win",
        document: |_| {},
        report: |report| {
            for plan in &mut report.topologies {
                plan.forks += u32::from(plan.kind == Parallel);
            }
        },
        decision: Decision::Choose(Staged),
        says: "Fork in stages (a, b and c side by side): p99 of 300 ms",
    },
    Case {
        what: "where none meets the budget, the one that misses it least often",
        document: |document| document.budget.target_ms = 200.0,
        report: |report| {
            misses(report, Parallel, 0.9);
            misses(report, Staged, 0.9);
            misses(report, FirstLeg, 0.3);
        },
        decision: Decision::Choose(FirstLeg),
        says: "Fork in stages, the first leg only (b and c side by side): p99 of 400 ms; no plan meets 200 ms, and this \
               one misses it least often, where the chain has a p99 of 600 ms.",
    },
    Case {
        what: "where none meets the budget, the chain may be the one",
        document: |document| document.budget.target_ms = 200.0,
        report: |report| misses(report, Sequential, 0.2),
        decision: Decision::Choose(Sequential),
        says: "Stay sequential: the chain's p99 of 600 ms misses 200 ms, but no plan meets it, and the chain misses it least often.",
    },
    Case {
        what: "of a plan whose interval holds the budget nothing is said that is not shown",
        document: |document| document.budget.target_ms = 200.0,
        report: |report| {
            takes(report, Parallel, 200.8);
            misses(report, Parallel, 0.1);
        },
        decision: Decision::Choose(Parallel),
        says: "Fan out in parallel: p99 of 201 ms; no plan is shown to meet 200 ms, and this one misses it least often,",
    },
    Case {
        what: "a plan that the rules speak against may be the one that meets the budget",
        document: |document| {
            document.budget.target_ms = 250.0;
            coupled(document);
        },
        report: |report| {
            takes(report, Parallel, 240.0);
            misses(report, Staged, 0.5);
        },
        decision: Decision::Choose(Staged),
        says: "Fork in stages (a and c side by side): p99 of 300 ms; no plan that the rules leave meets 250 ms, and this",
    },
    Case {
        what: "a strict run vetoes the plan that forks within it, and not the one that forks beside it",
        document: |document| {
            let steps = [("p", 200.0), ("q", 200.0), ("a", 50.0), ("b", 50.0), ("c", 50.0), ("d", 50.0), ("e", 10.0)];
            document.steps = steps.map(|(id, ms)| Step::new(id, Latency::Constant { ms: f64::into(ms) })).into();
            for (from, to) in [("a", "b"), ("b", "c"), ("c", "d"), ("b", "e")] {
                document.dependencies.push(depends(from, to, DependencyKind::Strict));
            }
        },
        report: as_simulated,
        decision: Decision::Choose(FirstLeg),
        says: "Fork in stages, the first leg only (p and q side by side): p99 of 410 ms, inside 500 ms,",
    },
    Case {
        what: "hidden coupling vetoes parallel; staged keeps the pair in order",
        document: coupled,
        report: as_simulated,
        decision: Decision::Choose(Staged),
        says: "Fork in stages (a and c side by side): p99 of 300 ms, inside 500 ms, where the chain has a p99 of 600 ms.",
    },
    Case {
        what: "contention beats the budget on the plans that it is about",
        document: |document| {
            let (name, queue_limit) = (String::new(), None);
            document.pools = vec![Pool { id: "db".to_owned(), name, size: 1, when_full: WhenFull::Queue, queue_limit }];
            for step in &mut document.steps {
                step.pools = vec!["db".to_owned()];
            }
        },
        report: as_simulated,
        decision: Decision::Choose(Sequential),
        says: "Stay sequential: the chain's p99 of 600 ms misses 500 ms, but contention speaks against every plan with forks.",
    },
    Case {
        what: "an undo that cannot be had vetoes the fork; staged lets the write wait",
        document: |document| {
            document.steps[2].effect = Effect::Write;
            document.steps[2].kind = StepKind::ThirdParty;
        },
        report: as_simulated,
        decision: Decision::Choose(Staged),
        says: "Fork in stages (a and b side by side): p99 of 500 ms, inside 500 ms, where the chain has a p99 of 600 ms.",
    },
    Case {
        what: "unmet conditions do not change the verdict",
        document: |document| {
            document.steps[2].effect = Effect::Write;
            document.steps[2].timeout_ms = 150.0;
            document.steps[2].idempotency.key = true;
            document.steps[2].latency = Latency::lognormal(100.0, 300.0);
        },
        report: |report| {
            for (kind, ms) in [(Sequential, 600.0), (Parallel, 300.0), (Staged, 300.0), (FirstLeg, 400.0)] {
                takes(report, kind, ms);
                fails(report, kind, 0.0);
            }
        },
        decision: Decision::Choose(Parallel),
        says: "Fan out in parallel: p99 of 300 ms, inside 500 ms, where the chain has a p99 of 600 ms; only after 3 conditions are met.",
    },
];

#[test]
fn conflicts_are_settled_by_precedence() {
    for case in CASES {
        let mut document = slow();
        (case.document)(&mut document);
        let mut report = simulated(&document);
        (case.report)(&mut report);
        let decided = verdict(&document, &report);
        assert_eq!(decided.decision, case.decision, "{}: {}", case.what, decided.sentence);
        assert!(decided.sentence.starts_with(case.says), "{}: {}", case.what, decided.sentence);
    }
}

fn change(decided: &Verdict, input: &str) -> Option<String> {
    decided.would_change.iter().find(|flip| flip.input == input).map(|flip| flip.sentence.clone())
}

#[test]
fn what_would_change_it_names_the_findings_that_stand_in_the_way() {
    let mut document = slow();
    document.state_owner = None;
    let sentence = "Without the rule “Nobody owns the state”: the verdict would be parallel instead of not-ready.";
    assert_eq!(change(&decided(&document), "state_owner").as_deref(), Some(sentence));
    document.state_owner = Some("orders".to_owned());
    document.maturity.traced = Some(Answer::No);
    let sentence = "Without the rule “Maturity is low”: the verdict would be parallel instead of sequential.";
    assert_eq!(change(&decided(&document), "maturity.traced").as_deref(), Some(sentence));
    // Where neither alone is enough, both are named.
    document.maturity.partial_success_alerts = Some(Answer::No);
    document.maturity.reconciliation = Some(Answer::No);
    let sentence = "Without the rules “Partial success goes unseen or unrepaired” and “Maturity is low”: the verdict would be parallel instead of sequential.";
    assert_eq!(change(&decided(&document), "maturity.partial_success_alerts").as_deref(), Some(sentence));
    // Inside the budget a veto changes nothing.
    document.budget.target_ms = 800.0;
    assert_eq!(decided(&document).would_change.len(), 1);
}

#[test]
fn a_fork_by_a_team_whose_maturity_is_not_known_says_so() {
    let mut document = slow();
    document.maturity = model::Maturity { people: Some(2), ..model::Maturity::default() };
    let verdict = decided(&document);
    assert_eq!((verdict.decision, verdict.maturity), (Decision::Choose(Parallel), None));
    assert!(verdict.sentence.ends_with("; how mature operations are is not known."), "{}", verdict.sentence);
}

#[test]
fn outcomes_and_forks_are_named() {
    let mut document = slow();
    let parallel = decided(&document);
    assert_eq!(
        (parallel.decision.outcome(), parallel.forks),
        ("parallel", vec![["a", "b", "c"].map(str::to_owned).to_vec()])
    );
    assert_eq!(Decision::Choose(FirstLeg).outcome(), "staged");
    assert_eq!(Decision::Choose(Staged).outcome(), "staged");
    document.workload.consumer = Some(Consumer { workers: 9, key_count: 9, per_key_order: false });
    document.state_owner = None;
    let not_ready = decided(&document);
    assert_eq!((not_ready.decision.outcome(), not_ready.forks.len()), ("not ready", 0));
}
