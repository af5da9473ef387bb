//! How many attempts are made for each that is needed, against the limit of the rule about retries.

use decide::wording::number;
use engine::{
    Report,
    report::{Figure, TopologyReport},
};
use model::Document;

use super::{
    Size, Table,
    arrangement::{Heads, arrangements},
    axis::{Frame, Scale, ticks_across},
    mark::Reach,
    role::Role,
    svg::{Anchor, draw, text_width},
    table::{by_topology, dash, with_interval},
};

/// The rule whose threshold is the limit.
const RULE: &str = "retry-storm";

/// How many attempts for each that is needed are too many in the worst ten seconds: the team's own threshold, or that
/// of the rule.
pub fn amplification_limit(document: &Document) -> f64 {
    let rule = || decide::RULES.iter().find(|rule| rule.id == RULE)?.threshold;
    document.thresholds.get(RULE).copied().or_else(|| Some(rule()?.default)).unwrap_or_default()
}

/// Draws attempts for each step execution that first deliveries wanted: as a bar over the whole run, and as a ring with
/// its 95 % interval for the worst ten seconds, against the limit. A height of 54 px and 32 px for each arrangement has
/// room for all. `id` tells the charts of one page apart.
pub fn amplification(document: &Document, report: &Report, size: Size, id: &str) -> String {
    let (rows, limit) = (arrangements(report), amplification_limit(document));
    let words = |topology: &TopologyReport| {
        let mut words = vec![format!("{} attempts for each needed", number(topology.amplification))];
        if let Some(worst) = topology.worst_amplification {
            words.push(format!("worst ten seconds {}", worst_words(worst)));
        }
        words
    };
    let described = rows.iter().map(|row| format!("{}: {}.", row.title(), words(row.topology).join(", ")));
    let description = format!("{} Limit {}.", described.collect::<Vec<_>>().join(" "), number(limit));
    draw(size, id, "Attempts for each that is needed", &description, &mut |canvas| {
        let heads = Heads::of(canvas, &rows);
        let right = canvas.width() - 18.0;
        let frame = Frame { left: heads.end(), right, top: 24.0, bottom: canvas.height() - 30.0 };
        let most =
            rows.iter().map(|row| row.topology.worst_amplification.map_or(row.topology.amplification, |f| f.high));
        let scale = Scale::linear(most.fold(limit, f64::max) * 1.15, ticks_across(canvas.narrow()).min(5.0));
        frame.grid_across(canvas, &scale, &|tick| format!("{}×", number(tick)));
        let height = (frame.bottom - frame.top) / rows.len().max(1) as f64;
        for (place, row) in rows.iter().enumerate() {
            let (topology, role) = (row.topology, row.role());
            let y = frame.top + height * (place as f64 + 0.5);
            canvas.begin_series(&row.kinds);
            row.head(canvas, y, &heads);
            let bar = frame.x(&scale, topology.amplification);
            canvas.rectangle((frame.left, y - 9.0), (bar, y + 9.0), role, true);
            let mean = number(topology.amplification);
            if bar - frame.left > text_width(&mean) + 8.0 {
                canvas.text(&mean, (bar - 6.0, y), Role::Paper, Anchor::End, true);
            }
            if let Some(worst) = topology.worst_amplification {
                let (low, high) = (frame.x(&scale, worst.low), frame.x(&scale, worst.high));
                canvas.whisker((low, high), y, Role::Ink);
                canvas.dot((frame.x(&scale, worst.value), y), Role::Ink, false);
                let text = format!("worst {}", number(worst.value));
                let width = text_width(&text) + 12.0;
                let (after, before) = (high.max(bar), low - width);
                if after + width < canvas.width() {
                    canvas.text(&text, (after + 10.0, y), Role::Ink, Anchor::Start, false);
                } else if before > bar {
                    canvas.text(&text, (low - 10.0, y), Role::Ink, Anchor::End, false);
                }
            }
            let corners = ((frame.left, y - height / 2.0 + 2.0), (frame.right, y + height / 2.0 - 2.0));
            canvas.mark(corners.0, corners.1, Reach::All, &row.title(), &words(topology));
            canvas.end_series();
        }
        frame.limit_across(canvas, &scale, limit, &format!("limit {}×", number(limit)), 10.0);
    })
}

fn worst_words(worst: Figure) -> String {
    with_interval(worst, &number)
}

/// The same as a table.
pub fn amplification_table(document: &Document, report: &Report) -> Table {
    let labels = ["Attempts for each needed", "Worst ten seconds, 95 % interval", "Limit"].map(str::to_owned);
    let rows = |topology: &TopologyReport| {
        let worst = topology.worst_amplification.map_or_else(dash, worst_words);
        vec![number(topology.amplification), worst, number(amplification_limit(document))]
    };
    by_topology("Attempts for each step execution that first deliveries wanted", labels, report, rows)
}
