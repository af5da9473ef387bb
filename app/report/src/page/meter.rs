//! The meter: where each topology stands against the budget.

use decide::wording::{ms, number};
use engine::Report;
use model::TopologyKind;

use super::markup::{Html, escape};
use crate::chart::{self, Arrangement, arrangements, topology_class};

/// A line from nothing to the slowest, with the budget and each topology on it.
///
/// Placed by attributes in percent: a strict content policy blocks style attributes.
pub(super) fn meter(report: &Report) -> String {
    let marks: Vec<(Arrangement<'_>, f64)> = arrangements(report)
        .into_iter()
        .filter_map(|arrangement| {
            let figure = arrangement.topology.latency.at_budget?;
            Some((arrangement, figure.value))
        })
        .collect();
    let largest = marks.iter().map(|(_, ms)| *ms).fold(report.budget_ms, f64::max) * 1.1;
    let place = |ms: f64| format!("{:.1}%", ms / largest * 100.0);
    let words: Vec<String> = marks.iter().map(|(plan, value)| format!("{} {}", plan.names(), ms(*value))).collect();
    let summary = escape(&format!("{}; budget {}", words.join(", "), ms(report.budget_ms)));
    let mut html = Html::default();
    html.open(&format!("svg class=\"meter\" width=\"100%\" height=\"42\" role=\"img\" aria-label=\"{summary}\""))
        .raw("<line x1=\"0\" x2=\"100%\" y1=\"29\" y2=\"29\" class=\"axis\"></line>")
        .open(&format!("svg x=\"{}\" overflow=\"visible\" class=\"target\"", place(report.budget_ms)))
        .raw("<line y1=\"15\" y2=\"42\"></line>")
        .element("text y=\"11\" text-anchor=\"middle\"", &ms(report.budget_ms))
        .close("svg");
    for (plan, value) in marks.iter().rev() {
        let width = 8 + 14 * plan.kinds.len();
        let (x, class) = (place(*value), topology_class(plan.topology.kind));
        html.open(&format!("svg x=\"{x}\" y=\"18\" overflow=\"visible\" class=\"mark {class}\""))
            .raw(&format!("<rect x=\"-{}\" width=\"{width}\" height=\"22\" rx=\"4\"></rect>", width / 2))
            .element("text y=\"16\" text-anchor=\"middle\"", &plan.letters())
            .close("svg");
    }
    html.close("svg");
    html.into_text()
}

/// Sequential against the best alternative at the budget's percentile, and the orphaned writes of both.
pub(super) fn summary(report: &Report) -> String {
    let plans = arrangements(report);
    let latency = |plan: &Arrangement<'_>| plan.topology.latency.at_budget.map_or(f64::INFINITY, |figure| figure.value);
    let (sequential, others): (Vec<_>, Vec<_>) =
        plans.iter().partition(|plan| plan.kinds.contains(&TopologyKind::Sequential));
    let best = others.into_iter().min_by(|a, b| latency(a).total_cmp(&latency(b)));
    let (Some(sequential), Some(best)) = (sequential.first(), best) else {
        return "All topologies arrange these steps alike.".to_owned();
    };
    let words = |plan: &Arrangement<'_>| {
        plan.topology.latency.at_budget.map_or_else(|| "no answers".to_owned(), |figure| ms(figure.value))
    };
    let orphans = |plan: &Arrangement<'_>| number(chart::orphans(plan.topology));
    format!(
        "Sequential {}, best alternative {} {}; orphans per 1,000 requests: {} and {}.",
        words(sequential),
        best.names(),
        words(best),
        orphans(sequential),
        orphans(best)
    )
}
