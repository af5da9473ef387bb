//! What rules look at.

use engine::{
    Report,
    report::{Figure, TopologyReport},
};
use model::{Document, Topology, TopologyKind};

use crate::{lanes::Lanes, rule::Rule};

/// A document, the report of its simulation, and its topologies.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// The document.
    pub document: &'a Document,
    /// What its simulation reported.
    pub report: &'a Report,
    /// Its topologies that were simulated, in the order of the report.
    pub topologies: Vec<Topology>,
    lanes: Vec<Lanes>,
}

/// A plan that was simulated, as rules look at it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) topology: &'a Topology,
    pub(crate) report: &'a TopologyReport,
    pub(crate) lanes: &'a Lanes,
}

impl Plan<'_> {
    pub(crate) fn kind(&self) -> TopologyKind {
        self.topology.kind
    }
}

impl<'a> Evidence<'a> {
    /// Evidence from a document and the report of its simulation.
    pub fn new(document: &'a Document, report: &'a Report) -> Self {
        let topologies: Vec<Topology> =
            report.topologies.iter().map(|simulated| arrangement(document, simulated)).collect();
        let lanes = topologies.iter().map(Lanes::of).collect();
        Self { document, report, topologies, lanes }
    }

    /// Each plan, in the order of the report.
    pub(crate) fn plans(&self) -> impl Iterator<Item = Plan<'_>> {
        let parts = self.topologies.iter().zip(&self.report.topologies).zip(&self.lanes);
        parts.map(|((topology, report), lanes)| Plan { topology, report, lanes })
    }

    /// Each plan that forks.
    pub(crate) fn forked(&self) -> impl Iterator<Item = Plan<'_>> {
        self.plans().filter(|plan| plan.report.forks > 0)
    }

    /// The kinds of all plans: what a finding is about that holds however the steps are arranged.
    pub(crate) fn every_kind(&self) -> Vec<TopologyKind> {
        self.topologies.iter().map(|topology| topology.kind).collect()
    }

    /// The kinds of all plans that fork.
    pub(crate) fn forked_kinds(&self) -> Vec<TopologyKind> {
        self.forked().map(|plan| plan.kind()).collect()
    }

    /// The report of the sequential topology, if it was simulated.
    pub fn sequential(&self) -> Option<&TopologyReport> {
        self.report.topology(TopologyKind::Sequential)
    }

    /// A plan's latency at the budget's percentile, with the interval that decides. Where inputs are uncertain that
    /// is the spread from ignorance, and the simulation error where every input is known.
    pub fn at_budget(&self, report: &TopologyReport) -> Option<Figure> {
        let figure = report.latency.at_budget?;
        Some(match report.spread.map(|spread| spread.at_budget_ms) {
            // The middle of the two ends is no estimate; the figure at the medians of the inputs stays.
            Some(Some(range)) => Figure { low: range.low, high: range.high, ..figure },
            // A draw of the inputs answered nothing at all, so nothing is shown, neither inside nor over.
            Some(None) => Figure { low: 0.0, high: f64::INFINITY, ..figure },
            None => figure,
        })
    }

    /// The threshold of a rule: the team's own, or the rule's default.
    pub fn threshold(&self, rule: &str, default: f64) -> f64 {
        self.document.thresholds.get(rule).copied().unwrap_or(default)
    }

    /// The threshold of a rule of the registry; nothing for a rule without one.
    pub(crate) fn threshold_of(&self, rule: &Rule) -> f64 {
        rule.threshold.map_or(0.0, |threshold| self.threshold(rule.id, threshold.default))
    }

    /// The name of a step by its place.
    pub fn label(&self, step: usize) -> &str {
        self.document.steps[step].label()
    }

    /// The names of steps as a list in a sentence.
    pub(crate) fn labels(&self, steps: &[usize]) -> String {
        let names: Vec<&str> = steps.iter().map(|&step| self.label(step)).collect();
        crate::wording::list(&names)
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
