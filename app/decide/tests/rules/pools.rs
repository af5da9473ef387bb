//! Rules about pools, throttles and locks.

use decide::{Decision, Effect};
use model::{Arrivals, Document, Pool, Spike, TopologyKind, WhenFull};

use super::{check, decided, finding, finding_of, steady};

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
    let mut document = pooled(1, WhenFull::Queue);
    document.budget.target_ms = 500.0;
    let evidence = "Calls wait 133 ms for a slot of db on average in parallel, \
                    of whose requests 100 % are over the budget, against 100 % in sequential.";
    check("contention", &document, "pools[0].size", evidence, |mended| mended.pools[0].size = 3);
    let found = finding(&document, "contention").expect("it fires");
    assert_eq!(found.effect, Effect::Against);
    assert!(found.remedy.starts_with("Keep these steps in sequence. Or: Split db, a pool of one"), "{}", found.remedy);
    // Where the fork meets the budget all the same, it has lost nothing.
    document.budget.target_ms = 2_000.0;
    assert_eq!(finding_of(&document, "contention", Effect::Against), None);
}

#[test]
fn contention_that_a_larger_pool_settles_is_a_condition() {
    let mut document = pooled(4, WhenFull::Queue);
    document.workload.arrivals = Arrivals::Constant { per_second: 6.0 };
    let found = finding(&document, "contention").expect("nine tenths of it are held");
    assert_eq!(found.effect, Effect::Condition);
    let evidence =
        "90 % of db is in use while requests arrive in parallel, more than 80 %; its calls wait 11.1 ms on average.";
    check("contention", &document, "pools[0].size", evidence, |mended| mended.pools[0].size = 8);
    assert_eq!(found.remedy, "Size db at 5 instead of 4: it is then at most 80 % busy.");
    document.thresholds.insert("contention".to_owned(), 0.95);
    assert_eq!(finding(&document, "contention"), None);
}

#[test]
fn waiting_for_a_quarter_of_the_latency_is_contention() {
    let mut document = pooled(2, WhenFull::Queue);
    document.workload.spike = Some(Spike { size: 400, at_s: 10.5 });
    let found = finding(&document, "contention").expect("they wait for each other");
    assert_eq!(found.effect, Effect::Condition);
    assert!(found.evidence.starts_with("The calls of a request wait "), "{}", found.evidence);
    assert!(
        found.evidence.ends_with(" ms for db in sequential, more than 25 % of its mean latency."),
        "{}",
        found.evidence
    );
    assert!(found.plans.contains(&TopologyKind::Sequential), "a chain waits there too");
    // Long waits for a pool of one are a herd, which is said once.
    document.pools[0].size = 1;
    assert_eq!(finding_of(&document, "contention", Effect::Condition), None);
    let herd = finding(&document, "herd").expect("it is a pool of one");
    assert_eq!(herd.changes, [decide::Change::Slots { pool: "db".to_owned(), size: 2 }]);
}

#[test]
fn external_limit_that_turns_away() {
    let document = pooled(2, WhenFull::Reject);
    let evidence = "db takes 2 calls at a time and turns away 33.3 % of them in parallel, more than 1 %.";
    check("external-limit", &document, "pools[0].size", evidence, |mended| mended.pools[0].size = 3);
    check("external-limit", &document, "pools[0].size", evidence, |mended| mended.steps[2].pools.clear());
    let found = finding(&document, "external-limit").expect("it fires");
    let remedy = "A queue with 2 workers, as many calls as db takes, instead of a fan-out: at 600 ms a request in sequence, \
                  1 worker keeps up with 1 a second at most 80 % busy.";
    assert_eq!(found.remedy, remedy);
    assert!(!found.plans.contains(&TopologyKind::Sequential), "a chain makes one call at a time");
    // More workers than the limit bears are no advice.
    let mut document = document;
    document.workload.arrivals = Arrivals::Constant { per_second: 9.0 };
    let found = finding(&document, "external-limit").expect("it fires");
    assert!(
        found.remedy.contains("would have to be 7 to keep up, more than the 2 calls that db takes"),
        "{}",
        found.remedy
    );
}

#[test]
fn herd() {
    let mut document = pooled(1, WhenFull::Queue);
    document.steps[0].pools.clear();
    document.steps[1].pools.clear();
    document.workload.spike = Some(Spike { size: 10, at_s: 10.5 });
    document.budget.tolerance_ms = 200.0;
    let found = finding(&document, "herd").expect("ten come at once");
    let evidence = "One call in a hundred waits longer than 1,800 ms for db, a pool of one, in sequential; \
                    200 ms is what nobody notices.";
    assert_eq!(found.evidence, evidence);
    assert!(!found.remedy.contains("jitter"), "nothing is retried: {}", found.remedy);
    check("herd", &document, "pools[0].size", evidence, |mended| mended.workload.spike = None);
    check("herd", &document, "pools[0].size", evidence, |mended| mended.pools[0].size = 2);
    check("herd", &document, "pools[0].size", evidence, |mended| mended.budget.tolerance_ms = 3_000.0);
    document.steps[2].retry = Some(model::Retry { max: 1, ..model::Retry::default() });
    assert!(finding(&document, "herd").is_some_and(|found| found.remedy.ends_with("full jitter.")));
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

#[test]
fn a_surge_is_named_with_the_size_that_keeps_it_away() {
    let mut document = pooled(4, WhenFull::Queue);
    document.workload.arrivals = Arrivals::Constant { per_second: 2.0 };
    document.budget.target_ms = 800.0;
    document.steps[2].surge = Some(model::Surge { pool: "db".to_owned(), above_share: 0.2, factor: 3.0 });
    let found = finding(&document, "contention").expect("the chain is late because of the surge");
    assert!(
        found.evidence.contains(" of db is in use while requests arrive in ")
            && found.evidence.contains(", more than the 20 % from which on c takes 3 times as long; "),
        "{}",
        found.evidence
    );
    assert!(found.remedy.starts_with("Size db at ") && found.remedy.ends_with(": c then keeps its usual time."));
    // Where the budget is met all the same, nobody is concerned.
    document.budget.target_ms = 5_000.0;
    assert_eq!(finding(&document, "contention"), None);
}
