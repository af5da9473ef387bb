//! The meter: where each topology stands against the budget.

use decide::wording::{at_budget, ms, number};
use engine::Report;
use model::TopologyKind;

use super::markup::{Html, escape};
use crate::chart::{self, Arrangement, arrangements, topology_class};

/// The narrowest meter that a page has, by which marks are kept apart \[px\]: that of a phone.
const NARROWEST: f64 = 280.0;

/// Where the marks begin: beneath the axis, and beneath the line of the budget, which none of them may cover \[px\].
const MARKS: usize = 28;

/// The height of a row of marks, of which a mark takes all but a little \[px\].
const ROW: usize = 19;

/// A line from nothing to the slowest, with the budget on it and each topology beneath it. Marks that would hide each
/// other stand in rows of their own.
///
/// Placed by attributes in percent: a strict content policy blocks style attributes.
pub(super) fn meter(report: &Report) -> String {
    let figures: Vec<(Arrangement<'_>, Option<f64>)> = arrangements(report)
        .into_iter()
        .map(|arrangement| {
            let figure = arrangement.topology.latency.at_budget.map(|figure| figure.value);
            (arrangement, figure)
        })
        .collect();
    let largest = figures.iter().filter_map(|(_, ms)| *ms).fold(report.budget_ms, f64::max) * 1.1;
    // What has no figure, because too few requests are answered, stands at the end: it is beyond all others.
    let mut marks: Vec<(Arrangement<'_>, f64)> =
        figures.into_iter().map(|(plan, figure)| (plan, figure.unwrap_or(largest * 0.98))).collect();
    let place = |ms: f64| format!("{:.1}%", ms / largest * 100.0);
    let words: Vec<String> =
        marks.iter().map(|(plan, _)| format!("{} {}", plan.names(), at_budget(plan.topology))).collect();
    let summary = escape(&format!("{}; budget {}", words.join(", "), ms(report.budget_ms)));
    marks.sort_by(|a, b| a.1.total_cmp(&b.1));
    let spans: Vec<(f64, usize)> =
        marks.iter().map(|(plan, value)| (value / largest * NARROWEST, width(plan))).collect();
    let rows = rows(&spans);
    let height = MARKS + ROW * rows.iter().map(|row| row + 1).max().unwrap_or(1);
    let mut html = Html::default();
    html.open(&format!("svg class=\"meter\" width=\"100%\" height=\"{height}\" role=\"img\" aria-label=\"{summary}\""))
        .raw("<line x1=\"0\" x2=\"100%\" y1=\"20\" y2=\"20\" class=\"axis\"></line>");
    let mut placed: Vec<_> = marks.iter().zip(rows).collect();
    // The lowest row comes first: what ties a mark to the axis passes beneath the marks of the rows above.
    placed.sort_by_key(|(_, row)| std::cmp::Reverse(*row));
    for ((plan, value), row) in placed {
        let (x, class, width) = (place(*value), topology_class(plan.topology.kind), width(plan));
        let (top, tall) = (MARKS + ROW * row, ROW - 2);
        html.open(&format!("svg x=\"{x}\" overflow=\"visible\" class=\"mark {class}\""))
            .raw(&format!("<rect x=\"-1\" y=\"20\" width=\"2\" height=\"{}\"></rect>", top - 20))
            .raw(&format!(
                "<rect x=\"-{}\" y=\"{top}\" width=\"{width}\" height=\"{tall}\" rx=\"4\"></rect>",
                width / 2
            ))
            .element("title", &format!("{}: {}", plan.names(), at_budget(plan.topology)))
            .element(&format!("text y=\"{}\" text-anchor=\"middle\"", top + 13), &plan.letters())
            .close("svg");
    }
    html.open(&format!("svg x=\"{}\" overflow=\"visible\" class=\"target\"", place(report.budget_ms)))
        .raw(&format!("<line y1=\"14\" y2=\"{}\"></line>", MARKS - 2))
        .element("text y=\"11\" text-anchor=\"middle\"", &ms(report.budget_ms))
        .close("svg")
        .close("svg");
    html.into_text()
}

/// The width of a mark: a letter for each of its topologies \[px\].
fn width(plan: &Arrangement<'_>) -> usize {
    8 + 14 * plan.kinds.len()
}

/// The row of each mark, from its middle and its width \[px\]: the first in which it hides none before it. Marks come in
/// the order of their middles.
fn rows(marks: &[(f64, usize)]) -> Vec<usize> {
    let mut ends: Vec<f64> = Vec::new();
    let row = |&(middle, width): &(f64, usize)| {
        let half = width as f64 / 2.0;
        let free = ends.iter().position(|end| middle - half > *end);
        let row = free.unwrap_or_else(|| {
            ends.push(0.0);
            ends.len() - 1
        });
        ends[row] = middle + half;
        row
    };
    marks.iter().map(row).collect()
}

/// Sequential against the fastest alternative at the budget's percentile, and the orphaned writes of both.
pub(super) fn summary(report: &Report) -> String {
    let plans = arrangements(report);
    let latency = |plan: &Arrangement<'_>| plan.topology.latency.at_budget.map_or(f64::INFINITY, |figure| figure.value);
    let (sequential, others): (Vec<_>, Vec<_>) =
        plans.iter().partition(|plan| plan.kinds.contains(&TopologyKind::Sequential));
    let best = others.into_iter().min_by(|a, b| latency(a).total_cmp(&latency(b)));
    let (Some(sequential), Some(best)) = (sequential.first(), best) else {
        return "All topologies arrange these steps alike.".to_owned();
    };
    let words = |plan: &Arrangement<'_>| at_budget(plan.topology);
    let orphans = |plan: &Arrangement<'_>| number(chart::orphans(plan.topology));
    format!(
        "Sequential ({}) {}, fastest alternative {} ({}) {}; orphans per 1,000 requests: {} and {}.",
        sequential.letters(),
        words(sequential),
        best.names(),
        best.letters(),
        words(best),
        orphans(sequential),
        orphans(best)
    )
}

#[cfg(test)]
mod tests {
    use engine::Settings;

    use super::*;

    #[test]
    fn marks_that_would_hide_each_other_stand_in_rows() {
        assert_eq!(rows(&[(100.0, 22), (100.0, 22), (100.0, 36)]), [0, 1, 2]);
        assert_eq!(rows(&[(10.0, 22), (25.0, 22), (40.0, 22)]), [0, 1, 0]);
        assert_eq!(rows(&[(100.0, 22), (200.0, 22)]), [0, 0]);
    }

    #[test]
    fn equal_marks_are_all_seen_and_none_covers_the_budget() {
        let settings = Settings { replications: 5, ..Settings::default() };
        let example = model::EXAMPLES.iter().find(|example| example.slug == "checkout").expect("there is this example");
        let mut report = engine::compare(&example.document(), settings).expect("an example runs");
        let budget_ms = report.budget_ms;
        for topology in &mut report.topologies {
            if let Some(figure) = &mut topology.latency.at_budget {
                figure.value = budget_ms;
            }
        }
        let html = meter(&report);
        let tops: Vec<usize> = html
            .split("<rect x=\"-")
            .filter(|rect| rect.contains("rx="))
            .filter_map(|rect| rect.split(" y=\"").nth(1)?.split('"').next()?.parse().ok())
            .collect();
        assert_eq!(tops.len(), arrangements(&report).len());
        assert!(tops.windows(2).all(|pair| pair[0] >= pair[1] + ROW), "{tops:?}");
        assert!(tops.iter().all(|top| *top >= MARKS));
        assert!(html.contains(&format!("<line y1=\"14\" y2=\"{}\">", MARKS - 2)));
    }
}
