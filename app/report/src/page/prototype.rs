//! What the Prototype step shows: latency, outcomes, what speed costs, the load on what is called, what happened when,
//! and one request in each topology.

use decide::{
    Standing, standing,
    wording::{at_budget, list, ms, number, percent, percentile},
};
use engine::{Report, report::Share};
use model::Document;

use super::markup::Html;
use crate::chart::{self, Arrangement, Size, Table, TimeAxis};

/// The size at which charts are drawn for wide and for narrow screens.
pub(super) const WIDE: Size = Size { width: 944, height: 380 };
pub(super) const NARROW: Size = Size { width: 340, height: 280 };

/// What a comparison has found.
pub(super) fn results(html: &mut Html, document: &Document, report: &Report) {
    latency(html, document, report);
    outcomes(html, document, report);
    trade_off(html, document, report);
    load(html, document, report);
    if !document.outages.is_empty() {
        time_lines(html, document, report);
    }
    html.element("h2", "One request, with the same luck everywhere");
    lanes(html, document, report);
}

/// A chart for wide and for narrow screens, whose ids begin with its name, and its files; `table` says the same.
pub(super) fn drawn(
    html: &mut Html,
    caption: &str,
    name: &str,
    sizes: [Size; 2],
    table: &Table,
    draw: impl Fn(Size, &str) -> String,
) {
    let [wide, narrow] = sizes;
    let (wide, narrow) = (draw(wide, &format!("{name}-wide")), draw(narrow, &format!("{name}-narrow")));
    html.figure(caption, name, [&wide, &narrow], table);
}

/// The sizes of a chart with a row for each arrangement: `around` its rows, and for each of them \[px\].
fn by_row(report: &Report, around: u32, each: u32) -> [Size; 2] {
    let height = around + each * chart::arrangements(report).len() as u32;
    [Size { height, ..WIDE }, Size { height, ..NARROW }]
}

/// A sentence in which a number and its unit stay on one line.
fn unbroken(words: &str) -> String {
    words.replace(" ms", "\u{a0}ms").replace(" %", "\u{a0}%")
}

/// What was found, before it is shown.
fn finding(html: &mut Html, words: &str) {
    html.element("p class=\"finding\"", &unbroken(words));
}

fn latency(html: &mut Html, document: &Document, report: &Report) {
    html.element("h2", "Latency");
    html.open("p class=\"finding\"").element("strong", &unbroken(&against_budget(report))).close("p");
    let arrivals = number(document.workload.arrivals.per_second());
    let seconds = number(document.workload.duration_s);
    let caption = format!("Share of requests answered within a time ({arrivals} requests a second for {seconds} s)");
    let table = chart::latency_table(document, report);
    drawn(html, &caption, "latency", [WIDE, NARROW], &table, |size, id| {
        chart::latency_distribution(document, report, size, id)
    });
    html.table(&table);
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
    html.open("details").element("summary", "The same on a logarithmic axis");
    drawn(html, &caption, "latency-log", [WIDE, NARROW], &table, |size, id| {
        chart::latency_distribution_on(document, report, TimeAxis::Logarithmic, size, id)
    });
    html.close("details").element("p", &certainty(document, report));
    let (sizes, table) = (by_row(report, 54, 78), chart::percentile_table(report));
    drawn(html, "Percentiles with 95 % intervals", "percentiles", sizes, &table, |size, id| {
        chart::percentiles(document, report, size, id)
    });
    html.folded(&table);
}

fn outcomes(html: &mut Html, document: &Document, report: &Report) {
    html.element("h2", "What becomes of requests");
    finding(html, &failures(report));
    let table = chart::outcome_table(document, report);
    drawn(html, "Outcomes of requests", "outcomes", by_row(report, 140, 60), &table, |size, id| {
        chart::outcomes(report, size, id)
    });
    html.table(&table);
}

fn trade_off(html: &mut Html, document: &Document, report: &Report) {
    html.element("h2", "What speed costs");
    finding(html, &price(report));
    let table = chart::trade_off_table(report);
    drawn(html, "Latency against orphaned writes", "trade-off", [WIDE, NARROW], &table, |size, id| {
        chart::trade_off(document, report, size, id)
    });
    html.folded(&table);
}

fn load(html: &mut Html, document: &Document, report: &Report) {
    html.element("h2", "The load on what is called");
    finding(html, &attempts(document, report));
    let table = chart::amplification_table(document, report);
    drawn(html, "Attempts for each that is needed", "amplification", by_row(report, 54, 34), &table, |size, id| {
        chart::amplification(document, report, size, id)
    });
    html.folded(&table);
    if document.pools.is_empty() {
        return;
    }
    let waited = report.topologies.iter().flat_map(|topology| &topology.pools).filter_map(|pool| pool.mean_wait_ms);
    html.element("p", &longest_wait(document, report));
    let table = chart::pool_table(document, report);
    if waited.into_iter().any(|wait| wait.value > 0.0) {
        let pools = document.pools.len() as u32;
        drawn(
            html,
            "Mean wait for a slot",
            "pools",
            by_row(report, 40 + 24 * pools, 26 * pools),
            &table,
            |size, id| chart::pool_waits(document, report, size, id),
        );
    }
    html.table(&table);
}

fn time_lines(html: &mut Html, document: &Document, report: &Report) {
    html.element("h2", "While something is down");
    for arrangement in chart::arrangements(report) {
        let topology = arrangement.topology;
        html.open_series(&arrangement.kinds).element("p", &recovery(&arrangement));
        let caption = format!("What happened when, {}", arrangement.names());
        let table = chart::time_line_table(document, topology);
        drawn(html, &caption, &format!("time-{}", topology.kind.slug()), [WIDE, NARROW], &table, |size, id| {
            chart::time_line(document, topology, size, id)
        });
        html.folded(&table).close("div");
    }
}

/// One request as lanes, in each arrangement of the steps.
fn lanes(html: &mut Html, document: &Document, report: &Report) {
    let span = report.traces.iter().flat_map(|trace| trace.spans.iter().map(|span| span.ended_ms)).fold(0.0, f64::max);
    let steps = document.steps.len() as u32;
    // Rows have a fixed height, so that more steps make a taller diagram and not thinner bars; on narrow screens a
    // step's name stands above its lane.
    let sizes = [Size { height: 60 + 30 * steps, ..WIDE }, Size { height: 60 + 44 * steps, ..NARROW }];
    for arrangement in chart::arrangements(report) {
        let Some(trace) = report.traces.get(arrangement.index) else { continue };
        let topology = arrangement.topology;
        let caption = format!("One request, {}", arrangement.names());
        let table = chart::lane_table(document, topology, trace);
        html.open_series(&arrangement.kinds);
        drawn(html, &caption, &format!("lanes-{}", topology.kind.slug()), sizes, &table, |size, id| {
            chart::lanes(document, topology, trace, size, span, id)
        });
        html.folded(&table).close("div");
    }
}

/// Latency at the budget's percentile, against the budget.
fn against_budget(report: &Report) -> String {
    let p = percentile(report.budget_percentile);
    let plans = chart::arrangements(report);
    let parts = plans.iter().map(|plan| format!("{} {}", plan.names(), at_budget(plan.topology)));
    format!("{p} against a budget of {}: {}.", ms(report.budget_ms), parts.collect::<Vec<_>>().join(", "))
}

/// Which topologies are shown to meet the budget, which to miss it, and which neither: as the verdict has it.
fn certainty(document: &Document, report: &Report) -> String {
    let sorts = [
        (Standing::Meets, "Within the budget with the whole interval"),
        (Standing::Misses, "Over the budget with the whole interval"),
        (Standing::NotShown, "Not shown to be either"),
    ];
    let mut parts = Vec::new();
    for (sort, words) in sorts {
        let found = report.topologies.iter().filter(|topology| standing(document, report, topology) == sort);
        let names: Vec<String> = found.map(|topology| topology.kind.label().to_lowercase()).collect();
        if !names.is_empty() {
            parts.push(format!("{words}: {}.", list(&names)));
        }
    }
    parts.join(" ")
}

/// A share as a sentence says it: what was never seen is not zero.
pub(super) fn seen(share: Share) -> String {
    if share.count == 0 { format!("under {}", percent(share.high)) } else { percent(share.value) }
}

/// How many requests fail.
fn failures(report: &Report) -> String {
    let plans = chart::arrangements(report);
    if plans.iter().all(|plan| plan.topology.failed.count == 0) {
        let most = plans.iter().map(|plan| plan.topology.failed.high).fold(0.0, f64::max);
        return format!("No request failed; the share is under {}.", percent(most));
    }
    let parts = plans.iter().map(|plan| format!("{} {}", plan.names(), seen(plan.topology.failed)));
    format!("Requests that fail: {}.", parts.collect::<Vec<_>>().join(", "))
}

/// What the others save against the first, and what they leave behind.
fn price(report: &Report) -> String {
    let orphans = |plan: &Arrangement<'_>| chart::orphans(plan.topology);
    let plans = chart::arrangements(report);
    let Some((first, others)) = plans.split_first() else { return String::new() };
    let none = plans.iter().all(|plan| plan.topology.counts.orphans == 0);
    let parts = others.iter().filter_map(|plan| {
        let saved = plan.topology.saves_ms?.value;
        let several = if plan.kinds.len() > 1 { "" } else { "s" };
        let saves = format!("{}{several} {}", if saved < 0.0 { "lose" } else { "save" }, ms(saved.abs()));
        let more = orphans(plan) - orphans(first);
        let direction = if more < 0.0 { "fewer" } else { "more" };
        Some(if none {
            format!("{} {saves}", plan.names())
        } else {
            format!("{} {saves} and leave{several} {} {direction} behind", plan.names(), number(more.abs()))
        })
    });
    let parts = parts.collect::<Vec<_>>().join("; ");
    match (parts.is_empty(), none) {
        (true, _) => format!("{} leaves {} orphaned writes per 1,000 requests.", first.title(), number(orphans(first))),
        (false, true) => format!("Against {}, {parts}. No orphaned writes were seen.", first.names()),
        (false, false) => format!("Against {}, with orphaned writes per 1,000 requests: {parts}.", first.names()),
    }
}

/// The most attempts for each that is needed, against the limit.
fn attempts(document: &Document, report: &Report) -> String {
    let worst = |plan: &Arrangement<'_>| {
        let whole = plan.topology.amplification;
        plan.topology.worst_amplification.map_or(whole, |figure| figure.value.max(whole))
    };
    let plans = chart::arrangements(report);
    let Some(plan) = plans.iter().max_by(|a, b| worst(a).total_cmp(&worst(b))) else { return String::new() };
    let limit = chart::amplification_limit(document);
    let verb = if worst(plan) > limit { "over" } else { "under" };
    format!(
        "At most {} attempts are made for each that is needed, by {}; that is {verb} the limit of {}.",
        number(worst(plan)),
        if plans.iter().all(|other| worst(other) == worst(plan)) { "any topology".to_owned() } else { plan.names() },
        number(limit)
    )
}

/// Who waits longest for which pool.
fn longest_wait(document: &Document, report: &Report) -> String {
    let plans = chart::arrangements(report);
    let waits = plans.iter().flat_map(|plan| {
        plan.topology
            .pools
            .iter()
            .zip(&document.pools)
            .filter_map(move |(used, pool)| Some((used.mean_wait_ms?.value, pool.label(), plan.names())))
    });
    match waits.max_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((wait, pool, names)) if wait > 0.0 => {
            format!("The longest mean wait for a slot is {}, for {pool} in {names}.", ms(wait))
        }
        _ => "Nobody waits for a slot.".to_owned(),
    }
}

/// How an arrangement came back after the last outage.
fn recovery(plan: &Arrangement<'_>) -> String {
    let name = plan.title();
    match plan.topology.recovery {
        Some(came) if came.recovered == 0 => {
            format!("{name}: it did not come back before arrivals stopped, in any of {} replications.", came.of)
        }
        Some(came) => {
            let after = came.mean_s.map_or_else(String::new, |seconds| format!(" {} s", number(seconds)));
            format!("{name}: back{after} after the outage, in {} of {} replications.", came.recovered, came.of)
        }
        None => format!("{name}: the outage lies outside of the run."),
    }
}
