//! Hostile documents end soon, in little memory, at the same place everywhere, and say that they were cut short.

use engine::{Report, Settings, compare};
use model::{Arrivals, Dependency, DependencyKind, Document, Effect, Latency, Retry, Step};

fn run(document: Document) -> Report {
    let document = document.checked().expect("hostile, and legal");
    // Without limits each of these would take hours.
    compare(&document, Settings::default()).expect("it has steps")
}

fn constant(id: &str, ms: f64) -> Step {
    Step::new(id, Latency::Constant { ms: ms.into() })
}

#[test]
fn a_billion_arrivals_are_cut_short() {
    let mut document = Document::new("Flood");
    document.workload.arrivals = Arrivals::Constant { per_second: 1e9 };
    document.workload.duration_s = 1e9;
    document.steps = vec![constant("a", 0.0), constant("b", 10.0)];
    let report = run(document);
    assert!(report.cut_short);
    let attempts: u64 = report.topologies.iter().map(|topology| topology.counts.attempts).sum();
    // Limits are looked at every 64 events.
    assert!(attempts <= 10_010_000, "{attempts}");
}

#[test]
fn service_in_no_time_and_for_ever_end() {
    let mut document = Document::new("Extremes");
    document.steps = vec![constant("never", 1e308), constant("at-once", 0.0)];
    document.steps[0].retry = Some(Retry { max: u32::MAX, backoff_ms: 0.0, ..Retry::default() });
    assert!(run(document).cut_short);
}

#[test]
fn two_hundred_steps_that_all_depend_on_each_other_end() {
    let mut document = Document::new("Web");
    for step in 0..200 {
        let mut step = constant(&format!("s{step}"), 1.0);
        step.effect = Effect::Write;
        step.writes = vec!["data".to_owned()];
        document.steps.push(step);
    }
    let pairs = (0..200).flat_map(|to| (0..to).map(move |from| (from, to)));
    document.dependencies = pairs
        .take(1_000)
        .map(|(from, to)| Dependency {
            from: format!("s{from}"),
            to: format!("s{to}"),
            kind: DependencyKind::Strict,
            because: String::new(),
        })
        .collect();
    assert!(!run(document).topologies.is_empty());
}

#[test]
fn a_fan_out_of_two_hundred_with_retries_upon_retries_ends() {
    let mut document = Document::new("Storm");
    document.delivery.caller_retries = 3;
    document.delivery.caller_timeout_ms = Some(100.0);
    for step in 0..200 {
        let mut step = constant(&format!("s{step}"), 50.0);
        step.error_rate = 0.9.into();
        step.retry = Some(Retry { max: 3, ..Retry::default() });
        document.steps.push(step);
    }
    assert!(run(document).cut_short);
}
