//! What rules look at.

use engine::{Report, report::TopologyReport};
use model::{Document, Topology, TopologyKind};

/// A document, the report of its simulation, and its topologies.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// The document.
    pub document: &'a Document,
    /// What its simulation reported.
    pub report: &'a Report,
    /// Its topologies that were simulated, in the order of the report.
    pub topologies: Vec<Topology>,
}

impl<'a> Evidence<'a> {
    /// Evidence from a document and the report of its simulation.
    pub fn new(document: &'a Document, report: &'a Report) -> Self {
        let topologies = report.topologies.iter().map(|simulated| arrangement(document, simulated)).collect();
        Self { document, report, topologies }
    }

    /// Each plan that forks, with its report.
    pub fn forked(&self) -> impl Iterator<Item = (&Topology, &TopologyReport)> {
        self.topologies
            .iter()
            .filter(|topology| topology.forks() > 0)
            .filter_map(|topology| Some((topology, self.report.topology(topology.kind)?)))
    }

    /// The report of the sequential topology, if it was simulated.
    pub fn sequential(&self) -> Option<&TopologyReport> {
        self.report.topology(TopologyKind::Sequential)
    }

    /// The threshold of a rule: the team's own, or the rule's default.
    pub fn threshold(&self, rule: &str, default: f64) -> f64 {
        self.document.thresholds.get(rule).copied().unwrap_or(default)
    }

    /// The name of a step by its place.
    pub fn label(&self, step: usize) -> &str {
        self.document.steps[step].label()
    }
}

/// The topology that was simulated, as its report names it.
fn arrangement(document: &Document, simulated: &TopologyReport) -> Topology {
    let places = |ids: &Vec<String>| ids.iter().filter_map(|id| document.step_index(id)).collect();
    Topology {
        kind: simulated.kind,
        after: simulated.after.iter().map(places).collect(),
        detached: document.steps.iter().map(|step| simulated.detached.contains(&step.id)).collect(),
        notes: Vec::new(),
    }
}
