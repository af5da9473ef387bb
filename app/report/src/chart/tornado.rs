//! Sensitivity as a tornado: how far each input moves the latency, and where it flips the verdict.

use decide::wording::{ms, percentile};
use engine::experiment::{InputReport, Point, SensitivityReport};
use model::{Document, TopologyKind};

use super::{
    Size, Table,
    axis::{Frame, Scale, budget_label, ticks_across, time_label, tolerance},
    mark::Reach,
    role::Role,
    sensitivity::{fine, with_unit},
    svg::{Anchor, Canvas, cut, draw, text_width},
    table::{Column, Row, dash},
};

/// An input and the latencies of one topology at the ends of what was tried \[ms\]; absent where nothing was answered.
struct Bar<'a> {
    input: &'a InputReport,
    low: &'a Point,
    high: &'a Point,
    at_low: Option<f64>,
    at_high: Option<f64>,
}

impl Bar<'_> {
    /// How far it moves the latency \[ms\]; without an answer further than anything.
    fn reach(&self) -> f64 {
        self.at_low.zip(self.at_high).map_or(f64::INFINITY, |(low, high)| (high - low).abs())
    }
}

/// The inputs: first those that flip the verdict, and among them those that move the latency furthest.
fn bars(report: &SensitivityReport, kind: TopologyKind) -> Vec<Bar<'_>> {
    let mut bars: Vec<Bar<'_>> = report
        .inputs
        .iter()
        .filter_map(|input| {
            let (low, high) = (input.points.first()?, input.points.last()?);
            Some(Bar { input, low, high, at_low: latency(low, kind), at_high: latency(high, kind) })
        })
        .collect();
    bars.sort_by(|a, b| {
        let flips = |bar: &Bar<'_>| bar.input.flips.is_empty();
        flips(a).cmp(&flips(b)).then(b.reach().total_cmp(&a.reach()))
    });
    bars
}

/// Latency of a topology at the budget's percentile \[ms\].
fn latency(point: &Point, kind: TopologyKind) -> Option<f64> {
    point.topologies.iter().find(|figures| figures.kind == kind)?.at_budget_ms
}

/// Draws how far each input moves the latency of one topology at the budget's percentile: hollow to the lowest value
/// that was tried, filled to the highest, from the line of today. Diamonds mark where the verdict flips. As many inputs
/// are drawn as there is room for, 30 px for each, and 46 px below a width of 500 px; those that flip the verdict come
/// first. `id` tells the charts of one page apart.
pub fn tornado(document: &Document, report: &SensitivityReport, kind: TopologyKind, size: Size, id: &str) -> String {
    let (bars, p) = (bars(report, kind), percentile(document.budget.percentile));
    let title = format!("What moves {p} of {}", kind.label().to_lowercase());
    let described = bars.iter().take(5).map(|bar| format!("{}: {}.", bar.input.label, words(bar).join(", ")));
    let description = described.collect::<Vec<_>>().join(" ");
    draw(size, id, &title, &description, &mut |canvas| {
        let narrow = canvas.narrow();
        let left = if narrow { 2.0 } else { 280.0 };
        let frame = Frame { left, right: canvas.width() - 18.0, top: 50.0, bottom: canvas.height() - 30.0 };
        let row = if narrow { 46.0 } else { 30.0 };
        let room = ((frame.bottom - frame.top) / row) as usize;
        let shown = &bars[..bars.len().min(room)];
        let today = bars.first().and_then(|bar| {
            let point = bar.input.points.iter().find(|point| point.value == bar.input.today)?;
            latency(point, kind)
        });
        let times = shown.iter().flat_map(|bar| [bar.at_low, bar.at_high]).flatten();
        let usual = today.unwrap_or(0.0).max(tolerance(document).1);
        let time = Scale::of_times(times, usual, ticks_across(narrow));
        key(canvas, kind);
        let (label, budget) = (budget_label(document, time.high), document.budget.target_ms);
        for (place, bar) in shown.iter().enumerate() {
            let (first, last) = (place == 0, place + 1 == shown.len());
            let bottom = frame.top + row * (place + 1) as f64;
            // Lines do not run through names, so each row has its own.
            let lines = Frame { top: if narrow { bottom - 24.0 } else { bottom - row }, bottom, ..frame };
            lines.band_across(canvas, &time, document);
            let tick_label = |tick| if last { time_label(tick, time.high) } else { String::new() };
            lines.grid_across(canvas, &time, &tick_label);
            let words = if first { label.as_str() } else { "" };
            lines.limit_across(canvas, &time, budget, words, frame.top - 12.0);
            let from = today.map_or(frame.left, |today| frame.x(&time, today));
            canvas.line((from, lines.top), (from, bottom), Role::Ink, 1);
            draw_bar(canvas, bar, kind, (&lines, &time, from), bottom - row);
        }
    })
}

fn draw_bar(
    canvas: &mut Canvas<'_>,
    bar: &Bar<'_>,
    kind: TopologyKind,
    (frame, time, from): (&Frame, &Scale, f64),
    top: f64,
) {
    let y = (frame.top + frame.bottom) / 2.0;
    let (name_y, room) = if canvas.narrow() { (y - 20.0, canvas.width() - 4.0) } else { (y, frame.left - 14.0) };
    canvas.text(&cut(&bar.input.label, room), (0.0, name_y), Role::Ink, Anchor::Start, false);
    // Without an answer the bar goes to the end.
    let x = |ms: Option<f64>| ms.map_or(frame.right, |ms| frame.x(time, ms));
    let (low, high) = (x(bar.at_low), x(bar.at_high));
    for (end, filled) in [(low, false), (high, true)] {
        if (end - from).abs() >= 1.0 {
            canvas.rectangle((from.min(end), y - 7.0), (from.max(end), y + 7.0), Role::Topology(kind), filled);
        }
    }
    for flip in &bar.input.flips {
        let point = bar.input.points.iter().find(|point| point.value == flip.above);
        let at = x(point.and_then(|point| latency(point, kind)));
        canvas.area(&[(at - 8.0, y), (at, y - 8.0), (at + 8.0, y), (at, y + 8.0)], Role::Paper);
        canvas.area(&[(at - 6.0, y), (at, y - 6.0), (at + 6.0, y), (at, y + 6.0)], Role::Budget);
    }
    // The values at the ends, where there is room beside the bar.
    let (first, last) = (low.min(high).min(from), low.max(high).max(from));
    let texts = [(fine(bar.low.value), low), (with_unit(bar.high.value, bar.input), high)];
    for (text, end) in texts {
        let width = text_width(&text) + 12.0;
        if end >= last - 0.5 && end > first + 0.5 && last + width < canvas.width() {
            canvas.text(&text, (last + 10.0, y), Role::SecondaryInk, Anchor::Start, false);
        } else if end <= first + 0.5 && end < last - 0.5 && first - width > frame.left {
            canvas.text(&text, (first - 10.0, y), Role::SecondaryInk, Anchor::End, false);
        }
    }
    let corners = ((0.0, top + 1.0), (frame.right, frame.bottom - 1.0));
    canvas.mark(corners.0, corners.1, Reach::All, &bar.input.label, &words(bar));
}

/// What the forms mean.
fn key(canvas: &mut Canvas<'_>, kind: TopologyKind) {
    let mut x = 0.0;
    for (form, name) in ["lowest tried", "highest tried", "verdict flips"].into_iter().enumerate() {
        match form {
            0 | 1 => canvas.rectangle((x, 4.0), (x + 14.0, 16.0), Role::Topology(kind), form == 1),
            _ => canvas.area(&[(x, 10.0), (x + 7.0, 3.0), (x + 14.0, 10.0), (x + 7.0, 17.0)], Role::Budget),
        }
        canvas.text(name, (x + 17.0, 10.0), Role::Ink, Anchor::Start, false);
        x += 17.0 + text_width(name) + 5.0;
    }
}

/// The figures of a bar: the latency at either end, and the flips.
fn words(bar: &Bar<'_>) -> Vec<String> {
    let end =
        |point: &Point, figure: Option<f64>| format!("{} at {}", answered(figure), with_unit(point.value, bar.input));
    let flips = bar.input.flips.iter().map(|flip| {
        let (below, above) = (fine(flip.below), with_unit(flip.above, bar.input));
        format!("{} to {} between {below} and {above}", flip.verdict_below, flip.verdict_above)
    });
    [end(bar.low, bar.at_low), end(bar.high, bar.at_high)].into_iter().chain(flips).collect()
}

fn answered(figure: Option<f64>) -> String {
    figure.map_or_else(|| "no answer".to_owned(), ms)
}

/// The same as a table, with every input: what one topology's latency is at the ends of what was tried.
pub fn tornado_table(document: &Document, report: &SensitivityReport, kind: TopologyKind) -> Table {
    let p = percentile(document.budget.percentile);
    let labels = [
        "Input",
        "Today",
        "Lowest tried",
        &format!("{p} there"),
        "Highest tried",
        &format!("{p} there"),
        "The verdict flips",
    ];
    let row = |bar: Bar<'_>| {
        let flips = words(&bar).split_off(2);
        let cells = vec![
            bar.input.label.clone(),
            with_unit(bar.input.today, bar.input),
            fine(bar.low.value),
            answered(bar.at_low),
            with_unit(bar.high.value, bar.input),
            answered(bar.at_high),
            if flips.is_empty() { dash() } else { flips.join("; ") },
        ];
        Row { kind: None, cells }
    };
    Table {
        caption: format!("What moves {p} of {}", kind.label().to_lowercase()),
        columns: Column::named(labels, |index| (1..6).contains(&index)),
        rows: bars(report, kind).into_iter().map(row).collect(),
        note: String::new(),
    }
}
