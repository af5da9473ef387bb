//! Latency and failures under more and less load, with the load at which errors emerge.

use decide::wording::{list, number, percent, percentile};
use engine::{
    experiment::{ExperimentReport, Outcome},
    report::TopologyReport,
};
use model::Document;

use super::{
    Size,
    arrangement::{Arrangement, arrangements},
    axis::{Frame, Scale, budget_label, ticks_across, time_label, tolerance},
    mark::Reach,
    role::Role,
    svg::{Anchor, Canvas, badge_width, draw, text_width},
    table::{share, value},
};

/// Draws a load sweep: latency at the budget's percentile above, the share of failed requests beneath, against the load
/// as a multiple of today's. A ring marks where errors emerge in each arrangement. Of another experiment, which has no
/// loads, only the axes are drawn. `id` tells the charts of one page apart.
pub fn load_sweep(document: &Document, sweep: &ExperimentReport, size: Size, id: &str) -> String {
    let rows = sweep.outcomes.first().map(|outcome| arrangements(&outcome.report)).unwrap_or_default();
    let loads: Vec<(f64, &Outcome)> =
        sweep.outcomes.iter().filter_map(|outcome| Some((outcome.value?, outcome))).collect();
    let p = percentile(document.budget.percentile);
    let described: Vec<String> = rows.iter().map(|row| format!("{}: {}", row.names(), emerges(sweep, row))).collect();
    let names: Vec<&str> = described.iter().map(String::as_str).collect();
    draw(size, id, "Latency and failures under load", &format!("{}.", list(&names)), &mut |canvas| {
        let top = key(canvas, sweep, &rows) + 28.0;
        let (left, right) = (52.0, canvas.width() - 18.0);
        let split = top + (canvas.height() - top - 48.0 - 32.0) * 0.6;
        let upper = Frame { left, right, top, bottom: split };
        let lower = Frame { left, right, top: split + 32.0, bottom: canvas.height() - 48.0 };
        let load =
            Scale::linear(loads.iter().map(|(load, _)| *load).fold(1.0, f64::max), ticks_across(canvas.narrow()));
        let topologies = || loads.iter().flat_map(|(_, outcome)| &outcome.report.topologies);
        let times = topologies().filter_map(|topology| Some(topology.latency.at_budget?.value));
        let (tolerated, target) = (tolerance(document), document.budget.target_ms);
        let time = Scale::of_times(times, tolerated.1, 4.0);
        let failed = Scale::linear(topologies().map(|topology| topology.failed.value).fold(0.01, f64::max), 3.0);
        canvas.rectangle((left, upper.y(&time, tolerated.1)), (right, upper.y(&time, tolerated.0)), Role::Band, true);
        upper.grid_up(canvas, &time, &|tick| time_label(tick, time.high));
        lower.grid_up(canvas, &failed, &percent);
        upper.grid_across(canvas, &load, &|_| String::new());
        lower.grid_across(canvas, &load, &|tick| format!("{}×", number(tick)));
        let budget = upper.y(&time, target);
        canvas.line((left, budget), (right, budget), Role::Budget, 2);
        let (label, axis) = (budget_label(document, time.high), "load; today's is 1×");
        canvas.text(&label, (right, upper.top - 16.0), Role::Budget, Anchor::End, true);
        canvas.text(&p, (0.0, upper.top - 16.0), Role::Ink, Anchor::Start, true);
        canvas.text("failed", (0.0, lower.top - 16.0), Role::Ink, Anchor::Start, true);
        canvas.text(axis, (right, lower.bottom + 36.0), Role::SecondaryInk, Anchor::End, false);
        let mut lines = Vec::new();
        for row in &rows {
            let line = |frame: &Frame, scale: &Scale, figure: &dyn Fn(&TopologyReport) -> Option<f64>| {
                let point = |(at, outcome): &(f64, &Outcome)| {
                    let topology = outcome.report.topology(row.topology.kind)?;
                    Some((frame.x(&load, *at), frame.y(scale, figure(topology)?)))
                };
                loads.iter().filter_map(point).collect::<Vec<(f64, f64)>>()
            };
            let latency = line(&upper, &time, &|topology| Some(topology.latency.at_budget?.value));
            canvas.begin_series(&row.kinds);
            canvas.path(&latency, row.role(), 2);
            canvas.path(&line(&lower, &failed, &|topology| Some(topology.failed.value)), row.role(), 2);
            canvas.end_series();
            lines.push(latency);
        }
        // Letters stand on all lines, and no line runs through them.
        let mut taken = Vec::new();
        for (row, line) in rows.iter().zip(&lines) {
            canvas.begin_series(&row.kinds);
            letters(canvas, row, line, &mut taken);
            canvas.end_series();
        }
        for row in &rows {
            let Some((at, topology)) = emergence(sweep, row) else { continue };
            let place = (lower.x(&load, at), lower.y(&failed, topology.failed.value));
            canvas.begin_series(&row.kinds);
            canvas.dot(place, row.role(), false);
            canvas.end_series();
        }
        bands(canvas, &rows, &loads, (&load, &upper, lower.bottom), &p);
    })
}

/// A mark for each load, over both parts: as far as the middle to its neighbours.
fn bands(
    canvas: &mut Canvas<'_>,
    rows: &[Arrangement<'_>],
    loads: &[(f64, &Outcome)],
    (load, upper, bottom): (&Scale, &Frame, f64),
    p: &str,
) {
    for (place, (at, outcome)) in loads.iter().enumerate() {
        let x = |load_at: f64| upper.x(load, load_at);
        let border =
            |neighbour: Option<&(f64, &Outcome)>, end: f64| neighbour.map_or(end, |(other, _)| x((at + other) / 2.0));
        let start = border(place.checked_sub(1).and_then(|before| loads.get(before)), upper.left);
        let end = border(loads.get(place + 1), upper.right);
        let figures: Vec<String> = rows
            .iter()
            .filter_map(|row| {
                let topology = outcome.report.topology(row.topology.kind)?;
                let (latency, failed) = (value(topology.latency.at_budget), share(topology.failed));
                Some(format!("{}: {p} {latency}, failed {failed}", row.letters()))
            })
            .collect();
        canvas.mark((start, upper.top), (end, bottom), Reach::All, &format!("{}× load", number(*at)), &figures);
    }
}

/// The load at which errors emerge in an arrangement, and its figures there.
fn emergence<'a>(sweep: &'a ExperimentReport, row: &Arrangement<'_>) -> Option<(f64, &'a TopologyReport)> {
    let at = sweep.emergence.iter().find(|found| found.kind == row.topology.kind)?.at?;
    let outcome = sweep.outcomes.iter().find(|outcome| outcome.value == Some(at))?;
    Some((at, outcome.report.topology(row.topology.kind)?))
}

fn emerges(sweep: &ExperimentReport, row: &Arrangement<'_>) -> String {
    emergence(sweep, row)
        .map_or_else(|| "no errors emerge".to_owned(), |(at, _)| format!("errors from {}×", number(at)))
}

/// Each arrangement with the load at which errors emerge; returns where it ends.
fn key(canvas: &mut Canvas<'_>, sweep: &ExperimentReport, rows: &[Arrangement<'_>]) -> f64 {
    let (mut x, mut y) = (0.0, 12.0);
    for row in rows {
        let (text, badge) = (emerges(sweep, row), badge_width(&row.letters()));
        let width = badge + 26.0 + text_width(&text);
        if x + width > canvas.width() {
            (x, y) = (0.0, y + 26.0);
        }
        canvas.begin_series(&row.kinds);
        canvas.badge(&row.letters(), (x + badge / 2.0, y), row.role());
        let ring = emergence(sweep, row).is_some();
        if ring {
            canvas.dot((x + badge + 12.0, y), row.role(), false);
        }
        canvas.text(&text, (x + badge + if ring { 22.0 } else { 8.0 }, y), Role::Ink, Anchor::Start, false);
        canvas.end_series();
        x += width + 14.0;
    }
    y + 12.0
}

/// The letters of an arrangement on its line, where no others stand.
fn letters(canvas: &mut Canvas<'_>, row: &Arrangement<'_>, line: &[(f64, f64)], taken: &mut Vec<((f64, f64), f64)>) {
    let width = badge_width(&row.letters());
    let free = |at: &(f64, f64)| {
        at.0 + width / 2.0 < canvas.width()
            && taken.iter().all(|(other, other_width)| {
                (other.0 - at.0).abs() > (width + other_width) / 2.0 + 4.0 || (other.1 - at.1).abs() > 22.0
            })
    };
    // Between two points, since points are where lines cross and rings stand; the far end first, where lines part.
    let middles = line.windows(2).rev().map(|pair| ((pair[0].0 + pair[1].0) / 2.0, (pair[0].1 + pair[1].1) / 2.0));
    if let Some(at) = middles.into_iter().find(free) {
        canvas.badge(&row.letters(), at, row.role());
        taken.push((at, width));
    }
}
