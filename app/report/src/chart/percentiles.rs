//! Percentiles of each arrangement with their intervals, against the budget.

use decide::wording::{ms, percentile};
use engine::{
    Report,
    report::{Figure, LatencyFigures, TopologyReport},
};
use model::Document;

use super::{
    Size, Table,
    arrangement::{Heads, arrangements},
    axis::{Frame, Scale, budget_label, ticks_across, time_label, tolerance},
    mark::Reach,
    role::Role,
    svg::draw,
    table::{by_topology, dash, with_interval},
};

/// The percentiles that are marked, as far as there are figures.
pub(super) fn marked(latency: &LatencyFigures) -> impl Iterator<Item = (f64, Figure)> {
    let LatencyFigures { p50, p95, p99, p999, .. } = *latency;
    [(50.0, p50), (95.0, p95), (99.0, p99), (99.9, p999)].into_iter().filter_map(|(p, figure)| Some((p, figure?)))
}

/// What stands before a figure that rests on few samples.
fn about(latency: &LatencyFigures, percentile: f64) -> &'static str {
    if percentile > 99.0 && latency.p999_rests_on_few { "~" } else { "" }
}

/// Draws p50, p95, p99 and p99.9 of each arrangement as dots with 95 % intervals, from above to below, against the
/// budget and its tolerance. A row of about 80 px for each arrangement has room for all. `id` tells the charts of one
/// page apart.
pub fn percentiles(document: &Document, report: &Report, size: Size, id: &str) -> String {
    let rows = arrangements(report);
    let words = |topology: &TopologyReport| -> Vec<String> {
        let figures = marked(&topology.latency);
        figures
            .map(|(p, figure)| {
                format!("{} {}{}", percentile(p), about(&topology.latency, p), with_interval(figure, &ms))
            })
            .collect()
    };
    let description: Vec<String> =
        rows.iter().map(|row| format!("{}: {}.", row.title(), words(row.topology).join(", "))).collect();
    draw(size, id, "Percentiles with 95 % intervals", &description.join(" "), &mut |canvas| {
        let heads = Heads::of(canvas, &rows);
        let frame =
            Frame { left: heads.end(), right: canvas.width() - 18.0, top: 24.0, bottom: canvas.height() - 30.0 };
        let ends = rows.iter().flat_map(|row| marked(&row.topology.latency)).map(|(_, figure)| figure.high);
        let most = ends.chain([tolerance(document).1]).fold(1.0, f64::max) * 1.02;
        let time = Scale::linear(most, ticks_across(canvas.narrow()));
        let (label, budget) = (budget_label(document, time.high), document.budget.target_ms);
        frame.band_across(canvas, &time, document);
        frame.grid_across(canvas, &time, &|tick| time_label(tick, time.high));
        frame.limit_across(canvas, &time, budget, &label, 10.0);
        let row_height = (frame.bottom - frame.top) / rows.len().max(1) as f64;
        for (place, row) in rows.iter().enumerate() {
            let (role, latency) = (row.role(), &row.topology.latency);
            let top = frame.top + row_height * place as f64;
            canvas.begin_series(&row.kinds);
            row.head(canvas, top + row_height / 2.0, &heads);
            if place > 0 {
                canvas.line((0.0, top), (frame.right, top), Role::Grid, 1);
            }
            let spacing = (row_height - 8.0) / 4.0;
            for (line, (p, figure)) in marked(latency).enumerate() {
                let y = top + 4.0 + spacing * (line as f64 + 0.5);
                let (low, high) = (frame.x(&time, figure.low), frame.x(&time, figure.high));
                canvas.whisker((low, high), y, role);
                canvas.dot((frame.x(&time, figure.value), y), role, true);
                let text = format!("{} {}{}", percentile(p), about(latency, p), ms(figure.value));
                let (x, anchor) = frame.beside(canvas, (low, high), frame.x(&time, budget), &text);
                canvas.text(&text, (x, y), Role::Ink, anchor, false);
            }
            let corners = ((frame.left, top + 2.0), (frame.right, top + row_height - 2.0));
            canvas.mark(corners.0, corners.1, Reach::All, &row.title(), &words(row.topology));
            canvas.end_series();
        }
    })
}

/// The same as a table: percentiles of each topology with their 95 % intervals.
pub fn percentile_table(report: &Report) -> Table {
    let cell = |topology: &TopologyReport, wanted: f64| {
        let found = marked(&topology.latency).find(|(p, _)| (p - wanted).abs() < 1e-9);
        found.map_or_else(dash, |(p, figure)| format!("{}{}", about(&topology.latency, p), with_interval(figure, &ms)))
    };
    let wanted = [50.0, 95.0, 99.0, 99.9];
    let rows = |topology: &TopologyReport| wanted.map(|p| cell(topology, p)).into();
    by_topology("Percentiles with 95 % intervals of simulation error", wanted.map(percentile), report, rows)
}
