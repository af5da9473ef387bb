//! What a document that reads well must still satisfy.

use std::collections::BTreeSet;

use crate::{
    document::{Dependency, DependencyKind, Document},
    latency::Latency,
    policy::JoinCount,
    problem::Problem,
    quantity::Quantity,
    range::{self, Range},
    step::Step,
    topology::{self, Refusal},
};

/// A pipeline longer than this is several pipelines.
pub(crate) const MOST_STEPS: usize = 200;
/// Five dependencies a step, at the largest.
pub(crate) const MOST_DEPENDENCIES: usize = 1_000;
/// Longest name of anything \[characters\].
const LONGEST_NAME: usize = 200;
/// Longest free text \[characters\].
const LONGEST_TEXT: usize = 10_000;

/// Everything that is wrong with `document`.
pub(crate) fn problems(document: &Document) -> Vec<Problem> {
    let mut check = Check { problems: Vec::new(), ranges: true };
    check.document(document);
    check.problems
}

/// The same, but for numbers that are beyond their ranges: these are younger than documents are.
pub(crate) fn problems_but_for_ranges(document: &Document) -> Vec<Problem> {
    let mut check = Check { problems: Vec::new(), ranges: false };
    check.document(document);
    check.problems
}

struct Check {
    problems: Vec<Problem>,
    /// Whether numbers have to be in their ranges, or only above 0, or 0 where the range holds it.
    ranges: bool,
}

impl Check {
    fn problem(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.problems.push(Problem::new(path, message));
    }

    fn document(&mut self, document: &Document) {
        if document.name.trim().is_empty() {
            self.problem("name", "is empty; give the pipeline a name");
        }
        self.short("name", &document.name);
        self.text("question", &document.question);
        if let Some(owner) = &document.state_owner {
            self.short("state_owner", owner);
        }
        self.number("overhead_ms", document.overhead_ms, range::DELAY_MS);
        self.number("slow_together", document.slow_together, range::SHARE);
        self.budget(document);
        self.delivery(document);
        self.workload(document);
        self.pools(document);
        if document.steps.len() > MOST_STEPS {
            self.problem("steps", format!("{} steps; {MOST_STEPS} are the limit", document.steps.len()));
            return;
        }
        for (index, step) in document.steps.iter().enumerate() {
            self.step(document, index, step);
        }
        self.dependencies(document);
        self.outages(document);
        self.protections(document);
        self.joins(document);
        self.custom(document);
        if let Some(people) = document.maturity.people {
            self.count("maturity.people", people, range::COUNT);
        }
        for (id, threshold) in &document.thresholds {
            self.number(&format!("thresholds.{id}"), *threshold, range::THRESHOLD);
        }
    }

    fn budget(&mut self, document: &Document) {
        let budget = &document.budget;
        self.number("budget.target_ms", budget.target_ms, range::SPAN_MS);
        self.number("budget.tolerance_ms", budget.tolerance_ms, range::DELAY_MS);
        self.number("budget.percentile", budget.percentile, range::PERCENTILE);
        if let Some(limit) = budget.hard_limit_ms {
            self.number("budget.hard_limit_ms", limit, range::SPAN_MS);
        }
    }

    fn delivery(&mut self, document: &Document) {
        let delivery = &document.delivery;
        self.number("delivery.redelivery_rate", delivery.redelivery_rate, range::SHARE);
        self.number("delivery.redelivery_delay_s", delivery.redelivery_delay_s, range::DELAY_S);
        self.count("delivery.redeliveries", delivery.redeliveries, range::REPEATS);
        self.count("delivery.caller_retries", delivery.caller_retries, range::REPEATS);
        self.number("delivery.caller_backoff_ms", delivery.caller_backoff_ms, range::DELAY_MS);
        if let Some(timeout) = delivery.caller_timeout_ms {
            self.number("delivery.caller_timeout_ms", timeout, range::SPAN_MS);
        }
    }

    fn workload(&mut self, document: &Document) {
        let workload = &document.workload;
        self.number("workload.arrivals.per_second", workload.arrivals.per_second(), range::RATE);
        self.number("workload.duration_s", workload.duration_s, range::SPAN_S);
        self.number("workload.warmup_s", workload.warmup_s, range::DELAY_S);
        if workload.warmup_s >= workload.duration_s && workload.duration_s > 0.0 {
            self.problem("workload.warmup_s", "is as long as the run; nothing would be counted: make it shorter");
        }
        if let Some(spike) = workload.spike {
            self.count("workload.spike.size", spike.size, range::COUNT);
            self.number("workload.spike.at_s", spike.at_s, range::DELAY_S);
            if spike.at_s > workload.duration_s {
                self.problem("workload.spike.at_s", "lies after the last arrival; move it before `duration_s`");
            }
        }
        if !workload.payloads.is_empty() {
            for (index, payload) in workload.payloads.iter().enumerate() {
                let path = format!("workload.payloads[{index}]");
                self.short(&format!("{path}.name"), &payload.name);
                self.number(&format!("{path}.share"), payload.share, range::SHARE);
                self.number(&format!("{path}.slowdown"), payload.slowdown, range::FACTOR);
            }
            let sum: f64 = workload.payloads.iter().map(|payload| payload.share).sum();
            let are_shares = workload.payloads.iter().all(|payload| range::SHARE.contains(payload.share));
            if are_shares && (sum - 1.0).abs() > 1e-6 {
                self.problem("workload.payloads", format!("the shares add up to {sum}; they must add up to 1"));
            }
        }
        if let Some(consumer) = workload.consumer {
            self.count("workload.consumer.workers", consumer.workers, range::SIZE);
            self.count("workload.consumer.key_count", consumer.key_count, range::KEYS);
        }
    }

    fn pools(&mut self, document: &Document) {
        let mut seen = BTreeSet::new();
        for (index, pool) in document.pools.iter().enumerate() {
            let path = format!("pools[{index}]");
            self.id(&format!("{path}.id"), &pool.id, &mut seen);
            self.short(&format!("{path}.name"), &pool.name);
            self.count(&format!("{path}.size"), pool.size, range::SIZE);
            if let Some(limit) = pool.queue_limit {
                self.count(&format!("{path}.queue_limit"), limit, range::COUNT);
            }
        }
    }

    fn step(&mut self, document: &Document, index: usize, step: &Step) {
        let path = format!("steps[{index}]");
        // Ids of earlier steps only, so that the second of two equal ids is the one that is named.
        let mut seen = document.steps[..index].iter().map(|step| step.id.clone()).collect();
        self.id(&format!("{path}.id"), &step.id, &mut seen);
        if step.id == "default" {
            self.problem(format!("{path}.id"), "`default` is reserved for joins; choose another id");
        }
        for (field, text) in [("name", &step.name), ("service", &step.service)] {
            self.short(&format!("{path}.{field}"), text);
        }
        self.text(&format!("{path}.measured"), &step.measured);
        self.text(&format!("{path}.class_because"), &step.class_because);
        self.latency(&format!("{path}.latency"), &step.latency);
        self.rate(&format!("{path}.error_rate"), step.error_rate);
        self.rate(&format!("{path}.permanent_error_rate"), step.permanent_error_rate);
        self.rate(&format!("{path}.accepted_not_processed_rate"), step.accepted_not_processed_rate);
        if let (Quantity::Known(retryable), Quantity::Known(permanent)) = (step.error_rate, step.permanent_error_rate)
            && retryable <= 1.0
            && permanent <= 1.0
            && retryable + permanent > 1.0
        {
            self.problem(
                format!("{path}.permanent_error_rate"),
                "adds up to more than 1 with `error_rate`; an attempt ends in one way",
            );
        }
        self.number(&format!("{path}.error_after_commit_share"), step.error_after_commit_share, range::SHARE);
        self.number(&format!("{path}.taken_share"), step.taken_share, range::SHARE);
        self.number(&format!("{path}.timeout_ms"), step.timeout_ms, range::SPAN_MS);
        if let Some(budget) = step.budget_ms {
            self.number(&format!("{path}.budget_ms"), budget, range::SPAN_MS);
        }
        if let Some(retry) = &step.retry {
            self.count(&format!("{path}.retry.max"), retry.max, range::REPEATS);
            self.number(&format!("{path}.retry.backoff_ms"), retry.backoff_ms, range::DELAY_MS);
            self.number(&format!("{path}.retry.factor"), retry.factor, range::GROWTH);
            self.number(&format!("{path}.retry.cap_ms"), retry.cap_ms, range::DELAY_MS);
        }
        self.number(&format!("{path}.idempotency.key_ttl_s"), step.idempotency.key_ttl_s, range::SPAN_S);
        self.number(&format!("{path}.undo.error_rate"), step.undo.error_rate, range::SHARE);
        if let Some(latency) = &step.undo.latency {
            self.latency(&format!("{path}.undo.latency"), latency);
        }
        if let Some(surge) = &step.surge {
            self.number(&format!("{path}.surge.above_share"), surge.above_share, range::SHARE);
            self.number(&format!("{path}.surge.factor"), surge.factor, range::FACTOR);
            self.pool_reference(document, &format!("{path}.surge.pool"), &surge.pool);
        }
        for (place, pool) in step.pools.iter().enumerate() {
            let path = format!("{path}.pools[{place}]");
            self.pool_reference(document, &path, pool);
            if step.pools[..place].contains(pool) {
                self.problem(path, format!("pool `{pool}` is named twice; name it once"));
            }
        }
    }

    fn latency(&mut self, path: &str, latency: &Latency) {
        match latency {
            Latency::Lognormal { p50_ms, p99_ms } => {
                self.duration(&format!("{path}.p50_ms"), *p50_ms);
                self.duration(&format!("{path}.p99_ms"), *p99_ms);
                if let (Some(median), Some(tail)) = (lowest(*p50_ms), highest(*p99_ms))
                    && range::SPAN_MS.contains(median)
                    && tail < median
                {
                    self.problem(
                        format!("{path}.p99_ms"),
                        format!("{tail} ms is below the median of {median} ms; a 99th percentile cannot be"),
                    );
                }
            }
            Latency::Exponential { mean_ms } => self.duration(&format!("{path}.exponential_mean_ms"), *mean_ms),
            Latency::Constant { ms } => match ms {
                Quantity::Known(value) => self.number(&format!("{path}.constant_ms"), *value, range::DELAY_MS),
                unsure => self.duration(&format!("{path}.constant_ms"), *unsure),
            },
            Latency::Percentiles(points) => self.percentiles(&format!("{path}.percentiles"), points),
        }
    }

    fn percentiles(&mut self, path: &str, points: &[(f64, f64)]) {
        if points.len() < 2 || points.len() > 1_000 {
            self.problem(path, format!("{} points; give 2 to 1,000", points.len()));
        }
        for (index, (percentile, ms)) in points.iter().enumerate() {
            self.number(&format!("{path}[{index}][0]"), *percentile, range::PERCENTILE);
            self.number(&format!("{path}[{index}][1]"), *ms, range::SPAN_MS);
        }
        for (index, pair) in points.windows(2).enumerate() {
            if pair[1].0 <= pair[0].0 || pair[1].1 < pair[0].1 {
                self.problem(
                    format!("{path}[{}]", index + 1),
                    "points must rise: sort them by percentile; a higher one cannot be faster",
                );
            }
        }
    }

    fn dependencies(&mut self, document: &Document) {
        if document.dependencies.len() > MOST_DEPENDENCIES {
            self.problem(
                "dependencies",
                format!("{} dependencies; {MOST_DEPENDENCIES} are the limit", document.dependencies.len()),
            );
            return;
        }
        let before = self.problems.len();
        for (index, dependency) in document.dependencies.iter().enumerate() {
            let path = format!("dependencies[{index}]");
            self.step_reference(document, &format!("{path}.from"), &dependency.from);
            self.step_reference(document, &format!("{path}.to"), &dependency.to);
            self.text(&format!("{path}.because"), &dependency.because);
            let repeats = |other: &Dependency| other.from == dependency.from && other.to == dependency.to;
            if document.dependencies[..index].iter().any(repeats) {
                self.problem(path, "says the same two steps as an earlier one; keep one of them");
            }
        }
        // A cycle can only be looked for among steps that exist, each under one id.
        if self.problems.len() == before
            && let Some(cycle) = topology::strict_cycle(document)
        {
            let closing = cycle_closing_dependency(document, &cycle);
            let names = cycle.iter().map(|&step| document.steps[step].id.as_str()).collect::<Vec<_>>().join(" → ");
            self.problem(
                format!("dependencies[{closing}]"),
                format!("closes a circle of strict dependencies: {names}; make one of them loose or remove it"),
            );
        }
    }

    fn outages(&mut self, document: &Document) {
        for (index, outage) in document.outages.iter().enumerate() {
            let path = format!("outages[{index}]");
            self.step_reference(document, &format!("{path}.step"), &outage.step);
            self.number(&format!("{path}.from_s"), outage.from_s, range::DELAY_S);
            self.number(&format!("{path}.until_s"), outage.until_s, range::DELAY_S);
            if outage.until_s <= outage.from_s {
                self.problem(format!("{path}.until_s"), "is not after `from_s`; an outage has a length");
            }
        }
    }

    fn protections(&mut self, document: &Document) {
        let protections = &document.protections;
        if let Some(breaker) = &protections.breaker {
            self.number("protections.breaker.failure_share", breaker.failure_share, range::SHARE);
            self.count("protections.breaker.window", breaker.window, range::SIZE);
            self.count("protections.breaker.min_calls", breaker.min_calls, range::SIZE);
            self.number("protections.breaker.open_s", breaker.open_s, range::DELAY_S);
            self.count("protections.breaker.probes", breaker.probes, range::SIZE);
        }
        if let Some(budget) = &protections.retry_budget {
            self.number("protections.retry_budget.ratio", budget.ratio, range::GROWTH);
            self.number("protections.retry_budget.burst", budget.burst, range::COUNT);
        }
        if let Some(cap) = protections.concurrency_cap {
            self.count("protections.concurrency_cap", cap, range::SIZE);
        }
        if let Some(cap) = protections.retry_cap {
            self.count("protections.retry_cap", cap, range::COUNT);
        }
    }

    fn joins(&mut self, document: &Document) {
        for (id, join) in &document.joins {
            if id != "default" {
                self.step_reference(document, &format!("joins.{id}"), id);
            }
            if let Some(JoinCount::Of(k)) = join.k {
                self.count(&format!("joins.{id}.k"), k, range::LANES);
            }
        }
    }

    fn custom(&mut self, document: &Document) {
        let Some(custom) = &document.custom else { return };
        let before = self.problems.len();
        for (id, after) in &custom.after {
            self.step_reference(document, &format!("custom.after.{id}"), id);
            for (index, from) in after.iter().enumerate() {
                self.step_reference(document, &format!("custom.after.{id}[{index}]"), from);
            }
        }
        for (index, id) in custom.detached.iter().enumerate() {
            self.step_reference(document, &format!("custom.detached[{index}]"), id);
        }
        // What contradicts what can only be told of steps that exist and do not need each other in a circle.
        if self.problems.len() > before || topology::strict_cycle(document).is_some() {
            return;
        }
        let place = |id: &String| document.step_index(id).unwrap_or_default();
        for dependency in document.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Strict) {
            let (from, to) = (place(&dependency.from), place(&dependency.to));
            if custom.after.get(&dependency.to).is_some_and(|after| !after.contains(&dependency.from)) {
                let refused = Refusal::Needed { from, to }.sentence(document);
                self.problem(
                    format!("custom.after.{}", dependency.to),
                    format!("{refused} Add `{}` to what it waits for", dependency.from),
                );
            }
            if let Some(index) = custom.detached.iter().position(|id| *id == dependency.from) {
                let refused = Refusal::NeededDetached { from, to };
                self.problem(format!("custom.detached[{index}]"), refused.sentence(document));
            }
        }
        for (id, after) in &custom.after {
            let needs = |from: &String| {
                let strict = |other: &Dependency| other.kind == DependencyKind::Strict && other.to == *id;
                document.dependencies.iter().any(|other| strict(other) && other.from == *from)
            };
            for from in after.iter().filter(|from| custom.detached.contains(from) && !needs(from)) {
                let refused = Refusal::Detached { from: place(from), to: place(id) }.sentence(document);
                self.problem(format!("custom.after.{id}"), format!("{refused} Take `{from}` out of one of the two"));
            }
        }
        if self.problems.len() == before
            && let Some(mut cycle) = topology::custom_cycle(document)
        {
            // The last repeats the first.
            cycle.pop();
            let of_team = |step: &&usize| custom.after.contains_key(&document.steps[**step].id);
            let id = cycle.iter().rfind(of_team).map_or("", |&step| &document.steps[step].id);
            let refused = Refusal::Circle(cycle.clone()).sentence(document);
            self.problem(format!("custom.after.{id}"), format!("{refused} Take one of them out"));
        }
    }

    fn id(&mut self, path: &str, id: &str, seen: &mut BTreeSet<String>) {
        let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        if id.is_empty() || id.len() > 64 || !id.chars().all(good) {
            self.problem(path, format!("`{id}` is not an id; use 1 to 64 of a-z, A-Z, 0-9, `_`, `-`, `.`"));
        }
        if !seen.insert(id.to_owned()) {
            self.problem(path, format!("`{id}` is used twice; ids are unique"));
        }
    }

    fn step_reference(&mut self, document: &Document, path: &str, id: &str) {
        if document.step_index(id).is_none() {
            self.problem(path, format!("there is no step `{id}`; name one of the steps"));
        }
    }

    fn pool_reference(&mut self, document: &Document, path: &str, id: &str) {
        if document.pool_index(id).is_none() {
            self.problem(path, format!("there is no pool `{id}`; name one of the pools"));
        }
    }

    fn short(&mut self, path: &str, text: &str) {
        self.length(path, text, LONGEST_NAME);
    }

    fn text(&mut self, path: &str, text: &str) {
        self.length(path, text, LONGEST_TEXT);
    }

    fn length(&mut self, path: &str, text: &str, most: usize) {
        let length = text.chars().count();
        if length > most {
            self.problem(path, format!("has {length} characters; {most} are the limit"));
        }
    }

    fn number(&mut self, path: &str, value: f64, range: Range) {
        let was_allowed = match range {
            range::SHARE => false,
            range::PERCENTILE => value > 0.0 && value < 100.0,
            _ => value > 0.0 && value.is_finite(),
        };
        if !range.contains(value) && (self.ranges || !was_allowed) {
            self.problem(path, range.refusal(value));
        }
    }

    fn count(&mut self, path: &str, value: u32, range: Range) {
        self.number(path, f64::from(value), range);
    }

    fn rate(&mut self, path: &str, rate: Quantity) {
        match rate {
            Quantity::Known(value) => self.number(path, value, range::SHARE),
            Quantity::Range { low, high } => {
                if !(0.0 < low && low <= high && high < 1.0) {
                    self.problem(path, format!("{low} to {high} is not a range of shares; give 0 < low ≤ high < 1"));
                }
            }
            Quantity::Unknown => {}
        }
    }

    fn duration(&mut self, path: &str, duration: Quantity) {
        match duration {
            Quantity::Known(value) => self.number(path, value, range::SPAN_MS),
            Quantity::Range { low, high } => {
                if low <= high {
                    self.number(path, low, range::SPAN_MS);
                    self.number(path, high, range::SPAN_MS);
                } else {
                    self.problem(path, format!("{low} to {high} is not a range; give 0 < low ≤ high"));
                }
            }
            Quantity::Unknown => {}
        }
    }
}

fn lowest(quantity: Quantity) -> Option<f64> {
    match quantity {
        Quantity::Known(value) => Some(value),
        Quantity::Range { low, .. } => Some(low),
        Quantity::Unknown => None,
    }
}

fn highest(quantity: Quantity) -> Option<f64> {
    match quantity {
        Quantity::Known(value) => Some(value),
        Quantity::Range { high, .. } => Some(high),
        Quantity::Unknown => None,
    }
}

/// The last dependency in document order that is part of `cycle`: the one that closed it.
fn cycle_closing_dependency(document: &Document, cycle: &[usize]) -> usize {
    let id = |step: usize| document.steps[step].id.as_str();
    document
        .dependencies
        .iter()
        .rposition(|dependency| {
            dependency.kind == DependencyKind::Strict
                && cycle.windows(2).any(|pair| id(pair[0]) == dependency.from && id(pair[1]) == dependency.to)
        })
        .unwrap_or(0)
}
