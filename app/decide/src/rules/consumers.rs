//! Workers that take requests from a queue: in which order, and how many.

use engine::report::WorkersReport;

use super::overload::{size_remedy, slots_for};
use crate::{
    change::Change,
    evidence::{Evidence, Plan},
    rule::{Effect, Finding, Rule},
    service_time::{mean_ms, slowdown},
    wording::{ms, number},
};

pub(super) static ORDERING_KEY: Rule = Rule {
    id: "ordering-key",
    name: "Order matters per key",
    effect: Effect::Advice,
    rationale: "A void must not overtake its charge: what belongs to one key is worked on by one consumer, in order.",
    reads: &["workload.consumer"],
    threshold: None,
    check: ordering,
    otherwise: None,
    signal: "A void before its charge, a cancellation before its order: right events in the wrong order.",
    recovery: "Replay the key's events in order from the log, into a state that is rebuilt from the start.",
};

/// A worker holds a request until the answer goes out, so the mean time that it is held is what one worker needs for one.
/// With order per key there is no use for more workers than keys. It is about chains: a fork is held for a shorter time.
pub(super) static THROUGHPUT: Rule = Rule {
    id: "throughput",
    name: "The workers are too few",
    effect: Effect::Against,
    rationale: "Where workers finish fewer requests than arrive, the queue grows for ever: it speaks against sequential in one worker.",
    reads: &["workload", "steps[].latency"],
    threshold: None,
    check: throughput,
    otherwise: None,
    signal: "The lag of the consumer grows steadily while its workers are always busy.",
    recovery: "Add partitions and workers by key before the queue's retention ends, then let them catch up.",
};

fn ordering(evidence: &Evidence<'_>) -> Option<Finding> {
    let consumer = evidence.document.workload.consumer.filter(|consumer| consumer.per_key_order)?;
    let keys = counted(consumer.key_count.into(), "key");
    // As many as keep up, where today's are too few, and never more than there are keys.
    let offered = evidence.chains().filter_map(|plan| plan.report.workers).map(|workers| workers.offered);
    let needed = slots_for(offered.fold(0.0, f64::max));
    let consumers = f64::from(consumer.workers).max(needed);
    let partitions = consumers.min(consumer.key_count.into());
    let as_many = if partitions < consumers {
        "as many as there are keys; more consumers have nothing to do"
    } else {
        "as many as consumers and not one for each key"
    };
    let few = if needed > f64::from(consumer.key_count) {
        format!(
            " The load asks for {}, and no more than one for each key can be busy: use finer keys.",
            counted(needed, "consumer")
        )
    } else {
        String::new()
    };
    Some(ORDERING_KEY.found(
        format!("Requests of one key are worked on in order, over {keys}.{few}"),
        format!(
            "Hash the correlation id to a partition, and give each partition one consumer: {}, {as_many}. Never change their number, or keys change places.",
            counted(partitions, "partition")
        ),
        if few.is_empty() { "workload.consumer.per_key_order" } else { "workload.consumer.key_count" },
        Vec::new(),
    ))
}

fn throughput(evidence: &Evidence<'_>) -> Option<Finding> {
    let document = evidence.document;
    let arrivals = document.workload.arrivals.per_second();
    let short: Vec<(Plan<'_>, WorkersReport)> = evidence
        .chains()
        .filter_map(|plan| Some((plan, plan.report.workers?)))
        .filter(|(_, workers)| workers.offered > f64::from(workers.workers))
        .collect();
    let (plan, workers) = short.last()?;
    let slow = |step: &model::Step| mean_ms(&step.latency) * slowdown(document) * step.taken_share;
    let slowest = document.steps.iter().max_by(|a, b| slow(a).total_cmp(&slow(b)))?;
    let (busy, all) =
        (workers.workers, document.workload.consumer.map_or(workers.workers, |consumer| consumer.workers));
    let few_keys = busy < all;
    let who = if few_keys {
        format!("{} of {}, as many as there are keys,", number(busy.into()), counted(all.into(), "worker"))
    } else {
        counted(busy.into(), "worker")
    };
    let finish = if busy == 1 { "finishes" } else { "finish" };
    let capacity = f64::from(workers.workers) * 1e3 / workers.held_ms.max(f64::MIN_POSITIVE);
    // Where the slowest step alone needs as many, nothing is gained.
    let needed = slots_for(arrivals * slow(slowest) / 1e3);
    let own = if document.steps.len() > 1 && needed < slots_for(workers.offered) {
        format!(
            " Or make each step a consumer of its own: the slowest of them, {}, then needs {}.",
            slowest.label(),
            counted(needed, "worker")
        )
    } else {
        String::new()
    };
    let found = THROUGHPUT.found(
        format!(
            "{who} {finish} {} requests a second at {} each in {}, and {} arrive.",
            number(capacity),
            ms(workers.held_ms),
            plan.kind().slug(),
            number(arrivals)
        ),
        format!("{}{own}", size_remedy(evidence, None, workers.offered)),
        if few_keys { "workload.consumer.key_count" } else { "workload.consumer.workers" },
        short.iter().map(|(plan, _)| plan.kind()).collect(),
    );
    Some(found.changing(vec![Change::Workers { workers: slots_for(workers.offered) as u32 }]))
}

/// So many of something: `1 key`, `1,200 keys`.
fn counted(count: f64, what: &str) -> String {
    if count == 1.0 { format!("1 {what}") } else { format!("{} {what}s", number(count)) }
}
