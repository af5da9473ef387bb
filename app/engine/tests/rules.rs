//! The rules of what happens to one request, each on a pipeline so small that its figures can be worked out by hand.

mod small;

use std::collections::BTreeMap;

use engine::report::TopologyReport;
use model::{
    Arrivals, Breaker, Consistency, Consumer, Custom, Dependency, DependencyKind, Document, Effect, Idempotency,
    Jitter, Join, JoinCount, Latency, OnTimeout, Outage, OutageMode, Pool, Retry, RetryBudget, SiblingPolicy, Spike,
    Step, StepClass, Surge, TopologyKind, Undo, WhenFull,
};

use small::{run, sequential};

/// A request a second for ten seconds: eleven would be one too many, as arrivals stop at the end.
fn pipeline(steps: Vec<Step>) -> Document {
    let mut document = Document::new("small");
    document.workload.arrivals = Arrivals::Constant { per_second: 1.0 };
    document.workload.duration_s = 10.5;
    document.steps = steps;
    document
}

/// So many requests at one moment, and no others.
fn burst(size: u32, steps: Vec<Step>) -> Document {
    let mut document = pipeline(steps);
    document.workload.arrivals = Arrivals::Constant { per_second: 0.01 };
    document.workload.spike = Some(Spike { size, at_s: 1.0 });
    document
}

fn step(id: &str, ms: f64) -> Step {
    Step::new(id, Latency::Constant { ms: ms.into() })
}

fn failing(mut step: Step) -> Step {
    step.error_rate = 1.0.into();
    step
}

fn writing(mut step: Step, undo: bool) -> Step {
    step.effect = Effect::Write;
    step.undo = Undo { available: undo, latency: Some(Latency::Constant { ms: 1.0.into() }), error_rate: 0.0 };
    step
}

fn retried(mut step: Step, max: u32) -> Step {
    step.retry = Some(Retry { max, backoff_ms: 10.0, factor: 2.0, cap_ms: 1_000.0, jitter: Jitter::None });
    step
}

fn pooled(mut document: Document, size: u32, when_full: WhenFull) -> Document {
    document.pools = vec![Pool { id: "pool".to_owned(), name: String::new(), size, when_full, queue_limit: None }];
    document.steps.iter_mut().for_each(|step| step.pools = vec!["pool".to_owned()]);
    document
}

fn parallel(document: &Document) -> TopologyReport {
    run(document, TopologyKind::Parallel)
}

#[track_caller]
fn close(found: Option<f64>, expected: f64) {
    let found = found.expect("there is a figure");
    assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
}

/// Of answered requests.
fn mean(topology: &TopologyReport) -> Option<f64> {
    topology.answered.mean.map(|figure| figure.value)
}

fn failure(topology: &TopologyReport) -> Option<f64> {
    topology.failure_latency.mean.map(|figure| figure.value)
}

#[test]
fn retries_sleep_longer_each_time_and_end() {
    let topology = sequential(&pipeline(vec![retried(failing(step("a", 5.0)), 2)]));
    close(failure(&topology), 5.0 + 10.0 + 5.0 + 20.0 + 5.0);
    assert_eq!((topology.amplification, topology.failed.value), (3.0, 1.0));
}

#[test]
fn a_decline_is_never_retried() {
    let mut declined = retried(step("a", 5.0), 2);
    declined.permanent_error_rate = 1.0.into();
    let topology = sequential(&pipeline(vec![declined]));
    close(mean(&topology), 5.0);
    assert_eq!((topology.amplification, topology.declined.value), (1.0, 1.0));
}

#[test]
fn a_timeout_counts_the_time_in_the_queue() {
    let mut slow = step("a", 100.0);
    slow.timeout_ms = 150.0;
    let topology = sequential(&pooled(burst(3, vec![slow]), 1, WhenFull::Queue));
    // The first is served, the second times out in service after 50 ms of it, the third then starts and ends at 250.
    assert_eq!((topology.counts.timeouts, topology.failed.count), (2 * 5, 2 * 5));
    close(mean(&topology), 100.0);
    close(failure(&topology), 150.0);
}

#[test]
fn a_timed_out_attempt_that_runs_on_keeps_its_slot_and_commits_unseen() {
    let mut slow = writing(step("a", 100.0), false);
    slow.timeout_ms = 30.0;
    slow.on_timeout = OnTimeout::RunsOn;
    let document = pooled(pipeline(vec![slow]), 1, WhenFull::Queue);
    let topology = sequential(&document);
    close(failure(&topology), 30.0);
    assert_eq!((topology.outcomes.orphaned.value, topology.counts.orphans), (1.0, topology.requests));
    let mut cancelled = document;
    cancelled.steps[0].on_timeout = OnTimeout::Cancel;
    assert_eq!(sequential(&cancelled).outcomes.failed_clean.value, 1.0);
}

#[test]
fn a_full_pool_that_rejects_fails_the_attempt_in_no_time() {
    let topology = sequential(&pooled(burst(3, vec![step("a", 100.0)]), 1, WhenFull::Reject));
    assert_eq!((topology.failed.count, topology.counts.attempts), (2 * 5, 3 * 5));
    close(failure(&topology), 0.0);
}

#[test]
fn an_outage_refuses_after_five_milliseconds_or_hangs() {
    let mut document = pipeline(vec![step("a", 20.0)]);
    document.outages = vec![Outage { step: "a".to_owned(), from_s: 0.0, until_s: 100.0, mode: OutageMode::Refuses }];
    close(failure(&sequential(&document)), 5.0);
    document.outages[0].mode = OutageMode::Hangs;
    document.steps[0].timeout_ms = 300.0;
    let topology = sequential(&document);
    close(failure(&topology), 300.0);
    assert_eq!(topology.counts.timeouts, topology.requests);
    // The outage ends 200 ms after each arrival's whole second: that is before the timeout.
    document.outages[0] = Outage { step: "a".to_owned(), from_s: 0.9, until_s: 1.2, mode: OutageMode::Hangs };
    let topology = sequential(&document);
    close(failure(&topology), 200.0);
    assert_eq!((topology.failed.count, topology.counts.timeouts), (5, 0));
}

#[test]
fn a_surge_multiplies_service_that_starts_while_the_pool_is_busy() {
    let mut document = pooled(burst(2, vec![step("a", 100.0)]), 2, WhenFull::Queue);
    document.steps[0].surge = Some(Surge { pool: "pool".to_owned(), above_share: 0.5, factor: 3.0 });
    // The first starts with half of the slots taken, which is not above; the second with all.
    close(mean(&sequential(&document)), (100.0 + 300.0) / 2.0);
}

#[test]
fn a_coordinator_undoes_what_it_knows_of() {
    let mut document = pipeline(vec![writing(step("a", 10.0), true), failing(step("b", 10.0))]);
    document.consistency = Consistency::Compensate;
    let topology = sequential(&document);
    assert_eq!((topology.outcomes.compensated.value, topology.counts.undo_calls), (1.0, topology.requests));
    close(failure(&topology), 20.0);
    document.steps[0].undo.available = false;
    assert_eq!(sequential(&document).outcomes.orphaned.value, 1.0);
    document.consistency = Consistency::Eventual;
    assert_eq!(sequential(&document).counts.undo_calls, 0);
}

#[test]
fn a_write_that_landed_behind_an_error_is_not_known_and_stays() {
    let mut document = pipeline(vec![failing(writing(step("a", 10.0), true))]);
    document.steps[0].error_after_commit_share = 1.0;
    document.consistency = Consistency::Compensate;
    let topology = sequential(&document);
    assert_eq!((topology.outcomes.orphaned.value, topology.counts.undo_calls), (1.0, 0));
}

#[test]
fn keys_absorb_duplicates_until_they_are_forgotten() {
    let mut document = pipeline(vec![writing(step("a", 10.0), false)]);
    document.delivery.redelivery_rate = 1.0;
    document.delivery.redeliveries = 1;
    document.delivery.redelivery_delay_s = 5.0;
    assert_eq!(sequential(&document).duplicated.value, 1.0);
    document.steps[0].idempotency = Idempotency { key: true, key_ttl_s: 60.0 };
    assert_eq!(sequential(&document).duplicated.count, 0);
    document.steps[0].idempotency.key_ttl_s = 1.0;
    assert_eq!(sequential(&document).duplicated.value, 1.0);
}

#[test]
fn a_second_attempt_under_a_key_waits_for_the_first_and_shares_its_result() {
    let mut document = pipeline(vec![writing(step("a", 100.0), false)]);
    document.steps[0].idempotency.key = true;
    document.delivery.caller_timeout_ms = Some(30.0);
    document.delivery.caller_retries = 1;
    let topology = sequential(&document);
    // Sent again at 30 ms; both deliveries end at 100 ms, after the callers' patience of 30 ms each.
    assert_eq!((topology.duplicated.count, topology.unanswered.value), (0, 1.0));
    assert_eq!(topology.counts.attempts, 2 * topology.requests);
}

#[test]
fn an_answer_that_comes_too_late_leaves_the_request_complete_and_unanswered() {
    let mut document = pipeline(vec![step("a", 100.0)]);
    document.delivery.caller_timeout_ms = Some(50.0);
    let topology = sequential(&document);
    assert_eq!((topology.outcomes.complete.value, topology.unanswered.value), (1.0, 1.0));
    assert_eq!(topology.over_budget.value, 1.0);
    close(failure(&topology), 50.0);
}

#[test]
fn a_caller_sends_the_whole_request_again() {
    let mut document = pipeline(vec![writing(step("a", 10.0), false), failing(step("b", 10.0))]);
    document.delivery.caller_retries = 2;
    document.delivery.caller_backoff_ms = 5.0;
    let topology = sequential(&document);
    close(failure(&topology), 3.0 * 20.0 + 2.0 * 5.0);
    // Three commits of one step: one orphan to count as the work, two as duplicates.
    assert_eq!(topology.counts.duplicates, 2 * topology.requests);
    assert_eq!(topology.amplification, 3.0);
}

#[test]
fn siblings_of_a_failed_lane_run_on_or_are_cancelled() {
    let mut document = pipeline(vec![failing(step("a", 10.0)), writing(step("b", 100.0), true)]);
    let topology = parallel(&document);
    close(failure(&topology), 100.0);
    assert_eq!(topology.outcomes.orphaned.value, 1.0);
    document.joins.insert("default".to_owned(), Join { siblings: Some(SiblingPolicy::Cancel), ..Join::default() });
    let topology = parallel(&document);
    close(failure(&topology), 10.0);
    assert_eq!(topology.outcomes.failed_clean.value, 1.0);
}

#[test]
fn a_fail_fast_answer_does_not_wait_and_what_lands_later_is_still_undone() {
    let mut document = pipeline(vec![failing(step("a", 10.0)), writing(step("b", 100.0), true)]);
    document.joins.insert("default".to_owned(), Join { fail_fast: Some(true), ..Join::default() });
    let topology = parallel(&document);
    close(failure(&topology), 10.0);
    assert_eq!(topology.outcomes.orphaned.value, 1.0);
    document.consistency = Consistency::Compensate;
    assert_eq!(parallel(&document).outcomes.compensated.value, 1.0);
}

#[test]
fn degradable_and_fire_and_forget_steps_fail_no_request() {
    let mut document = pipeline(vec![failing(step("a", 10.0)), step("b", 20.0)]);
    document.steps[0].class = StepClass::Degradable;
    assert_eq!(sequential(&document).outcomes.degraded.value, 1.0);
    document.steps[0].class = StepClass::FireAndForget;
    let inline = sequential(&document);
    assert_eq!(inline.outcomes.complete.value, 1.0);
    close(mean(&inline), 30.0);
    let detached = parallel(&document);
    assert_eq!(detached.detached, ["a"]);
    close(mean(&detached), 20.0);
}

#[test]
fn commits_of_detached_steps_are_counted_apart() {
    let mut document = pipeline(vec![writing(step("note", 10.0), false), failing(step("b", 20.0))]);
    document.steps[0].class = StepClass::FireAndForget;
    let topology = parallel(&document);
    assert_eq!(topology.outcomes.failed_clean.value, 1.0);
    assert_eq!((topology.counts.orphans, topology.counts.detached_commits_of_failed), (0, topology.requests));
}

#[test]
fn accepted_and_never_processed_is_complete_to_the_caller_only() {
    let mut document = pipeline(vec![writing(step("a", 10.0), false)]);
    document.steps[0].accepted_not_processed_rate = 1.0.into();
    let topology = sequential(&document);
    assert_eq!((topology.outcomes.complete.value, topology.silently_incomplete.value), (1.0, 1.0));
}

#[test]
fn forks_and_joins_cost_their_overhead_each() {
    let mut document = pipeline(vec![step("a", 10.0), step("b", 10.0), step("c", 10.0)]);
    document.overhead_ms = 2.0;
    close(mean(&sequential(&document)), 30.0);
    // One fork before the lanes, one join in the answer.
    close(mean(&parallel(&document)), 14.0);
    document.custom = Some(Custom {
        after: BTreeMap::from([("c".to_owned(), vec!["a".to_owned(), "b".to_owned()])]),
        detached: Vec::new(),
    });
    // A fork, a join in c.
    close(mean(&run(&document, TopologyKind::Custom)), 24.0);
}

#[test]
fn a_worker_is_taken_until_the_answer_and_a_key_by_one_request_at_a_time() {
    let mut document = burst(3, vec![step("a", 100.0)]);
    document.workload.consumer = Some(Consumer { workers: 1, key_count: 1_000, per_key_order: false });
    close(mean(&sequential(&document)), 200.0);
    document.workload.consumer = Some(Consumer { workers: 3, key_count: 1_000_000, per_key_order: true });
    close(mean(&sequential(&document)), 100.0);
    document.workload.consumer = Some(Consumer { workers: 3, key_count: 1, per_key_order: true });
    close(mean(&sequential(&document)), 200.0);
}

#[test]
fn a_concurrency_cap_queues_what_is_beyond_it() {
    let mut document = burst(3, vec![step("a", 100.0)]);
    document.protections.concurrency_cap = Some(1);
    close(mean(&sequential(&document)), 200.0);
}

#[test]
fn a_retry_budget_and_a_retry_cap_fail_the_step_instead() {
    let mut document = pipeline(vec![retried(failing(step("a", 5.0)), 2)]);
    document.protections.retry_budget = Some(RetryBudget { ratio: 0.0, burst: 3.0 });
    // Three tokens in all: the first request takes two, the second one.
    assert_eq!(sequential(&document).counts.attempts, 5 * 10 + 5 * 3);
    document.protections.retry_budget = None;
    document.protections.retry_cap = Some(0);
    assert_eq!(sequential(&document).amplification, 1.0);
}

#[test]
fn an_open_breaker_refuses_at_once() {
    let mut document = pipeline(vec![failing(step("a", 5.0))]);
    document.protections.breaker =
        Some(Breaker { failure_share: 0.5, window: 4, min_calls: 2, open_s: 100.0, probes: 1 });
    let topology = sequential(&document);
    // Two requests are let through, the other eight refused in no time.
    close(failure(&topology), 2.0 * 5.0 / 10.0);
    assert_eq!(topology.steps[0].turned_away, 5 * 8);
}

#[test]
fn stale_reads_and_lost_updates_come_from_running_beside_each_other() {
    let mut document = pipeline(vec![writing(step("a", 50.0), true), step("b", 10.0), writing(step("c", 10.0), true)]);
    document.steps[0].writes = vec!["stock".to_owned()];
    document.steps[1].effect = Effect::Read;
    document.steps[1].reads = vec!["stock".to_owned()];
    document.steps[2].writes = vec!["stock".to_owned()];
    let chained = sequential(&document).counts;
    assert_eq!((chained.stale_reads, chained.lost_updates), (0, 0));
    let forked = parallel(&document);
    assert_eq!((forked.counts.stale_reads, forked.counts.lost_updates), (forked.requests, forked.requests));
    let staged = run(&document, TopologyKind::Staged).counts;
    assert_eq!((staged.stale_reads, staged.lost_updates), (0, 0));
}

#[test]
fn a_cached_read_answers_what_its_first_attempt_saw() {
    // Each request is delivered twice, and its second delivery reads what the first has written since.
    let mut document = pipeline(vec![step("look", 10.0), writing(step("pay", 10.0), false)]);
    document.steps[0].effect = Effect::Read;
    document.steps[0].reads = vec!["balance".to_owned()];
    document.steps[1].writes = vec!["Balance ".to_owned()];
    document.delivery.redelivery_rate = 1.0;
    document.delivery.redeliveries = 1;
    document.delivery.redelivery_delay_s = 5.0;
    assert_eq!(sequential(&document).counts.stale_from_cache, 0);
    document.steps[0].cached_per_request = true;
    let cached = sequential(&document);
    assert_eq!((cached.counts.stale_from_cache, cached.counts.stale_reads), (cached.requests, 0));
    assert_eq!(cached.harm.value, 1.0);
    // Under a key the repetition is the same call, and gets the same answer.
    document.steps[0].idempotency.key = true;
    assert_eq!(sequential(&document).counts.stale_from_cache, 0);
    // A read that then writes has written over its own answer.
    let mut alone = document.clone();
    alone.steps.remove(0);
    alone.steps[0].reads = vec!["balance".to_owned()];
    alone.steps[0].cached_per_request = true;
    let alone = sequential(&alone);
    assert_eq!(alone.counts.stale_from_cache, alone.requests);
}

#[test]
fn a_join_that_does_without_a_critical_write_is_silently_incomplete() {
    let steps = vec![failing(writing(step("a", 10.0), false)), step("b", 20.0), step("join", 5.0)];
    let mut document = custom(pipeline(steps), &[("join", &["a", "b"])]);
    document.joins.insert("join".to_owned(), k_of(1));
    let without = run(&document, TopologyKind::Custom);
    assert_eq!((without.outcomes.complete.value, without.silently_incomplete.value), (1.0, 1.0));
    assert_eq!(without.harm.value, 1.0);
    // A lane that only comes late has written all the same, and one that only reads leaves nothing out.
    document.steps[0].error_rate = 0.0.into();
    document.steps[0].latency = Latency::Constant { ms: 500.0.into() };
    assert_eq!(run(&document, TopologyKind::Custom).silently_incomplete.value, 0.0);
    document.steps[0] = failing(step("a", 10.0));
    assert_eq!(run(&document, TopologyKind::Custom).silently_incomplete.value, 0.0);
}

#[test]
fn the_critical_path_is_that_of_the_slowest_lane() {
    let topology = parallel(&pipeline(vec![step("a", 10.0), step("b", 30.0)]));
    let times: Vec<f64> = topology.steps.iter().map(|step| step.critical_ms).collect();
    assert_eq!(times, [0.0, 30.0]);
    // The faster lane idles until the slower one is there.
    assert_eq!(topology.idle_ms_per_request, 20.0);
}

#[test]
fn warm_up_is_simulated_and_not_counted() {
    let mut document = pipeline(vec![step("a", 10.0)]);
    document.workload.warmup_s = 5.5;
    assert_eq!(sequential(&document).requests, 5 * 5);
}

#[test]
fn utilisation_is_that_of_the_time_in_which_requests_arrive() {
    let mut document = pooled(pipeline(vec![step("a", 500.0)]), 1, WhenFull::Queue);
    document.workload.duration_s = 10.0;
    document.workload.warmup_s = 5.0;
    close(Some(sequential(&document).pools[0].utilisation), 0.5);
}

fn custom(mut document: Document, edges: &[(&str, &[&str])]) -> Document {
    let after = edges.iter().map(|(to, before)| ((*to).to_owned(), before.iter().map(|id| (*id).to_owned()).collect()));
    document.custom = Some(Custom { after: after.collect(), detached: Vec::new() });
    document
}

fn k_of(k: u32) -> Join {
    Join { k: Some(JoinCount::Of(k)), ..Join::default() }
}

#[test]
fn a_lane_of_several_steps_fails_as_one_and_its_join_bears_it() {
    let steps = vec![failing(step("a", 10.0)), step("b", 10.0), step("c", 20.0), step("join", 5.0)];
    let mut document = custom(pipeline(steps), &[("b", &["a"]), ("join", &["b", "c"])]);
    document.joins.insert("join".to_owned(), k_of(1));
    let topology = run(&document, TopologyKind::Custom);
    assert_eq!(topology.outcomes.complete.value, 1.0);
    close(mean(&topology), 25.0);
    // Where all lanes are needed, the policy is that of the join the lane leads to.
    document
        .joins
        .insert("join".to_owned(), Join { k: None, siblings: Some(SiblingPolicy::Cancel), fail_fast: Some(true) });
    document.steps[2] = step("c", 1_000.0);
    close(failure(&run(&document, TopologyKind::Custom)), 10.0);
}

#[test]
fn a_strict_dependency_holds_behind_a_join_that_does_without_it() {
    let steps = vec![step("a", 10.0), step("b", 100.0), step("join", 10.0), step("c", 10.0)];
    let mut document = custom(pipeline(steps), &[("join", &["a", "b"]), ("c", &["b", "join"])]);
    document.dependencies.push(Dependency {
        from: "b".to_owned(),
        to: "c".to_owned(),
        kind: DependencyKind::Strict,
        because: String::new(),
    });
    document.joins.insert("join".to_owned(), k_of(1));
    close(mean(&run(&document, TopologyKind::Custom)), 110.0);
    document.steps[1].error_rate = 1.0.into();
    close(failure(&run(&document, TopologyKind::Custom)), 100.0);
}

#[test]
fn a_later_delivery_that_did_the_work_mends_a_silent_gap() {
    let mut document = pipeline(vec![step("a", 10.0)]);
    document.workload.duration_s = 1_000.5;
    document.steps[0].accepted_not_processed_rate = 0.5.into();
    document.delivery.redelivery_rate = 1.0;
    document.delivery.redeliveries = 1;
    let silent = sequential(&document).silently_incomplete;
    assert!(silent.low < 0.25 && 0.25 < silent.high, "{silent:?}");
}

#[test]
fn at_the_same_moment_the_timeout_was_scheduled_first() {
    let mut document = pipeline(vec![step("a", 100.0)]);
    document.steps[0].timeout_ms = 100.0;
    assert_eq!(sequential(&document).failed.value, 1.0);
}
