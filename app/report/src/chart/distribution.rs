//! The share of requests answered within a time, for each topology, with the budget.

use decide::wording;
use engine::{Report, report::TopologyReport};
use model::Document;

use super::{
    Size,
    arrangement::arrangements,
    role::Role,
    svg::{Anchor, Canvas, finish, text_width},
};

/// Margins of the plot \[px\].
const LEFT: f64 = 48.0;
const RIGHT: f64 = 18.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 30.0;
/// Shares at which a letter may stand on its line, tried in this order so that letters do not collide.
const LETTER_AT: [f64; 7] = [0.8, 0.7, 0.6, 0.5, 0.88, 0.4, 0.3];

/// Draws the share of requests answered within a time. `id` tells the charts of one page apart.
pub fn latency_distribution(document: &Document, report: &Report, size: Size, id: &str) -> String {
    let plot = Plot::new(document, report, size);
    let mut drawn = String::new();
    {
        let mut canvas = Canvas::new(&mut drawn, size);
        plot.budget_band(&mut canvas);
        plot.grid(&mut canvas);
        plot.budget_line(&mut canvas);
        let mut taken: Vec<(f64, f64)> = Vec::new();
        for arrangement in arrangements(report) {
            plot.curve(&mut canvas, &arrangement.letters(), arrangement.topology, &mut taken);
        }
    }
    finish(&drawn, size, id, "Share of requests answered within a time", &description(report))
}

struct Plot<'a> {
    document: &'a Document,
    size: Size,
    /// The time at the right edge \[ms\].
    span: f64,
    tick: f64,
}

impl<'a> Plot<'a> {
    fn new(document: &'a Document, report: &Report, size: Size) -> Self {
        let slowest = report
            .topologies
            .iter()
            .filter_map(|topology| at(topology, 0.995))
            .chain([document.budget.target_ms + document.budget.tolerance_ms])
            .fold(1.0, f64::max);
        let wanted = if size.width < 500 { 4.0 } else { 7.0 };
        let tick = round_step(slowest * 1.05 / wanted);
        Self { document, size, span: (slowest * 1.05 / tick).ceil() * tick, tick }
    }

    fn x(&self, ms: f64) -> f64 {
        LEFT + (ms / self.span).clamp(0.0, 1.0) * (f64::from(self.size.width) - LEFT - RIGHT)
    }

    fn y(&self, share: f64) -> f64 {
        let bottom = f64::from(self.size.height) - BOTTOM;
        bottom - share * (bottom - TOP)
    }

    fn grid(&self, canvas: &mut Canvas<'_>) {
        for share in [0.0, 0.25, 0.5, 0.75, 0.9, 1.0] {
            canvas.line((LEFT, self.y(share)), (self.x(self.span), self.y(share)), Role::Grid, 1);
            if share != 0.9 {
                let at = (LEFT - 8.0, self.y(share));
                canvas.text(&wording::percent(share), at, Role::SecondaryInk, Anchor::End, false);
            }
        }
        let mut time = 0.0;
        while time <= self.span + self.tick / 2.0 {
            canvas.line((self.x(time), self.y(0.0)), (self.x(time), self.y(1.0)), Role::Grid, 1);
            let label = time_label(time, self.span);
            let reach = text_width(&label) / 2.0;
            let anchor_x = self.x(time).min(f64::from(self.size.width) - reach - 2.0);
            canvas.text(&label, (anchor_x, self.y(0.0) + 18.0), Role::SecondaryInk, Anchor::Middle, false);
            time += self.tick;
        }
    }

    fn budget_band(&self, canvas: &mut Canvas<'_>) {
        let budget = &self.document.budget;
        let low = self.x((budget.target_ms - budget.tolerance_ms).max(0.0));
        let high = self.x(budget.target_ms + budget.tolerance_ms);
        canvas.rectangle((low, self.y(1.0)), (high, self.y(0.0)), Role::Band, true);
    }

    fn budget_line(&self, canvas: &mut Canvas<'_>) {
        let target = self.document.budget.target_ms;
        let x = self.x(target);
        canvas.line((x, self.y(1.0)), (x, self.y(0.0)), Role::Budget, 2);
        let label = format!("budget {}", time_label(target, self.span));
        let fits_left = x - LEFT > text_width(&label) + 10.0;
        let (at, anchor) = if fits_left { (x - 6.0, Anchor::End) } else { (x + 6.0, Anchor::Start) };
        canvas.text(&label, (at, self.y(0.0) - 12.0), Role::Budget, anchor, true);
    }

    fn curve(&self, canvas: &mut Canvas<'_>, letters: &str, topology: &TopologyReport, taken: &mut Vec<(f64, f64)>) {
        let role = Role::Topology(topology.kind);
        let mut points: Vec<(f64, f64)> = Vec::new();
        for &(share, ms) in topology.distribution.iter().filter(|(_, ms)| *ms <= self.span) {
            let point = (self.x(ms), self.y(share));
            // Points that fall on the same pixel say nothing more.
            if points.last().is_none_or(|last| (last.0 - point.0).abs() >= 1.0 || (last.1 - point.1).abs() >= 1.0) {
                points.push(point);
            }
        }
        canvas.path(&points, role);
        let place = |share: f64| Some((self.x(at(topology, share)?), self.y(share)));
        let reach = text_width(letters) + 14.0;
        let free = |point: &(f64, f64)| {
            taken.iter().all(|other| (other.0 - point.0).abs() > reach + 10.0 || (other.1 - point.1).abs() > 24.0)
        };
        let chosen = LETTER_AT.into_iter().filter_map(place).find(free).or_else(|| place(LETTER_AT[0]));
        if let Some(point) = chosen {
            canvas.badge(letters, point, role);
            taken.push(point);
        }
    }
}

/// The time \[ms\] within which a share is answered.
fn at(topology: &TopologyReport, share: f64) -> Option<f64> {
    topology.distribution.iter().find(|(drawn, _)| (drawn - share).abs() < 1e-9).map(|(_, ms)| *ms)
}

/// The next larger of 1, 2 and 5 times a power of ten.
pub(super) fn round_step(least: f64) -> f64 {
    let power = 10.0_f64.powf(least.max(1e-6).log10().floor());
    [1.0, 2.0, 5.0].into_iter().map(|factor| factor * power).find(|step| *step >= least).unwrap_or(10.0 * power)
}

/// A time with its unit: seconds where the axis is longer than one.
pub(super) fn time_label(ms: f64, span: f64) -> String {
    if span > 1_000.0 { format!("{} s", wording::number(ms / 1_000.0)) } else { wording::ms(ms) }
}

fn description(report: &Report) -> String {
    let figures = report.topologies.iter().filter_map(|topology| {
        let (p50, p) = (topology.latency.p50?, topology.latency.at_budget?);
        Some(format!(
            "{}: p50 {}, {} {}",
            topology.kind.label(),
            wording::ms(p50.value),
            wording::percentile(report.budget_percentile),
            wording::ms(p.value)
        ))
    });
    format!("{}. Budget {}.", figures.collect::<Vec<_>>().join("; "), wording::ms(report.budget_ms))
}
