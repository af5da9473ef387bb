//! Rules about retries under load, timeouts, and workers.

use decide::Decision;
use model::{Arrivals, Consumer, Latency, Retry, TopologyKind};

use super::{calm, check, decided, finding, steady};

#[test]
fn retry_storm() {
    let mut document = steady();
    document.workload.arrivals = Arrivals::Constant { per_second: 50.0 };
    document.steps[0].error_rate = 1.0.into();
    document.steps[0].retry = Some(Retry { max: 3, backoff_ms: 0.0, ..Retry::default() });
    let evidence =
        "4 attempts are made in sequential for each that is needed, in its worst ten seconds; more than 2.5.";
    check("retry-storm", &document, "steps[0].retry", evidence, |mended| mended.steps[0].error_rate = 0.0.into());
    check("retry-storm", &document, "steps[0].retry", evidence, |mended| mended.steps[0].retry = None);
    document.thresholds.insert("retry-storm".to_owned(), 4.0);
    assert_eq!(finding(&document, "retry-storm"), None);
}

#[test]
fn a_sender_can_make_a_storm_alone() {
    let mut document = steady();
    document.steps[0].error_rate = 1.0.into();
    document.delivery.caller_retries = 3;
    let found = finding(&document, "retry-storm").expect("every request is sent four times");
    assert_eq!(found.input, "delivery.caller_retries");
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
    document.steps[2].latency = Latency::lognormal(400.0, 1_200.0);
    let evidence =
        "a, b and c time out after 30,000 ms (the default), though their p99s range from 300 ms to 1,200 ms.";
    check("global-timeout", &document, "steps[0].timeout_ms", evidence, |mended| mended.steps[0].timeout_ms = 900.0);
    check("global-timeout", &document, "steps[0].timeout_ms", evidence, |mended| {
        mended.steps[2].latency = Latency::lognormal(100.0, 600.0);
    });
    document.thresholds.insert("global-timeout".to_owned(), 4.0);
    assert_eq!(finding(&document, "global-timeout"), None);
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
}

#[test]
fn throughput() {
    let mut document = steady();
    document.workload.arrivals = Arrivals::Constant { per_second: 5.0 };
    document.workload.consumer = Some(Consumer { workers: 1, key_count: 100, per_key_order: false });
    let evidence = "1 worker finishes 1.67 requests/s at 600 ms each in sequential, and 5 arrive.";
    check("throughput", &document, "workload.consumer.workers", evidence, |mended| {
        mended.workload.consumer = Some(Consumer { workers: 3, key_count: 100, per_key_order: false });
    });
    check("throughput", &document, "workload.consumer.workers", evidence, |mended| mended.workload.consumer = None);
    let found = finding(&document, "throughput").expect("it fires");
    assert!(found.remedy.starts_with("Shard by key over at least 3 workers"), "{}", found.remedy);
    assert!(found.remedy.contains("the slowest of which, c, then finishes 3.33 requests/s"), "{}", found.remedy);
    // With order per key there is no use for more workers than keys.
    document.workload.consumer = Some(Consumer { workers: 50, key_count: 2, per_key_order: true });
    let found = finding(&document, "throughput").expect("two keys are two workers");
    assert!(found.evidence.starts_with("2 workers finish 3.33 requests/s"), "{}", found.evidence);
}
