//! Known to be right: documents whose figures theory gives exactly, and what the engine makes of them.
//!
//! The cases are data: a document, one figure of its report, the exact value with its source, and how narrow the
//! interval of simulation error must be, so that a wide one cannot pass. Tests run all of them under seeds 1, 2 and
//! 3; `forkline self-check` runs them live.

mod failures;
mod formulas;
mod lanes;
mod queues;

use model::{Arrivals, Document, Latency, Pool, Step, TopologyKind, WhenFull};

use crate::{
    compare,
    compare::Settings,
    interval::{Figure, Share, t_quantile},
    report::TopologyReport,
    run::Limits,
};

/// A document whose figure is known.
#[derive(Clone, Debug)]
pub struct Case {
    /// What it is, with its load.
    pub name: String,
    /// Where the exact value comes from.
    pub source: &'static str,
    /// The exact value: milliseconds, a share or a factor.
    pub exact: f64,
    /// The largest half-width of the 95 % interval that proves anything, as a share of the value.
    pub precision: f64,
    /// What is run.
    pub document: Document,
    /// In which topology.
    pub kind: TopologyKind,
    /// How many replications.
    pub replications: u32,
    /// Which figure of the report is compared.
    pub read: fn(&TopologyReport) -> Option<Figure>,
}

/// What the engine made of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// The engine's value with its 95 % interval.
    pub figure: Option<Figure>,
    /// Whether the interval is as narrow as the case demands.
    pub narrow: bool,
    /// Whether the exact value is no further away than chance explains.
    pub agrees: bool,
}

impl Checked {
    /// Whether the engine's value stands beside the exact one, and proves something.
    pub fn passes(&self) -> bool {
        self.narrow && self.agrees
    }

    /// The verdict in words.
    pub fn verdict(&self) -> &'static str {
        match (self.narrow, self.agrees) {
            (true, true) => "agrees",
            (false, true) => "too wide to tell",
            (_, false) => "differs",
        }
    }
}

impl Case {
    /// Runs the case. `among` is the number of comparisons of which at most one in a hundred suites may fail by
    /// chance: each gets its part of that one percent (Bonferroni).
    ///
    /// # Panics
    ///
    /// When the case's document cannot be run, which would be a mistake in the case.
    pub fn check(&self, seed: u64, among: usize) -> Checked {
        let settings = Settings {
            seed,
            replications: self.replications,
            kinds: vec![self.kind],
            draws: 0,
            limits: Limits { attempts: 1_000_000_000, events: 10_000_000_000, bytes: 64_000_000 },
            ..Settings::default()
        };
        let report = compare(&self.document, settings).expect("a case has steps and replications");
        let figure = (self.read)(&report.topologies[0]);
        let Some(Figure { value, high, .. }) = figure else {
            return Checked { figure, narrow: false, agrees: false };
        };
        let freedom = f64::from(self.replications - 1);
        let wider = t_quantile(0.01 / among as f64, freedom) / t_quantile(0.05, freedom);
        // Rounding to whole nanoseconds shows where nothing else is random.
        let room = ((high - value) * wider).max(1e-9 * self.exact);
        Checked {
            figure,
            narrow: high - value <= self.precision * value,
            agrees: !report.cut_short && (value - self.exact).abs() <= room,
        }
    }
}

/// Largest half-width of a mean, as a share of it.
const MEAN: f64 = 0.02;
/// Largest half-width of a 99th percentile, or of a share, as a share of it.
const TAIL: f64 = 0.05;

/// All cases.
pub fn cases() -> Vec<Case> {
    [queues::cases(), lanes::cases(), failures::cases()].concat()
}

/// Poisson arrivals for a while, and nothing else yet.
fn arrivals(per_second: f64, duration_s: f64, warmup_s: f64) -> Document {
    let mut document = Document::new("theory");
    document.workload.arrivals = Arrivals::Poisson { per_second };
    document.workload.duration_s = duration_s;
    document.workload.warmup_s = warmup_s;
    document
}

/// A step that holds one of the pool's slots, or none.
fn step(id: &str, latency: Latency, pool: Option<&str>) -> Step {
    let mut step = Step::new(id, latency);
    step.timeout_ms = 1e12;
    step.pools = pool.map(str::to_owned).into_iter().collect();
    step
}

fn pool(id: &str, size: u32, when_full: WhenFull) -> Pool {
    Pool { id: id.to_owned(), name: String::new(), size, when_full, queue_limit: None }
}

/// A share as a figure: its interval is the wider one of replications and counts.
fn as_figure(share: Share) -> Figure {
    let half = (share.high - share.value).max(share.value - share.low);
    Figure { value: share.value, low: share.value - half, high: share.value + half }
}
