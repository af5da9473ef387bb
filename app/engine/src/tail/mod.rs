//! Tail arithmetic: what adding up percentiles says, and what is true.
//!
//! It is about service times alone: every step is taken once, nothing queues, fails or is tried again, payloads are
//! ordinary, no pool is busy enough for a surge, and forks cost nothing. The rule of thumb adds percentiles along a chain
//! and takes the largest across lanes. The truth adds distributions along a chain and multiplies them across lanes; where
//! legs slow together, it does so for each value of what they have in common, and takes the mean.
//!
//! Lanes that cross over, and joins over k of n, are no sum of products. They are drawn, as is what would take too long.

mod draws;
mod grid;
mod lanes;
mod quadrature;

use model::{Document, Topology, TopologyKind, topology::first_leg_candidates};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    inputs::Inputs,
    plan::{Plan, StepPlan},
};

use lanes::Lanes;
use quadrature::Quadrature;

/// What the service times of a topology add up to at the budget's percentile.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TailArithmetic {
    /// Percentiles added along a chain, the largest across lanes \[ms\]. Wrong for anything but constants, and shown
    /// because people use it.
    pub rule_of_thumb_ms: f64,
    /// What is true if each leg is slow or fast by its own luck.
    pub independent: Truth,
    /// What is true if legs slow together as much as the document says: it moves towards the rule of thumb.
    pub together: Truth,
}

/// A percentile that was worked out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Truth {
    /// The percentile \[ms\].
    pub ms: f64,
    /// Whether it comes from quadrature; otherwise it was drawn, and is uncertain by a few percent.
    pub exact: bool,
}

/// Distributions of single steps that are worth waiting for: some tenths of a second on a slow machine.
const MOST_WORK: usize = 1_500;

/// Tail arithmetic of one topology.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TopologyTail {
    /// Which topology.
    pub kind: TopologyKind,
    /// What its service times add up to.
    pub tail: TailArithmetic,
}

/// Tail arithmetic of every topology of a checked document. `first-leg` forks the pair that makes it fastest by the rule
/// of thumb, where a simulation may choose another.
pub fn of_all(document: &Document) -> Vec<TopologyTail> {
    let p = document.budget.percentile / 100.0;
    let forked = first_leg_candidates(document).into_iter().map(|place| Topology::first_leg(document, place));
    let fastest = forked
        .map(|topology| (Plan::new(document, &topology, Inputs::Medians).rule_of_thumb(p), topology))
        .min_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, topology)| topology);
    let mut all: Vec<Topology> =
        TopologyKind::ALL.into_iter().filter_map(|kind| Topology::of(document, kind)).chain(fastest).collect();
    all.sort_by_key(|topology| topology.kind);
    all.into_iter()
        .map(|topology| TopologyTail { kind: topology.kind, tail: TailArithmetic::of(document, &topology) })
        .collect()
}

impl TailArithmetic {
    /// Of a topology of a checked document, uncertain inputs at their medians.
    pub fn of(document: &Document, topology: &Topology) -> Self {
        let plan = Plan::new(document, topology, Inputs::Medians);
        let p = document.budget.percentile / 100.0;
        let thumb = plan.rule_of_thumb(p);
        let lanes = Lanes::of(&plan);
        let truth = |together: f64| {
            let mut waited = plan.steps.iter().filter(|step| !step.detached);
            // Constants are always, and legs that slow all together are at the same time, at the same percentile.
            if waited.all(|step| step.service.constant().is_some()) || together == 1.0 && !plan.joins_early {
                return Truth { ms: thumb, exact: true };
            }
            let quadrature = lanes.as_ref().map(|lanes| Quadrature { plan: &plan, lanes, p, together });
            match quadrature.filter(|quadrature| quadrature.work() <= MOST_WORK) {
                Some(quadrature) => Truth { ms: quadrature.quantile(), exact: true },
                None => Truth { ms: draws::quantile(&plan, together, p), exact: false },
            }
        };
        let independent = truth(0.0);
        let together = if document.slow_together == 0.0 { independent } else { truth(document.slow_together) };
        Self { rule_of_thumb_ms: thumb, independent, together }
    }
}

impl Plan {
    /// What the rule of thumb says at the percentile `p`, 0 to 1 \[ms\].
    pub(crate) fn rule_of_thumb(&self, p: f64) -> f64 {
        self.longest(|step| step.service.quantile(p))
    }

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
        close(chain.independent.ms, 1_577.6, 1e-4);
        let slowest = tail(&document, TopologyKind::Parallel);
        close(slowest.rule_of_thumb_ms, 800.0, 1e-9);
        close(slowest.independent.ms, 1_006.7, 1e-4);
    }

    #[test]
    fn constants_add_up_exactly_and_shift_what_varies() {
        let constant = |ms: f64| Latency::Constant { ms: ms.into() };
        let chain = tail(&legs(7, &constant(13.0), 0.5), TopologyKind::Sequential);
        assert_eq!((chain.independent.ms, chain.together.ms, chain.rule_of_thumb_ms), (91.0, 91.0, 91.0));
        for (ms, count) in [(0.0, 199), (5.0, 19), (0.37, 60)] {
            let mut document = legs(count, &constant(ms), 0.0);
            document.steps.push(Step::new("varies", Latency::lognormal(200.0, 800.0)));
            let chain = tail(&document, TopologyKind::Sequential);
            close(chain.independent.ms, 800.0 + ms * count as f64, 1e-3);
        }
    }

    #[test]
    fn erlang_chains_have_their_percentiles() {
        // The 99th percentile of the sum of n exponentials of mean 1 is half that of chi-square with 2n degrees.
        for (count, exact) in
            [(1, 9.210_340 / 2.0), (5, 23.209_251 / 2.0), (50, 135.806_723 / 2.0), (200, 468.724_480 / 2.0)]
        {
            let chain =
                tail(&legs(count, &Latency::Exponential { mean_ms: 1.0.into() }, 0.0), TopologyKind::Sequential);
            close(chain.independent.ms, exact, 2e-3);
        }
    }

    #[test]
    fn legs_that_slow_together_move_the_truth_to_the_rule_of_thumb() {
        for count in [3, 5, 20] {
            let mut last = 0.0;
            for together in [0.0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 1.0] {
                let chain = tail(&legs(count, &Latency::lognormal(200.0, 800.0), together), TopologyKind::Sequential);
                // What is drawn may come out a percent lower.
                let least = if chain.together.exact { last } else { 0.98 * last };
                assert!(chain.together.ms > least, "{count} at {together}: {} after {last}", chain.together.ms);
                last = chain.together.ms;
            }
            close(last, 800.0 * count as f64, 1e-9);
        }
        // One leg is as slow as it is, whatever it does together with others.
        let alone = tail(&legs(1, &Latency::lognormal(200.0, 800.0), 0.9), TopologyKind::Sequential);
        close(alone.together.ms, 800.0, 2e-3);
    }

    #[test]
    fn draws_agree_with_quadrature() {
        let measured = Latency::Percentiles(vec![(50.0, 20.0), (90.0, 45.0), (99.0, 120.0)]);
        for latency in [Latency::lognormal(20.0, 300.0), Latency::Exponential { mean_ms: 30.0.into() }, measured] {
            for (kind, count, together) in [
                (TopologyKind::Sequential, 4, 0.0),
                (TopologyKind::Sequential, 60, 0.0),
                (TopologyKind::Sequential, 5, 0.95),
                (TopologyKind::Sequential, 20, 0.5),
                (TopologyKind::Parallel, 4, 0.6),
                (TopologyKind::Parallel, 30, 0.0),
            ] {
                let document = legs(count, &latency, together);
                let topology = Topology::of(&document, kind).expect("it can be arranged so");
                let exact = TailArithmetic::of(&document, &topology).together;
                assert!(exact.exact, "{count} legs at {together} are worth waiting for");
                let plan = Plan::new(&document, &topology, Inputs::Medians);
                // The 99th percentile of 65,536 draws of such tails has a standard error of 1 to 2 %.
                close(draws::quantile(&plan, together, 0.99), exact.ms, 0.05);
            }
        }
    }

    #[test]
    fn extreme_percentiles_stay_numbers() {
        for percentile in [0.001, 50.0, 99.999_999_999_999_99] {
            let mut document = legs(2, &Latency::Exponential { mean_ms: 30.0.into() }, 0.3);
            document.budget.percentile = percentile;
            let chain = tail(&document, TopologyKind::Sequential);
            assert!(chain.independent.ms.is_finite() && chain.together.ms.is_finite(), "{chain:?}");
            assert!(chain.independent.ms > 0.0, "{chain:?}");
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
        assert!(!tail(&document, TopologyKind::Parallel).independent.exact);
        document.dependencies.push(strict("leg-0", "leg-3"));
        assert!(tail(&document, TopologyKind::Parallel).independent.exact);
    }
}
