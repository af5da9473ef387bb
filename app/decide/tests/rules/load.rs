//! Rules about retries under load, timeouts, and workers.

use decide::{Decision, Effect};
use model::{Arrivals, Consumer, Latency, Outage, OutageMode, Pool, Retry, TopologyKind, WhenFull};

use super::{calm, check, decided, finding, finding_of, steady};

#[test]
fn retry_storm() {
    let mut document = steady();
    document.workload.arrivals = Arrivals::Constant { per_second: 50.0 };
    document.steps[0].error_rate = 1.0.into();
    document.steps[0].retry = Some(Retry { max: 3, backoff_ms: 0.0, ..Retry::default() });
    let evidence = "4 calls are made in sequential for each that is wanted, in the worst ten seconds in which requests arrive; more than 2.5.";
    check("retry-storm", &document, "steps[0].retry", evidence, |mended| mended.steps[0].error_rate = 0.0.into());
    check("retry-storm", &document, "steps[0].retry", evidence, |mended| mended.steps[0].retry = None);
    document.thresholds.insert("retry-storm".to_owned(), 4.0);
    assert_eq!(finding(&document, "retry-storm"), None);
}

#[test]
fn a_sender_can_make_a_storm_alone() {
    let mut document = steady();
    document.workload.arrivals = Arrivals::Constant { per_second: 20.0 };
    document.steps[0].error_rate = 1.0.into();
    document.delivery.caller_retries = 3;
    let found = finding(&document, "retry-storm").expect("every request is sent four times");
    assert_eq!(found.input, "delivery.caller_retries");
}

#[test]
fn one_service_in_a_storm_is_enough() {
    let mut document = steady();
    document.workload.arrivals = Arrivals::Constant { per_second: 50.0 };
    for id in ["d", "e", "f", "g", "h"] {
        document.steps.push(model::Step::new(id, Latency::Constant { ms: 1.0.into() }));
    }
    document.steps[2].error_rate = 1.0.into();
    document.steps[2].class = model::StepClass::Degradable;
    document.steps[2].retry = Some(Retry { max: 3, backoff_ms: 0.0, ..Retry::default() });
    let report = super::simulated(&document);
    assert!(report.topologies[0].amplification < 2.0, "of the pipeline it is no storm");
    let found = finding(&document, "retry-storm").expect("c is called four times");
    assert!(found.evidence.starts_with("4 calls of c are made in sequential"), "{}", found.evidence);
    assert!(found.remedy.starts_with("A retry budget that all steps share"), "{}", found.remedy);
}

#[test]
fn global_timeout_below_a_legs_own_p99() {
    let mut document = calm();
    document.steps[1].timeout_ms = 200.0;
    let evidence = "b times out after 200 ms, below its own p99 of 300 ms.";
    check("global-timeout", &document, "steps[1].timeout_ms", evidence, |mended| mended.steps[1].timeout_ms = 900.0);
}

#[test]
fn global_timeout_for_all_legs() {
    let mut document = calm();
    document.steps[2].latency = Latency::lognormal(200.0, 600.0);
    let evidence = "a, b and c all time out after 2,000 ms, though their p99s range from 300 ms to 600 ms.";
    check("global-timeout", &document, "steps[0].timeout_ms", evidence, |mended| mended.steps[2].timeout_ms = 900.0);
    check("global-timeout", &document, "steps[0].timeout_ms", evidence, |mended| {
        mended.steps[2].latency = Latency::lognormal(100.0, 400.0);
    });
    let found = finding(&document, "global-timeout").expect("it fires");
    assert_eq!(found.effect, Effect::Condition);
    assert_eq!(found.remedy, "A timeout for each leg, above its own p99: a 450 ms, b 450 ms, c 900 ms.");
    // No leg is given more time than the caller waits.
    document.delivery.caller_timeout_ms = Some(800.0);
    let found = finding(&document, "global-timeout").expect("it fires");
    assert_eq!(found.remedy, "A timeout for each leg, above its own p99: a 450 ms, b 450 ms, c 800 ms.");
    document.delivery.caller_timeout_ms = None;
    document.thresholds.insert("global-timeout".to_owned(), 4.0);
    assert_eq!(finding(&document, "global-timeout"), None);
}

#[test]
fn legs_at_the_default_timeout_are_advice() {
    let mut document = calm();
    document.steps[1].timeout_ms = model::DEFAULT_TIMEOUT_MS;
    let evidence = "b has the default timeout of 30,000 ms.";
    check("global-timeout", &document, "steps[1].timeout_ms", evidence, |mended| mended.steps[1].timeout_ms = 900.0);
    assert_eq!(finding(&document, "global-timeout").map(|found| found.effect), Some(Effect::Advice));
}

#[test]
fn overload() {
    let mut document = steady();
    document.pools.push(Pool {
        id: "db".to_owned(),
        name: "database".to_owned(),
        size: 10,
        when_full: WhenFull::Queue,
        queue_limit: None,
    });
    document.steps[1].pools.push("db".to_owned());
    document.workload.arrivals = Arrivals::Constant { per_second: 53.0 };
    let evidence =
        "No arrangement sustains 53 requests a second: database gives 50, and 106 % of what it has is asked for.";
    check("overload", &document, "pools[0].size", evidence, |mended| mended.pools[0].size = 14);
    let found = finding(&document, "overload").expect("10.6 slots of 10");
    assert_eq!(found.remedy, "Size database at 14 instead of 10: it is then at most 80 % busy.");
    for seconds in [5.0, 60.0] {
        document.workload.duration_s = seconds;
        let decided = decided(&document);
        assert_eq!(decided.decision, Decision::NotReady, "however long the run is");
        assert!(!decided.findings.iter().any(|finding| finding.rule == "inside-budget"));
    }
    // A pool of one is not sized: it is a lock.
    document.pools[0].size = 1;
    document.workload.arrivals = Arrivals::Constant { per_second: 6.0 };
    let found = finding(&document, "overload").expect("1.2 slots of 1");
    assert!(found.remedy.starts_with("Split database, a pool of one, by key into 2 or more"), "{}", found.remedy);
    // What is turned away does not queue.
    document.pools[0].when_full = WhenFull::Reject;
    assert_eq!(finding(&document, "overload"), None);
}

#[test]
fn overload_of_some_plans_is_against_these() {
    let mut document = steady();
    document.workload.arrivals = Arrivals::Constant { per_second: 5.0 };
    document.workload.consumer = Some(Consumer { workers: 2, key_count: 100, per_key_order: false });
    document.budget.target_ms = 500.0;
    // 3 workers' worth of chains, and 1.5 of parallel.
    let found = finding_of(&document, "overload", Effect::Against).expect("the chain is too long for two workers");
    assert_eq!(found.plans, [TopologyKind::Sequential, TopologyKind::FirstLeg]);
    let decided = decided(&document);
    assert_eq!(decided.decision, Decision::Choose(TopologyKind::Staged), "{}", decided.sentence);
}

#[test]
fn collapse() {
    let mut document = steady();
    document.workload.duration_s = 30.0;
    document.workload.arrivals = Arrivals::Constant { per_second: 20.0 };
    let mut report = super::simulated(&document);
    let found = |report: &engine::Report, effect: Effect| {
        let findings = decide::verdict(&document, report).findings;
        findings.into_iter().find(|finding| finding.rule == "collapse" && finding.effect == effect)
    };
    for plan in &mut report.topologies {
        plan.collapsed = if plan.side_by_side > 0 { 3 } else { 2 };
    }
    let forks = found(&report, Effect::Against).expect("three of five are half");
    assert_eq!(forks.plans, [TopologyKind::Parallel, TopologyKind::Staged, TopologyKind::FirstLeg]);
    assert_eq!(found(&report, Effect::NotReady), None);
    report.topologies[0].collapsed = 5;
    assert!(found(&report, Effect::NotReady).is_some(), "no plan comes back");
    let verdict = decide::verdict(&document, &report);
    assert_eq!(verdict.decision, Decision::NotReady);
    assert!(!verdict.findings.iter().any(|finding| finding.rule == "inside-budget"), "not a plan that stays down");
    // What is not there is not advised: neither a budget for retries that nobody makes, nor a change that would be one.
    let stays = found(&report, Effect::NotReady).expect("no plan comes back");
    assert!(stays.remedy.starts_with("Nothing is tried again here") && stays.changes.is_empty(), "{}", stays.remedy);
    let mut retried = document.clone();
    retried.delivery.caller_retries = 1;
    let findings = decide::verdict(&retried, &report).findings;
    let stays = findings.iter().find(|finding| finding.rule == "collapse").expect("no plan comes back");
    assert!(stays.remedy.starts_with("Give it a retry budget"), "{}", stays.remedy);
}

#[test]
fn a_cap_on_attempts_in_flight_is_overloaded_like_a_pool() {
    let mut document = steady();
    document.workload.arrivals = Arrivals::Constant { per_second: 5.0 };
    document.protections.concurrency_cap = Some(2);
    // 5 requests a second of 600 ms are 3 at a time.
    let evidence = "No arrangement sustains 5 requests a second: the cap on attempts in flight gives 3.33, and 150 % of what it has is asked for.";
    check("overload", &document, "protections.concurrency_cap", evidence, |mended| {
        mended.protections.concurrency_cap = Some(4);
    });
    assert_eq!(decided(&document).decision, Decision::NotReady);
}

#[test]
fn a_pipeline_that_is_down_when_arrivals_stop_has_not_collapsed() {
    let mut document = steady();
    document.workload.duration_s = 60.0;
    let down = |from_s, until_s| Outage { step: "c".to_owned(), from_s, until_s, mode: OutageMode::Refuses };
    document.outages = vec![down(45.0, 60.0)];
    assert_eq!(finding(&document, "collapse"), None);
    document.outages = vec![down(20.0, 35.0)];
    assert_eq!(finding(&document, "collapse"), None);
}

#[test]
fn ordering_key() {
    let mut document = steady();
    document.workload.consumer = Some(Consumer { workers: 50, key_count: 1_000, per_key_order: true });
    let evidence = "Requests of one key are worked on in order, over 1,000 keys.";
    check("ordering-key", &document, "workload.consumer.per_key_order", evidence, |mended| {
        mended.workload.consumer = Some(Consumer { workers: 50, key_count: 1_000, per_key_order: false });
    });
    assert_eq!(decided(&document).decision, Decision::Choose(TopologyKind::Sequential), "advice changes no verdict");
    let found = finding(&document, "ordering-key").expect("it fires");
    assert!(found.remedy.contains("50 partitions, as many as consumers and not one for each key."), "{}", found.remedy);
}

#[test]
fn as_many_partitions_as_keep_up_and_no_more_than_keys() {
    let mut document = steady();
    document.workload.arrivals = Arrivals::Constant { per_second: 5.0 };
    document.workload.consumer = Some(Consumer { workers: 1, key_count: 100, per_key_order: true });
    let found = finding(&document, "ordering-key").expect("it fires");
    // 5 requests a second of 600 ms keep 3 busy, 4 at 80 %.
    assert!(found.remedy.contains("4 partitions, as many as consumers"), "{}", found.remedy);
    document.workload.consumer = Some(Consumer { workers: 2, key_count: 2, per_key_order: true });
    let found = finding(&document, "ordering-key").expect("it fires");
    assert!(
        found.evidence.contains("The load asks for 4 consumers, and no more than one for each key"),
        "{}",
        found.evidence
    );
    assert!(found.remedy.contains("2 partitions, as many as there are keys; more consumers"), "{}", found.remedy);
    assert_eq!(found.input, "workload.consumer.key_count");
}

#[test]
fn throughput() {
    let mut document = steady();
    document.workload.arrivals = Arrivals::Constant { per_second: 5.0 };
    document.workload.consumer = Some(Consumer { workers: 1, key_count: 100, per_key_order: false });
    let evidence = "1 worker finishes 1.67 requests a second at 600 ms each in sequential, and 5 arrive.";
    check("throughput", &document, "workload.consumer.workers", evidence, |mended| {
        mended.workload.consumer = Some(Consumer { workers: 4, key_count: 100, per_key_order: false });
    });
    check("throughput", &document, "workload.consumer.workers", evidence, |mended| mended.workload.consumer = None);
    let found = finding(&document, "throughput").expect("it fires");
    assert_eq!((found.effect, found.plans.as_slice()), (Effect::Against, &[TopologyKind::Sequential][..]));
    assert!(found.remedy.starts_with("4 workers: they are then at most 80 % busy."), "{}", found.remedy);
    assert!(found.remedy.contains("the slowest of them, c, then needs 2 workers."), "{}", found.remedy);
    // With order per key there is no use for more workers than keys.
    document.workload.consumer = Some(Consumer { workers: 50, key_count: 2, per_key_order: true });
    let found = finding(&document, "throughput").expect("two keys are two workers");
    assert!(
        found.evidence.starts_with("2 of 50 workers, as many as there are keys, finish 3.33 requests a second"),
        "{}",
        found.evidence
    );
    assert!(found.remedy.contains("2 keys keep no more than that many busy"), "{}", found.remedy);
}
