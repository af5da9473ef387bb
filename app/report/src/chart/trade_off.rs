//! What speed costs: latency against writes that are left behind.

use decide::wording::{at_budget, ms, number, percentile};
use engine::{Report, report::TopologyReport};
use model::Document;

use super::{
    Size, Table,
    arrangement::arrangements,
    axis::{Frame, Scale, budget_label, ticks_across, time_label, tolerance},
    mark::Reach,
    role::Role,
    svg::{Anchor, badge_width, draw},
    table::{by_topology, orphans, with_interval},
};

/// Draws latency at the budget's percentile, with its 95 % interval, against orphaned writes per 1,000 requests: a mark
/// for each arrangement; the lower left is best. `id` tells the charts of one page apart.
pub fn trade_off(document: &Document, report: &Report, size: Size, id: &str) -> String {
    let (rows, p) = (arrangements(report), percentile(report.budget_percentile));
    let words = |topology: &TopologyReport| {
        let latency = topology.latency.at_budget.map_or_else(|| at_budget(topology), |f| with_interval(f, &ms));
        [format!("{p} {latency}"), format!("{} orphaned writes per 1,000", number(orphans(topology)))]
    };
    let described = rows.iter().map(|row| format!("{}: {}.", row.title(), words(row.topology).join(", ")));
    let description = described.collect::<Vec<_>>().join(" ");
    draw(size, id, "Latency against orphaned writes", &description, &mut |canvas| {
        let frame = Frame { left: 48.0, right: canvas.width() - 18.0, top: 50.0, bottom: canvas.height() - 46.0 };
        let slowest = rows.iter().filter_map(|row| row.topology.latency.at_budget).map(|figure| figure.high);
        let slowest = slowest.chain([tolerance(document).1]).fold(1.0, f64::max);
        let time = Scale::linear(slowest * 1.05, ticks_across(canvas.narrow()));
        let most = rows.iter().map(|row| orphans(row.topology)).fold(0.0, f64::max);
        // Without any, the axis still needs an end.
        let lost = Scale::linear(if most > 0.0 { most * 1.1 } else { 1.0 }, 4.0);
        frame.band_across(canvas, &time, document);
        frame.grid_up(canvas, &lost, &number);
        frame.grid_across(canvas, &time, &|tick| time_label(tick, time.high));
        canvas.text("orphaned writes per 1,000 requests", (0.0, 10.0), Role::SecondaryInk, Anchor::Start, false);
        let caption = format!("latency, {p}");
        canvas.text(&caption, (frame.right, frame.bottom + 35.0), Role::SecondaryInk, Anchor::End, false);
        frame.limit_across(canvas, &time, document.budget.target_ms, &budget_label(document, time.high), 30.0);
        let points: Vec<_> = rows
            .iter()
            .map(|row| {
                let y = frame.y(&lost, orphans(row.topology));
                let x = |ms| frame.x(&time, ms);
                canvas.begin_series(&row.kinds);
                // What has no figure, because too few requests are answered, is hollow at the end: beyond all others.
                let at = match row.topology.latency.at_budget {
                    Some(figure) => {
                        canvas.whisker((x(figure.low), x(figure.high)), y, row.role());
                        x(figure.value)
                    }
                    None => frame.right,
                };
                canvas.dot((at, y), row.role(), row.topology.latency.at_budget.is_some());
                canvas.end_series();
                (row, (at, y))
            })
            .collect();
        let mut taken: Vec<((f64, f64), f64)> = points.iter().map(|(_, point)| (*point, 12.0)).collect();
        for (row, (x, y)) in points {
            let letters = row.letters();
            let (width, aside) = (badge_width(&letters), badge_width(&letters) / 2.0 + 14.0);
            let inside = |at: &(f64, f64)| {
                let (x, y) = *at;
                x > frame.left + width / 2.0 && x < canvas.width() - width / 2.0 && y < frame.bottom - 12.0 && y > 38.0
            };
            let free = |at: &(f64, f64)| {
                let apart = |(other, other_width): &((f64, f64), f64)| {
                    (other.0 - at.0).abs() > (width + other_width) / 2.0 + 2.0 || (other.1 - at.1).abs() > 21.0
                };
                inside(at) && taken.iter().filter(|(point, _)| *point != (x, y)).all(apart)
            };
            let places = [(x, y - 18.0), (x, y + 18.0), (x + aside, y - 18.0), (x - aside, y - 18.0), (x, y - 40.0)];
            let at = places.into_iter().find(free).unwrap_or(places[0]);
            canvas.begin_series(&row.kinds);
            canvas.badge(&letters, at, row.role());
            taken.push((at, width));
            let reach = (width / 2.0).max(10.0);
            let (top, bottom) = (y.min(at.1) - 10.0, y.max(at.1) + 10.0);
            let sides = (x.min(at.0) - reach, x.max(at.0) + reach);
            canvas.mark((sides.0, top), (sides.1, bottom), Reach::All, &row.title(), &words(row.topology));
            canvas.end_series();
        }
    })
}

/// The same as a table.
pub fn trade_off_table(report: &Report) -> Table {
    let latency = format!("{}, 95 % interval", percentile(report.budget_percentile));
    let labels = [latency, "Orphaned writes per 1,000".to_owned()];
    let rows = |topology: &TopologyReport| {
        let latency = topology.latency.at_budget.map_or_else(|| at_budget(topology), |f| with_interval(f, &ms));
        vec![latency, number(orphans(topology))]
    };
    by_topology("Latency against orphaned writes", labels, report, rows)
}
