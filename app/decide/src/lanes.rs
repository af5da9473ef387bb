//! Which steps of a plan run beside each other.

use model::Topology;

/// For each pair of steps of a plan, whether one waits for the other. It is worked out once for a plan, because
/// many rules ask.
#[derive(Debug)]
pub(crate) struct Lanes {
    /// For each step, whether each other one comes before it, directly or through others.
    before: Vec<Vec<bool>>,
    detached: Vec<bool>,
}

impl Lanes {
    pub(crate) fn of(topology: &Topology) -> Self {
        let steps = topology.after.len();
        let mut before = vec![vec![false; steps]; steps];
        for step in topology.order() {
            let mut earlier = vec![false; steps];
            for &from in &topology.after[step] {
                earlier[from] = true;
                earlier.iter_mut().zip(&before[from]).for_each(|(mark, &known)| *mark |= known);
            }
            before[step] = earlier;
        }
        Self { before, detached: topology.detached.clone() }
    }

    /// Whether two steps may run at the same time.
    pub(crate) fn beside(&self, one: usize, other: usize) -> bool {
        one != other && !self.before[one][other] && !self.before[other][one]
    }

    /// Whether one step ends before another starts, because that waits for it, directly or through others.
    pub(crate) fn comes_before(&self, first: usize, then: usize) -> bool {
        self.before[then][first]
    }

    /// How many of `steps` may run at the same time as another of them.
    pub(crate) fn side_by_side(&self, steps: &[usize]) -> usize {
        steps.iter().filter(|&&step| steps.iter().any(|&other| self.beside(step, other))).count()
    }

    /// Whether a step is in a lane: some other step that is waited for may run at the same time.
    pub(crate) fn in_a_lane(&self, step: usize) -> bool {
        (0..self.before.len()).any(|other| !self.detached[other] && self.beside(step, other))
    }
}
