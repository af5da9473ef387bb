//! Workers that take requests from a queue: in which order, and how many.

use crate::{
    evidence::Evidence,
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

/// Its effect is for parallel because there is none against sequential; it names no plan and decides nothing by itself:
/// the queue that grows is in the simulated latency. A worker holds a request until the answer goes out, so the chain's mean time is what one worker needs for one. The
/// document has no way to say that steps are consumers of their own; the remedy says what that would come to. With order
/// per key there is no use for more workers than keys.
pub(super) static THROUGHPUT: Rule = Rule {
    id: "throughput",
    name: "The workers are too few",
    effect: Effect::ForParallel,
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
    let keys = if consumer.key_count == 1 {
        "1 key".to_owned()
    } else {
        format!("{} keys", number(consumer.key_count.into()))
    };
    Some(ORDERING_KEY.found(
        format!("Requests of one key are worked on in order, over {keys}."),
        "One partition per key with one consumer; keep the number of partitions stable, or keys change places.",
        "workload.consumer.per_key_order",
        Vec::new(),
    ))
}

fn throughput(evidence: &Evidence<'_>) -> Option<Finding> {
    let document = evidence.document;
    let consumer = document.workload.consumer?;
    let workers = if consumer.per_key_order { consumer.workers.min(consumer.key_count) } else { consumer.workers };
    let arrivals = document.workload.arrivals.per_second();
    let mean: f64 = evidence.sequential()?.steps.iter().map(|step| step.critical_ms).sum();
    let capacity = f64::from(workers) * 1e3 / mean;
    if mean <= 0.0 || capacity >= arrivals {
        return None;
    }
    let slow = |step: &model::Step| mean_ms(&step.latency) * slowdown(document) * step.taken_share;
    let slowest = document.steps.iter().max_by(|a, b| slow(a).total_cmp(&slow(b)))?;
    let needed = (arrivals * mean / 1e3).ceil();
    let counted = if workers == 1 {
        "1 worker finishes".to_owned()
    } else {
        format!("{} workers finish", number(workers.into()))
    };
    Some(THROUGHPUT.found(
        format!(
            "{counted} {} requests/s at {} each in sequential, and {} arrive.",
            number(capacity),
            ms(mean),
            number(arrivals)
        ),
        format!(
            "Shard by key over at least {} workers; or make each step a consumer of its own, the slowest of which, {}, then finishes {} requests/s with one worker.",
            number(needed),
            slowest.label(),
            number(1e3 / slow(slowest).max(f64::MIN_POSITIVE))
        ),
        "workload.consumer.workers",
        Vec::new(),
    ))
}
