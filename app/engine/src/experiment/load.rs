//! The load sweep: a grid of loads, then bisection towards the load at which errors emerge.

use model::{Document, TopologyKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Change, Outcome, Variant};

/// Multiples of the document's load.
const GRID: [f64; 8] = [0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0];
/// Errors have emerged when the share of failed and unanswered requests is shown to be higher by this than at the
/// lowest load.
pub const EMERGED: f64 = 0.01;
/// A bracket this narrow, as a share of its load, is not halved again.
const NARROW: f64 = 0.05;

/// Where errors emerge in a topology.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Emergence {
    /// The topology.
    pub kind: TopologyKind,
    /// The highest load without them, as a multiple of the document's; absent where even the lowest has them.
    pub below: Option<f64>,
    /// The lowest load with them; absent where even the highest has none.
    pub at: Option<f64>,
}

/// The loads still to be tried: the grid, then the middle of each topology's bracket.
pub(super) fn next(document: &Document, seen: &[Outcome]) -> Vec<Variant> {
    if seen.is_empty() {
        return GRID.into_iter().map(|load| variant(document, load)).collect();
    }
    let mut middles: Vec<f64> = emergence(seen)
        .into_iter()
        .filter_map(|Emergence { below, at, .. }| below.zip(at))
        .filter(|(below, at)| at - below > NARROW * at)
        .map(|(below, at)| (below + at) / 2.0)
        .collect();
    middles.sort_by(f64::total_cmp);
    middles.dedup();
    middles.into_iter().map(|load| variant(document, load)).collect()
}

fn variant(document: &Document, times: f64) -> Variant {
    let per_second = document.workload.arrivals.per_second() * times;
    Variant { label: format!("{per_second} per second"), value: Some(times), change: Change::Load(times) }
}

/// For each topology, the bracket in which errors emerge for the first time.
pub(super) fn emergence(seen: &[Outcome]) -> Vec<Emergence> {
    let mut sorted: Vec<(f64, &Outcome)> = seen.iter().filter_map(|outcome| Some((outcome.value?, outcome))).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let Some((_, lowest)) = sorted.first() else { return Vec::new() };
    let kinds = lowest.report.topologies.iter().map(|topology| topology.kind);
    kinds
        .map(|kind| {
            let wrong = |outcome: &Outcome| {
                let topology = outcome.report.topology(kind)?;
                Some((topology.failed.low + topology.unanswered.low, topology.failed.high + topology.unanswered.high))
            };
            let accepted = wrong(lowest).map_or(0.0, |(_, high)| high) + EMERGED;
            let first = sorted.iter().position(|(_, outcome)| wrong(outcome).is_some_and(|(low, _)| low > accepted));
            let below = match first {
                Some(first) => first.checked_sub(1).map(|before| sorted[before].0),
                None => sorted.last().map(|(load, _)| *load),
            };
            Emergence { kind, below, at: first.map(|first| sorted[first].0) }
        })
        .collect()
}
