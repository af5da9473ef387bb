//! Experiments vary one thing, and find what they look for.

use engine::{
    Settings, compare,
    experiment::{Experiment, ExperimentReport, Outcome},
};
use model::{Arrivals, Document, Effect, Latency, Pool, Step, TopologyKind, WhenFull};

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

fn run(experiment: Experiment, document: &Document) -> ExperimentReport {
    let settings = || Settings { replications: 5, kinds: vec![TopologyKind::Sequential], ..Settings::default() };
    let mut outcomes: Vec<Outcome> = Vec::new();
    loop {
        let variants = experiment.next(document, &outcomes);
        if variants.is_empty() {
            return experiment.report(outcomes);
        }
        outcomes.extend(variants.into_iter().map(|variant| {
            let document = variant.document.checked().expect("a variant of a right document is right");
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
