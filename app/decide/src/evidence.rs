//! What rules look at.

use std::cell::OnceCell;

use engine::{
    Report,
    report::{Range, Share, TopologyReport},
};
use model::{Document, Topology, TopologyKind};
use serde::{Deserialize, Serialize};

use crate::{
    lanes::Lanes,
    rule::{Effect, Finding, Rule},
    rules::RULES,
};

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
    /// The only plan that rules look at; none: all.
    only: Option<TopologyKind>,
    /// The findings of all rules that may veto a plan, once they were asked for.
    vetoes: OnceCell<Vec<Finding>>,
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

    /// Whether some of its steps run side by side.
    pub(crate) fn forks(&self) -> bool {
        self.report.side_by_side > 0
    }
}

/// How a plan stands against the budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Its share over the budget is at most what the budget allows, interval included.
    Meets,
    /// Its interval lies on both sides of what the budget allows, or the run was cut short.
    NotShown,
    /// Its whole interval lies above what the budget allows.
    Misses,
}

/// A share of requests with the interval that decides: the spread from ignorance where inputs are uncertain, else the
/// simulation error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Interval {
    pub(crate) value: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl<'a> Evidence<'a> {
    /// Evidence from a document and the report of its simulation.
    pub fn new(document: &'a Document, report: &'a Report) -> Self {
        let topologies: Vec<Topology> =
            report.topologies.iter().map(|simulated| arrangement(document, simulated)).collect();
        let lanes = topologies.iter().map(Lanes::of).collect();
        Self { document, report, topologies, lanes, only: None, vetoes: OnceCell::new() }
    }

    /// The same, in which rules look at one plan only. They still hold it against the chains.
    pub fn only(&self, plan: TopologyKind) -> Self {
        Self { only: Some(plan), ..Self::new(self.document, self.report) }
    }

    /// Each plan that rules look at, in the order of the report.
    pub(crate) fn plans(&self) -> impl Iterator<Item = Plan<'_>> {
        self.all_plans().filter(|plan| self.only.is_none_or(|only| only == plan.kind()))
    }

    /// All plans, also where the evidence is about one of them only.
    pub(crate) fn all_plans(&self) -> impl Iterator<Item = Plan<'_>> {
        let parts = self.topologies.iter().zip(&self.report.topologies).zip(&self.lanes);
        parts.map(|((topology, report), lanes)| Plan { topology, report, lanes })
    }

    /// What rules plans out, by all rules that may.
    pub(crate) fn vetoes(&self) -> &[Finding] {
        self.vetoes.get_or_init(|| {
            let rules = RULES.iter().filter(|rule| rule.effects().any(|effect| effect == Effect::Against));
            rules.flat_map(|rule| rule.findings(self)).filter(|finding| finding.effect == Effect::Against).collect()
        })
    }

    /// Each plan that forks.
    pub(crate) fn forked(&self) -> impl Iterator<Item = Plan<'_>> {
        self.plans().filter(Plan::forks)
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

    /// The share of requests that the budget allows to be over it: 1 - q.
    pub(crate) fn allowed(&self) -> f64 {
        self.document.budget.allowed_share()
    }

    /// A plan's share of requests over the budget, with the interval that decides.
    pub(crate) fn over_budget(&self, report: &TopologyReport) -> Interval {
        over_budget(report)
    }

    /// A plan's share of requests that failed or stayed unanswered, with the interval that decides.
    pub(crate) fn no_answer(&self, report: &TopologyReport) -> Interval {
        interval(report.no_answer, report.spread.map(|spread| spread.no_answer))
    }

    /// A plan's share of requests over the target and its tolerance, with the interval that decides.
    pub(crate) fn over_tolerance(&self, report: &TopologyReport) -> Interval {
        interval(report.over_tolerance, report.spread.map(|spread| spread.over_tolerance))
    }

    /// How a plan stands against the budget. A run that was cut short shows nothing.
    pub fn standing(&self, report: &TopologyReport) -> Standing {
        let over = self.over_budget(report);
        match self.allowed() {
            _ if self.report.cut_short => Standing::NotShown,
            allowed if over.high <= allowed => Standing::Meets,
            allowed if over.low > allowed => Standing::Misses,
            _ => Standing::NotShown,
        }
    }

    /// Whether a plan is shown to miss the hard limit as the budget is judged; never without one.
    pub(crate) fn misses_hard_limit(&self, report: &TopologyReport) -> bool {
        !self.report.cut_short && report.over_hard_limit.is_some_and(|share| share.low > self.allowed())
    }

    /// The chains that were simulated, the one with detached work first: plans without steps side by side, the team's own
    /// left out.
    pub(crate) fn chains(&self) -> impl Iterator<Item = Plan<'_>> {
        CHAINS.into_iter().filter_map(|kind| self.all_plans().find(|plan| plan.kind() == kind))
    }

    /// Whether some step of the document writes.
    pub(crate) fn writes(&self) -> bool {
        self.document.steps.iter().any(model::Step::writes_state)
    }

    /// So many of the requests of a plan, per 1,000.
    pub(crate) fn per_thousand(&self, report: &TopologyReport, count: u64) -> f64 {
        crate::wording::per_thousand(count, report.requests)
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

/// The kinds of chains, the one with detached work first.
pub(crate) const CHAINS: [TopologyKind; 2] = [TopologyKind::SequentialDetached, TopologyKind::Sequential];

/// How a plan of a report on a document stands against the budget.
pub fn standing(document: &Document, report: &Report, plan: &TopologyReport) -> Standing {
    let (topologies, lanes) = (Vec::new(), Vec::new());
    Evidence { document, report, topologies, lanes, only: None, vetoes: OnceCell::new() }.standing(plan)
}

/// A plan's share of requests over the budget, with the interval that decides.
pub(crate) fn over_budget(plan: &TopologyReport) -> Interval {
    interval(plan.over_budget, plan.spread.map(|spread| spread.over_budget))
}

fn interval(share: Share, spread: Option<Range>) -> Interval {
    match spread {
        // The middle of the two ends is no estimate; the share at the medians of the inputs stays, and lies within.
        Some(range) => {
            Interval { value: share.value, low: range.low.min(share.value), high: range.high.max(share.value) }
        }
        None => Interval { value: share.value, low: share.low, high: share.high },
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
