//! What wins where findings pull in different directions.

use decide::{Decision, verdict};
use engine::{
    Report,
    report::{Share, TopologyReport},
};
use model::{
    Answer, Consumer, DependencyKind, Document, Effect, Latency, Pool, Step, StepClass, StepKind, TopologyKind,
    WhenFull,
};

use super::{depends, simulated, steady};

use TopologyKind::{FirstLeg, Parallel, Sequential, SequentialDetached, Staged};

/// A chain of 600 ms that misses its 500 ms; parallel needs 300 ms, the best first leg 400 ms.
pub(super) fn slow() -> Document {
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

/// Makes a step a write that nothing is missing for.
pub(super) fn writes(document: &mut Document, step: usize) {
    document.steps[step].effect = Effect::Write;
    document.steps[step].idempotency.key = true;
    document.steps[step].undo.available = true;
}

/// Appends a step that nobody need wait for.
fn lost(document: &mut Document, id: &str, ms: f64) {
    let mut step = Step::new(id, Latency::Constant { ms: ms.into() });
    step.class = StepClass::FireAndForget;
    step.timeout_ms = 10.0 * ms;
    document.steps.push(step);
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

fn plan(report: &mut Report, kind: TopologyKind) -> &mut TopologyReport {
    report.topologies.iter_mut().find(|plan| plan.kind == kind).expect("it was simulated")
}

/// A share of all requests, known to a tenth of a percentage point.
fn share(value: f64) -> Share {
    Share {
        value,
        low: (value - 0.001).max(0.0),
        high: (value + 0.001).min(1.0),
        count: (value * 1e5) as u64,
        of: 100_000,
    }
}

/// So large a share of a plan's requests is over the budget.
fn misses(report: &mut Report, kind: TopologyKind, value: f64) {
    plan(report, kind).over_budget = share(value);
    plan(report, kind).over_tolerance = share(value);
}

/// So large a share of a plan's requests comes to harm, in each replication.
fn harms(report: &mut Report, kind: TopologyKind, value: f64) {
    let plan = plan(report, kind);
    plan.harm = share(value);
    plan.harm_by_replication.iter_mut().for_each(|harm| *harm = value);
}

const CASES: [Case; 35] = [
    Case {
        what: "nothing speaks against a fork: of the plans that meet the budget the one with one leg, before many",
        document: |_| {},
        report: as_simulated,
        decision: Decision::Choose(FirstLeg),
        says: "Fork in stages, the first leg only (b and c side by side): this plan has a p99 of 400 ms, inside 500 ms, where the chain has a p99 of 600 ms, with 100 % of requests over the budget.",
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
            writes(document, 2);
            document.maturity.traced = Some(Answer::No);
        },
        report: as_simulated,
        decision: Decision::NotReady,
        says: "Not ready to choose: Neither eventual consistency nor compensation",
    },
    Case {
        what: "low maturity beats the budget where something is written",
        document: |document| {
            writes(document, 2);
            document.maturity.traced = Some(Answer::DontKnow);
        },
        report: as_simulated,
        decision: Decision::Choose(Sequential),
        says: "Stay sequential: the chain misses 500 ms, with a p99 of 600 ms, but no plan with forks is safe while maturity is low.",
    },
    Case {
        what: "low maturity is advice where nothing is written",
        document: |document| document.maturity.traced = Some(Answer::DontKnow),
        report: as_simulated,
        decision: Decision::Choose(FirstLeg),
        says: "Fork in stages, the first leg only",
    },
    Case {
        what: "no detection beats the budget, and leaves fire-and-forget work detached",
        document: |document| {
            writes(document, 2);
            document.maturity.partial_success_alerts = Some(Answer::No);
            lost(document, "cache", 50.0);
        },
        report: as_simulated,
        decision: Decision::Choose(SequentialDetached),
        says: "Stay sequential, with cache detached: the chain misses 500 ms, with a p99 of 600 ms, but no plan with forks is \
               safe while partial success is not seen and repaired.",
    },
    Case {
        what: "the chain with work detached stays where that is enough",
        document: |document| {
            document.budget.target_ms = 610.0;
            document.budget.tolerance_ms = 0.0;
            lost(document, "cache", 50.0);
        },
        report: as_simulated,
        decision: Decision::Choose(SequentialDetached),
        says: "Stay sequential, with cache detached: the chain has a p99 of 600 ms, inside 610 ms; it saves 50 ms against sequential.",
    },
    Case {
        what: "a safety veto changes nothing for a chain inside the budget",
        document: |document| {
            document.budget.target_ms = 800.0;
            writes(document, 2);
            document.maturity.traced = Some(Answer::No);
        },
        report: as_simulated,
        decision: Decision::Choose(Sequential),
        says: "Stay sequential: the chain has a p99 of 600 ms, inside 800 ms.",
    },
    Case {
        what: "a chain whose interval holds what the budget allows is not shown to miss it",
        document: |_| {},
        report: |report| {
            let share = Share { low: 0.008, high: 0.013, ..share(0.011) };
            plan(report, Sequential).over_budget = share;
        },
        decision: Decision::Choose(Sequential),
        says: "Stay sequential: the chain has a p99 of 600 ms; 1.1 % (0.8 % to 1.3 %) of requests are over 500 ms where 1 % may \
               be, so it is not shown to miss the budget.",
    },
    Case {
        what: "a chain that misses by no more than anybody notices stays",
        document: |document| document.budget.tolerance_ms = 150.0,
        report: as_simulated,
        decision: Decision::Choose(Sequential),
        says: "Stay sequential: the chain misses 500 ms, with a p99 of 600 ms, but 0 % of requests take longer than 650 ms, so nobody notices the difference.",
    },
    Case {
        what: "a plan whose interval holds what the budget allows does not meet it",
        document: |_| {},
        report: |report| {
            plan(report, FirstLeg).over_budget = Share { low: 0.008, high: 0.013, ..share(0.009) };
        },
        decision: Decision::Choose(Staged),
        says: "Fork in stages (a, b and c side by side): this plan has a p99 of 300 ms, inside 500 ms,",
    },
    Case {
        what: "of those that meet the budget, the least harm wins over fewer forks",
        document: |_| {},
        report: |report| harms(report, FirstLeg, 0.004),
        decision: Decision::Choose(Staged),
        says: "Fork in stages (a, b and c side by side)",
    },
    Case {
        what: "a tenth of a percentage point of harm is no difference",
        document: |_| {},
        report: |report| harms(report, FirstLeg, 0.000_9),
        decision: Decision::Choose(FirstLeg),
        says: "Fork in stages, the first leg only",
    },
    Case {
        what: "a difference of harm that the replications do not show is none",
        document: |_| {},
        report: |report| {
            harms(report, FirstLeg, 0.004);
            plan(report, FirstLeg).harm_by_replication = vec![0.0, 0.0, 0.02, 0.0, 0.0];
        },
        decision: Decision::Choose(FirstLeg),
        says: "Fork in stages, the first leg only",
    },
    Case {
        what: "of equals in harm and pairs, the fewest duplicates",
        document: |_| {},
        report: |report| {
            harms(report, FirstLeg, 0.004);
            plan(report, Staged).counts.duplicates = 7;
            plan(report, Staged).after[2] = vec!["a".to_owned()];
        },
        decision: Decision::Choose(Parallel),
        says: "Fan out in parallel: this plan has a p99 of 300 ms, inside 500 ms,",
    },
    Case {
        what: "where none meets the budget, the one that misses it less often",
        document: |document| document.budget.target_ms = 200.0,
        report: |report| {
            misses(report, Parallel, 0.9);
            misses(report, Staged, 0.9);
            misses(report, FirstLeg, 0.3);
        },
        decision: Decision::Choose(FirstLeg),
        says: "Fork in stages, the first leg only (b and c side by side): no plan meets 200 ms; 30 % (29.9 % to 30.1 %) of \
               requests are over 200 ms in this one, where the chain has a p99 of 600 ms, with 100 % of requests over the budget.",
    },
    Case {
        what: "where none meets the budget, a percentage point is no difference, and the fewest pairs win",
        document: |document| document.budget.target_ms = 200.0,
        report: |report| {
            misses(report, Parallel, 0.3);
            misses(report, Staged, 0.3);
            misses(report, FirstLeg, 0.309);
        },
        decision: Decision::Choose(FirstLeg),
        says: "Fork in stages, the first leg only",
    },
    Case {
        what: "where none meets the budget, harm comes before how often it is missed",
        document: |document| document.budget.target_ms = 200.0,
        report: |report| {
            misses(report, Parallel, 0.1);
            misses(report, Staged, 0.1);
            misses(report, FirstLeg, 0.5);
            harms(report, Parallel, 0.009);
            harms(report, Staged, 0.009);
            harms(report, Sequential, 0.012);
            harms(report, FirstLeg, 0.0);
            misses(report, Parallel, 0.6);
            misses(report, Staged, 0.6);
        },
        decision: Decision::Choose(FirstLeg),
        says: "Fork in stages, the first leg only",
    },
    Case {
        what: "where none meets the budget, the chain may be the one",
        document: |document| document.budget.target_ms = 200.0,
        report: |report| misses(report, Sequential, 0.2),
        decision: Decision::Choose(Sequential),
        says: "Stay sequential: the chain misses 200 ms, with a p99 of 600 ms, but no plan meets it: 20 % of its requests are \
               over the budget, against 100 % in parallel.",
    },
    Case {
        what: "a fork that puts more requests over the hard limit than the chain is not recommended",
        document: |document| document.budget.target_ms = 200.0,
        report: |report| {
            for kind in [Parallel, Staged, FirstLeg] {
                misses(report, kind, 0.6);
                plan(report, kind).over_hard_limit = Some(share(0.3));
            }
            plan(report, Sequential).over_hard_limit = Some(share(0.1));
        },
        decision: Decision::Choose(Sequential),
        says: "Stay sequential: the chain misses 200 ms, with a p99 of 600 ms, but every fork that is left brings more harm, puts more requests over the hard limit, or lets more succeed with work missing.",
    },
    Case {
        what: "a fork that is no better than a slow chain is not worth it, which is not to say that nobody would notice",
        document: |_| {},
        report: |report| {
            for kind in [Sequential, Parallel, Staged, FirstLeg] {
                misses(report, kind, 0.3);
            }
        },
        decision: Decision::Choose(Sequential),
        says: "Stay sequential: the chain misses 500 ms, with a p99 of 600 ms, but 30 % of requests take longer than 500 ms in sequential, against 30 % in parallel, so no fork is noticeably better.",
    },
    Case {
        what: "a fork that does a point more harm than the chain is not recommended",
        document: |_| {},
        report: |report| {
            for kind in [Parallel, Staged, FirstLeg] {
                harms(report, kind, 0.02);
            }
        },
        decision: Decision::Choose(Sequential),
        says: "Stay sequential: the chain misses 500 ms, with a p99 of 600 ms, but every fork that is left brings harm to at least 2 % more of the requests.",
    },
    Case {
        what: "unless it meets the budget and the chain misses its hard limit",
        document: |document| document.budget.hard_limit_ms = Some(550.0),
        report: |report| {
            for kind in [Parallel, Staged, FirstLeg] {
                harms(report, kind, 0.02);
            }
        },
        decision: Decision::Choose(FirstLeg),
        says: "Fork in stages, the first leg only (b and c side by side): this plan has a p99 of 400 ms, inside 500 ms,",
    },
    Case {
        what: "but not where more requests come to harm by the fork than are too late in the chain",
        document: |document| document.budget.hard_limit_ms = Some(550.0),
        report: |report| {
            plan(report, Sequential).over_hard_limit = Some(share(0.1));
            for kind in [Parallel, Staged, FirstLeg] {
                harms(report, kind, 0.2);
            }
        },
        decision: Decision::Choose(Sequential),
        says: "Stay sequential: the chain misses 500 ms, with a p99 of 600 ms, but every fork that is left brings harm to at least 20 % more of the requests; 10 % of its requests are over the hard limit of 550 ms.",
    },
    Case {
        what: "of a plan whose interval holds what the budget allows nothing is said that is not shown",
        document: |document| document.budget.target_ms = 200.0,
        report: |report| {
            misses(report, FirstLeg, 0.02);
            plan(report, FirstLeg).over_budget = Share { low: 0.008, high: 0.03, ..share(0.02) };
        },
        decision: Decision::Choose(FirstLeg),
        says: "Fork in stages, the first leg only (b and c side by side): no plan is shown to meet 200 ms; 2 % (0.8 % to 3 %)",
    },
    Case {
        what: "a plan that is ruled out may be the one that meets the budget",
        document: |document| {
            document.budget.target_ms = 250.0;
            coupled(document);
        },
        report: |report| {
            misses(report, Parallel, 0.0);
            misses(report, Staged, 0.5);
        },
        decision: Decision::Choose(Staged),
        says: "Fork in stages (a and c side by side): no plan that is left meets 250 ms; 50 %",
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
        says: "Fork in stages, the first leg only (p and q side by side): this plan has a p99 of 410 ms, inside 500 ms,",
    },
    Case {
        what: "hidden coupling vetoes parallel; staged keeps the pair in order",
        document: coupled,
        report: |report| misses(report, FirstLeg, 0.5),
        decision: Decision::Choose(Staged),
        says: "Fork in stages (a and c side by side): this plan has a p99 of 300 ms, inside 500 ms,",
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
        says: "Stay sequential: the chain misses 500 ms, with a p99 of 600 ms, but the rule “Calls contend for a pool” rules every plan with forks out",
    },
    Case {
        what: "an undo that cannot be had vetoes the fork; staged lets the write wait",
        document: |document| {
            document.steps[2].effect = Effect::Write;
            document.steps[2].kind = StepKind::ThirdParty;
            document.steps[1].error_rate = 0.000_000_1.into();
            document.maturity.reconciliation = Some(Answer::Partly);
        },
        report: as_simulated,
        decision: Decision::Choose(Staged),
        says: "Fork in stages (a and b side by side): this plan has a p99 of 500 ms, inside 500 ms,",
    },
    Case {
        what: "a chain that is ruled out is not kept, however well it does",
        document: |document| {
            document.budget.target_ms = 2_000.0;
            document.workload.arrivals = model::Arrivals::Constant { per_second: 5.0 };
            document.workload.consumer = Some(Consumer { workers: 2, key_count: 100, per_key_order: false });
        },
        report: |report| misses(report, Sequential, 0.0),
        decision: Decision::Choose(Staged),
        says: "Fork in stages (a, b and c side by side)",
    },
    Case {
        what: "where nothing is left it is not ready, and the veto that is cheapest to lift is named",
        document: |document| {
            writes(document, 2);
            document.maturity.traced = Some(Answer::No);
            document.workload.arrivals = model::Arrivals::Constant { per_second: 5.0 };
            document.workload.consumer = Some(Consumer { workers: 2, key_count: 100, per_key_order: false });
        },
        report: as_simulated,
        decision: Decision::NotReady,
        says: "Not ready to choose: every plan is ruled out. The cheapest to lift: 2 workers finish 3.33 requests a second",
    },
    Case {
        what: "a run that was cut short shows nothing of the budget, and says so",
        document: |_| {},
        report: |report| report.cut_short = true,
        decision: Decision::Choose(Sequential),
        says: "Stay sequential: the chain has a p99 of 600 ms; 100 % (99.8 % to 100 %) of requests are over 500 ms where 1 % may be, \
               so it is not shown to miss the budget; the run was cut short by its limits, so that nothing is shown about the budget.",
    },
    Case {
        what: "a share that rests on few requests says so",
        document: |document| document.workload.duration_s = 20.5,
        report: as_simulated,
        decision: Decision::Choose(FirstLeg),
        says: "Fork in stages, the first leg only (b and c side by side): no plan is shown to meet 500 ms; 0 % (0 % to 3.7 %) of \
               requests are over 500 ms in this one, where the chain has a p99 of 600 ms, with 100 % of requests over the budget; \
               the shares rest on only 100 requests.",
    },
    Case {
        what: "unmet conditions do not change the verdict",
        document: |document| {
            writes(document, 2);
            document.steps[2].idempotency.key = false;
        },
        report: as_simulated,
        decision: Decision::Choose(FirstLeg),
        says: "Fork in stages, the first leg only (b and c side by side): this plan has a p99 of 400 ms, inside 500 ms, where \
               the chain has a p99 of 600 ms, with 100 % of requests over the budget; only after one condition is met.",
    },
];

#[test]
fn conflicts_are_settled_by_precedence() {
    let mut wrong = Vec::new();
    for case in CASES {
        let mut document = slow();
        (case.document)(&mut document);
        let mut report = simulated(&document);
        (case.report)(&mut report);
        let decided = verdict(&document, &report);
        if decided.decision != case.decision || !decided.sentence.starts_with(case.says) {
            wrong.push(format!("{}: {}", case.what, decided.sentence));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
