//! The truth by drawing, for what cannot be written as sums and maxima.

use crate::{
    compare::DEFAULT_SEED,
    luck::{Purpose, ReplicationLuck},
    normal,
    plan::{JoinPlan, Plan},
};

/// Draws at most and at least, and service times over all of them. The 99th percentile of a wide tail is then known to
/// one or two percent, of 200 steps to five.
const MOST_DRAWS: usize = 1 << 16;
const FEWEST_DRAWS: usize = 1 << 12;
const MOST_TIMES: usize = 1 << 21;

/// The `p`-quantile \[ms\] of the answer, by nearest rank.
pub(super) fn quantile(plan: &Plan, together: f64, p: f64) -> f64 {
    // Lanes cost as well: a join looks at each.
    let each: usize = plan.steps.iter().map(|step| 1 + step.predecessors.len()).sum();
    let draws = (MOST_TIMES / each.max(1)).clamp(FEWEST_DRAWS, MOST_DRAWS);
    let luck = ReplicationLuck::new(DEFAULT_SEED, 0);
    let mut answers: Vec<f64> = (0..draws as u64)
        .map(|number| {
            let luck = luck.request(number);
            let common = normal::quantile(luck.once(Purpose::SlowTogether));
            answer(plan, |step| {
                let u = luck.at(0, step, 0, Purpose::Service);
                plan.steps[usize::from(step)].service.drawn(u, together, common)
            })
        })
        .collect();
    answers.sort_by(f64::total_cmp);
    let rank = libm::ceil(p * draws as f64 - 1e-9) as usize;
    answers[rank.clamp(1, draws) - 1]
}

/// When the answer goes out, each step as long as `service` says.
fn answer(plan: &Plan, service: impl Fn(u16) -> f64) -> f64 {
    let mut ends = vec![0.0f64; plan.steps.len()];
    for &step in &plan.order {
        let step_plan = &plan.steps[usize::from(step)];
        let lanes = step_plan.predecessors.iter().map(|&from| {
            let must = plan.steps[usize::from(from)].successors.iter().any(|edge| edge.to == step && edge.must);
            (ends[usize::from(from)], must)
        });
        let start = joined(step_plan.join, lanes);
        ends[usize::from(step)] = start + service(step);
    }
    let last = plan.steps.iter().zip(&ends).filter(|(step, _)| step.last).map(|(_, &end)| (end, false));
    joined(plan.answer, last)
}

/// When a join over lanes, each with its end and whether it cannot do without it, is satisfied.
fn joined(join: JoinPlan, lanes: impl Iterator<Item = (f64, bool)>) -> f64 {
    if join.needs == join.of {
        return lanes.map(|(end, _)| end).fold(0.0, f64::max);
    }
    let mut ends = Vec::with_capacity(usize::from(join.of));
    let mut must = 0.0f64;
    for (end, needed) in lanes {
        ends.push(end);
        must = if needed { must.max(end) } else { must };
    }
    ends.sort_by(f64::total_cmp);
    let kth = usize::from(join.needs).checked_sub(1).and_then(|place| ends.get(place));
    kth.map_or(must, |kth| kth.max(must))
}
