//! What must not get worse when a pipeline gets better: each property within the conditions where it is true.

use std::collections::BTreeMap;

use engine::{Settings, compare, report::TopologyReport};
use model::{
    Arrivals, Custom, Dependency, DependencyKind, Document, Jitter, Latency, Pool, Retry, Step, TopologyKind, WhenFull,
};
use proptest::prelude::*;

fn run(document: &Document, kind: TopologyKind) -> TopologyReport {
    let document = document.clone().checked().expect("a document that makes sense");
    let settings = Settings { replications: 5, kinds: vec![kind], ..Settings::default() };
    compare(&document, settings).expect("it has steps").topologies.remove(0)
}

/// Every quantile that is drawn \[ms\].
fn quantiles(topology: &TopologyReport) -> Vec<f64> {
    topology.distribution.iter().map(|(_, ms)| *ms).collect()
}

fn steps(medians: &[(f64, f64)]) -> Vec<Step> {
    let step = |(place, &(median, tail)): (usize, &(f64, f64))| {
        Step::new(format!("s{place}"), Latency::lognormal(median, median * tail))
    };
    medians.iter().enumerate().map(step).collect()
}

fn pipeline(steps: Vec<Step>) -> Document {
    let mut document = Document::new("metamorphic");
    document.workload.duration_s = 20.0;
    document.steps = steps;
    document
}

fn medians(count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<(f64, f64)>> {
    prop::collection::vec((1.0..200.0, 1.0..8.0), count)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn more_slots_never_raise_the_mean_wait(
        medians in medians(1..2), size in 1u32..8, per_second in 5.0..80.0
    ) {
        let mut document = pipeline(steps(&medians));
        document.workload.arrivals = Arrivals::Poisson { per_second };
        document.steps[0].timeout_ms = 2e9;
        document.steps[0].pools = vec!["p".to_owned()];
        document.pools =
            vec![Pool { id: "p".to_owned(), name: String::new(), size, when_full: WhenFull::Queue, queue_limit: None }];
        let wait = |document: &Document| {
            run(document, TopologyKind::Sequential).pools[0].mean_wait_ms.expect("it was asked").value
        };
        let before = wait(&document);
        document.pools[0].size += 1;
        prop_assert!(wait(&document) <= before);
    }

    #[test]
    fn detaching_a_step_that_shares_no_pool_never_lengthens_the_answer(
        medians in medians(2..6), which in 0usize..6, edges in prop::collection::vec(any::<bool>(), 15)
    ) {
        let mut document = pipeline(steps(&medians));
        let count = document.steps.len();
        let which = which % count;
        let mut edges = edges.into_iter();
        let id = |step: usize| format!("s{step}");
        // Nobody waits for the step that will be detached.
        let mut after = BTreeMap::new();
        for to in 0..count {
            let before: Vec<String> =
                (0..to).filter(|&from| edges.next().unwrap_or(false) && from != which).map(id).collect();
            after.insert(id(to), before);
        }
        document.custom = Some(Custom { after: after.clone(), detached: Vec::new() });
        let inline = quantiles(&run(&document, TopologyKind::Custom));
        document.custom = Some(Custom { after, detached: vec![id(which)] });
        let detached = quantiles(&run(&document, TopologyKind::Custom));
        prop_assert!(detached.iter().zip(&inline).all(|(detached, inline)| detached <= inline));
    }

    #[test]
    fn a_further_strict_dependency_never_makes_an_answer_earlier(
        medians in medians(2..6), from in 0usize..6, to in 0usize..6
    ) {
        let mut document = pipeline(steps(&medians));
        let count = document.steps.len();
        let (from, to) = (from % count, to % count);
        prop_assume!(from != to);
        document.dependencies.push(Dependency {
            from: "s0".to_owned(),
            to: "s1".to_owned(),
            kind: DependencyKind::Strict,
            because: String::new(),
        });
        prop_assume!((from, to) != (0, 1) && (from, to) != (1, 0));
        let before = quantiles(&run(&document, TopologyKind::Parallel));
        document.dependencies.push(Dependency {
            from: format!("s{from}"),
            to: format!("s{to}"),
            kind: DependencyKind::Strict,
            because: String::new(),
        });
        prop_assume!(document.clone().checked().is_ok());
        let after = quantiles(&run(&document, TopologyKind::Parallel));
        prop_assert!(before.iter().zip(&after).all(|(before, after)| before <= after));
    }

    #[test]
    fn scaling_every_duration_and_inverse_rate_scales_every_latency(
        medians in medians(1..5), size in 1u32..6, factor in 1.5..5.0f64
    ) {
        let build = |scale: f64| {
            let scaled: Vec<(f64, f64)> = medians.iter().map(|&(median, tail)| (median * scale, tail)).collect();
            let mut document = pipeline(steps(&scaled));
            document.workload.arrivals = Arrivals::Poisson { per_second: 20.0 / scale };
            document.workload.duration_s *= scale;
            document.overhead_ms = 3.0 * scale;
            document.pools = vec![Pool {
                id: "p".to_owned(), name: String::new(), size, when_full: WhenFull::Queue, queue_limit: None,
            }];
            for step in &mut document.steps {
                step.pools = vec!["p".to_owned()];
                step.timeout_ms = 700.0 * scale;
                step.error_rate = 0.1.into();
                step.retry = Some(Retry {
                    max: 2, backoff_ms: 20.0 * scale, factor: 2.0, cap_ms: 100.0 * scale, jitter: Jitter::Full,
                });
            }
            run(&document, TopologyKind::Parallel)
        };
        let (small, large) = (build(1.0), build(factor));
        prop_assert_eq!(small.requests, large.requests);
        for (small, large) in quantiles(&small).into_iter().zip(quantiles(&large)) {
            // Durations are whole nanoseconds: sums of a few of them differ by a few.
            prop_assert!((small * factor - large).abs() < 1e-4 * large, "{} and {}", small * factor, large);
        }
    }
}
