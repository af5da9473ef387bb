//! Documents drawn at random, with everything that a document can hold.

use model::{
    Answer, Arrivals, Breaker, Consistency, Consumer, Dependency, DependencyKind, Document, Effect, Idempotency,
    Jitter, Join, JoinCount, Latency, OnTimeout, Outage, OutageMode, Payload, Pool, Quantity, Retry, RetryBudget,
    SiblingPolicy, Spike, Step, StepClass, StepKind, Surge, Undo, WhenFull,
};
use proptest::{collection::vec, option, prelude::*, sample::select};

fn text() -> impl Strategy<Value = String> {
    // Any text, with everything that JSON, Markdown and HTML find special.
    ".{0,24}"
}

fn quantity(low: f64, high: f64) -> impl Strategy<Value = Quantity> {
    prop_oneof![
        4 => (low..high).prop_map(Quantity::Known),
        1 => (low..high, 1.0..1.0 + high - low).prop_map(move |(a, b)| Quantity::Range { low: a, high: (a * b).clamp(a, high) }),
        1 => Just(Quantity::Unknown),
    ]
}

fn rate() -> impl Strategy<Value = Quantity> {
    quantity(1e-6, 0.4)
}

fn latency() -> impl Strategy<Value = Latency> {
    prop_oneof![
        (1e-3..1e4, 1.0..20.0).prop_map(|(p50, tail)| Latency::lognormal(p50, p50 * tail)),
        quantity(1e-3, 1e4).prop_map(|mean_ms| Latency::Exponential { mean_ms }),
        quantity(1e-3, 1e4).prop_map(|ms| Latency::Constant { ms }),
        (1.0..50.0, 1.0..49.0, 1e-3..1e3, 1.0..9.0)
            .prop_map(|(p, more, ms, slower)| Latency::Percentiles(vec![(p, ms), (p + more, ms * slower)])),
        Just(Latency::Lognormal { p50_ms: Quantity::Unknown, p99_ms: Quantity::Unknown }),
    ]
}

prop_compose! {
    fn retry()(max in 0..9u32, backoff_ms in 0.0..1e4, factor in 0.0..9.0, cap_ms in 0.0..1e5, full in any::<bool>()) -> Retry {
        Retry { max, backoff_ms, factor, cap_ms, jitter: if full { Jitter::Full } else { Jitter::None } }
    }
}

prop_compose! {
    fn step(id: String)(
        texts in (text(), text(), text(), text()),
        kind in select(vec![StepKind::Service, StepKind::Database, StepKind::Queue, StepKind::Log]),
        latency in latency(),
        surge in option::of((0.0..1.0, 0.1..9.0)),
        rates in (rate(), rate(), rate(), 0.0..=1.0, 0.0..=1.0),
        timeout_ms in 1e-3..1e6,
        runs_on in any::<bool>(),
        retry in option::of(retry()),
        effect in select(vec![Effect::None, Effect::Read, Effect::Write]),
        data in (vec(text(), 0..3), vec(text(), 0..3)),
        keys in (any::<bool>(), 1.0..1e6, any::<bool>(), option::of(latency()), 0.0..=1.0),
        class in select(vec![StepClass::Critical, StepClass::Degradable, StepClass::FireAndForget]),
        cached_per_request in any::<bool>(),
        pooled in any::<bool>(),
    ) -> Step {
        let mut step = Step::new(id.clone(), latency);
        (step.name, step.service, step.class_because, step.measured) = texts;
        step.kind = kind;
        step.surge = surge.map(|(above_share, factor)| Surge { pool: "pool".to_owned(), above_share, factor });
        (step.error_rate, step.permanent_error_rate, step.accepted_not_processed_rate) = (rates.0, rates.1, rates.2);
        (step.error_after_commit_share, step.taken_share) = (rates.3, rates.4);
        step.timeout_ms = timeout_ms;
        step.on_timeout = if runs_on { OnTimeout::RunsOn } else { OnTimeout::Cancel };
        step.retry = retry;
        step.effect = effect;
        (step.reads, step.writes) = data;
        step.idempotency = Idempotency { key: keys.0, key_ttl_s: keys.1 };
        step.undo = Undo { available: keys.2, latency: keys.3, error_rate: keys.4 };
        step.class = class;
        step.cached_per_request = cached_per_request;
        step.pools = if pooled { vec!["pool".to_owned()] } else { Vec::new() };
        step
    }
}

/// Strict dependencies lead forward, so that they close no circle; loose ones go anywhere.
fn dependencies(steps: usize) -> impl Strategy<Value = Vec<Dependency>> {
    vec((0..steps, 0..steps, any::<bool>(), text()), 0..2 * steps).prop_map(|drawn| {
        let mut seen = std::collections::BTreeSet::new();
        drawn
            .into_iter()
            .filter(|(from, to, strict, _)| from != to && (!strict || from < to) && seen.insert((*from, *to)))
            .map(|(from, to, strict, because)| Dependency {
                from: format!("s{from}"),
                to: format!("s{to}"),
                kind: if strict { DependencyKind::Strict } else { DependencyKind::Loose },
                because,
            })
            .collect()
    })
}

prop_compose! {
    /// A document that passes every check. Its steps are `s0`, `s1` and so on, its pool is `pool`.
    pub(crate) fn document()(count in 0..6usize)(
        steps in (0..count).map(|n| step(format!("s{n}"))).collect::<Vec<_>>(),
        dependencies in if count == 0 { Just(Vec::new()).boxed() } else { dependencies(count).boxed() },
        name in "[a-z]{1,9}.{0,20}",
        texts in (text(), vec(text(), 0..3), text(), option::of(text())),
        budget in (1e-3..1e6, 0.1..99.99, 0.0..1e5, option::of(1.0..1e6)),
        delivery in (0.0..=1.0, 0.0..1e4, 0..9u32, option::of(1e-3..1e6), 0..9u32, 0.0..1e5),
        consistency in select(vec![Consistency::Undecided, Consistency::Eventual, Consistency::Compensate]),
        arrivals in (any::<bool>(), 1e-3..1e4, 1.0..1e4, 0.0..0.99, option::of((0..999u32, 0.0..1.0))),
        consumer in option::of((1..99u32, 1..9999u32, any::<bool>())),
        bulk in option::of((text(), 0.0..=1.0, 0.1..9.0)),
        pool in (1..99u32, any::<bool>(), option::of(0..99u32)),
        outage in option::of((0.0..1e3, 1e-3..1e3, any::<bool>())),
        protections in (option::of((0.0..=1.0, 1..999u32, 1..99u32, 0.0..99.0, 1..9u32)), option::of((0.0..2.0, 0.0..99.0)), option::of(1..99u32), option::of(0..99u32)),
        join in (option::of(prop_oneof![Just(JoinCount::All), (1..5u32).prop_map(JoinCount::Of)]), option::of(any::<bool>()), option::of(any::<bool>())),
        answer in option::of(select(vec![Answer::Yes, Answer::Partly, Answer::No, Answer::DontKnow])),
        thresholds in proptest::collection::btree_map("[a-z-]{1,12}", 0.0..1e6, 0..3),
        numbers in (0.0..1e3, 0.0..=1.0),
    ) -> Document {
        let mut document = Document::new(name);
        document.question = texts.0;
        document.owners.deciders = texts.1;
        document.owners.on_call = texts.2;
        document.state_owner = texts.3;
        (document.budget.target_ms, document.budget.percentile, document.budget.tolerance_ms, document.budget.hard_limit_ms) = budget;
        (document.delivery.redelivery_rate, document.delivery.redelivery_delay_s, document.delivery.redeliveries) = (delivery.0, delivery.1, delivery.2);
        (document.delivery.caller_timeout_ms, document.delivery.caller_retries, document.delivery.caller_backoff_ms) = (delivery.3, delivery.4, delivery.5);
        document.consistency = consistency;
        (document.overhead_ms, document.slow_together) = numbers;
        let (poisson, per_second, duration_s, warmup, spike) = arrivals;
        document.workload.arrivals = if poisson { Arrivals::Poisson { per_second } } else { Arrivals::Constant { per_second } };
        document.workload.duration_s = duration_s;
        document.workload.warmup_s = duration_s * warmup;
        document.workload.spike = spike.map(|(size, at)| Spike { size, at_s: duration_s * at });
        document.workload.consumer = consumer.map(|(workers, key_count, per_key_order)| Consumer { workers, key_count, per_key_order });
        if let Some((name, share, slowdown)) = bulk {
            let rest = Payload { name: "rest".to_owned(), share: 1.0 - share, slowdown: 1.0 };
            document.workload.payloads = vec![rest, Payload { name, share, slowdown }];
        }
        document.pools = vec![Pool {
            id: "pool".to_owned(),
            name: String::new(),
            size: pool.0,
            when_full: if pool.1 { WhenFull::Reject } else { WhenFull::Queue },
            queue_limit: pool.2,
        }];
        document.steps = steps;
        document.dependencies = dependencies;
        if let (Some((from_s, length, hangs)), false) = (outage, document.steps.is_empty()) {
            let mode = if hangs { OutageMode::Hangs } else { OutageMode::Refuses };
            document.outages = vec![Outage { step: "s0".to_owned(), from_s, until_s: from_s + length, mode }];
        }
        document.protections.breaker = protections.0.map(|(failure_share, window, min_calls, open_s, probes)| Breaker { failure_share, window, min_calls, open_s, probes });
        document.protections.retry_budget = protections.1.map(|(ratio, burst)| RetryBudget { ratio, burst });
        (document.protections.concurrency_cap, document.protections.retry_cap) = (protections.2, protections.3);
        let siblings = join.1.map(|cancel| if cancel { SiblingPolicy::Cancel } else { SiblingPolicy::RunOn });
        document.joins.insert("default".to_owned(), Join { k: join.0, siblings, fail_fast: join.2 });
        document.maturity.traced = answer;
        document.thresholds = thresholds;
        document
    }
}
