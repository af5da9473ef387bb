//! Sensitivity: every value at which an input flips the verdict.
//!
//! Each input is tried on a grid. Where the verdicts of two neighbours on the grid differ, the bracket between them is
//! halved until it is narrow. All runs meet the same requests with the same luck, so a verdict flips because of the
//! input and not by chance. A verdict is the caller's: this crate only tells two of them apart.

mod inputs;

use model::{Document, TopologyKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::report::{Report, TopologyReport};

use inputs::Input;

/// A bracket this narrow, as a share of its upper end, is not halved again.
const NARROW: f64 = 0.05;

/// A sensitivity analysis under way.
#[derive(Debug)]
pub struct Sensitivity {
    document: Document,
    inputs: Vec<Input>,
    today: Option<Point>,
    /// For each input, what was found, in the order of the values.
    points: Vec<Vec<Point>>,
}

/// What is to be compared and judged. Its document is made when it is compared: see [`Sensitivity::document`].
#[derive(Clone, Debug)]
pub struct Probe {
    /// What differs from the team's document, in words.
    pub label: String,
    /// Which input differs, and its value; `None`: nothing differs.
    differs: Option<(usize, f64)>,
}

/// What came of one value of one input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Point {
    /// The value, in the unit of the input.
    pub value: f64,
    /// The verdict: `not-ready`, or the topology to choose.
    pub verdict: String,
    /// What each topology would do.
    pub topologies: Vec<PointFigures>,
}

/// The figures of a topology that a tornado shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PointFigures {
    /// Which topology.
    pub kind: TopologyKind,
    /// Latency at the budget's percentile \[ms\]; absent where nothing was answered.
    pub at_budget_ms: Option<f64>,
    /// Share of failed requests.
    pub failed: f64,
    /// Share of orphaned requests.
    pub orphaned: f64,
}

/// Two values of an input between which the verdict flips.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Flip {
    /// The value on this side.
    pub below: f64,
    /// The value on that side: within 5 % of the other, or its neighbour among whole numbers. Beside 0 it is a fiftieth
    /// of the smallest value of the grid.
    pub above: f64,
    /// The verdict on this side.
    pub verdict_below: String,
    /// The verdict on that side.
    pub verdict_above: String,
}

/// One input and what depends on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct InputReport {
    /// Its path in the document.
    pub input: String,
    /// Its name in words.
    pub label: String,
    /// The unit of its values.
    pub unit: String,
    /// Its value today; for a range or an unknown, its median.
    pub today: f64,
    /// What was tried, by value.
    pub points: Vec<Point>,
    /// Every pair of values found between which the verdict flips.
    pub flips: Vec<Flip>,
}

/// A sensitivity analysis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SensitivityReport {
    /// The verdict on the document as it stands.
    pub verdict: String,
    /// The inputs, in document order.
    pub inputs: Vec<InputReport>,
}

impl Sensitivity {
    /// Prepares the analysis of a checked document.
    pub fn new(document: Document) -> Self {
        let inputs = inputs::of(&document);
        Sensitivity { points: vec![Vec::new(); inputs.len()], inputs, today: None, document }
    }

    /// What is to be compared and judged next; nothing: it is over.
    pub fn next(&self) -> Vec<Probe> {
        let probe = |place: usize, value: f64| {
            let input = &self.inputs[place];
            let label = format!("{}: {value}{}", input.label, input.unit);
            Probe { label, differs: Some((place, value)) }
        };
        if self.today.is_none() {
            let today = Probe { label: "as it stands".to_owned(), differs: None };
            let grid = |(place, input): (usize, &Input)| {
                let values = input.grid.iter().filter(|value| **value != input.today);
                values.map(move |&value| probe(place, value)).collect::<Vec<_>>()
            };
            return std::iter::once(today).chain(self.inputs.iter().enumerate().flat_map(grid)).collect();
        }
        let open = |place: usize| {
            let middles = self.brackets(place).filter_map(move |(low, high)| self.middle(place, low.value, high.value));
            middles.map(move |value| probe(place, value))
        };
        (0..self.inputs.len()).flat_map(open).collect()
    }

    /// The document of a probe of this analysis.
    pub fn document(&self, probe: &Probe) -> Document {
        match probe.differs {
            None => self.document.clone(),
            Some((place, value)) => self.inputs[place].with(&self.document, value),
        }
    }

    /// Takes in the report of a probe and the verdict on it.
    pub fn accept(&mut self, probe: &Probe, report: &Report, verdict: String) {
        let figures = |topology: &TopologyReport| PointFigures {
            kind: topology.kind,
            at_budget_ms: topology.latency.at_budget.map(|figure| figure.value),
            failed: topology.failed.value,
            orphaned: topology.outcomes.orphaned.value,
        };
        let topologies: Vec<PointFigures> = report.topologies.iter().map(figures).collect();
        let point = |value| Point { value, verdict, topologies };
        match probe.differs {
            None => self.today = Some(point(f64::NAN)),
            Some((place, value)) => self.points[place].push(point(value)),
        }
    }

    /// What was found.
    pub fn report(&self) -> SensitivityReport {
        let input = |(place, input): (usize, &Input)| InputReport {
            input: input.path.clone(),
            label: input.label.clone(),
            unit: input.unit.trim_start().to_owned(),
            today: input.today,
            points: self.sorted(place),
            flips: self
                .brackets(place)
                .map(|(low, high)| Flip {
                    below: low.value,
                    above: high.value,
                    verdict_below: low.verdict,
                    verdict_above: high.verdict,
                })
                .collect(),
        };
        SensitivityReport {
            verdict: self.today.as_ref().map_or_else(String::new, |today| today.verdict.clone()),
            inputs: self.inputs.iter().enumerate().map(input).collect(),
        }
    }

    /// What was found for an input, today's value among it, by value.
    fn sorted(&self, place: usize) -> Vec<Point> {
        let today = self.today.iter().map(|today| Point { value: self.inputs[place].today, ..today.clone() });
        let mut points: Vec<Point> = self.points[place].iter().cloned().chain(today).collect();
        points.sort_by(|a, b| a.value.total_cmp(&b.value));
        points
    }

    /// Neighbours whose verdicts differ.
    fn brackets(&self, place: usize) -> impl Iterator<Item = (Point, Point)> {
        let points = self.sorted(place);
        let neighbours: Vec<(Point, Point)> = points.iter().cloned().zip(points.iter().skip(1).cloned()).collect();
        neighbours.into_iter().filter(|(low, high)| low.verdict != high.verdict)
    }

    /// The value to be tried between two; `None` where they are near enough.
    fn middle(&self, place: usize, low: f64, high: f64) -> Option<f64> {
        let input = &self.inputs[place];
        if input.whole {
            let middle = libm::floor((low + high) / 2.0);
            return (high - low > 1.0 && middle > low).then_some(middle);
        }
        (high - low > (NARROW * high).max(input.finest)).then(|| (low + high) / 2.0)
    }
}
