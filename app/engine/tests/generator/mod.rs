//! Models made at random, but the same ones every time: each number of the sequence gives one document.

use model::{
    Arrivals, Breaker, Consistency, Consumer, Custom, Dependency, DependencyKind, Document, Effect, Jitter, Join,
    JoinCount, Latency, OnTimeout, Outage, OutageMode, Payload, Pool, Quantity, Retry, RetryBudget, SiblingPolicy,
    Spike, Step, StepClass, Surge, TopologyKind, WhenFull,
    range::{DELAY_S, SPAN_MS},
};

/// `SplitMix64`: small, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number below `n`.
    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn share(&mut self) -> f64 {
        self.below(1 << 20) as f64 / (1u64 << 20) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.share()
    }

    /// True once in `n` times, on average.
    fn once_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    /// True in a good third of all cases: every feature must be in at least a fifth of the models.
    fn often(&mut self) -> bool {
        self.below(100) < 36
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }
}

/// One model, and the topology in which it is to be run.
pub(crate) fn model(number: u64) -> (Document, TopologyKind) {
    let mut dice = Dice(number.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 0x1234_5678);
    let dice = &mut dice;
    let mut document = Document::new(format!("Generated {number}"));
    let steps = 2 + dice.below(6) as usize;
    document.budget.target_ms = dice.between(50.0, 2_000.0);
    workload(dice, &mut document, steps);
    pools(dice, &mut document);
    for place in 0..steps {
        let step = step(dice, &document, place, steps);
        document.steps.push(step);
    }
    dependencies(dice, &mut document);
    delivery(dice, &mut document);
    protections(dice, &mut document);
    joins(dice, &mut document);
    if dice.often() {
        document.slow_together = dice.share();
    }
    if dice.often() {
        document.overhead_ms = dice.between(0.0, 5.0);
    }
    if dice.once_in(20) {
        extreme(dice, &mut document);
    }
    let kind = dice.of(&[
        TopologyKind::Sequential,
        TopologyKind::Parallel,
        TopologyKind::Parallel,
        TopologyKind::Staged,
        TopologyKind::Custom,
        TopologyKind::Custom,
    ]);
    let document = document.checked().unwrap_or_else(|problems| panic!("model {number}: {problems}"));
    (document, kind)
}

fn workload(dice: &mut Dice, document: &mut Document, steps: usize) {
    let workload = &mut document.workload;
    let per_second = dice.of(&[5.0, 20.0, 50.0, 200.0]);
    workload.arrivals =
        if dice.once_in(4) { Arrivals::Constant { per_second } } else { Arrivals::Poisson { per_second } };
    // About a thousand attempts over five replications and more.
    workload.duration_s = dice.between(300.0, 600.0) / steps as f64 / per_second;
    if dice.often() {
        workload.warmup_s = workload.duration_s * dice.between(0.0, 0.5);
    }
    if dice.often() {
        workload.spike = Some(Spike { size: 1 + dice.below(40) as u32, at_s: workload.duration_s * dice.share() });
    }
    if dice.often() {
        let slowdown = dice.between(0.5, 4.0);
        workload.payloads = vec![
            Payload { name: "small".to_owned(), share: 0.75, slowdown: 1.0 },
            Payload { name: "large".to_owned(), share: 0.25, slowdown },
        ];
    }
    if dice.often() {
        workload.consumer = Some(Consumer {
            workers: 1 + dice.below(12) as u32,
            key_count: 1 + dice.below(30) as u32,
            per_key_order: dice.below(10) < 7,
        });
    }
}

fn pools(dice: &mut Dice, document: &mut Document) {
    for id in ["p", "q", "r"] {
        let when_full = if dice.once_in(3) { WhenFull::Reject } else { WhenFull::Queue };
        let queue_limit = dice.often().then(|| dice.below(12) as u32);
        document.pools.push(Pool {
            id: id.to_owned(),
            name: String::new(),
            size: 1 + dice.below(8) as u32,
            when_full,
            queue_limit,
        });
    }
}

fn latency(dice: &mut Dice) -> Latency {
    let median = dice.between(1.0, 120.0);
    match dice.below(5) {
        0 => Latency::Constant { ms: median.into() },
        1 => Latency::Exponential { mean_ms: median.into() },
        2 => Latency::Percentiles(vec![(50.0, median), (90.0, median * 2.0), (99.0, median * 5.0)]),
        3 => Latency::Lognormal {
            p50_ms: Quantity::Range { low: median, high: median * 1.5 },
            p99_ms: Quantity::Unknown,
        },
        _ => Latency::lognormal(median, median * dice.between(1.0, 12.0)),
    }
}

fn step(dice: &mut Dice, document: &Document, place: usize, steps: usize) -> Step {
    let mut step = Step::new(format!("s{place}"), latency(dice));
    step.service = dice.of(&["one", "two", "three"]).to_owned();
    if dice.often() {
        step.error_rate = dice.between(0.0, 0.4).into();
    }
    if dice.once_in(5) {
        step.permanent_error_rate = dice.between(0.0, 0.3).into();
    }
    if dice.once_in(5) {
        step.error_after_commit_share = dice.share();
    }
    if dice.once_in(6) {
        step.accepted_not_processed_rate = dice.between(0.0, 0.2).into();
    }
    step.timeout_ms = dice.of(&[20.0, 100.0, 500.0, 30_000.0]);
    if dice.often() {
        step.on_timeout = OnTimeout::RunsOn;
    }
    if dice.often() {
        step.retry = Some(Retry {
            max: 1 + dice.below(3) as u32,
            backoff_ms: dice.of(&[0.0, 10.0, 100.0]),
            factor: dice.of(&[1.0, 2.0]),
            cap_ms: 500.0,
            jitter: dice.of(&[Jitter::None, Jitter::Full]),
        });
    }
    step.effect = dice.of(&[Effect::Write, Effect::Write, Effect::Read, Effect::None]);
    let data = dice.of(&["x", "y", "z"]).to_owned();
    match step.effect {
        Effect::Write => step.writes = vec![data],
        Effect::Read => step.reads = vec![data],
        Effect::None => {}
    }
    if dice.often() {
        step.idempotency.key = true;
        step.idempotency.key_ttl_s = dice.of(&[0.05, 1.0, 86_400.0]);
    }
    if dice.often() {
        step.undo.available = true;
        step.undo.error_rate = dice.between(0.0, 0.3);
        if dice.once_in(2) {
            step.undo.latency = Some(latency(dice));
        }
    }
    step.class = dice.of(&[
        StepClass::Critical,
        StepClass::Critical,
        StepClass::Critical,
        StepClass::Degradable,
        StepClass::FireAndForget,
    ]);
    if dice.once_in(4) {
        step.taken_share = dice.share();
    }
    for pool in &document.pools {
        if dice.once_in(steps as u64) {
            step.pools.push(pool.id.clone());
        }
    }
    if dice.once_in(steps as u64) {
        step.surge = Some(Surge { pool: "p".to_owned(), above_share: dice.share(), factor: dice.between(1.0, 6.0) });
    }
    step
}

fn dependencies(dice: &mut Dice, document: &mut Document) {
    for to in 1..document.steps.len() {
        if dice.below(10) < 4 {
            let from = dice.below(to as u64) as usize;
            let kind = dice.of(&[DependencyKind::Strict, DependencyKind::Loose]);
            document.dependencies.push(Dependency {
                from: document.steps[from].id.clone(),
                to: document.steps[to].id.clone(),
                kind,
                because: String::new(),
            });
        }
    }
}

fn delivery(dice: &mut Dice, document: &mut Document) {
    if dice.often() {
        document.delivery.redelivery_rate = dice.between(0.0, 0.5);
        document.delivery.redelivery_delay_s = dice.of(&[0.0, 0.05, 1.0]);
        document.delivery.redeliveries = 1 + dice.below(2) as u32;
    }
    if dice.often() {
        document.delivery.caller_timeout_ms = Some(dice.of(&[30.0, 200.0, 2_000.0]));
    }
    if dice.often() {
        document.delivery.caller_retries = 1 + dice.below(2) as u32;
        document.delivery.caller_backoff_ms = dice.of(&[0.0, 20.0]);
    }
    document.consistency = dice.of(&[Consistency::Compensate, Consistency::Compensate, Consistency::Eventual]);
    for step in 0..document.steps.len() {
        if dice.once_in(5) {
            let from_s = document.workload.duration_s * dice.share();
            document.outages.push(Outage {
                step: document.steps[step].id.clone(),
                from_s,
                until_s: from_s + dice.between(0.01, document.workload.duration_s),
                mode: dice.of(&[OutageMode::Refuses, OutageMode::Hangs]),
            });
        }
    }
}

fn protections(dice: &mut Dice, document: &mut Document) {
    let protections = &mut document.protections;
    if dice.often() {
        protections.breaker = Some(Breaker {
            failure_share: dice.between(0.1, 0.9),
            window: 1 + dice.below(30) as u32,
            min_calls: 1 + dice.below(20) as u32,
            open_s: dice.between(0.0, 2.0),
            probes: 1 + dice.below(3) as u32,
        });
    }
    if dice.often() {
        protections.retry_budget = Some(RetryBudget { ratio: dice.between(0.0, 0.5), burst: dice.between(0.0, 10.0) });
    }
    if dice.often() {
        protections.concurrency_cap = Some(1 + dice.below(30) as u32);
    }
    if dice.often() {
        protections.retry_cap = Some(dice.below(6) as u32);
    }
}

fn joins(dice: &mut Dice, document: &mut Document) {
    let mut join = Join::default();
    if dice.often() {
        join.k = Some(JoinCount::Of(1 + dice.below(3) as u32));
    }
    if dice.often() {
        join.siblings = Some(SiblingPolicy::Cancel);
    }
    if dice.often() {
        join.fail_fast = Some(true);
    }
    document.joins.insert("default".to_owned(), join);
    // The team's own edges: strict ones, and some more, always from earlier steps to later ones.
    let mut custom = Custom::default();
    for to in 0..document.steps.len() {
        let id = document.steps[to].id.clone();
        let strict = document.dependencies.iter().filter(|d| d.kind == DependencyKind::Strict && d.to == id);
        let mut after: Vec<String> = strict.map(|dependency| dependency.from.clone()).collect();
        for from in 0..to {
            let from = document.steps[from].id.clone();
            if dice.once_in(3) && !after.contains(&from) {
                after.push(from);
            }
        }
        custom.after.insert(id, after);
    }
    let waited_for = |id: &String| custom.after.values().any(|after| after.contains(id));
    let free = document.steps.iter().map(|step| step.id.clone()).filter(|id| !waited_for(id));
    custom.detached = free.filter(|_| dice.once_in(3)).collect();
    document.custom = Some(custom);
}

/// Numbers that are legal and that nobody would write.
fn extreme(dice: &mut Dice, document: &mut Document) {
    let step = dice.below(document.steps.len() as u64) as usize;
    let step = &mut document.steps[step];
    match dice.below(8) {
        0 => step.latency = Latency::Constant { ms: 0.0.into() },
        1 => step.latency = Latency::Constant { ms: SPAN_MS.most.into() },
        2 => step.latency = Latency::lognormal(SPAN_MS.least, SPAN_MS.most),
        3 => step.timeout_ms = SPAN_MS.least,
        4 => {
            step.error_rate = 1.0.into();
            step.permanent_error_rate = 0.0.into();
            step.retry = Some(Retry { max: 20, backoff_ms: 0.0, factor: 0.0, cap_ms: 0.0, jitter: Jitter::None });
        }
        5 => step.taken_share = 0.0,
        6 => document.overhead_ms = SPAN_MS.most,
        _ => {
            document.delivery.redelivery_rate = 1.0;
            document.delivery.redelivery_delay_s = DELAY_S.most;
            document.delivery.redeliveries = 3;
        }
    }
}
