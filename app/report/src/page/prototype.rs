//! What the Prototype step shows: latency, outcomes, pools, and one request in each topology.

use decide::wording::{ms, number, percentile};
use engine::Report;
use model::Document;

use super::markup::Html;
use crate::chart::{self, Size};

/// The size at which charts are drawn for wide and for narrow screens.
const WIDE: Size = Size { width: 944, height: 380 };
const NARROW: Size = Size { width: 340, height: 280 };

/// What a comparison has found.
pub(super) fn results(document: &Document, report: &Report) -> String {
    let mut html = Html::default();
    html.open("p class=\"finding\"").element("strong", &finding(report)).close("p");
    let arrivals = number(document.workload.arrivals.per_second());
    let seconds = number(document.workload.duration_s);
    let distribution = |size, prefix: &str| chart::latency_distribution(document, report, size, prefix);
    html.figure(
        &format!("Share of requests answered within a time ({arrivals} requests a second for {seconds} s)"),
        &distribution(WIDE, "latency-wide"),
        &distribution(NARROW, "latency-narrow"),
    )
    .table(&chart::latency_table(document, report));
    html.element(
        "p class=\"note\"",
        &format!(
            "Seed {}, {} replications of each topology; ranges are 95 % intervals of simulation error. The rule of \
             thumb adds 99th percentiles along a chain and takes the largest across lanes. They do not all strike at \
             once, so a chain is faster than it says; and the slowest of several lanes is slower than each of them.",
            report.seed, report.replications
        ),
    );
    if report.cut_short {
        let limit = "A limit on work ended this simulation early; the figures are of what ran until then.";
        html.element("p class=\"notice\"", limit);
    }
    html.element("h2", "What becomes of requests").table(&chart::outcome_table(document, report));
    if !document.pools.is_empty() {
        html.element("h2", "Pools").table(&chart::pool_table(document, report));
    }
    html.element("h2", "One request, with the same luck everywhere");
    lanes(&mut html, document, report);
    html.into_text()
}

/// One request as lanes, in each arrangement of the steps.
fn lanes(html: &mut Html, document: &Document, report: &Report) {
    let span = report.traces.iter().flat_map(|trace| trace.spans.iter().map(|span| span.ended_ms)).fold(0.0, f64::max);
    for arrangement in chart::arrangements(report) {
        let Some(trace) = report.traces.get(arrangement.index) else { continue };
        let topology = arrangement.topology;
        let draw = |size, prefix: &str| {
            chart::lanes(document, topology, trace, size, span, &format!("{prefix}-{}", topology.kind.slug()))
        };
        let steps = document.steps.len() as u32;
        // Rows have a fixed height, so that more steps make a taller diagram and not thinner bars; on narrow screens a
        // step's name stands above its lane.
        html.figure(
            &format!("One request, {}", arrangement.names()),
            &draw(Size { height: 60 + 30 * steps, ..WIDE }, "lanes-wide"),
            &draw(Size { height: 60 + 44 * steps, ..NARROW }, "lanes-narrow"),
        );
        html.open("details").element("summary", "The same as a table");
        html.table(&chart::lane_table(document, topology, trace)).close("details");
    }
}

/// What was found, before it is shown.
fn finding(report: &Report) -> String {
    let p = percentile(report.budget_percentile);
    let parts: Vec<String> = chart::arrangements(report)
        .into_iter()
        .filter_map(|plan| {
            let figure = plan.topology.latency.at_budget?;
            Some(format!("{} {}", plan.names(), ms(figure.value)))
        })
        .collect();
    format!("{p} against a budget of {}: {}.", ms(report.budget_ms), parts.join(", "))
}
