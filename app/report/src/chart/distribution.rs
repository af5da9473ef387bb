//! The share of requests answered within a time, for each topology, with the budget.

use decide::wording;
use engine::{
    Report,
    report::{LatencyFigures, TopologyReport},
};
use model::Document;

use super::{
    Size, TimeAxis,
    arrangement::{Arrangement, arrangements},
    axis::{Frame, Scale, budget_label, ticks_across, time_label, tolerance},
    mark::Reach,
    percentiles::marked,
    role::Role,
    svg::{Anchor, Canvas, draw, text_width},
};

/// Shares at which a letter may stand on its line, tried in this order so that letters do not collide.
const LETTER_AT: [f64; 7] = [0.8, 0.7, 0.6, 0.5, 0.88, 0.4, 0.3];
/// Half the side of a mark on a line \[px\].
const MARK: f64 = 9.0;

/// Draws the share of requests answered within a time, on a linear axis of time. `id` tells the charts of one page
/// apart.
pub fn latency_distribution(document: &Document, report: &Report, size: Size, id: &str) -> String {
    latency_distribution_on(document, report, TimeAxis::Linear, size, id)
}

/// Draws the share of requests answered within a time, on an axis of choice. `id` tells the charts of one page apart.
pub fn latency_distribution_on(document: &Document, report: &Report, axis: TimeAxis, size: Size, id: &str) -> String {
    draw(size, id, "Share of requests answered within a time", &description(report), &mut |canvas| {
        let plot = Plot::new(canvas, document, report, axis);
        plot.frame.band_across(canvas, &plot.time, document);
        plot.grid(canvas);
        let label = budget_label(document, plot.time.high);
        plot.frame.limit_across(canvas, &plot.time, document.budget.target_ms, &label, 10.0);
        let mut taken: Vec<(f64, f64)> = Vec::new();
        for arrangement in arrangements(report) {
            canvas.begin_series(&arrangement.kinds);
            plot.curve(canvas, &arrangement, &mut taken);
            canvas.end_series();
        }
    })
}

struct Plot {
    frame: Frame,
    time: Scale,
    share: Scale,
}

impl Plot {
    fn new(canvas: &Canvas<'_>, document: &Document, report: &Report, axis: TimeAxis) -> Self {
        let ends = |share| report.topologies.iter().filter_map(move |topology| at(topology, share));
        // Where fewer are answered, the line ends with the last of them.
        let last = |topology: &TopologyReport| {
            let drawn = topology.distribution.iter().filter(|(share, _)| *share <= 0.995);
            drawn.map(|(_, ms)| *ms).fold(0.0, f64::max)
        };
        let slowest = report.topologies.iter().map(last).chain([tolerance(document).1]).fold(1.0, f64::max);
        let time = match axis {
            TimeAxis::Linear => Scale::linear(slowest * 1.05, ticks_across(canvas.narrow())),
            TimeAxis::Logarithmic => Scale::logarithmic(ends(0.01).fold(slowest, f64::min), slowest * 1.05),
        };
        let frame = Frame { left: 48.0, right: canvas.width() - 18.0, top: 24.0, bottom: canvas.height() - 30.0 };
        Self { frame, time, share: Scale::linear(1.0, 1.0) }
    }

    fn grid(&self, canvas: &mut Canvas<'_>) {
        let frame = &self.frame;
        for share in [0.0, 0.25, 0.5, 0.75, 0.9, 1.0] {
            let y = frame.y(&self.share, share);
            canvas.line((frame.left, y), (frame.right, y), Role::Grid, 1);
            if share != 0.9 {
                let at = (frame.left - 8.0, y);
                canvas.text(&wording::percent(share), at, Role::SecondaryInk, Anchor::End, false);
            }
        }
        frame.grid_across(canvas, &self.time, &|ms| time_label(ms, self.time.high));
    }

    fn place(&self, share: f64, ms: f64) -> (f64, f64) {
        (self.frame.x(&self.time, ms), self.frame.y(&self.share, share))
    }

    fn curve(&self, canvas: &mut Canvas<'_>, arrangement: &Arrangement<'_>, taken: &mut Vec<(f64, f64)>) {
        let (topology, role, letters) = (arrangement.topology, arrangement.role(), arrangement.letters());
        let mut points: Vec<(f64, f64)> = Vec::new();
        for &(share, ms) in topology.distribution.iter().filter(|(_, ms)| *ms <= self.time.high) {
            let point = self.place(share, ms);
            // Points that fall on the same pixel say nothing more.
            if points.last().is_none_or(|last| (last.0 - point.0).abs() >= 1.0 || (last.1 - point.1).abs() >= 1.0) {
                points.push(point);
            }
        }
        canvas.path(&points, role, 2);
        for (percentile, figure) in marked(&topology.latency) {
            if figure.value <= self.time.high {
                let (x, y) = self.place(percentile / 100.0, figure.value);
                let words = format!("{} {}", wording::percentile(percentile), wording::ms(figure.value));
                let corners = ((x - MARK, y - MARK), (x + MARK, y + MARK));
                canvas.mark(corners.0, corners.1, Reach::All, &arrangement.title(), &[words]);
            }
        }
        let reach = text_width(&letters) + 14.0;
        let free = |point: &(f64, f64)| {
            taken.iter().all(|other| (other.0 - point.0).abs() > reach + 10.0 || (other.1 - point.1).abs() > 24.0)
        };
        let on_line = |share: f64| Some(self.place(share, at(topology, share)?));
        let chosen = LETTER_AT.into_iter().filter_map(on_line).find(free).or_else(|| on_line(LETTER_AT[0]));
        if let Some(point) = chosen {
            canvas.badge(&letters, point, role);
            taken.push(point);
        }
    }
}

/// The time \[ms\] within which a share of all requests is answered.
fn at(topology: &TopologyReport, share: f64) -> Option<f64> {
    topology.distribution.iter().find(|(drawn, _)| (drawn - share).abs() < 1e-9).map(|(_, ms)| *ms)
}

fn description(report: &Report) -> String {
    let figures = report.topologies.iter().filter_map(|topology| {
        let LatencyFigures { p50: Some(p50), .. } = topology.latency else { return None };
        Some(format!(
            "{}: p50 {}, {} {}",
            topology.kind.label(),
            wording::ms(p50.value),
            wording::percentile(report.budget_percentile),
            wording::at_budget(topology)
        ))
    });
    format!("{}. Budget {}.", figures.collect::<Vec<_>>().join("; "), wording::ms(report.budget_ms))
}
