//! The inputs of a document that are varied, and the values that are tried.
//!
//! Left out are what happens to some requests only (surges, payloads, spikes, outages), undo latencies, the lifetime of
//! keys, redelivery, backoffs and protections: load, latencies, rates and pools move a verdict long before them. Answers
//! about maturity are the decision's, not the engine's.

use model::{Document, Effect, Latency, Quantity, Step, Unsure};

use crate::{inputs::Inputs, normal};

/// An input that is varied.
#[derive(Debug)]
pub(super) struct Input {
    /// Its path in the document.
    pub(super) path: String,
    pub(super) label: String,
    /// What follows a value, with the space before it.
    pub(super) unit: &'static str,
    pub(super) today: f64,
    /// Ascending, today's value among them.
    pub(super) grid: Vec<f64>,
    /// Whether there is nothing between two whole numbers.
    pub(super) whole: bool,
    /// Values that are no further apart than this are not told apart.
    pub(super) finest: f64,
    place: Place,
}

/// Where in the document it is.
#[derive(Clone, Copy, Debug)]
enum Place {
    Load,
    Budget,
    SlowTogether,
    Overhead,
    CallerRetries,
    CallerTimeout,
    Workers,
    Pool(usize),
    Step(usize, Field),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    /// The whole distribution, as a multiple of today's.
    Latency,
    /// The one number of a latency that the team is unsure of.
    Own,
    P99,
    Taken,
    AfterCommit,
    ErrorRate,
    PermanentErrorRate,
    NotProcessedRate,
    Timeout,
    Retries,
    Key,
    Undo,
}

const MULTIPLES: [f64; 7] = [0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0];
const RATES: [f64; 5] = [0.0, 0.001, 0.01, 0.05, 0.2];
const SHARES: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];
const FEW: [f64; 5] = [0.0, 1.0, 2.0, 3.0, 5.0];
/// Probabilities at which an uncertain input is tried.
const BELIEFS: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// The inputs of a checked document, in its order.
pub(super) fn of(document: &Document) -> Vec<Input> {
    let workload = &document.workload;
    let load = workload.arrivals.per_second();
    let budget = document.budget.target_ms;
    let mut all = vec![
        Input::new(Place::Budget, "budget.target_ms", "Budget", " ms").multiples(budget),
        Input::new(Place::CallerRetries, "delivery.caller_retries", "Caller retries", "")
            .around(f64::from(document.delivery.caller_retries), &FEW)
            .whole(),
        Input::new(Place::Overhead, "overhead_ms", "Fork and join overhead", " ms")
            .around(document.overhead_ms, &[0.0, 1.0, 5.0, 20.0, 100.0]),
        Input::new(Place::SlowTogether, "slow_together", "Slow together", "").around(document.slow_together, &SHARES),
        Input::new(Place::Load, "workload.arrivals.per_second", "Load", " per second").multiples(load),
    ];
    if let Some(timeout) = document.delivery.caller_timeout_ms {
        let path = "delivery.caller_timeout_ms";
        all.push(Input::new(Place::CallerTimeout, path, "Caller timeout", " ms").multiples(timeout));
    }
    if let Some(consumer) = workload.consumer {
        let path = "workload.consumer.workers";
        all.push(Input::new(Place::Workers, path, "Workers", "").whole_multiples(consumer.workers));
    }
    for (index, pool) in document.pools.iter().enumerate() {
        let label = format!("Size of {}", pool.label());
        let path = format!("pools[{index}].size");
        all.push(Input::new(Place::Pool(index), path, label, " slots").whole_multiples(pool.size));
    }
    for (index, step) in document.steps.iter().enumerate() {
        all.extend(of_step(index, step));
    }
    // A value that the document may not have is not tried.
    let alone = alone(document);
    for input in &mut all {
        let (grid, today) = (std::mem::take(&mut input.grid), input.today);
        let allowed = |value: &f64| *value == today || input.is_allowed(&alone, *value);
        input.grid = grid.into_iter().filter(allowed).collect();
    }
    all.retain(|input| input.grid.len() > 1);
    all
}

/// A document for each step that has no other one, and one without steps, which are quickly checked.
struct Alone {
    of_steps: Vec<Document>,
    without: Document,
}

fn alone(document: &Document) -> Alone {
    let mut without = Document::new("-");
    without.budget = document.budget;
    without.delivery = document.delivery;
    without.workload = document.workload.clone();
    without.pools = document.pools.clone();
    let of = |step: &Step| Document { steps: vec![step.clone()], ..without.clone() };
    Alone { of_steps: document.steps.iter().map(of).collect(), without }
}

fn of_step(index: usize, step: &Step) -> Vec<Input> {
    let new = |field: Field, name: &str, label: &str, unit: &'static str| {
        let place = Place::Step(index, field);
        Input::new(place, format!("steps[{index}].{name}"), format!("{}: {label}", step.label()), unit)
    };
    let rate = |field: Field, name: &str, label: &str, quantity: Quantity| {
        let input = new(field, name, label, "");
        match quantity {
            Quantity::Known(today) => input.around(today, &RATES),
            unsure => input.believed(unsure, Unsure::Rate),
        }
    };
    let mut all = vec![new(Field::Latency, "latency", "latency", " times today's").multiples(1.0)];
    let own = match &step.latency {
        Latency::Lognormal { p50_ms, .. } => Some(("latency.p50_ms", "median", *p50_ms)),
        Latency::Exponential { mean_ms } => Some(("latency.exponential_mean_ms", "mean", *mean_ms)),
        Latency::Constant { ms } => Some(("latency.constant_ms", "duration", *ms)),
        Latency::Percentiles(_) => None,
    };
    if let Some((name, label, quantity)) = own.filter(|(_, _, quantity)| !quantity.is_known()) {
        all.push(new(Field::Own, name, label, " ms").believed(quantity, Unsure::Duration));
    }
    if let Latency::Lognormal { p50_ms, p99_ms } = &step.latency {
        let input = new(Field::P99, "latency.p99_ms", "99th percentile", " ms");
        let p50 = Inputs::Medians.value("", *p50_ms, Unsure::Duration);
        all.push(match p99_ms {
            Quantity::Known(today) => input.multiples(*today),
            Quantity::Range { .. } => input.believed(*p99_ms, Unsure::Duration),
            Quantity::Unknown => input.believed(*p99_ms, Unsure::TailFactor).times(p50),
        });
    }
    for (field, name, label, quantity) in [
        (Field::ErrorRate, "error_rate", "error rate", step.error_rate),
        (Field::PermanentErrorRate, "permanent_error_rate", "declines", step.permanent_error_rate),
        (
            Field::NotProcessedRate,
            "accepted_not_processed_rate",
            "accepted, not processed",
            step.accepted_not_processed_rate,
        ),
    ] {
        all.push(rate(field, name, label, quantity));
    }
    all.push(new(Field::Taken, "taken_share", "share of requests that take it", "").around(step.taken_share, &SHARES));
    if step.effect == Effect::Write {
        let input = new(Field::AfterCommit, "error_after_commit_share", "errors after the write landed", "");
        all.push(input.around(step.error_after_commit_share, &SHARES));
    }
    all.push(new(Field::Timeout, "timeout_ms", "timeout", " ms").multiples(step.timeout_ms));
    let retries = step.retry.as_ref().map_or(0, |retry| retry.max);
    all.push(new(Field::Retries, "retry.max", "retries", "").around(f64::from(retries), &FEW).whole());
    if step.effect == Effect::Write {
        let switch = |on: bool| f64::from(u8::from(on));
        let off_and_on = [0.0, 1.0];
        let key = switch(step.idempotency.key);
        all.push(
            new(Field::Key, "idempotency.key", "idempotency key (0 off, 1 on)", "").around(key, &off_and_on).whole(),
        );
        let undo = switch(step.undo.available);
        all.push(new(Field::Undo, "undo.available", "undo (0 off, 1 on)", "").around(undo, &off_and_on).whole());
    }
    all
}

impl Input {
    fn new(place: Place, path: impl Into<String>, label: impl Into<String>, unit: &'static str) -> Self {
        let (path, label) = (path.into(), label.into());
        Input { path, label, unit, today: 0.0, grid: Vec::new(), whole: false, finest: 0.0, place }
    }

    fn multiples(self, today: f64) -> Self {
        let values: Vec<f64> = MULTIPLES.iter().map(|times| times * today).collect();
        self.around(today, &values)
    }

    /// Multiples of a count, rounded up.
    fn whole_multiples(self, today: u32) -> Self {
        let today = f64::from(today);
        self.around(today, &[0.25, 0.5, 2.0, 4.0].map(|times| libm::ceil(today * times))).whole()
    }

    /// These values and today's.
    fn around(mut self, today: f64, values: &[f64]) -> Self {
        self.today = today;
        self.grid = values.iter().copied().chain([today]).collect();
        self.settled()
    }

    /// What the team believes: the grid are quantiles of it, and today's value its median.
    fn believed(self, quantity: Quantity, unsure: Unsure) -> Self {
        let value = |p: f64| Inputs::At(normal::quantile(p)).value("", quantity, unsure);
        self.around(Inputs::Medians.value("", quantity, unsure), &BELIEFS.map(value))
    }

    fn times(mut self, factor: f64) -> Self {
        self.today *= factor;
        self.grid.iter_mut().for_each(|value| *value *= factor);
        self.settled()
    }

    fn whole(mut self) -> Self {
        self.whole = true;
        self
    }

    fn settled(mut self) -> Self {
        self.grid.sort_by(f64::total_cmp);
        self.grid.dedup();
        // A bracket that begins at zero is never narrow as a share: it ends at a fiftieth of the first step.
        self.finest = self.grid.iter().copied().find(|value| *value > 0.0).unwrap_or(0.0) / 50.0;
        self
    }

    /// Whether a document may have this value of the input.
    fn is_allowed(&self, alone: &Alone, value: f64) -> bool {
        let changed = match self.place {
            Place::Step(step, field) => {
                let mut changed = alone.of_steps[step].clone();
                set_in_step(&mut changed.steps[0], field, value);
                changed
            }
            _ => self.with(&alone.without, value),
        };
        changed.checked().is_ok()
    }

    /// The document with another value of this input.
    pub(super) fn with(&self, document: &Document, value: f64) -> Document {
        let mut changed = document.clone();
        match self.place {
            Place::Load => changed.workload.arrivals = document.workload.arrivals.at(value),
            Place::Budget => changed.budget.target_ms = value,
            Place::SlowTogether => changed.slow_together = value,
            Place::Overhead => changed.overhead_ms = value,
            Place::CallerRetries => changed.delivery.caller_retries = value as u32,
            Place::CallerTimeout => changed.delivery.caller_timeout_ms = Some(value),
            Place::Workers => {
                if let Some(consumer) = &mut changed.workload.consumer {
                    consumer.workers = value as u32;
                }
            }
            Place::Pool(pool) => changed.pools[pool].size = value as u32,
            Place::Step(step, field) => set_in_step(&mut changed.steps[step], field, value),
        }
        changed
    }
}

/// Gives a field of a step another value.
fn set_in_step(step: &mut Step, field: Field, value: f64) {
    let known = Quantity::Known(value);
    match field {
        Field::Latency => step.latency = scaled(&step.latency, value),
        Field::Own => match &mut step.latency {
            Latency::Lognormal { p50_ms: own, .. }
            | Latency::Exponential { mean_ms: own }
            | Latency::Constant { ms: own } => *own = known,
            Latency::Percentiles(_) => {}
        },
        Field::Taken => step.taken_share = value,
        Field::AfterCommit => step.error_after_commit_share = value,
        Field::P99 => {
            if let Latency::Lognormal { p99_ms, .. } = &mut step.latency {
                *p99_ms = known;
            }
        }
        Field::ErrorRate => step.error_rate = known,
        Field::PermanentErrorRate => step.permanent_error_rate = known,
        Field::NotProcessedRate => step.accepted_not_processed_rate = known,
        Field::Timeout => step.timeout_ms = value,
        Field::Retries => {
            let retry = step.retry.take().unwrap_or_default();
            step.retry = Some(model::Retry { max: value as u32, ..retry });
        }
        Field::Key => step.idempotency.key = value > 0.0,
        Field::Undo => step.undo.available = value > 0.0,
    }
}

/// A latency that takes so many times as long.
fn scaled(latency: &Latency, times: f64) -> Latency {
    let scaled = |quantity: Quantity| match quantity {
        Quantity::Known(value) => Quantity::Known(value * times),
        Quantity::Range { low, high } => Quantity::Range { low: low * times, high: high * times },
        Quantity::Unknown => {
            let (low, high) = Unsure::Duration.unknown_range();
            Quantity::Range { low: low * times, high: high * times }
        }
    };
    match latency {
        // An unknown tail is a multiple of the median, and grows with it.
        Latency::Lognormal { p50_ms, p99_ms: Quantity::Unknown } => {
            Latency::Lognormal { p50_ms: scaled(*p50_ms), p99_ms: Quantity::Unknown }
        }
        Latency::Lognormal { p50_ms, p99_ms } => {
            Latency::Lognormal { p50_ms: scaled(*p50_ms), p99_ms: scaled(*p99_ms) }
        }
        Latency::Exponential { mean_ms } => Latency::Exponential { mean_ms: scaled(*mean_ms) },
        Latency::Constant { ms } => Latency::Constant { ms: scaled(*ms) },
        Latency::Percentiles(points) => {
            Latency::Percentiles(points.iter().map(|(percent, ms)| (*percent, ms * times)).collect())
        }
    }
}
