//! The fields of the Budget page.

use model::{Document, OnTimeout, Pool, Quantity, Retry, Step, WhenFull};

use crate::steps::{
    cells::{read_percentiles, show_percentiles},
    fields::{Field, Kind, YES_NO, read_number},
};

/// The columns of a step.
pub(super) fn of_step(place: usize, step: &Step) -> Vec<Field> {
    let path = |field: &str| format!("steps[{place}].{field}");
    let retry = step.retry.clone().unwrap_or_default();
    vec![
        Field::new(
            path("latency"),
            "Service time",
            "Median and 99th percentile, without queueing; or as many measured percentiles as there are: p50 20, p90 45, p99 120.",
            Kind::Text,
            show_percentiles(&step.latency),
            move |document, text| {
                let latency = read_percentiles(text)?;
                if let Some(step) = document.steps.get_mut(place) {
                    step.latency = latency;
                }
                Ok(())
            },
        ),
        Field::text(
            path("measured"),
            "Measured",
            "Where, and on how much; empty for an estimate.",
            &step.measured,
            move |document| Some(&mut document.steps.get_mut(place)?.measured),
        ),
        Field::share(
            path("error_rate"),
            "Errors",
            "Attempts that fail and may be tried again.",
            step.error_rate,
            move |document| Some(&mut document.steps.get_mut(place)?.error_rate),
        ),
        Field::share(
            path("permanent_error_rate"),
            "Declined",
            "Attempts that are declined: no retry helps.",
            step.permanent_error_rate,
            move |document| Some(&mut document.steps.get_mut(place)?.permanent_error_rate),
        ),
        Field::known_share(
            path("error_after_commit_share"),
            "Of errors, after commit",
            "Errors after which the write has landed all the same.",
            step.error_after_commit_share,
            move |document| Some(&mut document.steps.get_mut(place)?.error_after_commit_share),
        ),
        Field::share(
            path("accepted_not_processed_rate"),
            "Accepted, never processed",
            "Attempts that are answered with a yes and then forgotten.",
            step.accepted_not_processed_rate,
            move |document| Some(&mut document.steps.get_mut(place)?.accepted_not_processed_rate),
        ),
        Field::number(
            path("timeout_ms"),
            "Timeout, ms",
            "Counted from when a slot is asked for.",
            step.timeout_ms,
            move |document| Some(&mut document.steps.get_mut(place)?.timeout_ms),
        ),
        Field::new(
            path("budget_ms"),
            "Own budget, ms",
            "What this step may take, waiting and retries included; empty where only the whole counts.",
            Kind::Text,
            step.budget_ms.map(|ms| ms.to_string()).unwrap_or_default(),
            move |document, text| {
                let budget = if text.trim().is_empty() { None } else { Some(read_number(text)?) };
                if let Some(step) = document.steps.get_mut(place) {
                    step.budget_ms = budget;
                }
                Ok(())
            },
        ),
        Field::choice(
            path("on_timeout"),
            "After it",
            "Whether the callee stops when its caller no longer waits.",
            &[("cancel", "the callee stops"), ("runs_on", "it runs on")],
            &step.on_timeout,
            move |document| -> Option<&mut OnTimeout> { Some(&mut document.steps.get_mut(place)?.on_timeout) },
        ),
        Field::count(
            path("retry.max"),
            "Retries",
            "How often an attempt is made again; empty for never.",
            step.retry.as_ref().map(|retry| retry.max),
            move |document, max| {
                if let Some(step) = document.steps.get_mut(place) {
                    step.retry =
                        max.filter(|max| *max > 0).map(|max| Retry { max, ..step.retry.take().unwrap_or_default() });
                }
            },
        ),
        Field::number(
            path("retry.backoff_ms"),
            "Backoff, ms",
            "Before the first retry; each further one waits longer by the factor.",
            retry.backoff_ms,
            move |document| Some(&mut document.steps.get_mut(place)?.retry.as_mut()?.backoff_ms),
        ),
        Field::known_share(
            path("taken_share"),
            "Taken by",
            "Share of requests that take this step at all.",
            step.taken_share,
            move |document| Some(&mut document.steps.get_mut(place)?.taken_share),
        ),
        Field::list(
            path("pools"),
            "Pools",
            "Names of pools from the table below, separated by commas.",
            &step.pools,
            move |document| Some(&mut document.steps.get_mut(place)?.pools),
        ),
    ]
}

/// The columns of a pool; the place after the last is for a new one.
pub(super) fn of_pool(document: &Document, place: usize) -> Vec<Field> {
    let path = |field: &str| format!("pools[{place}].{field}");
    let pool = document.pools.get(place);
    let size = pool.map(|pool| pool.size);
    let limit = pool.and_then(|pool| pool.queue_limit);
    let when_full = pool.map(|pool| pool.when_full).unwrap_or_default();
    vec![
        Field::new(
            path("name"),
            "Pool",
            "What people call it.",
            Kind::Text,
            pool.map(|pool| pool.label().to_owned()).unwrap_or_default(),
            move |document, name| {
                let name = name.trim();
                if place == document.pools.len() && !name.is_empty() {
                    let id = free_pool_id(document, name);
                    document.pools.push(Pool {
                        id,
                        name: name.to_owned(),
                        size: 10,
                        when_full: WhenFull::Queue,
                        queue_limit: None,
                    });
                } else if let Some(pool) = document.pools.get_mut(place) {
                    name.clone_into(&mut pool.name);
                }
                Ok(())
            },
        ),
        Field::count(path("size"), "Slots", "How many at once.", size, move |document, size| {
            if let (Some(pool), Some(size)) = (document.pools.get_mut(place), size) {
                pool.size = size;
            }
        }),
        Field::choice(
            path("when_full"),
            "When full",
            "Whether callers wait or are turned away.",
            &[("queue", "callers wait"), ("reject", "callers are turned away")],
            &when_full,
            move |document| Some(&mut document.pools.get_mut(place)?.when_full),
        ),
        Field::count(
            path("queue_limit"),
            "Queue limit",
            "How many may wait; empty for no limit.",
            limit,
            move |document, limit| {
                if let Some(pool) = document.pools.get_mut(place) {
                    pool.queue_limit = limit;
                }
            },
        ),
    ]
}

/// An id made from a name, that no other pool has.
fn free_pool_id(document: &Document, name: &str) -> String {
    let slug = crate::steps::slug(name, "pool");
    let taken = |id: &str| document.pool_index(id).is_some();
    (1..).map(|n| if n == 1 { slug.clone() } else { format!("{slug}-{n}") }).find(|id| !taken(id)).unwrap_or_default()
}

/// What arrives, and what slows it down.
pub(super) fn workload(document: &Document) -> Vec<Field> {
    let workload = &document.workload;
    let field = |name: &str| format!("workload.{name}");
    let consumer = workload.consumer;
    vec![
        Field::number(
            field("arrivals.per_second"),
            "Requests a second",
            "On an ordinary busy day.",
            workload.arrivals.per_second(),
            |document| match &mut document.workload.arrivals {
                model::Arrivals::Poisson { per_second } | model::Arrivals::Constant { per_second } => Some(per_second),
            },
        ),
        Field::number(
            field("duration_s"),
            "Simulated for, s",
            "How long requests arrive.",
            workload.duration_s,
            |document| Some(&mut document.workload.duration_s),
        ),
        Field::count(
            field("consumer.workers"),
            "Workers",
            "Where requests come from a queue: how many take them. Empty: each request starts at once.",
            consumer.map(|consumer| consumer.workers),
            |document, workers| {
                let before = document.workload.consumer.unwrap_or(model::Consumer {
                    workers: 1,
                    key_count: 1,
                    per_key_order: false,
                });
                document.workload.consumer = workers.map(|workers| model::Consumer { workers, ..before });
            },
        ),
        Field::count(
            field("consumer.key_count"),
            "Keys",
            "How many different keys requests have.",
            consumer.map(|consumer| consumer.key_count),
            |document, keys| {
                if let (Some(consumer), Some(keys)) = (&mut document.workload.consumer, keys) {
                    consumer.key_count = keys;
                }
            },
        ),
        Field::flag(
            field("consumer.per_key_order"),
            "Order per key matters",
            "A void must not overtake its charge.",
            consumer.is_some_and(|consumer| consumer.per_key_order),
            |document| Some(&mut document.workload.consumer.as_mut()?.per_key_order),
        ),
        Field::number(
            "overhead_ms".to_owned(),
            "A fork or a join costs, ms",
            "What a coordinator adds each time.",
            document.overhead_ms,
            |document| Some(&mut document.overhead_ms),
        ),
        Field::known_share(
            "slow_together".to_owned(),
            "Steps slow together",
            "0 % when each is slow by its own luck, 100 % when one cause slows all.",
            document.slow_together,
            |document| Some(&mut document.slow_together),
        ),
    ]
}

/// Who sends a request again.
pub(super) fn caller(document: &Document) -> Vec<Field> {
    let delivery = &document.delivery;
    let field = |name: &str| format!("delivery.{name}");
    let timeout = delivery.caller_timeout_ms.map(|ms| ms.to_string()).unwrap_or_default();
    vec![
        Field::new(
            field("caller_timeout_ms"),
            "Caller's timeout, ms",
            "After which it gives up waiting; empty for never.",
            Kind::Text,
            timeout,
            |document, text| {
                document.delivery.caller_timeout_ms = match text.trim() {
                    "" => None,
                    text => match crate::steps::cells::read_ms(text)? {
                        Quantity::Known(ms) => Some(ms),
                        Quantity::Range { .. } | Quantity::Unknown => {
                            return Err("A timeout is a single number, like 5000 ms.".to_owned());
                        }
                    },
                };
                Ok(())
            },
        ),
        Field::count(
            field("caller_retries"),
            "Caller's retries",
            "How often it sends the whole request again.",
            Some(delivery.caller_retries),
            |document, retries| {
                document.delivery.caller_retries = retries.unwrap_or_default();
            },
        ),
        Field::number(
            field("caller_backoff_ms"),
            "Caller's backoff, ms",
            "How long it waits before each.",
            delivery.caller_backoff_ms,
            |document| Some(&mut document.delivery.caller_backoff_ms),
        ),
        Field::known_share(
            field("redelivery_rate"),
            "Delivered twice",
            "Share of requests that the broker delivers again.",
            delivery.redelivery_rate,
            |document| Some(&mut document.delivery.redelivery_rate),
        ),
        Field::count(
            field("redeliveries"),
            "At most so often again",
            "The most redeliveries of one request.",
            Some(delivery.redeliveries),
            |document, most| {
                document.delivery.redeliveries = most.unwrap_or_default();
            },
        ),
        Field::number(
            field("redelivery_delay_s"),
            "Redelivered after, s",
            "The visibility timeout.",
            delivery.redelivery_delay_s,
            |document| Some(&mut document.delivery.redelivery_delay_s),
        ),
    ]
}

/// What limits the damage.
pub(super) fn protections(document: &Document) -> Vec<Field> {
    let protections = &document.protections;
    let field = |name: &str| format!("protections.{name}");
    let on = |is: bool| if is { "yes" } else { "no" }.to_owned();
    vec![
        Field::new(
            field("breaker"),
            "Circuit breaker",
            "Opens for 30 s when more than half of the last 100 calls to a service failed.",
            YES_NO,
            on(protections.breaker.is_some()),
            |document, word| {
                document.protections.breaker = (word == "yes").then(Default::default);
                Ok(())
            },
        ),
        Field::new(
            field("retry_budget"),
            "Shared retry budget",
            "One retry for ten first attempts, over all steps together.",
            YES_NO,
            on(protections.retry_budget.is_some()),
            |document, word| {
                document.protections.retry_budget = (word == "yes").then(Default::default);
                Ok(())
            },
        ),
        Field::count(
            field("concurrency_cap"),
            "Attempts at once, at most",
            "Over all steps; empty for no cap.",
            protections.concurrency_cap,
            |document, cap| document.protections.concurrency_cap = cap,
        ),
        Field::count(
            field("retry_cap"),
            "Retries at once, at most",
            "Over all steps; empty for no cap.",
            protections.retry_cap,
            |document, cap| document.protections.retry_cap = cap,
        ),
    ]
}
