//! Topologies that arrange the steps alike in every variant of an experiment: one column, and one name in a sentence.

use engine::{experiment::Outcome, report::TopologyReport};
use model::TopologyKind;

use crate::chart::{names, title};

/// Topologies that arrange the steps alike.
pub(super) struct Group {
    kinds: Vec<TopologyKind>,
}

impl Group {
    /// The first of them stands for all.
    pub(super) fn kind(&self) -> TopologyKind {
        self.kinds[0]
    }

    /// Their figures in a variant.
    pub(super) fn of<'a>(&self, outcome: &'a Outcome) -> Option<&'a TopologyReport> {
        outcome.report.topology(self.kind())
    }

    /// Their names in a sentence: `parallel and staged`.
    pub(super) fn names(&self) -> String {
        names(&self.kinds)
    }

    /// All of them.
    pub(super) fn kinds(&self) -> &[TopologyKind] {
        &self.kinds
    }

    /// Their names above a column: `Parallel and staged`.
    pub(super) fn title(&self) -> String {
        title(&self.kinds)
    }
}

/// The groups of an experiment. The fork of `first-leg` is found anew in each variant, so what is alike in one may
/// differ in the next.
pub(super) fn groups(outcomes: &[Outcome]) -> Vec<Group> {
    let alike = |a: TopologyKind, b: TopologyKind| {
        outcomes.iter().all(|outcome| match (outcome.report.topology(a), outcome.report.topology(b)) {
            (Some(a), Some(b)) => a.arranges_like(b),
            _ => false,
        })
    };
    let mut groups: Vec<Group> = Vec::new();
    for topology in outcomes.iter().take(1).flat_map(|outcome| &outcome.report.topologies) {
        match groups.iter_mut().find(|group| alike(group.kind(), topology.kind)) {
            Some(group) => group.kinds.push(topology.kind),
            None => groups.push(Group { kinds: vec![topology.kind] }),
        }
    }
    groups
}
