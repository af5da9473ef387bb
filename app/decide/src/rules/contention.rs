//! Lanes that wait for the same slots are not beside each other.

use model::WhenFull;

use super::limits::{calls_at_a_time, users};
use crate::{
    evidence::{Evidence, Plan},
    rule::{Effect, Finding, Otherwise, Rule},
    threshold,
    wording::{ms, number, percent},
};

/// It looks at pools that queue and that steps beside each other use; those that turn calls away are
/// `external-limit`'s. A plan whose p95 is no better than the chain's, and whose calls wait longer for the pool than the
/// chain's, is vetoed. One that is faster all the same, with a pool that is nearly full, is allowed once the pool is
/// sized. The size is the load in calls at a time, plus twice its root for the peaks.
pub(super) static CONTENTION: Rule = Rule {
    id: "contention",
    name: "Lanes contend for a pool",
    effect: Effect::AgainstParallel,
    rationale: "Lanes that share a pool queue for it together; the wait can eat all that the fork gains.",
    reads: &["pools", "steps[].pools", "workload"],
    threshold: Some(&threshold::CONTENTION),
    check: eaten,
    otherwise: Some(Otherwise { effect: Effect::Condition, check: nearly_full }),
    signal: "Calls are slow while the services they call are fast: the time is spent waiting for a slot.",
    recovery: "Let fewer requests in until the wait is gone, then size the pool or put the lanes in sequence.",
};

/// A pool that lanes of a plan share.
struct Shared<'a> {
    plan: Plan<'a>,
    pool: usize,
    /// The steps that meet there.
    steps: Vec<usize>,
    wait_ms: f64,
    /// Whether the fork gains nothing, and the pool is why.
    eaten: bool,
}

fn shared<'a>(evidence: &'a Evidence<'_>) -> Vec<Shared<'a>> {
    let document = evidence.document;
    let Some(chain) = evidence.sequential() else { return Vec::new() };
    let mut found = Vec::new();
    for plan in evidence.forked() {
        let faster =
            plan.report.latency.p95.zip(chain.latency.p95).is_some_and(|(plan, chain)| plan.value < chain.value);
        for (pool, _) in document.pools.iter().enumerate().filter(|(_, pool)| pool.when_full == WhenFull::Queue) {
            let steps = plan.lanes.among(&users(document, pool));
            let wait = |pools: &[engine::report::PoolReport]| pools.get(pool)?.mean_wait_ms.map(|figure| figure.value);
            if let (false, Some(wait_ms)) = (steps.is_empty(), wait(&plan.report.pools)) {
                let eaten = !faster && wait_ms > wait(&chain.pools).unwrap_or(0.0);
                found.push(Shared { plan, pool, steps, wait_ms, eaten });
            }
        }
    }
    found
}

fn eaten(evidence: &Evidence<'_>) -> Option<Finding> {
    let all: Vec<Shared<'_>> = shared(evidence).into_iter().filter(|shared| shared.eaten).collect();
    let worst = longest_wait(&all)?;
    let p95 =
        |report: &engine::report::TopologyReport| report.latency.p95.map_or_else(|| "none".to_owned(), |p| ms(p.value));
    let chain = evidence.sequential().map(p95)?;
    Some(CONTENTION.found(
        format!(
            "{} wait {} for a slot of {} on average in {}, whose p95 is {} against {chain} in sequential.",
            evidence.labels(&worst.steps),
            ms(worst.wait_ms),
            evidence.document.pools[worst.pool].label(),
            worst.plan.kind().slug(),
            p95(worst.plan.report),
        ),
        format!("Keep these steps in sequence, or size the pool: {}.", size(evidence, worst)),
        format!("pools[{}].size", worst.pool),
        plans(&all),
    ))
}

fn nearly_full(evidence: &Evidence<'_>) -> Option<Finding> {
    let threshold = evidence.threshold_of(&CONTENTION);
    let held = |shared: &Shared<'_>| shared.plan.report.pools.get(shared.pool).map_or(0.0, |pool| pool.utilisation);
    let every = shared(evidence);
    let vetoed = plans_of(every.iter().filter(|shared| shared.eaten));
    let all: Vec<Shared<'_>> = every
        .into_iter()
        .filter(|shared| held(shared) > threshold && shared.wait_ms > 0.0 && !vetoed.contains(&shared.plan.kind()))
        .collect();
    let worst = longest_wait(&all)?;
    Some(Finding {
        effect: Effect::Condition,
        ..CONTENTION.found(
            format!(
                "{} share {}, of which {} is held in {}, more than {}; they wait {} for a slot on average.",
                evidence.labels(&worst.steps),
                evidence.document.pools[worst.pool].label(),
                percent(held(worst)),
                worst.plan.kind().slug(),
                percent(threshold),
                ms(worst.wait_ms),
            ),
            format!("Size the pool: {}.", size(evidence, worst)),
            format!("pools[{}].size", worst.pool),
            plans(&all),
        )
    })
}

fn longest_wait<'a, 'b>(all: &'a [Shared<'b>]) -> Option<&'a Shared<'b>> {
    all.iter().rev().max_by(|a, b| a.wait_ms.total_cmp(&b.wait_ms))
}

fn plans(all: &[Shared<'_>]) -> Vec<model::TopologyKind> {
    plans_of(all.iter())
}

/// Plans in the order of the report, each once.
fn plans_of<'a>(all: impl Iterator<Item = &'a Shared<'a>>) -> Vec<model::TopologyKind> {
    let mut plans: Vec<model::TopologyKind> = all.map(|shared| shared.plan.kind()).collect();
    plans.dedup();
    plans
}

/// The size that would hold the calls of a plan, in words.
fn size(evidence: &Evidence<'_>, shared: &Shared<'_>) -> String {
    let load = calls_at_a_time(evidence, &shared.plan, shared.pool);
    let today = f64::from(evidence.document.pools[shared.pool].size);
    let size = (load + 2.0 * load.sqrt()).ceil().max(shared.steps.len() as f64).max(today + 1.0);
    format!("{} slots instead of {} for {} calls at a time", number(size), number(today), number(load))
}
