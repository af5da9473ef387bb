//! What budgets and harm are judged on, each on a pipeline so small that its figures can be worked out by hand.

mod small;

use engine::{Settings, compare};
use model::{
    Arrivals, Consumer, Delivery, Dependency, DependencyKind, Document, Effect, Latency, Outage, OutageMode, Payload,
    Pool, Step, StepClass, TopologyKind, WhenFull,
};

use small::{run, sequential};

/// A request a second for so many seconds, in the middle of each.
fn pipeline(seconds: f64, steps: Vec<Step>) -> Document {
    let mut document = Document::new("judged");
    document.workload.arrivals = Arrivals::Constant { per_second: 1.0 };
    document.workload.duration_s = seconds + 0.5;
    document.steps = steps;
    document
}

fn step(id: &str, ms: f64) -> Step {
    Step::new(id, Latency::Constant { ms: ms.into() })
}

fn writing(step: Step) -> Step {
    Step { effect: Effect::Write, ..step }
}

fn strict(from: &str, to: &str) -> Dependency {
    Dependency { from: from.to_owned(), to: to.to_owned(), kind: DependencyKind::Strict, because: String::new() }
}

#[test]
fn a_decline_is_an_answer_that_ends_the_request() {
    let mut declined = step("a", 40.0);
    declined.permanent_error_rate = 0.3.into();
    let mut document = pipeline(2_000.0, vec![declined, step("b", 60.0)]);
    document.delivery = Delivery { caller_retries: 2, caller_backoff_ms: 100.0, ..Delivery::default() };
    let topology = sequential(&document);
    assert_eq!((topology.failed.count, topology.no_answer.count, topology.over_budget.count), (0, 0, 0));
    assert!(topology.failed_by.is_empty());
    // Nothing is sent again, so there are as many deliveries as requests and as many attempts as executions wanted.
    assert_eq!(topology.amplification, 1.0);
    assert!((topology.declined.value - 0.3).abs() < 0.02, "{}", topology.declined.value);
    assert_eq!(topology.outcomes.declined.count, topology.declined.count);
    assert_eq!(topology.failed_deliveries.count, topology.declined.count, "a saga has to take it back all the same");
    // Three in ten answers take 40 ms, the others 100.
    assert_eq!(topology.answered.p50.map(|figure| figure.value), Some(100.0));
    let mean = topology.latency.mean.expect("all are answered").value;
    assert!((mean - (100.0 - 60.0 * topology.declined.value)).abs() < 1e-6, "{mean}");
    assert_eq!(topology.collapsed, 0);
}

#[test]
fn a_delivery_that_comes_again_meets_the_same_decline() {
    let mut declined = writing(step("a", 40.0));
    declined.permanent_error_rate = 0.5.into();
    let mut document = pipeline(1_000.0, vec![declined]);
    document.delivery =
        Delivery { redelivery_rate: 1.0, redelivery_delay_s: 0.1, redeliveries: 3, ..Delivery::default() };
    let topology = sequential(&document);
    // Were it drawn anew, of four deliveries one in sixteen requests would be declined each time.
    assert!((topology.declined.value - 0.5).abs() < 0.03, "{}", topology.declined.value);
    assert_eq!(topology.outcomes.declined.count, topology.declined.count);
    assert_eq!(topology.counts.duplicates, 3 * topology.outcomes.complete.count);
}

#[test]
fn a_decline_that_leaves_a_write_behind_is_orphaned_and_no_failure() {
    let mut declined = step("b", 10.0);
    declined.permanent_error_rate = 1.0.into();
    let topology = sequential(&pipeline(10.0, vec![writing(step("a", 10.0)), declined]));
    assert_eq!((topology.outcomes.orphaned.value, topology.outcomes.declined.count), (1.0, 0));
    assert_eq!((topology.failed.count, topology.declined.value, topology.harm.value), (0, 1.0, 1.0));
    assert_eq!((topology.steps[0].orphans, topology.steps[1].orphans), (topology.requests, 0));
}

#[test]
fn a_request_without_an_answer_never_ends() {
    let mut failing = step("a", 40.0);
    failing.error_rate = 0.25.into();
    let topology = sequential(&pipeline(2_000.0, vec![failing]));
    let share = topology.no_answer.value;
    assert!((share - 0.25).abs() < 0.02, "{share}");
    assert_eq!(topology.over_budget, topology.no_answer);
    let value = |figure: Option<engine::report::Figure>| figure.map(|figure| figure.value);
    assert_eq!(value(topology.latency.p50), Some(40.0));
    assert_eq!((value(topology.latency.p90), value(topology.latency.at_budget)), (None, None));
    assert_eq!(topology.latency.mean, None, "the mean of what never ends is no number");
    assert_eq!((value(topology.answered.p99), value(topology.answered.mean)), (Some(40.0), Some(40.0)));
    let last = topology.distribution.last().map(|(share, _)| *share);
    assert!(last.is_some_and(|last| last < 1.0 - share + 0.02), "{last:?}");
}

#[test]
fn what_the_caller_does_not_wait_for_is_over_any_budget() {
    let mut document = pipeline(10.0, vec![step("a", 500.0)]);
    document.budget.target_ms = 1_000.0;
    document.delivery.caller_timeout_ms = Some(400.0);
    let topology = sequential(&document);
    assert_eq!((topology.over_budget.value, topology.unanswered.value, topology.harm.value), (1.0, 1.0, 1.0));
    assert_eq!(topology.failed.count, 0, "the pipeline succeeded");
}

#[test]
fn limits_beyond_the_target_are_judged_alike() {
    let mut document = pipeline(10.0, vec![step("a", 1_150.0)]);
    document.budget.target_ms = 1_000.0;
    document.budget.tolerance_ms = 100.0;
    document.budget.hard_limit_ms = Some(1_200.0);
    let topology = sequential(&document);
    let hard = topology.over_hard_limit.expect("there is one");
    assert_eq!((topology.over_budget.value, topology.over_tolerance.value, hard.value), (1.0, 1.0, 0.0));
    document.budget.tolerance_ms = 200.0;
    document.budget.hard_limit_ms = None;
    let topology = sequential(&document);
    assert_eq!((topology.over_tolerance.value, topology.over_hard_limit), (0.0, None));
}

#[test]
fn what_arrives_in_an_outage_is_told_apart() {
    let mut document = pipeline(100.0, vec![step("a", 10.0)]);
    document.outages = vec![Outage { step: "a".to_owned(), from_s: 20.0, until_s: 50.0, mode: OutageMode::Refuses }];
    let topology = sequential(&document);
    // Requests arrive at 1 s, 2 s and so on: 30 of 100 find it down, the one at 20 s among them.
    assert_eq!((topology.requests, topology.failed.count), (5 * 100, 5 * 30));
    assert_eq!((topology.over_budget.of, topology.over_budget.count, topology.harm.count), (5 * 70, 0, 0));
    assert_eq!(topology.latency.at_budget.map(|figure| figure.value), Some(10.0));
    let inside = topology.in_outages.expect("there is an outage");
    assert_eq!((inside.no_answer.count, inside.no_answer.of, inside.harm.count), (5 * 30, 5 * 30, 5 * 30));
}

#[test]
fn harm_counts_a_request_once() {
    // A write that fails the request and stays: failed and orphaned at once.
    let mut failing = step("b", 10.0);
    failing.error_rate = 1.0.into();
    let topology = sequential(&pipeline(10.0, vec![writing(step("a", 10.0)), failing]));
    assert_eq!((topology.harm.count, topology.harm.of), (topology.requests, topology.requests));
    assert_eq!(topology.harm_by_replication, [1.0; 5]);
    let calm = sequential(&pipeline(10.0, vec![step("a", 10.0)]));
    assert_eq!(calm.harm.count, 0);
}

#[test]
fn harm_is_compared_in_pairs() {
    let mut reader = step("b", 10.0);
    reader.reads = vec!["x".to_owned()];
    let mut writer = writing(step("a", 50.0));
    writer.writes = vec!["X ".to_owned()];
    let document = pipeline(10.0, vec![writer, reader]).checked().expect("a small pipeline");
    let report = compare(&document, Settings { replications: 5, ..Settings::default() }).expect("it has steps");
    let parallel = report.topology(TopologyKind::Parallel).expect("it may run so");
    // The read starts before the write has landed, in every request.
    assert_eq!(parallel.counts.stale_reads, parallel.requests);
    assert_eq!(parallel.harm_more.map(|more| (more.value, more.low, more.high)), Some((1.0, 1.0, 1.0)));
    assert_eq!(report.topologies[0].harm_more, None);
    let staged = report.topology(TopologyKind::Staged).expect("it may run so");
    assert_eq!(staged.harm.count, 0, "names of data are compared without case and outer space");
}

#[test]
fn what_is_offered_to_a_pool_does_not_depend_on_the_run() {
    let mut slow = step("a", 100.0);
    slow.taken_share = 0.5;
    slow.pools = vec!["p".to_owned()];
    let mut declined = step("b", 10.0);
    declined.permanent_error_rate = 0.25.into();
    let mut second = step("c", 200.0);
    second.pools = vec!["p".to_owned()];
    second.timeout_ms = 150.0;
    let mut document = pipeline(5.0, vec![slow, declined, second]);
    document.dependencies = vec![strict("a", "b"), strict("b", "c")];
    document.workload.arrivals = Arrivals::Poisson { per_second: 20.0 };
    document.workload.payloads = vec![
        Payload { name: "small".to_owned(), share: 0.5, slowdown: 0.5 },
        Payload { name: "large".to_owned(), share: 0.5, slowdown: 1.5 },
    ];
    document.pools =
        vec![Pool { id: "p".to_owned(), name: String::new(), size: 4, when_full: WhenFull::Queue, queue_limit: None }];
    // a: 20/s x 0.5 x 0.1 s. c: 20/s x 0.75 x the mean of 0.1 s and, cut off by its timeout, 0.15 s.
    let expected = 1.0 + 20.0 * 0.75 * 0.125;
    for seconds in [5.0, 50.0] {
        document.workload.duration_s = seconds;
        let offered = sequential(&document).pools[0].offered;
        assert!((offered - expected).abs() < 1e-9, "{offered} is not {expected}");
    }
}

#[test]
fn calls_that_wait_are_counted_with_how_long() {
    let mut slow = step("a", 300.0);
    slow.pools = vec!["p".to_owned()];
    let mut document = pipeline(10.0, vec![slow]);
    document.workload.arrivals = Arrivals::Constant { per_second: 0.01 };
    document.workload.spike = Some(model::Spike { size: 4, at_s: 1.0 });
    document.pools =
        vec![Pool { id: "p".to_owned(), name: String::new(), size: 1, when_full: WhenFull::Queue, queue_limit: None }];
    let pool = sequential(&document).pools.remove(0);
    assert_eq!((pool.waiting.count, pool.waiting.of), (5 * 3, 5 * 4));
    // 0, 300, 600 and 900 ms.
    assert_eq!(pool.wait_ms_per_request, 450.0);
    assert_eq!(pool.wait_p99_ms.map(|figure| figure.value), Some(900.0));
}

#[test]
fn workers_are_offered_what_arrives_times_how_long_it_holds_them() {
    let mut document = pipeline(20.0, vec![step("a", 1_500.0)]);
    document.workload.consumer = Some(Consumer { workers: 1, key_count: 8, per_key_order: false });
    let workers = sequential(&document).workers.expect("there are some");
    assert!((workers.held_ms - 1_500.0).abs() < 1e-6 && (workers.offered - 1.5).abs() < 1e-9, "{workers:?}");
    // Of 20 requests the worker has begun with 14 after 20.5 s: at 1 s, 2.5 s, ..., 20.5 s.
    assert!((5.0..=7.0).contains(&workers.backlog), "{workers:?}");
}

#[test]
fn detached_work_has_a_lag_and_a_backlog() {
    let mut lost = step("b", 3_000.0);
    lost.class = StepClass::FireAndForget;
    let document = pipeline(10.0, vec![step("a", 10.0), lost]);
    let topology = run(&document, TopologyKind::SequentialDetached);
    assert_eq!(topology.latency.at_budget.map(|figure| figure.value), Some(10.0));
    assert_eq!((topology.side_by_side, topology.detached.as_slice()), (0, &["b".to_owned()][..]));
    let work = topology.detached_work.expect("b is detached");
    assert_eq!(work.lag_p99_ms.map(|figure| figure.value), Some(3_000.0));
    // Those that began at 8.01, 9.01 and 10.01 s are not done at 10.5 s.
    assert_eq!(work.backlog, 3.0);
    assert_eq!(sequential(&document).detached_work, None);
}

#[test]
fn a_step_is_held_against_its_own_budget() {
    let mut slow = step("a", 100.0);
    slow.budget_ms = Some(90.0);
    let mut fast = step("b", 80.0);
    fast.budget_ms = Some(90.0);
    let mut failing = step("c", 10.0);
    failing.budget_ms = Some(90.0);
    failing.error_rate = 1.0.into();
    let topology = sequential(&pipeline(10.0, vec![slow, fast, failing, step("d", 10.0)]));
    let over: Vec<Option<f64>> =
        topology.steps.iter().map(|step| step.over_own_budget.map(|share| share.value)).collect();
    assert_eq!(over, [Some(1.0), Some(0.0), Some(1.0), None], "what fails is over any budget");
}

#[test]
fn amplification_is_counted_by_service_and_while_requests_arrive() {
    let mut failing = step("a", 10.0);
    failing.service = "Bank".to_owned();
    failing.error_rate = 1.0.into();
    failing.class = StepClass::Degradable;
    failing.retry = Some(model::Retry { max: 3, backoff_ms: 1.0, ..model::Retry::default() });
    let mut again = step("b", 10.0);
    again.service = " bank".to_owned();
    let mut document = pipeline(30.0, vec![failing, again, step("c", 10.0)]);
    document.workload.arrivals = Arrivals::Constant { per_second: 50.0 };
    let topology = sequential(&document);
    let services: Vec<(&str, f64)> =
        topology.services.iter().map(|service| (service.service.as_str(), service.amplification)).collect();
    // Four attempts of a and one of b, of two wanted.
    assert_eq!(services, [("Bank", 2.5), ("c", 1.0)]);
    assert!(topology.services[0].worst_amplification.is_some_and(|worst| (worst.value - 2.5).abs() < 0.1));
    // A retry that comes long after the last arrival is in no window.
    document.steps[0].retry = Some(model::Retry {
        max: 3,
        backoff_ms: 60_000.0,
        cap_ms: 60_000.0,
        jitter: model::Jitter::None,
        ..model::Retry::default()
    });
    let topology = sequential(&document);
    assert_eq!(topology.services[0].amplification, 2.5);
    assert_eq!(topology.services[0].worst_amplification.map(|worst| worst.value), Some(1.0));
}

#[test]
fn what_an_open_breaker_refuses_is_no_call_of_the_worst_ten_seconds() {
    let mut failing = step("a", 10.0);
    failing.error_rate = 1.0.into();
    failing.retry = Some(model::Retry { max: 3, backoff_ms: 1.0, ..model::Retry::default() });
    let mut document = pipeline(30.0, vec![failing]);
    document.workload.arrivals = Arrivals::Constant { per_second: 50.0 };
    let worst = |document: &Document| sequential(document).worst_amplification.map(|worst| worst.value);
    assert_eq!(worst(&document), Some(4.0));
    // Two calls open it for good, of 1,500 that are wanted.
    document.protections.breaker =
        Some(model::Breaker { failure_share: 0.5, window: 4, min_calls: 2, open_s: 1_000.0, probes: 1 });
    let topology = sequential(&document);
    assert!(topology.worst_amplification.is_some_and(|worst| worst.value < 0.01), "{topology:?}");
    assert!(topology.services[0].worst_amplification.is_some_and(|worst| worst.value < 0.01));
}

#[test]
fn a_run_collapses_against_its_own_best() {
    let mut half = step("a", 10.0);
    half.error_rate = 0.7.into();
    let mut document = pipeline(60.0, vec![half]);
    document.workload.arrivals = Arrivals::Constant { per_second: 20.0 };
    assert_eq!(sequential(&document).collapsed, 0, "it fails all along");
    document.steps[0].error_rate = 0.0.into();
    document.outages = vec![Outage { step: "a".to_owned(), from_s: 45.0, until_s: 61.0, mode: OutageMode::Refuses }];
    assert_eq!(sequential(&document).collapsed, 0, "it is down in the end, and may come back");
    // Retries for one slot keep it down after a short outage.
    let mut slow = step("a", 70.0);
    slow.pools = vec!["pool".to_owned()];
    (slow.timeout_ms, slow.on_timeout) = (500.0, model::OnTimeout::RunsOn);
    slow.retry = Some(model::Retry { max: 4, backoff_ms: 10.0, ..model::Retry::default() });
    document.steps = vec![slow];
    document.workload.arrivals = Arrivals::Poisson { per_second: 10.0 };
    document.pools = vec![model::Pool {
        id: "pool".to_owned(),
        name: String::new(),
        size: 1,
        when_full: model::WhenFull::Queue,
        queue_limit: None,
    }];
    document.outages = vec![Outage { step: "a".to_owned(), from_s: 20.0, until_s: 23.0, mode: OutageMode::Hangs }];
    document.delivery.caller_retries = 2;
    document.delivery.caller_timeout_ms = Some(1_000.0);
    assert_eq!(sequential(&document).collapsed, 5, "it is up again and answers nobody");
}
