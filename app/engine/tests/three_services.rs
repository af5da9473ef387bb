//! Three independent lognormal legs: the case that shows why 99th percentiles do not add.

use engine::{Settings, compare};
use model::{Document, Latency, Step, TopologyKind};

fn three_services() -> Document {
    let mut document = Document::new("Three services");
    document.steps = ["a", "b", "c"].map(|id| Step::new(id, Latency::lognormal(200.0, 800.0))).into();
    document
}

/// Exact values: 1,577 ms for the sum from 400,000 samples, 1,006.7 ms for the maximum from its closed form.
#[test]
fn the_chain_and_the_slowest_leg_meet_their_theory() {
    let report = compare(&three_services(), Settings { replications: 40, ..Settings::default() }).unwrap();
    for (kind, exact, thumb) in [(TopologyKind::Sequential, 1_577.0, 2_400.0), (TopologyKind::Parallel, 1_006.7, 800.0)]
    {
        let topology = report.topology(kind).unwrap();
        let p99 = topology.latency.p99.unwrap();
        assert!((p99.value - exact).abs() < 0.02 * exact, "{kind:?}: {} is not {exact}", p99.value);
        assert!(p99.high - p99.low < 0.05 * exact, "{kind:?}: the interval is too wide to prove anything");
        assert!((topology.rule_of_thumb_ms - thumb).abs() < 1e-6, "{kind:?}: {}", topology.rule_of_thumb_ms);
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_gives_others() {
    let run = |seed| compare(&three_services(), Settings { seed, ..Settings::default() }).unwrap().to_json();
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[test]
fn a_comparison_in_slices_is_the_same_comparison() {
    let whole = compare(&three_services(), Settings::default()).unwrap();
    let mut sliced = engine::Comparison::new(three_services(), Settings::default()).unwrap();
    while !sliced.advance(777) {}
    assert_eq!(sliced.report(), whole);
}
