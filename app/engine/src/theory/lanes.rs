//! Lanes without queues: the slowest of several, k of n, sums and maxima of lognormal legs.

use std::collections::BTreeMap;

use model::{Custom, Join, JoinCount, Latency, TopologyKind};

use super::{Case, MEAN, TAIL, arrivals, formulas, step};

/// Sets of lognormal legs (p50, p99) \[ms\]: alike, one slow, wide and narrow tails, many.
const LEGS: [&[(f64, f64)]; 6] = [
    &[(200.0, 800.0), (200.0, 800.0), (200.0, 800.0)],
    &[(20.0, 90.0), (20.0, 90.0), (150.0, 900.0)],
    &[(100.0, 130.0), (100.0, 130.0)],
    &[(5.0, 400.0), (50.0, 80.0)],
    &[(10.0, 30.0), (20.0, 100.0), (40.0, 200.0), (80.0, 250.0), (160.0, 300.0)],
    &[(50.0, 500.0), (60.0, 400.0), (70.0, 300.0), (80.0, 200.0)],
];

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for lanes in [2, 5, 10] {
        cases.extend(slowest(lanes));
    }
    for (k, n) in [(1, 3), (2, 3), (3, 5)] {
        cases.push(k_of_n(k, n));
    }
    for legs in LEGS {
        cases.extend(lognormal(legs));
    }
    cases
}

/// Exponential lanes side by side: the harmonic sum.
fn slowest(lanes: u32) -> Vec<Case> {
    let mean_ms = 40.0;
    let base = |name: &str, source, exact, precision, read| {
        let mut document = arrivals(50.0, 400.0, 0.0);
        for lane in 0..lanes {
            let latency = Latency::Exponential { mean_ms: mean_ms.into() };
            document.steps.push(step(&format!("lane-{lane}"), latency, None));
        }
        let name = format!("Slowest of {lanes} exponential lanes, {name}");
        Case { name, source, exact, precision, document, kind: TopologyKind::Parallel, replications: 20, read }
    };
    let harmonic: f64 = (1..=lanes).map(|n| 1.0 / f64::from(n)).sum();
    let tail = -mean_ms * libm::log(1.0 - libm::pow(0.99, 1.0 / f64::from(lanes)));
    vec![
        base("mean", "H_n / mu", mean_ms * harmonic, MEAN, |report| report.latency.mean),
        base("99th percentile", "-ln(1 - 0.99^(1/n)) / mu", tail, TAIL, |report| report.latency.p99),
    ]
}

/// A join that is satisfied at the k-th of n exponential lanes.
fn k_of_n(k: u32, n: u32) -> Case {
    let mean_ms = 40.0;
    let mut document = arrivals(50.0, 400.0, 0.0);
    let lanes: Vec<String> = (0..n).map(|lane| format!("lane-{lane}")).collect();
    for lane in &lanes {
        document.steps.push(step(lane, Latency::Exponential { mean_ms: mean_ms.into() }, None));
    }
    document.steps.push(step("join", Latency::Constant { ms: 1.0.into() }, None));
    document.custom = Some(Custom { after: BTreeMap::from([("join".to_owned(), lanes)]), detached: Vec::new() });
    document.joins.insert("join".to_owned(), Join { k: Some(JoinCount::Of(k)), ..Join::default() });
    let order: f64 = (n - k + 1..=n).map(|i| 1.0 / f64::from(i)).sum();
    Case {
        name: format!("The {k} fastest of {n} exponential lanes and 1 ms, mean"),
        source: "order statistics: the sum of 1/i for i from n - k + 1 to n, over mu",
        exact: mean_ms * order + 1.0,
        precision: MEAN,
        document,
        kind: TopologyKind::Custom,
        replications: 20,
        read: |report| report.latency.mean,
    }
}

/// Lognormal legs one after another and side by side.
fn lognormal(legs: &[(f64, f64)]) -> Vec<Case> {
    let words: Vec<String> = legs.iter().map(|(p50, p99)| format!("{p50}/{p99}")).collect();
    let base = |name: &str, source, exact, kind| {
        let mut document = arrivals(50.0, 800.0, 0.0);
        for (place, &(p50, p99)) in legs.iter().enumerate() {
            document.steps.push(step(&format!("leg-{place}"), Latency::lognormal(p50, p99), None));
        }
        Case {
            name: format!("{name} of lognormal legs {}, 99th percentile", words.join(", ")),
            source,
            exact,
            precision: TAIL,
            document,
            kind,
            replications: 20,
            read: |report| report.latency.p99,
        }
    };
    vec![
        base("Chain", "convolution", formulas::chain_quantile(legs, 0.99), TopologyKind::Sequential),
        base("Fan-out", "product of the distributions", formulas::slowest_quantile(legs, 0.99), TopologyKind::Parallel),
    ]
}
