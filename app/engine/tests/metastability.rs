//! The failure that outlives its cause: timeouts that free nothing feed retries that time out.

use engine::{Report, Settings, compare};
use model::{Arrivals, Document, Jitter, Latency, OnTimeout, Pool, Retry, RetryBudget, Step, TopologyKind, WhenFull};

/// One step, p50 50 ms and p99 400 ms, 50/s, a pool of six, timeout 250 ms, three retries, 5 % errors, for 330 s.
fn overloaded(on_timeout: OnTimeout) -> Document {
    let mut document = Document::new("Metastable");
    document.workload.arrivals = Arrivals::Poisson { per_second: 50.0 };
    document.workload.duration_s = 330.0;
    document.pools.push(Pool {
        id: "workers".to_owned(),
        name: String::new(),
        size: 6,
        when_full: WhenFull::Queue,
        queue_limit: None,
    });
    let mut step = Step::new("call", Latency::lognormal(50.0, 400.0));
    step.pools = vec!["workers".to_owned()];
    step.timeout_ms = 250.0;
    step.on_timeout = on_timeout;
    step.error_rate = 0.05.into();
    step.retry = Some(Retry { max: 3, backoff_ms: 100.0, factor: 2.0, cap_ms: 1_000.0, jitter: Jitter::Full });
    document.steps.push(step);
    document.checked().expect("the design's own example")
}

fn run(document: &Document) -> Report {
    let settings = Settings { replications: 20, kinds: vec![TopologyKind::Sequential], ..Settings::default() };
    compare(document, settings).expect("it has a step")
}

#[test]
fn it_stays_healthy_where_a_timeout_cancels() {
    let report = run(&overloaded(OnTimeout::Cancel));
    let topology = &report.topologies[0];
    assert_eq!(topology.collapsed, 0);
    assert!(topology.failed.value < 0.02, "{}", topology.failed.value);
}

#[test]
fn it_collapses_where_timed_out_work_runs_on() {
    let report = run(&overloaded(OnTimeout::RunsOn));
    let topology = &report.topologies[0];
    assert!(topology.collapsed > 10, "{} of 20 collapsed", topology.collapsed);
    assert!(topology.worst_amplification.expect("there was enough work").value > 2.5);
}

#[test]
fn a_retry_budget_keeps_it_from_collapsing() {
    let mut document = overloaded(OnTimeout::RunsOn);
    document.protections.retry_budget = Some(RetryBudget { ratio: 0.1, burst: 10.0 });
    let report = run(&document);
    let topology = &report.topologies[0];
    assert_eq!(topology.collapsed, 0);
    assert!(topology.worst_amplification.expect("there was enough work").value < 1.3);
}
