//! Experiments: the same pipeline under more load, a spike, an outage, with other pools.
//!
//! An experiment is a list of *variants* of one document, each to be compared like any other; whoever runs it decides
//! about threads, progress and stopping between them. The load sweep goes on where its results say so: it looks for the
//! load at which errors emerge. A [`Study`] conducts any of them, part by part.

mod load;
mod sensitivity;
mod study;
mod what_if;

use model::{Arrivals, Document, Outage, OutageMode, Spike, Step};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::Report;

pub use load::{EMERGED, Emergence};
pub use sensitivity::{Flip, InputReport, Point, PointFigures, Probe, Sensitivity, SensitivityReport};
pub use study::{Findings, Judge, NamedDocument, Part, Question, Study};
pub use what_if::{Side, WhatIf};

/// What is varied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Experiment {
    /// The arrival rate: where do errors emerge?
    Load,
    /// A number of requests at one moment, alone and inside the load.
    Spike,
    /// One dependency after the other is down for a quarter of the run.
    #[serde(rename = "outage")]
    Outages,
    /// The size of each pool.
    Pools,
}

/// One thing in which a document is to differ from the team's. The document is made when it is compared and not before: an
/// experiment may have thousands.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// What differs, in words.
    pub label: String,
    /// What differs, as a number: the load as a multiple of the document's, or the size of a pool.
    pub value: Option<f64>,
    change: Change,
}

#[derive(Clone, Debug, PartialEq)]
enum Change {
    /// The arrival rate, as a multiple of the document's.
    Load(f64),
    Spike(SpikeCase),
    /// The step that is down, by its place; none: nothing is.
    Outage(Option<usize>),
    Pool {
        place: usize,
        size: u32,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SpikeCase {
    Without,
    Alone,
    InsideTheLoad,
}

impl Variant {
    /// The variant of a document, which is the one that the variant was made for.
    pub fn of(&self, document: &Document) -> Document {
        let mut variant = document.clone();
        match self.change {
            Change::Load(times) => {
                let arrivals = document.workload.arrivals;
                variant.workload.arrivals = arrivals.at(arrivals.per_second() * times);
            }
            Change::Spike(case) => spike(&mut variant, case),
            Change::Outage(step) => {
                variant.outages = step.map(|step| outage_of(document, &document.steps[step])).into_iter().collect();
            }
            Change::Pool { place, size } => variant.pools[place].size = size,
        }
        variant
    }
}

/// What came of a variant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Outcome {
    /// What differs, in words.
    pub label: String,
    /// What differs, as a number.
    pub value: Option<f64>,
    /// Its comparison.
    pub report: Report,
}

/// An experiment with its results.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExperimentReport {
    /// What was varied.
    pub experiment: Experiment,
    /// The variants, in order.
    pub outcomes: Vec<Outcome>,
    /// For a load sweep: where errors emerge in each topology.
    pub emergence: Vec<Emergence>,
}

/// Requests of a spike where the document has none.
const SPIKE: u32 = 10;

impl Experiment {
    /// All experiments.
    pub const ALL: [Experiment; 4] = [Experiment::Load, Experiment::Spike, Experiment::Outages, Experiment::Pools];

    /// The name on the command line and in addresses.
    pub fn slug(self) -> &'static str {
        match self {
            Experiment::Load => "load",
            Experiment::Spike => "spike",
            Experiment::Outages => "outage",
            Experiment::Pools => "pools",
        }
    }

    /// The variants that are still to be compared, given what came of earlier ones; none: it is over.
    pub fn next(self, document: &Document, seen: &[Outcome]) -> Vec<Variant> {
        match self {
            Experiment::Load => load::next(document, seen),
            _ if !seen.is_empty() => Vec::new(),
            Experiment::Spike => spikes(document),
            Experiment::Outages => outages(document),
            Experiment::Pools => pools(document),
        }
    }

    /// The report, once there is nothing left to compare.
    pub fn report(self, mut outcomes: Vec<Outcome>) -> ExperimentReport {
        outcomes.sort_by(|a, b| match (a.value, b.value) {
            (Some(a), Some(b)) if self == Experiment::Load => a.total_cmp(&b),
            _ => std::cmp::Ordering::Equal,
        });
        let emergence = if self == Experiment::Load { load::emergence(&outcomes) } else { Vec::new() };
        ExperimentReport { experiment: self, outcomes, emergence }
    }
}

/// How many requests a spike has, and when it comes \[s\].
fn spike_of(document: &Document) -> Spike {
    document.workload.spike.unwrap_or(Spike { size: SPIKE, at_s: document.workload.duration_s / 2.0 })
}

fn spikes(document: &Document) -> Vec<Variant> {
    let size = spike_of(document).size;
    [
        ("without a spike".to_owned(), SpikeCase::Without),
        (format!("{size} alone"), SpikeCase::Alone),
        (format!("{size} inside the load"), SpikeCase::InsideTheLoad),
    ]
    .map(|(label, case)| Variant { label, value: None, change: Change::Spike(case) })
    .into()
}

fn spike(document: &mut Document, case: SpikeCase) {
    let spike = spike_of(document);
    document.workload.spike = (case != SpikeCase::Without).then_some(spike);
    if case == SpikeCase::Alone {
        // Nothing else arrives within the run.
        document.workload.arrivals = Arrivals::Constant { per_second: 0.5 / document.workload.duration_s };
        document.workload.warmup_s = 0.0;
    }
}

/// Each step is down once, see [`outage_of`].
fn outages(document: &Document) -> Vec<Variant> {
    let variant = |label, step| Variant { label, value: None, change: Change::Outage(step) };
    let down = |(place, step): (usize, &Step)| variant(format!("{} down", step.label()), Some(place));
    let each = document.steps.iter().enumerate().map(down);
    std::iter::once(variant("nothing down".to_owned(), None)).chain(each).collect()
}

/// The outage in which a step is tried: its first one in the document, or else from a third of the run on, for a quarter
/// of it, refusing.
pub fn outage_of(document: &Document, step: &Step) -> Outage {
    let duration_s = document.workload.duration_s;
    document.outages.iter().find(|outage| outage.step == step.id).cloned().unwrap_or_else(|| Outage {
        step: step.id.clone(),
        from_s: duration_s / 3.0,
        until_s: duration_s * 7.0 / 12.0,
        mode: OutageMode::Refuses,
    })
}

/// The sizes in which a pool of this size is tried, ascending: half, the same, twice and four times.
pub fn pool_sizes(size: u32) -> Vec<u32> {
    let mut sizes = vec![size.div_ceil(2), size, size.saturating_mul(2), size.saturating_mul(4)];
    sizes.dedup();
    sizes
}

/// Each pool in each of its sizes.
fn pools(document: &Document) -> Vec<Variant> {
    let resized = |(place, pool): (usize, &model::Pool)| {
        let label = pool.label().to_owned();
        pool_sizes(pool.size).into_iter().map(move |size| Variant {
            label: format!("{label}: {size}"),
            value: Some(f64::from(size)),
            change: Change::Pool { place, size },
        })
    };
    document.pools.iter().enumerate().flat_map(resized).collect()
}
