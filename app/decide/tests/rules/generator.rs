//! Documents made at random, but the same ones every time.

use decide::maturity::{QUESTIONS, set_answer};
use model::{
    Answer, Arrivals, Consistency, Consumer, DeliverySemantics, DependencyKind, Document, Effect, Join, JoinCount,
    Latency, OnTimeout, Outage, OutageMode, Pool, Quantity, Retry, Spike, Step, StepClass, StepKind, Wait, WhenFull,
};

use super::depends;

/// `SplitMix64`: small, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }

    fn once_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }
}

/// The document of that number.
pub(crate) fn document(number: u64) -> Document {
    let mut dice = Dice(number.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 0xdec1_de00);
    let dice = &mut dice;
    let mut document = Document::new(format!("Generated {number}"));
    document.state_owner = if dice.once_in(4) { None } else { Some("owner".to_owned()) };
    document.delivery.semantics = dice.of(&[
        DeliverySemantics::AtLeastOnce,
        DeliverySemantics::AtLeastOnce,
        DeliverySemantics::AtMostOnce,
        DeliverySemantics::EffectivelyOnce,
    ]);
    document.consistency = dice.of(&[
        Consistency::Compensate,
        Consistency::Compensate,
        Consistency::Eventual,
        Consistency::Eventual,
        Consistency::Undecided,
    ]);
    document.budget.target_ms = dice.of(&[60.0, 150.0, 400.0, 2_000.0]);
    document.workload.duration_s = 8.0;
    document.workload.arrivals = Arrivals::Poisson { per_second: dice.of(&[5.0, 10.0, 30.0]) };
    if dice.once_in(4) {
        document.workload.spike = Some(Spike { size: 10, at_s: 6.0 });
    }
    if dice.once_in(4) {
        let (workers, key_count) = (dice.of(&[1, 4, 20]), dice.of(&[1, 8, 100]));
        document.workload.consumer = Some(Consumer { workers, key_count, per_key_order: dice.once_in(2) });
    }
    for (id, size) in [("lock", 1), ("db", 3)] {
        let when_full = dice.of(&[WhenFull::Queue, WhenFull::Queue, WhenFull::Reject]);
        document.pools.push(Pool { id: id.to_owned(), name: String::new(), size, when_full, queue_limit: None });
    }
    let steps = 1 + dice.below(6) as usize;
    for place in 0..steps {
        let step = step(dice, place);
        document.steps.push(step);
    }
    let in_a_row = dice.once_in(5);
    for to in 1..steps {
        if in_a_row || dice.once_in(2) {
            let from = if in_a_row { to - 1 } else { dice.below(to as u64) as usize };
            let kind = dice.of(&[DependencyKind::Strict, DependencyKind::Loose]);
            let kind = if in_a_row && to < 5 { DependencyKind::Strict } else { kind };
            document.dependencies.push(depends(&format!("s{from}"), &format!("s{to}"), kind));
        }
    }
    around(dice, &mut document);
    maturity(dice, &mut document);
    document.checked().unwrap_or_else(|problems| panic!("document {number}: {problems}"))
}

fn step(dice: &mut Dice, place: usize) -> Step {
    let median = dice.of(&[5.0, 20.0, 60.0]);
    let latency = match dice.below(4) {
        0 => Latency::Constant { ms: median.into() },
        1 => Latency::Exponential { mean_ms: median.into() },
        2 if dice.once_in(3) => Latency::Lognormal { p50_ms: median.into(), p99_ms: Quantity::Unknown },
        _ => Latency::lognormal(median, 4.0 * median),
    };
    let mut step = Step::new(format!("s{place}"), latency);
    step.name = dice.of(&["", "Notify customer", "Charge card", "Update cache"]).to_owned();
    step.kind = dice.of(&[StepKind::Service, StepKind::Database, StepKind::ThirdParty, StepKind::Auth]);
    step.class = dice.of(&[StepClass::Critical, StepClass::Critical, StepClass::Degradable, StepClass::FireAndForget]);
    step.effect = dice.of(&[Effect::None, Effect::Read, Effect::Write]);
    let data = dice.of(&["x", "y"]).to_owned();
    match step.effect {
        Effect::Write => step.writes = vec![data],
        Effect::Read => step.reads = vec![data],
        Effect::None => {}
    }
    step.cached_per_request = dice.once_in(4);
    step.undo.available = dice.once_in(2);
    step.idempotency.key = dice.once_in(2);
    step.idempotency.key_ttl_s = dice.of(&[0.1, 86_400.0]);
    step.error_rate = dice.of(&[0.0, 0.0, 0.02, 0.5]).into();
    step.accepted_not_processed_rate = dice.of(&[0.0, 0.0, 0.0, 0.05]).into();
    if dice.once_in(6) {
        step.budget_ms = Some(dice.of(&[10.0, 100.0]));
    }
    step.timeout_ms = dice.of(&[30.0, 500.0, 30_000.0]);
    if dice.once_in(2) {
        step.retry = Some(Retry { max: 1 + dice.below(4) as u32, backoff_ms: 10.0, ..Retry::default() });
    }
    for pool in ["lock", "db"] {
        if dice.once_in(3) {
            step.pools.push(pool.to_owned());
        }
    }
    step
}

/// What lies around the steps: deliveries, waits, outages, joins.
fn around(dice: &mut Dice, document: &mut Document) {
    if dice.once_in(3) {
        document.delivery.caller_retries = 1 + dice.below(2) as u32;
        document.delivery.caller_timeout_ms = Some(1_000.0);
    }
    if dice.once_in(3) {
        document.delivery.redeliveries = 1;
        document.delivery.redelivery_rate = 0.1;
        document.delivery.redelivery_delay_s = 1.0;
    }
    if dice.once_in(4) {
        for (from, to) in [("one", "two"), ("two", dice.of(&["one", "three"]))] {
            document.waits.push(Wait { from: from.to_owned(), to: to.to_owned(), because: String::new() });
        }
    }
    if dice.once_in(3) {
        let step = document.steps[dice.below(document.steps.len() as u64) as usize].id.clone();
        document.outages.push(Outage { step, from_s: 3.0, until_s: 6.0, mode: OutageMode::Refuses });
        if dice.once_in(4) {
            storm(document);
        }
    }
    if dice.once_in(4) {
        document.joins.insert("default".to_owned(), Join { k: Some(JoinCount::Of(1)), ..Join::default() });
    }
}

/// Retries upon retries for one slot, which an outage sets off and nothing ends.
fn storm(document: &mut Document) {
    document.workload.duration_s = 40.0;
    document.workload.arrivals = Arrivals::Poisson { per_second: 10.0 };
    (document.workload.spike, document.workload.consumer) = (None, None);
    document.pools[0].when_full = WhenFull::Queue;
    let step = &mut document.steps[0];
    step.latency = Latency::Constant { ms: 70.0.into() };
    step.class = StepClass::Critical;
    step.error_rate = 0.0.into();
    step.pools = vec![document.pools[0].id.clone()];
    (step.timeout_ms, step.on_timeout) = (500.0, OnTimeout::RunsOn);
    step.retry = Some(Retry { max: 4, backoff_ms: 10.0, ..Retry::default() });
    document.outages = vec![Outage { step: step.id.clone(), from_s: 13.0, until_s: 16.0, mode: OutageMode::Hangs }];
    document.delivery.caller_retries = 2;
    document.delivery.caller_timeout_ms = Some(1_000.0);
}

/// A third of the teams has answered nothing, a third the best, the others anything.
fn maturity(dice: &mut Dice, document: &mut Document) {
    let mood = dice.below(3);
    if mood == 0 {
        return;
    }
    document.maturity.people = Some(dice.of(&[2, 9]));
    for question in &QUESTIONS {
        let answer = match mood {
            1 => Answer::Yes,
            _ => dice.of(&[Answer::Yes, Answer::Yes, Answer::Yes, Answer::Partly, Answer::No, Answer::DontKnow]),
        };
        if mood == 1 || !dice.once_in(4) {
            set_answer(&mut document.maturity, question.field, Some(answer));
        }
    }
}
