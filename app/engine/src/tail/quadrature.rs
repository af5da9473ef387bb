//! The truth by adding and multiplying distributions on a grid.

use crate::{normal, plan::Plan};

use super::{
    grid::{self, Grid},
    lanes::Lanes,
};

/// The common factor is looked at from here on and up to there, in standard deviations.
const COMMON: f64 = 5.0;
/// How far apart its values are at most.
const COMMON_STEP: f64 = 0.25;

/// Adding and multiplying distributions on a grid.
pub(super) struct Quadrature<'a> {
    pub(super) plan: &'a Plan,
    pub(super) lanes: &'a Lanes,
    /// The wanted share of requests, 0 to 1.
    pub(super) p: f64,
    /// How much legs slow together, 0 to below 1.
    pub(super) together: f64,
}

impl Quadrature<'_> {
    /// How many distributions of single steps it takes to look at, once.
    pub(super) fn work(&self) -> usize {
        self.lanes.len() * self.nodes()
    }

    /// How far apart the values of the common factor are. Given it, a sum of n legs is only as wide as its own luck, over
    /// the root of n, leaves it; wider steps would show one by one.
    fn step(&self) -> f64 {
        libm::sqrt((1.0 - self.together) / self.lanes.len() as f64).min(COMMON_STEP)
    }

    fn nodes(&self) -> usize {
        if self.together == 0.0 { 1 } else { 2 * libm::ceil(COMMON / self.step()) as usize + 1 }
    }

    /// The percentile \[ms\].
    pub(super) fn quantile(&self) -> f64 {
        // No leg exceeds this with more than its share of what may lie beyond the percentile, so neither does the whole.
        let share = ((1.0 - self.p) / self.plan.steps.len() as f64).max(f64::EPSILON);
        let bound = self.plan.longest(|step| step.service.quantile(1.0 - share));
        // That is far too much for many legs, and a coarse grid errs: it is drawn again around what it said.
        const ENOUGH: f64 = 1.05;
        const ROUNDS: usize = 12;
        let (mut span, mut found) = (bound, bound);
        for _ in 0..ROUNDS {
            let Some(next) = self.on_grid(span) else {
                span *= 2.0;
                continue;
            };
            let settled = (next - found).abs() <= 2e-4 * next;
            found = next;
            if settled || span <= found * ENOUGH * ENOUGH {
                break;
            }
            span = found * ENOUGH;
        }
        found
    }

    /// The percentile on a grid that reaches so far; `None` where it lies beyond.
    fn on_grid(&self, span: f64) -> Option<f64> {
        let cell = span / (grid::POINTS - 1) as f64;
        let scores: Vec<Vec<f64>> = self
            .plan
            .steps
            .iter()
            .map(|step| (0..grid::POINTS).map(|point| step.service.score((point as f64 + 0.5) * cell)).collect())
            .collect();
        let given = |common: f64| {
            let (shift, scale) = (libm::sqrt(self.together) * common, libm::sqrt(1.0 - self.together));
            self.lanes.distribution(&|step| match self.plan.steps[step].service.constant() {
                Some(ms) => Grid::constant(ms / cell),
                None => Grid::new(scores[step].iter().map(|score| normal::probability((score - shift) / scale))),
            })
        };
        let mut points = vec![0.0; grid::POINTS];
        if self.together == 0.0 {
            given(0.0).add_to(&mut points, 1.0);
        } else {
            let half = (self.nodes() / 2) as i32;
            let nodes = || (-half..=half).map(|node| f64::from(node) * self.step());
            let all: f64 = nodes().map(normal::density).sum();
            nodes().for_each(|common| given(common).add_to(&mut points, normal::density(common) / all));
        }
        grid::quantile(&points, self.p).map(|cells| cells * cell)
    }
}
