//! What a change does to latency at the budget's percentile: each arrangement before and after it.

use decide::wording::{at_budget, ms, number, percent, percentile};
use engine::{
    Difference,
    experiment::WhatIf,
    report::{Figure, Share, TopologyReport},
};
use model::TopologyKind;

use super::{
    Size,
    arrangement::{Arrangement, Heads, title},
    axis::{Frame, Scale, budget_label, ticks_across, time_label, tolerance},
    mark::Reach,
    role::Role,
    svg::{Anchor, draw},
    table::{Column, Row, Table, dash, orphans, per_1000, share, with_interval},
};

/// One arrangement of the steps before and after a change, and the topologies that come to it on both sides.
#[derive(Debug)]
pub(crate) struct Pair<'a> {
    pub(crate) kinds: Vec<TopologyKind>,
    pub(crate) before: &'a TopologyReport,
    pub(crate) after: &'a TopologyReport,
    pub(crate) difference: &'a Difference,
}

/// The arrangements that there are before and after a change.
pub(crate) fn pairs(found: &WhatIf) -> Vec<Pair<'_>> {
    let mut pairs: Vec<Pair<'_>> = Vec::new();
    for difference in &found.differences {
        let kind = difference.kind;
        let sides = found.before.report.topology(kind).zip(found.after.report.topology(kind));
        let Some((before, after)) = sides else { continue };
        let alike = |pair: &&mut Pair<'_>| pair.before.arranges_like(before) && pair.after.arranges_like(after);
        match pairs.iter_mut().find(alike) {
            Some(pair) => pair.kinds.push(kind),
            None => pairs.push(Pair { kinds: vec![kind], before, after, difference }),
        }
    }
    pairs
}

/// The percentile of the budget in words; where the change is one of the percentile, both.
pub(crate) fn budget_percentile(found: &WhatIf) -> String {
    let [before, after] = [&found.before, &found.after].map(|side| percentile(side.report.budget_percentile));
    if before == after { after } else { format!("{after} ({before} before)") }
}

/// Draws latency at the budget's percentile with its 95 % interval for each arrangement, before the change as a ring and
/// after it as a dot, against the budget and its tolerance. A row of about 64 px for each arrangement has room for both.
/// `id` tells the charts of one page apart.
pub fn what_if(found: &WhatIf, size: Size, id: &str) -> String {
    let pairs = pairs(found);
    let p = budget_percentile(found);
    let description: Vec<String> =
        pairs.iter().map(|pair| format!("{}: {}.", title(&pair.kinds), words(pair).join(", "))).collect();
    let name = format!("Latency before and after, {p}");
    draw(size, id, &name, &description.join(" "), &mut |canvas| {
        let rows = pairs.iter().map(|pair| Arrangement { kinds: pair.kinds.clone(), topology: pair.after, index: 0 });
        let rows: Vec<Arrangement<'_>> = rows.collect();
        let heads = Heads::of(canvas, &rows);
        let moved = found.before.document.budget.target_ms != found.after.document.budget.target_ms;
        let top = if moved { 42.0 } else { 24.0 };
        let frame = Frame { left: heads.end(), right: canvas.width() - 18.0, top, bottom: canvas.height() - 30.0 };
        let figures = pairs.iter().flat_map(|pair| [pair.before, pair.after]);
        let ends = figures.filter_map(|side| side.latency.at_budget).map(|figure| figure.high);
        let usual = tolerance(&found.before.document).1.max(tolerance(&found.after.document).1);
        let time = Scale::of_times(ends, usual, ticks_across(canvas.narrow()));
        frame.band_across(canvas, &time, &found.after.document);
        frame.grid_across(canvas, &time, &|tick| time_label(tick, time.high));
        if moved {
            let earlier = found.before.document.budget.target_ms;
            let x = frame.x(&time, earlier);
            canvas.line((x, frame.top), (x, frame.bottom), Role::SecondaryInk, 1);
            let (at, anchor) = if x > frame.left + 140.0 { (x - 6.0, Anchor::End) } else { (x + 6.0, Anchor::Start) };
            canvas.text(&format!("before {}", ms(earlier)), (at, 28.0), Role::SecondaryInk, anchor, false);
        }
        let budget = found.after.document.budget.target_ms;
        let label = budget_label(&found.after.document, time.high);
        frame.limit_across(canvas, &time, budget, &label, 10.0);
        let row_height = (frame.bottom - frame.top) / rows.len().max(1) as f64;
        for (place, (pair, row)) in pairs.iter().zip(&rows).enumerate() {
            let top = frame.top + row_height * place as f64;
            row.head(canvas, top + row_height / 2.0, &heads);
            if place > 0 {
                canvas.line((0.0, top), (frame.right, top), Role::Grid, 1);
            }
            let limit = frame.x(&time, budget);
            let sides = [(pair.before, "before", 0.3, false), (pair.after, "after", 0.7, true)];
            for (side, name, share, filled) in sides {
                let Some(figure) = side.latency.at_budget else { continue };
                let y = top + row_height * share;
                let ends = (frame.x(&time, figure.low), frame.x(&time, figure.high));
                canvas.whisker(ends, y, row.role());
                canvas.dot((frame.x(&time, figure.value), y), row.role(), filled);
                // Where there is little room, ring and dot have to say which is which.
                let name = if canvas.narrow() { String::new() } else { format!("{name} ") };
                let text = format!("{name}{}", ms(figure.value));
                let (at, anchor) = frame.beside(canvas, ends, limit, &text);
                canvas.text(&text, (at, y), Role::Ink, anchor, false);
            }
            let corners = ((frame.left, top + 2.0), (frame.right, top + row_height - 2.0));
            canvas.mark(corners.0, corners.1, Reach::All, &row.title(), &words(pair));
        }
    })
}

/// What a mark says: both sides, and what lies between them.
fn words(pair: &Pair<'_>) -> Vec<String> {
    let side = |name: &str, side: &TopologyReport| {
        let figure = side.latency.at_budget;
        format!("{name} {}", figure.map_or_else(|| at_budget(side), |figure| with_interval(figure, &ms)))
    };
    let difference = format!("difference {}", latency_difference(pair.difference.at_budget));
    vec![side("before", pair.before), side("after", pair.after), difference]
}

/// Latency at the budget's percentile and failures of each arrangement, before and after the change.
pub(crate) fn what_if_overview(found: &WhatIf) -> Table {
    let p = budget_percentile(found);
    let labels = ["Topology", &format!("{p} before"), "After", "Difference", "Failed before", "After", "Difference"];
    let row = |pair: Pair<'_>| {
        let latency = |side: &TopologyReport| side.latency.at_budget.map_or_else(dash, |figure| ms(figure.value));
        let cells = vec![
            title(&pair.kinds),
            latency(pair.before),
            latency(pair.after),
            latency_difference(pair.difference.at_budget),
            share(pair.before.failed),
            share(pair.after.failed),
            in_short(pair.difference.failed, [pair.before.failed, pair.after.failed]),
        ];
        Row { kind: Some(pair.kinds[0]), cells }
    };
    Table {
        caption: format!("{p} and failures before and after: {}", found.label),
        columns: Column::named(labels, |place| place > 0),
        rows: pairs(found).into_iter().map(row).collect(),
        note: String::new(),
    }
}

/// Every figure of each arrangement before and after the change, with intervals.
pub fn what_if_table(found: &WhatIf) -> Table {
    let rows = pairs(found).into_iter().flat_map(|pair| {
        let name = title(&pair.kinds);
        figures(found, &pair).into_iter().map(move |(figure, cells)| Row {
            kind: None,
            cells: [name.clone(), figure].into_iter().chain(cells).collect(),
        })
    });
    Table {
        caption: format!("Before and after: {}", found.label),
        columns: Column::named(["Topology", "Figure", "Before", "After", "Difference"], |place| place > 1),
        rows: rows.collect(),
        note: "<: never seen in these requests; the share is below this with 95 % confidence.".to_owned(),
    }
}

/// The figures of an arrangement: the name of each, and what it is before, after and between.
fn figures(found: &WhatIf, pair: &Pair<'_>) -> Vec<(String, [String; 3])> {
    let Pair { before, after, difference, .. } = pair;
    let latency = |of: fn(&TopologyReport) -> Option<Figure>, change: Option<Figure>| {
        let side = |side: &TopologyReport| of(side).map_or_else(dash, |figure| with_interval(figure, &ms));
        [side(before), side(after), latency_difference(change)]
    };
    let shares = |of: fn(&TopologyReport) -> Share, change: Figure| {
        let side = |side: &TopologyReport| {
            let (found, words) = (of(side), share(of(side)));
            let interval = format!(" ({} to {})", percent(found.low), percent(found.high));
            if found.count == 0 { words } else { words + &interval }
        };
        [side(before), side(after), share_difference(change, [of(before), of(after)])]
    };
    let counts = |of: fn(&TopologyReport) -> f64, change: Figure| {
        [number(of(before)), number(of(after)), signed(change, &number, "")]
    };
    vec![
        (budget_percentile(found), latency(|side| side.latency.at_budget, difference.at_budget)),
        ("p50".to_owned(), latency(|side| side.latency.p50, difference.p50)),
        ("p99".to_owned(), latency(|side| side.latency.p99, difference.p99)),
        ("Over budget".to_owned(), shares(|side| side.over_budget, difference.over_budget)),
        ("Failed".to_owned(), shares(|side| side.failed, difference.failed)),
        ("Orphaned writes per 1,000".to_owned(), counts(orphans, difference.orphans)),
        (
            "Duplicates per 1,000".to_owned(),
            counts(|side| per_1000(side, side.counts.duplicates), difference.duplicates),
        ),
        ("Attempts per step".to_owned(), counts(|side| side.amplification, difference.amplification)),
    ]
}

fn latency_difference(change: Option<Figure>) -> String {
    change.map_or_else(dash, |change| signed(change, &number, " ms"))
}

/// The difference of two shares, in percentage points; that of what was never seen is not known to be nothing.
fn share_difference(change: Figure, sides: [Share; 2]) -> String {
    if sides.iter().all(|side| side.count == 0) {
        return "none seen".to_owned();
    }
    let points = |share: f64| percent(share).trim_end_matches(" %").to_owned();
    signed(change, &points, " points")
}

/// The same without its interval, which the full table has; a difference that may be nothing is not given as one.
fn in_short(change: Figure, sides: [Share; 2]) -> String {
    let whole = share_difference(change, sides);
    match whole.split_once(" (") {
        Some(_) if change.low <= 0.0 && change.high >= 0.0 => "not shown".to_owned(),
        Some((short, _)) => short.to_owned(),
        None => whole,
    }
}

/// A difference with its sign and its 95 % interval: `+60 ms (+55 to +65)`.
fn signed(change: Figure, words: &dyn Fn(f64) -> String, unit: &str) -> String {
    let signed = |value: f64| {
        let text = words(value.abs());
        match value {
            // What rounds to nothing has no sign.
            _ if text == "0" => text,
            value if value < 0.0 => format!("\u{2212}{text}"),
            _ => format!("+{text}"),
        }
    };
    if change.low == 0.0 && change.high == 0.0 {
        return "none".to_owned();
    }
    let [value, low, high] = [change.value, change.low, change.high].map(signed);
    if [&value, &low, &high].iter().all(|text| *text == "0") {
        return "about 0".to_owned();
    }
    format!("{value}{unit} ({low} to {high})")
}
