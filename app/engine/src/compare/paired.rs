//! What a change does: two comparisons of the same requests with the same luck, replication by replication.

use model::TopologyKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Comparison,
    figures::ratio,
    sample::{self, Sample},
};
use crate::{interval::Figure, tally::Tally};

/// What a change does to one topology: the figures after it less those before it, from paired replications. A figure of
/// latency is of all requests that arrived outside outages, and absent where too few of them were answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// Which topology.
    pub kind: TopologyKind,
    /// Latency at the budget's percentile \[ms\]; each side at its own, where the change is one of the percentile.
    pub at_budget: Option<Figure>,
    /// Median latency \[ms\].
    pub p50: Option<Figure>,
    /// 99th percentile of latency \[ms\].
    pub p99: Option<Figure>,
    /// Share of requests over budget, of those that arrived outside outages.
    pub over_budget: Figure,
    /// Share of requests that failed.
    pub failed: Figure,
    /// Orphaned commits per 1,000 requests.
    pub orphans: Figure,
    /// Duplicates per 1,000 requests.
    pub duplicates: Figure,
    /// Attempts for each step execution that was wanted.
    pub amplification: Figure,
}

/// A count out of so many, in one replication.
type Counted = fn(&Tally) -> (u64, u64);

/// The differences between two comparisons with the same seed, for each topology that both have.
pub(super) fn differences(before: &Comparison, after: &Comparison) -> Vec<Difference> {
    let arms = before.arms.iter().flatten();
    let pairs = arms.filter_map(|arm| {
        let kind = arm.topology.kind;
        let other = after.arms.iter().flatten().find(|other| other.topology.kind == kind)?;
        let pairs = arm.samples.iter().zip(&other.samples);
        Some((kind, pairs.filter_map(|(a, b)| a.as_ref().zip(b.as_ref())).collect::<Vec<_>>()))
    });
    pairs.filter_map(|(kind, pairs)| difference(kind, &pairs)).collect()
}

fn difference(kind: TopologyKind, pairs: &[(&Sample, &Sample)]) -> Option<Difference> {
    let latency = |place: usize| {
        let less = |(a, b): &(&Sample, &Sample)| Some(b.quantile(place)? - a.quantile(place)?);
        Figure::of(&pairs.iter().map(less).collect::<Option<Vec<f64>>>()?)
    };
    Some(Difference {
        kind,
        at_budget: latency(sample::AT_BUDGET),
        p50: latency(sample::P50),
        p99: latency(sample::P99),
        over_budget: counted(pairs, 1.0, |tally| (tally.judged.over_target, tally.judged.requests))?,
        failed: counted(pairs, 1.0, |tally| (tally.failed, tally.requests))?,
        orphans: counted(pairs, 1_000.0, |tally| (tally.orphans, tally.requests))?,
        duplicates: counted(pairs, 1_000.0, |tally| (tally.duplicates, tally.requests))?,
        amplification: counted(pairs, 1.0, |tally| (tally.attempts, tally.wanted))?,
    })
}

/// The difference of a count out of so many, `times` so much; `None` with fewer than two pairs.
///
/// Its value is that of the two figures that are shown, which are taken over all replications together; how sure it is
/// comes from the replications one by one.
fn counted(pairs: &[(&Sample, &Sample)], times: f64, count: Counted) -> Option<Figure> {
    let share = |(count, of): (u64, u64)| ratio(count as f64, of as f64);
    let each = |(a, b): &(&Sample, &Sample)| (share(count(&b.tally)) - share(count(&a.tally))) * times;
    let paired = Figure::of(&pairs.iter().map(each).collect::<Vec<_>>())?;
    let (mut before, mut after) = ((0, 0), (0, 0));
    for (a, b) in pairs {
        for (sum, sample) in [(&mut before, a), (&mut after, b)] {
            let (count, of) = count(&sample.tally);
            *sum = (sum.0 + count, sum.1 + of);
        }
    }
    let value = (share(after) - share(before)) * times;
    let half = paired.high - paired.value;
    Some(Figure { value, low: value - half, high: value + half })
}
