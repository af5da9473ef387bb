//! Simulating small pipelines whose figures can be worked out by hand.

use engine::{Settings, compare, report::TopologyReport};
use model::{Document, TopologyKind};

/// The report of one topology of a pipeline.
pub(crate) fn run(document: &Document, kind: TopologyKind) -> TopologyReport {
    let document = document.clone().checked().expect("a small pipeline");
    let settings = Settings { replications: 5, kinds: vec![kind], ..Settings::default() };
    compare(&document, settings).expect("it has steps").topologies.remove(0)
}

/// The report of its sequential topology.
pub(crate) fn sequential(document: &Document) -> TopologyReport {
    run(document, TopologyKind::Sequential)
}
