//! One topology of a comparison, with what has been run of it.

use model::{Document, Topology};

use crate::{inputs::Inputs, interval::Figure, plan::Plan};

use super::sample::Sample;

/// A figure is precise when the half-width of its interval is within this share of it.
const PRECISE: f64 = 0.05;

/// One topology of a comparison.
#[derive(Debug)]
pub(super) struct Arm {
    pub(super) topology: Topology,
    /// With every uncertain input at its median.
    pub(super) plan: Plan,
    pub(super) samples: Vec<Option<Sample>>,
    /// Draws of the uncertain inputs.
    pub(super) draws: Vec<Option<Sample>>,
}

impl Arm {
    pub(super) fn new(document: &Document, topology: Topology, replications: u32, draws: u32) -> Self {
        let empty = |count: u32| (0..count).map(|_| None).collect();
        let plan = Plan::new(document, &topology, Inputs::Medians);
        Arm { topology, plan, samples: empty(replications), draws: empty(draws) }
    }

    /// Whether its latency at the budget's percentile is known well enough.
    pub(super) fn is_precise(&self) -> bool {
        let values: Option<Vec<f64>> = self.samples.iter().flatten().map(Sample::at_budget).collect();
        let figure = values.and_then(|values| Figure::of(&values));
        // Where a replication has no answer at all, more of them will not give it one.
        figure.is_none_or(|figure| figure.high - figure.value <= PRECISE * figure.value)
    }
}
