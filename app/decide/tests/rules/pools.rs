//! Rules about pools, throttles and locks.

use decide::{Decision, Effect};
use model::{Arrivals, Document, Pool, Spike, StepKind, TopologyKind, WhenFull};

use super::{check, decided, finding, steady};

/// All three steps share a pool.
fn pooled(size: u32, when_full: WhenFull) -> Document {
    let mut document = steady();
    document.pools.push(Pool { id: "db".to_owned(), name: String::new(), size, when_full, queue_limit: None });
    for step in &mut document.steps {
        step.pools.push("db".to_owned());
    }
    document
}

#[test]
fn contention() {
    let document = pooled(1, WhenFull::Queue);
    let evidence = "a, b and c wait 133 ms for a slot of db on average in parallel, \
                    whose p95 is 600 ms against 600 ms in sequential.";
    check("contention", &document, "pools[0].size", evidence, |mended| mended.pools[0].size = 3);
    check("contention", &document, "pools[0].size", evidence, |mended| mended.steps[0].pools.clear());
    let found = finding(&document, "contention").expect("it fires");
    assert_eq!(found.effect, Effect::AgainstParallel);
    assert!(found.remedy.ends_with("size the pool: 3 slots instead of 1 for 0.6 calls at a time."), "{}", found.remedy);
}

#[test]
fn contention_that_a_larger_pool_settles_is_a_condition() {
    let mut document = pooled(4, WhenFull::Queue);
    document.workload.arrivals = Arrivals::Constant { per_second: 6.0 };
    let found = finding(&document, "contention").expect("nine tenths of it are held");
    assert_eq!(found.effect, Effect::Condition);
    let evidence = "a, b and c share db, of which 89 % is held in parallel, more than 80 %; \
                    they wait 11 ms for a slot on average.";
    check("contention", &document, "pools[0].size", evidence, |mended| mended.pools[0].size = 8);
    assert!(found.remedy.starts_with("Size the pool: 8 slots instead of 4 for 3.6 calls"), "{}", found.remedy);
    document.thresholds.insert("contention".to_owned(), 0.95);
    assert_eq!(finding(&document, "contention"), None);
}

#[test]
fn external_limit_that_turns_away() {
    let document = pooled(2, WhenFull::Reject);
    let evidence = "db takes 2 calls at a time and turns away 33.3 % of them in parallel.";
    check("external-limit", &document, "pools[0].size", evidence, |mended| mended.pools[0].size = 3);
    check("external-limit", &document, "pools[0].size", evidence, |mended| mended.steps[2].pools.clear());
    let found = finding(&document, "external-limit").expect("it fires");
    assert!(found.remedy.ends_with("instead of a fan-out: 1 in parallel and 1 in staged."), "{}", found.remedy);
    assert!(!found.plans.contains(&TopologyKind::Sequential), "a chain makes one call at a time");
}

#[test]
fn external_limit_in_front_of_which_calls_wait() {
    let mut document = pooled(2, WhenFull::Queue);
    document.workload.arrivals = Arrivals::Constant { per_second: 4.0 };
    document.steps[2].kind = StepKind::ThirdParty;
    let found = finding(&document, "external-limit").expect("2.4 calls at a time do not fit in 2");
    assert_eq!(found.evidence, "db takes 2 calls at a time and would have to take 2.4 in parallel.");
    check("external-limit", &document, "pools[0].size", &found.evidence, |mended| mended.pools[0].size = 3);
}

#[test]
fn herd() {
    let mut document = pooled(1, WhenFull::Queue);
    for step in &mut document.steps {
        step.timeout_ms = 30_000.0;
    }
    document.steps[0].pools.clear();
    document.steps[1].pools.clear();
    document.workload.spike = Some(Spike { size: 10, at_s: 10.5 });
    let found = finding(&document, "herd").expect("ten come at once");
    assert_eq!(found.evidence, "9 calls wait at once for db, a pool of one, in sequential.");
    check("herd", &document, "pools[0].size", &found.evidence, |mended| mended.workload.spike = None);
    check("herd", &document, "pools[0].size", &found.evidence, |mended| mended.pools[0].size = 2);
    document.thresholds.insert("herd".to_owned(), 50.0);
    assert_eq!(finding(&document, "herd"), None);
}

#[test]
fn contention_vetoes_only_the_plans_it_is_about() {
    let mut document = pooled(1, WhenFull::Queue);
    document.budget.target_ms = 550.0;
    // a is free of the pool: first-leg may fork it from b and gains.
    document.steps[0].pools.clear();
    document.dependencies.push(super::depends("b", "c", model::DependencyKind::Strict));
    let decided = decided(&document);
    assert_eq!(decided.findings.iter().find(|finding| finding.rule == "contention"), None);
    assert!(matches!(decided.decision, Decision::Choose(kind) if kind != TopologyKind::Sequential), "{decided:?}");
}
