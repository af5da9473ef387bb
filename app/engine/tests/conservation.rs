//! Conservation over many models: the engine asserts it after every run; here are the runs.

mod generator;

use std::collections::BTreeMap;

use engine::{FEWEST_REPLICATIONS, Settings, compare};
use model::{Document, OnTimeout, OutageMode, SiblingPolicy, StepClass, TopologyKind, WhenFull};

/// How many models are run, from the first: a twentieth of them unless everything is run in full. Each model's number is
/// the seed of all that is random in it.
fn models() -> u64 {
    if std::env::var_os("FORKLINE_FULL").is_some() { 10_000 } else { 500 }
}

/// The features that a model uses, by name.
fn features(document: &Document, kind: TopologyKind) -> Vec<&'static str> {
    let steps = || document.steps.iter();
    let join = document.joins["default"];
    let pool = |when: WhenFull| {
        document.pools.iter().any(|pool| pool.when_full == when && steps().any(|step| step.pools.contains(&pool.id)))
    };
    let forks = kind != TopologyKind::Sequential;
    [
        ("consumer", document.workload.consumer.is_some()),
        ("order per key", document.workload.consumer.is_some_and(|consumer| consumer.per_key_order)),
        ("spike", document.workload.spike.is_some()),
        ("payloads", !document.workload.payloads.is_empty()),
        ("warm-up", document.workload.warmup_s > 0.0),
        ("queueing pool", pool(WhenFull::Queue)),
        ("rejecting pool", pool(WhenFull::Reject)),
        ("surge", steps().any(|step| step.surge.is_some())),
        ("retries", steps().any(|step| step.retry.is_some())),
        ("runs on", steps().any(|step| step.on_timeout == OnTimeout::RunsOn && step.timeout_ms < 1_000.0)),
        ("key", steps().any(|step| step.idempotency.key)),
        ("undo", document.consistency == model::Consistency::Compensate && steps().any(|step| step.undo.available)),
        ("commit behind an error", steps().any(|step| step.error_after_commit_share > 0.0)),
        ("accepted, not processed", steps().any(|step| !step.accepted_not_processed_rate.eq(&0.0.into()))),
        ("declines", steps().any(|step| !step.permanent_error_rate.eq(&0.0.into()))),
        ("skipped steps", steps().any(|step| step.taken_share < 1.0)),
        ("degradable", steps().any(|step| step.class == StepClass::Degradable)),
        ("fire and forget", steps().any(|step| step.class == StepClass::FireAndForget)),
        ("redelivery", document.delivery.redeliveries > 0),
        ("caller timeout", document.delivery.caller_timeout_ms.is_some()),
        ("caller retries", document.delivery.caller_retries > 0),
        ("outage, refusing", document.outages.iter().any(|outage| outage.mode == OutageMode::Refuses)),
        ("outage, hanging", document.outages.iter().any(|outage| outage.mode == OutageMode::Hangs)),
        ("breaker", document.protections.breaker.is_some()),
        ("retry budget", document.protections.retry_budget.is_some()),
        ("concurrency cap", document.protections.concurrency_cap.is_some()),
        ("retry cap", document.protections.retry_cap.is_some()),
        ("k of n", forks && join.k.is_some()),
        ("cancelled siblings", forks && join.siblings == Some(SiblingPolicy::Cancel)),
        ("fail fast", forks && join.fail_fast == Some(true)),
        ("overhead", document.overhead_ms > 0.0),
        ("slow together", document.slow_together > 0.0),
    ]
    .into_iter()
    .filter(|(_, used)| *used)
    .map(|(name, _)| name)
    .collect()
}

#[test]
#[allow(clippy::print_stdout, reason = "the harness shows it where the test fails")]
fn every_model_settles_every_request_once() {
    let models = models();
    println!("models 0 to {models}");
    // Four threads at most: the machine of a check has two cores.
    let threads = std::thread::available_parallelism().map_or(2, usize::from).min(4) as u64;
    let results: Vec<(Vec<&'static str>, u64)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|worker| {
                scope.spawn(move || (worker..models).step_by(threads as usize).map(settle).collect::<Vec<_>>())
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no model makes the engine panic")).collect()
    });
    let mut used: BTreeMap<&str, u64> = BTreeMap::new();
    let mut attempts: Vec<u64> = Vec::new();
    for (features, made) in results {
        features.into_iter().for_each(|feature| *used.entry(feature).or_default() += 1);
        attempts.push(made);
    }
    attempts.sort_unstable();
    assert_eq!(used.len(), 32, "a feature is in no model: {used:?}");
    for (feature, count) in used {
        assert!(count * 5 >= models, "{feature} is in {count} of {models} models only");
    }
    assert!(attempts[attempts.len() / 2] >= 1_000, "median attempts: {}", attempts[attempts.len() / 2]);
}

/// Runs one model, and checks what can be checked from outside.
fn settle(number: u64) -> (Vec<&'static str>, u64) {
    let (document, kind) = generator::model(number);
    let settings = Settings { replications: FEWEST_REPLICATIONS, kinds: vec![kind], draws: 0, ..Settings::default() };
    let report = compare(&document, settings).unwrap_or_else(|reason| panic!("model {number}: {reason}"));
    let topology = &report.topologies[0];
    let outcomes: u64 = topology.outcomes.named().iter().map(|(_, _, share)| share.count).sum();
    assert!(report.cut_short || outcomes == topology.requests, "model {number}: {outcomes} outcomes");
    let by_step: u64 = topology.steps.iter().map(|step| step.attempts).sum();
    assert_eq!(by_step, topology.counts.attempts, "model {number}");
    let failed: u64 = topology.failed_by.iter().map(|failed| failed.share.count).sum();
    assert_eq!(failed, topology.failed.count, "model {number}: every failed request has a step that failed it");
    (features(&document, kind), topology.counts.attempts + topology.counts.undo_calls)
}
