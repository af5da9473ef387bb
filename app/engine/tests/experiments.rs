//! Experiments vary one thing, and find what they look for.

use engine::{
    Comparison, Settings, compare,
    experiment::{
        Experiment, ExperimentReport, Findings, Judge, Outcome, Question, Sensitivity, SensitivityReport, Study, WhatIf,
    },
};
use model::{Arrivals, Document, Effect, Latency, Pool, Quantity, Step, TopologyKind, WhenFull};

/// A server that can do ten requests a second, asked for five.
fn half_loaded() -> Document {
    let mut document = Document::new("Half loaded");
    document.workload.arrivals = Arrivals::Constant { per_second: 5.0 };
    document.workload.duration_s = 60.0;
    let pool = Pool { id: "p".to_owned(), name: String::new(), size: 1, when_full: WhenFull::Queue, queue_limit: None };
    document.pools.push(pool);
    let mut step = Step::new("serve", Latency::Constant { ms: 100.0.into() });
    step.pools = vec!["p".to_owned()];
    step.timeout_ms = 550.0;
    step.effect = Effect::Write;
    document.steps.push(step);
    document.steps.push(Step::new("after", Latency::Constant { ms: 1.0.into() }));
    document.checked().expect("a small pipeline")
}

fn compared(document: &Document, settings: Settings) -> Comparison {
    let mut comparison = Comparison::new(document.clone(), settings).expect("it has steps");
    while !comparison.advance(u64::MAX) {}
    comparison
}

fn run(experiment: Experiment, document: &Document) -> ExperimentReport {
    let settings = || Settings { replications: 5, kinds: vec![TopologyKind::Sequential], ..Settings::default() };
    let mut outcomes: Vec<Outcome> = Vec::new();
    loop {
        let variants = experiment.next(document, &outcomes);
        if variants.is_empty() {
            return experiment.report(outcomes);
        }
        outcomes.extend(variants.into_iter().map(|variant| {
            let document = variant.of(document).checked().expect("a variant of a right document is right");
            let report = compare(&document, settings()).expect("it has steps");
            Outcome { label: variant.label, value: variant.value, report }
        }));
    }
}

#[test]
fn the_load_sweep_brackets_the_load_at_which_errors_emerge() {
    let report = run(Experiment::Load, &half_loaded());
    let found = report.emergence[0];
    let (below, at) = (found.below.expect("half of the load is fine"), found.at.expect("four times is not"));
    // Ten a second are served; a little above, a minute's backlog reaches the timeout.
    assert!(below >= 2.0 && at <= 2.2 && at - below <= 0.05 * at, "{below} to {at}");
    let loads: Vec<f64> = report.outcomes.iter().filter_map(|outcome| outcome.value).collect();
    assert!(loads.is_sorted());
}

#[test]
fn a_spike_is_tried_alone_and_inside_the_load() {
    let report = run(Experiment::Spike, &half_loaded());
    let requests: Vec<u64> = report.outcomes.iter().map(|outcome| outcome.report.topologies[0].requests).collect();
    assert_eq!(requests, [5 * 299, 5 * 10, 5 * 309]);
    // Ten at once: five are served within the timeout, in the order they came.
    assert_eq!(report.outcomes[1].report.topologies[0].failed.count, 5 * 5);
}

#[test]
fn each_step_has_its_outage_in_turn() {
    let report = run(Experiment::Outages, &half_loaded());
    let labels: Vec<&str> = report.outcomes.iter().map(|outcome| outcome.label.as_str()).collect();
    assert_eq!(labels, ["nothing down", "serve down", "after down"]);
    let orphans: Vec<u64> = report.outcomes.iter().map(|outcome| outcome.report.topologies[0].counts.orphans).collect();
    // What is down after the write leaves the write behind; what is down before it does not.
    assert_eq!((orphans[0], orphans[1]), (0, 0));
    assert!(orphans[2] > 300, "{orphans:?}");
    let recovery = report.outcomes[2].report.topologies[0].recovery.expect("there was an outage");
    assert_eq!(recovery.recovered, recovery.of);
}

#[test]
fn every_pool_is_tried_in_other_sizes() {
    let report = run(Experiment::Pools, &half_loaded());
    let sizes: Vec<Option<f64>> = report.outcomes.iter().map(|outcome| outcome.value).collect();
    assert_eq!(sizes, [Some(1.0), Some(2.0), Some(4.0)]);
}

/// Judges by one thing: whether sequential is inside the budget.
fn sensitivity(document: Document) -> SensitivityReport {
    let settings = || Settings { replications: 5, kinds: vec![TopologyKind::Sequential], ..Settings::default() };
    let mut analysis = Sensitivity::new(document);
    loop {
        let probes = analysis.next();
        if probes.is_empty() {
            return analysis.report();
        }
        for probe in probes {
            let document =
                analysis.document(&probe).checked().unwrap_or_else(|wrong| panic!("{}: {wrong}", probe.label));
            let report = compare(&document, settings()).expect("it has steps");
            let latency = report.topologies[0].latency.at_budget.map_or(f64::INFINITY, |figure| figure.value);
            let verdict = if latency <= document.budget.target_ms { "inside" } else { "outside" };
            analysis.accept(&probe, &report, verdict.to_owned());
        }
    }
}

#[test]
fn sensitivity_finds_every_value_at_which_the_verdict_flips() {
    let mut document = half_loaded();
    document.budget.target_ms = 200.0;
    document.steps[0].error_rate = Quantity::Range { low: 0.001, high: 0.004 };
    let report = sensitivity(document);
    assert_eq!(report.verdict, "inside");
    let input = |path: &str| report.inputs.iter().find(|input| input.input == path).expect("it is varied");
    let flip = |path: &str| match input(path).flips.as_slice() {
        [flip] => (flip.below, flip.above),
        other => panic!("{path}: {other:?}"),
    };
    // Every request takes 101 ms: the budget is met from there on, and no longer when the first step takes twice as long.
    let (below, above) = flip("budget.target_ms");
    assert!(below < 101.0 && 101.0 <= above && above - below <= 0.05 * above, "{below} to {above}");
    let (below, above) = flip("steps[0].latency");
    assert!(below <= 1.99 && 1.99 < above && above - below <= 0.05 * above, "{below} to {above}");
    // At twice the load the only slot is always taken; a little above that the queue grows for a minute.
    let (below, above) = flip("workload.arrivals.per_second");
    assert!(below >= 10.0 && above <= 10.6, "{below} to {above}");
    // What cannot change the verdict has no flips, and every value that was tried is there to be seen.
    let timeout = input("steps[0].timeout_ms");
    assert_eq!((timeout.flips.len(), timeout.points.len(), timeout.today), (0, 7, 550.0));
    assert!(timeout.points.is_sorted_by(|a, b| a.value < b.value));
    // An input that is not known is tried where the team believes it to be.
    let errors = input("steps[0].error_rate");
    let tried: Vec<f64> = errors.points.iter().map(|point| point.value).collect();
    assert!((tried[0] - 0.001).abs() < 1e-9 && (tried[4] - 0.004).abs() < 1e-9, "{tried:?}");
}

#[test]
fn whole_numbers_flip_between_neighbours() {
    let mut document = half_loaded();
    // Ten at once are served two by two in half a second, one by one in a second.
    document.workload.spike = Some(model::Spike { size: 16, at_s: 30.0 });
    document.budget.target_ms = 250.0;
    document.budget.percentile = 99.9;
    document.steps[0].timeout_ms = 30_000.0;
    document.pools[0].size = 8;
    let report = sensitivity(document);
    let pool = report.inputs.iter().find(|input| input.input == "pools[0].size").expect("it is varied");
    let flips: Vec<(f64, f64)> = pool.flips.iter().map(|flip| (flip.below, flip.above)).collect();
    // 16 and one that may arrive at the same moment: nine slots serve them in two rounds, eight perhaps not.
    assert!(flips.len() == 1 && flips[0].1 - flips[0].0 == 1.0 && (7.0..=9.0).contains(&flips[0].1), "{flips:?}");
}

#[test]
fn a_study_finds_what_its_experiment_finds_and_never_goes_back() {
    let mut document = half_loaded();
    document.workload.duration_s = 10.0;
    let judge = Judge {
        verdict: |document, report| {
            let latency = report.topologies[0].latency.at_budget.map_or(f64::INFINITY, |figure| figure.value);
            if latency <= document.budget.target_ms { "inside".to_owned() } else { "outside".to_owned() }
        },
        met: |document, _| {
            let slower = |times: f64| {
                let mut document = document.clone();
                document.workload.arrivals = Arrivals::Constant { per_second: times };
                (format!("{times} a second"), document)
            };
            vec![slower(1.0), slower(2.0)]
        },
        all_met: |document, outcomes| {
            assert_eq!(outcomes.len(), 3, "once each was compared");
            Some(("all".to_owned(), document.clone()))
        },
    };
    for question in Question::ALL {
        let mut study = Study::new(question, document.clone(), judge).expect("it has steps");
        let mut told = 0.0;
        while let Some(part) = study.next() {
            for share in [0.0, 0.5, 1.0] {
                let now = study.progress(share);
                assert!(told <= now && now <= 1.0, "{}: {told}, then {now}", question.slug());
                told = now;
            }
            let settings = Settings { replications: 5, kinds: vec![TopologyKind::Sequential], ..study.settings() };
            study.accept(compared(&part.document, settings));
        }
        assert_eq!(study.progress(0.0), 1.0);
        match (question, study.findings()) {
            (Question::Vary(experiment), Findings::Varied(found)) => assert_eq!(found, run(experiment, &document)),
            (Question::Flips, Findings::Flips(found)) => assert_eq!(found, sensitivity(document.clone())),
            (Question::Conditions, Findings::Conditions(found)) => {
                let labels: Vec<&str> = found.iter().map(|outcome| outcome.label.as_str()).collect();
                assert_eq!(labels, ["as it is", "1 a second", "2 a second", "all"]);
            }
            (asked, found) => panic!("asked for {}, found {found:?}", asked.slug()),
        }
    }
}

/// What a change does, over five replications.
fn what_if(before: &Document, after: &Document) -> WhatIf {
    let study = Study::what_if(before.clone(), after.clone(), "a change".to_owned());
    let mut study = study.expect("both have steps");
    let mut labels = Vec::new();
    while let Some(part) = study.next() {
        labels.push(part.label.clone());
        let settings = Settings { replications: 5, ..study.settings() };
        study.accept(compared(&part.document, settings));
    }
    assert_eq!((labels.len(), labels[1].as_str(), study.progress(0.0)), (2, "a change", 1.0));
    match study.findings() {
        Findings::WhatIf(found) => *found,
        found => panic!("asked what if, found {found:?}"),
    }
}

#[test]
fn what_if_nothing_changes_nothing_differs() {
    let document = model::EXAMPLES[1].document();
    let found = what_if(&document, &document);
    assert_eq!(found.before, found.after);
    assert_eq!(found.differences.len(), found.before.report.topologies.len());
    for difference in &found.differences {
        let latencies = [difference.at_budget, difference.p50, difference.p99].map(|figure| figure.expect("answers"));
        let others = [difference.over_budget, difference.failed, difference.orphans, difference.duplicates];
        for figure in latencies.into_iter().chain(others).chain([difference.amplification]) {
            assert_eq!((figure.value, figure.low, figure.high), (0.0, 0.0, 0.0), "{:?}", difference.kind);
        }
    }
}

#[test]
fn what_differs_is_the_change_and_not_luck() {
    let before = half_loaded();
    let mut after = before.clone();
    // Nobody waits: every request takes 50 ms more, whatever its luck, and fails one time in a hundred.
    after.steps[1].latency = Latency::Constant { ms: 51.0.into() };
    after.steps[1].error_rate = Quantity::Known(0.01);
    let found = what_if(&before, &after);
    for difference in &found.differences {
        let side = |side: &engine::Report| side.topology(difference.kind).expect("it is on both sides").clone();
        let (first, second) = (side(&found.before.report), side(&found.after.report));
        if difference.kind == TopologyKind::Sequential {
            let p50 = difference.p50.expect("requests are answered");
            assert!((p50.value - 50.0).abs() < 1e-6 && p50.high - p50.low < 1e-6, "{p50:?}");
        }
        // A difference is that of the figures that are shown beside it, and its interval holds it.
        for (change, between) in [
            (difference.failed, second.failed.value - first.failed.value),
            (difference.over_budget, second.over_budget.value - first.over_budget.value),
            (difference.amplification, second.amplification - first.amplification),
        ] {
            assert!((change.value - between).abs() < 1e-12 && change.low <= between && between <= change.high);
        }
        assert!(difference.failed.low > 0.0, "{:?}", difference.failed);
    }
}

#[test]
fn a_topology_that_only_one_side_has_is_not_compared() {
    let before = half_loaded();
    let mut after = before.clone();
    after.dependencies.push(model::Dependency {
        from: "serve".to_owned(),
        to: "after".to_owned(),
        kind: model::DependencyKind::Strict,
        because: String::new(),
    });
    let kinds = |found: &WhatIf| found.differences.iter().map(|difference| difference.kind).collect::<Vec<_>>();
    let there = kinds(&what_if(&before, &before));
    let both = kinds(&what_if(&before, &after));
    assert!(there.contains(&TopologyKind::FirstLeg) && !both.contains(&TopologyKind::FirstLeg), "{there:?}, {both:?}");
}
