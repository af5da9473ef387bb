//! A topology as sums and maxima of its steps, where it can be written so.
//!
//! Steps are arcs between moments. An arc that alone leads on from another is added to it; arcs between the same two
//! moments are one lane, as late as the latest (series-parallel reduction: Valdes, Tarjan and Lawler, 1982). What is left
//! in the end is one arc, or the lanes cross over.

use crate::plan::Plan;

use super::grid::Grid;

/// Steps one after another and side by side.
#[derive(Clone, Debug)]
pub(super) enum Lanes {
    /// Nothing: it takes no time.
    Nothing,
    Step(usize),
    Sum(Box<Lanes>, Box<Lanes>),
    Later(Box<Lanes>, Box<Lanes>),
}

#[derive(Clone, Debug)]
struct Arc {
    from: usize,
    to: usize,
    lanes: Lanes,
}

impl Lanes {
    /// The steps of a plan that are waited for; `None` where they cannot be written so.
    pub(super) fn of(plan: &Plan) -> Option<Self> {
        if plan.joins_early {
            return None;
        }
        let mut arcs = arcs(plan);
        if arcs.len() > MOST_ARCS {
            return None;
        }
        loop {
            let before = arcs.len();
            merge_side_by_side(&mut arcs);
            merge_one_after_another(&mut arcs);
            if arcs.len() == before {
                break;
            }
        }
        match arcs.as_slice() {
            [arc] => Some(arc.lanes.clone()),
            _ => None,
        }
    }

    /// How many steps it has: so much work it is.
    pub(super) fn len(&self) -> usize {
        match self {
            Lanes::Nothing => 0,
            Lanes::Step(_) => 1,
            Lanes::Sum(left, right) | Lanes::Later(left, right) => left.len() + right.len(),
        }
    }

    /// The distribution of the whole from those of its steps.
    pub(super) fn distribution(&self, step: &dyn Fn(usize) -> Grid) -> Grid {
        match self {
            Lanes::Nothing => Grid::constant(0.0),
            Lanes::Step(place) => step(*place),
            Lanes::Sum(left, right) => left.distribution(step).sum(&right.distribution(step)),
            Lanes::Later(left, right) => left.distribution(step).later(&right.distribution(step)),
        }
    }

    fn and_then(self, next: Lanes) -> Lanes {
        match (self, next) {
            (Lanes::Nothing, other) | (other, Lanes::Nothing) => other,
            (first, second) => Lanes::Sum(Box::new(first), Box::new(second)),
        }
    }

    fn beside(self, other: Lanes) -> Lanes {
        match (self, other) {
            (Lanes::Nothing, other) | (other, Lanes::Nothing) => other,
            (one, other) => Lanes::Later(Box::new(one), Box::new(other)),
        }
    }
}

/// More arcs take too long to be merged.
const MOST_ARCS: usize = 1_500;
/// The moment of the arrival and that of the answer.
const START: usize = 0;
const ANSWER: usize = 1;

fn arcs(plan: &Plan) -> Vec<Arc> {
    let count = plan.steps.len();
    let lane = |step: usize| !plan.steps[step].detached;
    // Steps that wait for the same others start at the same moment.
    let mut moments: Vec<Vec<u16>> = Vec::new();
    let mut arcs = Vec::new();
    for step in (0..count).filter(|&step| lane(step)) {
        let mut before = plan.steps[step].predecessors.clone();
        before.sort_unstable();
        let starts = if before.is_empty() {
            START
        } else if let Some(known) = moments.iter().position(|moment| *moment == before) {
            2 + count + known
        } else {
            moments.push(before.clone());
            let moment = 1 + count + moments.len();
            let waits =
                before.iter().map(|&from| Arc { from: 2 + usize::from(from), to: moment, lanes: Lanes::Nothing });
            arcs.extend(waits);
            moment
        };
        arcs.push(Arc { from: starts, to: 2 + step, lanes: Lanes::Step(step) });
        if plan.steps[step].last {
            arcs.push(Arc { from: 2 + step, to: ANSWER, lanes: Lanes::Nothing });
        }
    }
    arcs
}

fn merge_side_by_side(arcs: &mut Vec<Arc>) {
    let mut merged: Vec<Arc> = Vec::with_capacity(arcs.len());
    for arc in arcs.drain(..) {
        match merged.iter_mut().find(|known| (known.from, known.to) == (arc.from, arc.to)) {
            Some(known) => {
                let one = std::mem::replace(&mut known.lanes, Lanes::Nothing);
                known.lanes = one.beside(arc.lanes);
            }
            None => merged.push(arc),
        }
    }
    *arcs = merged;
}

fn merge_one_after_another(arcs: &mut Vec<Arc>) {
    let alone = |arcs: &[Arc], moment: usize| {
        moment != ANSWER
            && arcs.iter().filter(|arc| arc.to == moment).count() == 1
            && arcs.iter().filter(|arc| arc.from == moment).count() == 1
    };
    while let Some(first) = arcs.iter().position(|arc| alone(arcs, arc.to)) {
        let first = arcs.remove(first);
        if let Some(second) = arcs.iter_mut().find(|arc| arc.from == first.to) {
            second.from = first.from;
            let next = std::mem::replace(&mut second.lanes, Lanes::Nothing);
            second.lanes = first.lanes.and_then(next);
        }
    }
}
