//! Tail arithmetic: what adding up percentiles says, and what is true.
//!
//! It is about service times alone: nothing queues, fails or is tried again, and forks cost nothing. The rule of thumb
//! adds percentiles along a chain and takes the largest across lanes. The truth adds distributions along a chain
//! and multiplies them across lanes; where legs slow together, it does so for each value of what they have in common, and
//! takes the mean.
//!
//! Lanes that cross over, and joins over k of n, have no such sum of products. They are drawn, as is what would take too long.

mod draws;
mod grid;
mod lanes;

use model::{Document, Topology, TopologyKind, topology::first_leg_candidates};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    inputs::Inputs,
    normal,
    plan::{Plan, StepPlan},
};

use lanes::Lanes;

/// What the service times of a topology add up to at the budget's percentile \[ms\].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TailArithmetic {
    /// Percentiles added along a chain, the largest across lanes. Wrong for anything but constants, and shown because
    /// people use it.
    pub rule_of_thumb_ms: f64,
    /// The truth if each leg is slow or fast by its own luck.
    pub independent_ms: f64,
    /// The truth if legs slow together as much as the document says: it moves towards the rule of thumb.
    pub together_ms: f64,
    /// Whether the truth was worked out by quadrature; otherwise it was drawn, and its third digit is uncertain.
    pub exact: bool,
}

/// Values of the common factor over which is integrated, and how far apart they are.
const COMMON: std::ops::RangeInclusive<i32> = -20..=20;
const COMMON_STEP: f64 = 0.25;
/// From here on legs count as slowing all together: the common factor alone decides.
const ALL_TOGETHER: f64 = 0.98;
/// Convolutions that are worth waiting for: a tenth of a second on a slow machine.
const MOST_CONVOLUTIONS: usize = 800;

/// Tail arithmetic of one topology.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TopologyTail {
    /// Which topology.
    pub kind: TopologyKind,
    /// What its service times add up to.
    pub tail: TailArithmetic,
}

/// Tail arithmetic of every topology of a checked document. `first-leg` forks the pair that makes it fastest here, where
/// a simulation may choose another.
pub fn of_all(document: &Document) -> Vec<TopologyTail> {
    let fastest = |a: &TopologyTail, b: &TopologyTail| a.tail.together_ms.total_cmp(&b.tail.together_ms);
    let of = |topology: Topology| TopologyTail { kind: topology.kind, tail: TailArithmetic::of(document, &topology) };
    let forked = first_leg_candidates(document).into_iter().map(|place| of(Topology::first_leg(document, place)));
    let mut all: Vec<TopologyTail> =
        TopologyKind::ALL.into_iter().filter_map(|kind| Topology::of(document, kind)).map(of).collect();
    all.extend(forked.min_by(fastest));
    all.sort_by_key(|topology| topology.kind);
    all
}

impl TailArithmetic {
    /// Of a topology of a checked document, uncertain inputs at their medians.
    pub fn of(document: &Document, topology: &Topology) -> Self {
        let plan = Plan::new(document, topology, Inputs::Medians);
        let p = document.budget.percentile / 100.0;
        let thumb = plan.longest(|step| step.service.quantile(p));
        if plan.steps.iter().filter(|step| !step.detached).all(|step| step.service.is_constant()) {
            return Self { rule_of_thumb_ms: thumb, independent_ms: thumb, together_ms: thumb, exact: true };
        }
        let together = document.slow_together;
        let lanes = Lanes::of(&plan).filter(|lanes| {
            let nodes = if together > 0.0 { COMMON.count() } else { 1 };
            lanes.convolutions() * nodes <= MOST_CONVOLUTIONS
        });
        // Legs that slow all together are at the same percentile at once.
        let all_together = together > ALL_TOGETHER && !plan.joins_early;
        let (independent_ms, together_ms) = match &lanes {
            Some(lanes) => {
                let quadrature = Quadrature::new(&plan, lanes, p);
                let independent = quadrature.quantile(0.0);
                (independent, if together == 0.0 { independent } else { quadrature.quantile(together) })
            }
            None => {
                let independent = draws::quantile(&plan, 0.0, p);
                (independent, if together == 0.0 { independent } else { draws::quantile(&plan, together, p) })
            }
        };
        Self {
            rule_of_thumb_ms: thumb,
            independent_ms,
            together_ms: if all_together { thumb } else { together_ms },
            exact: lanes.is_some(),
        }
    }
}

/// What the rule of thumb alone says.
pub(crate) fn rule_of_thumb(document: &Document, topology: &Topology) -> f64 {
    let p = document.budget.percentile / 100.0;
    Plan::new(document, topology, Inputs::Medians).longest(|step| step.service.quantile(p))
}

impl Plan {
    /// The longest path through the steps that are waited for, each as long as `own` says.
    fn longest(&self, own: impl Fn(&StepPlan) -> f64) -> f64 {
        let mut until = vec![0.0f64; self.steps.len()];
        for &step in &self.order {
            let plan = &self.steps[usize::from(step)];
            let before = plan.predecessors.iter().map(|&from| until[usize::from(from)]).fold(0.0, f64::max);
            until[usize::from(step)] = if plan.detached { before } else { before + own(plan) };
        }
        until.into_iter().fold(0.0, f64::max)
    }
}

/// Adding and multiplying distributions on a grid.
struct Quadrature<'a> {
    lanes: &'a Lanes,
    p: f64,
    cell: f64,
    /// For each step, at each end of a cell: the standard normal number of the same probability.
    scores: Vec<Vec<f64>>,
}

impl<'a> Quadrature<'a> {
    fn new(plan: &Plan, lanes: &'a Lanes, p: f64) -> Self {
        // No leg exceeds this with more than its share of what may lie beyond the percentile, so neither does the whole.
        let share = (1.0 - p) / plan.steps.len() as f64;
        let span = plan.longest(|step| step.service.quantile(1.0 - share)).max(f64::MIN_POSITIVE);
        let cell = span / grid::CELLS as f64;
        let ends = |step: &StepPlan| (0..=grid::CELLS).map(|end| step.service.score(end as f64 * cell)).collect();
        Self { lanes, p, cell, scores: plan.steps.iter().map(ends).collect() }
    }

    fn quantile(&self, together: f64) -> f64 {
        if together == 0.0 {
            return self.read(&self.given(0.0, 0.0));
        }
        let mut whole = vec![0.0; grid::CELLS];
        for node in COMMON {
            let common = f64::from(node) * COMMON_STEP;
            let weight = COMMON_STEP * normal::density(common);
            let given = self.given(common, together);
            whole.iter_mut().zip(&given).for_each(|(whole, given)| *whole += weight * given);
        }
        self.read(&whole)
    }

    /// The distribution of the whole, given the common factor.
    fn given(&self, common: f64, together: f64) -> Vec<f64> {
        let (shift, scale) = (libm::sqrt(together) * common, libm::sqrt((1.0 - together).max(1e-4)));
        self.lanes.distribution(&|step| {
            grid::masses(self.scores[step].iter().map(|score| normal::probability((score - shift) / scale)))
        })
    }

    fn read(&self, masses: &[f64]) -> f64 {
        grid::quantile(masses, self.p) * self.cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Dependency, DependencyKind, Latency, Step};

    fn legs(count: usize, latency: &Latency, together: f64) -> Document {
        let mut document = Document::new("Legs");
        document.slow_together = together;
        document.steps.extend((0..count).map(|leg| Step::new(format!("leg-{leg}"), latency.clone())));
        document
    }

    fn tail(document: &Document, kind: TopologyKind) -> TailArithmetic {
        TailArithmetic::of(document, &Topology::of(document, kind).expect("it can be arranged so"))
    }

    fn close(left: f64, right: f64, share: f64) {
        assert!((left - right).abs() <= share * right, "{left} is not {right}");
    }

    #[test]
    fn the_three_services_of_the_design() {
        let document = legs(3, &Latency::lognormal(200.0, 800.0), 0.0);
        let chain = tail(&document, TopologyKind::Sequential);
        close(chain.rule_of_thumb_ms, 2_400.0, 1e-9);
        close(chain.independent_ms, 1_577.0, 1e-3);
        let slowest = tail(&document, TopologyKind::Parallel);
        close(slowest.rule_of_thumb_ms, 800.0, 1e-9);
        close(slowest.independent_ms, 1_006.7, 1e-3);
    }

    #[test]
    fn constants_add_up_exactly() {
        let chain = tail(&legs(7, &Latency::Constant { ms: 13.0.into() }, 0.5), TopologyKind::Sequential);
        assert_eq!((chain.independent_ms, chain.together_ms, chain.rule_of_thumb_ms), (91.0, 91.0, 91.0));
    }

    #[test]
    fn an_erlang_chain_has_its_percentile() {
        // The 99th percentile of the sum of five exponentials of mean 1 is half that of chi-square with 10 degrees.
        let chain = tail(&legs(5, &Latency::Exponential { mean_ms: 1.0.into() }, 0.0), TopologyKind::Sequential);
        close(chain.independent_ms, 23.209_251 / 2.0, 1e-3);
    }

    #[test]
    fn legs_that_slow_together_move_the_truth_to_the_rule_of_thumb() {
        let mut last = 0.0;
        for together in [0.0, 0.25, 0.5, 0.75, 0.9, 1.0] {
            let chain = tail(&legs(3, &Latency::lognormal(200.0, 800.0), together), TopologyKind::Sequential);
            assert!(chain.together_ms > last, "{together}: {} after {last}", chain.together_ms);
            last = chain.together_ms;
        }
        close(last, 2_400.0, 1e-9);
        // One leg is as slow as it is, whatever it does together with others.
        let alone = tail(&legs(1, &Latency::lognormal(200.0, 800.0), 0.9), TopologyKind::Sequential);
        close(alone.together_ms, 800.0, 2e-3);
    }

    #[test]
    fn draws_agree_with_quadrature() {
        let measured = Latency::Percentiles(vec![(50.0, 20.0), (90.0, 45.0), (99.0, 120.0)]);
        for latency in [Latency::lognormal(20.0, 300.0), Latency::Exponential { mean_ms: 30.0.into() }, measured] {
            for (kind, together) in [(TopologyKind::Sequential, 0.0), (TopologyKind::Parallel, 0.6)] {
                let document = legs(4, &latency, together);
                let topology = Topology::of(&document, kind).expect("it can be arranged so");
                let exact = TailArithmetic::of(&document, &topology);
                assert!(exact.exact);
                let plan = Plan::new(&document, &topology, Inputs::Medians);
                // The 99th percentile of 65,536 draws of such tails has a standard error of 1 to 2 %.
                close(draws::quantile(&plan, together, 0.99), exact.together_ms, 0.05);
            }
        }
    }

    #[test]
    fn lanes_that_cross_over_are_drawn_and_lanes_that_meet_are_not() {
        let mut document = legs(4, &Latency::lognormal(20.0, 80.0), 0.0);
        let strict = |from: &str, to: &str| Dependency {
            from: from.to_owned(),
            to: to.to_owned(),
            kind: DependencyKind::Strict,
            because: String::new(),
        };
        document.dependencies = vec![strict("leg-0", "leg-2"), strict("leg-1", "leg-2"), strict("leg-1", "leg-3")];
        assert!(!tail(&document, TopologyKind::Parallel).exact);
        document.dependencies.push(strict("leg-0", "leg-3"));
        assert!(tail(&document, TopologyKind::Parallel).exact);
    }
}
