//! The tables beneath charts, with the same numbers.

use decide::wording::{ms, number, per_thousand, percent, percentile};
use engine::{
    Report,
    report::{Ending, Figure, Share, TopologyReport, Trace},
};
use model::{Document, TopologyKind};

use crate::csv::row;

/// A table of figures, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What it is a table of.
    pub caption: String,
    /// Its columns; the first holds the name of each row.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// What a reader must know to read its cells; empty: nothing.
    pub note: String,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub label: String,
    /// Whether it holds numbers.
    pub numeric: bool,
}

impl Column {
    /// Columns of these names; those at the places that are `numeric` hold numbers.
    pub(crate) fn named<L: Into<String>>(
        labels: impl IntoIterator<Item = L>,
        numeric: impl Fn(usize) -> bool,
    ) -> Vec<Column> {
        let column = |(place, label): (usize, L)| Column { label: label.into(), numeric: numeric(place) };
        labels.into_iter().enumerate().map(column).collect()
    }
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The topology it is about, if any.
    pub kind: Option<TopologyKind>,
    /// Its cells, one for each column.
    pub cells: Vec<String>,
}

impl Table {
    /// The table as comma-separated values (RFC 4180), its caption in a line of its own.
    pub fn to_csv(&self) -> String {
        let rows: String = self.rows.iter().map(|line| row(&line.cells)).collect();
        format!("{}{}{rows}", row([&self.caption]), row(self.columns.iter().map(|column| &column.label)))
    }
}

/// Percentiles of each topology, beside the rule of thumb and the budget.
pub fn latency_table(document: &Document, report: &Report) -> Table {
    let p = percentile(report.budget_percentile);
    let hard_limit = report
        .topologies
        .iter()
        .find_map(|topology| topology.over_hard_limit.and(document.budget.hard_limit_ms))
        .map(|limit| format!("Over {}, the hard limit", ms(limit)));
    let judged_late = hard_limit.is_some();
    let labels = [
        "p50".to_owned(),
        "p95".to_owned(),
        "p99".to_owned(),
        format!("{p}, 95 % interval"),
        "p99.9".to_owned(),
        "p99 of answered".to_owned(),
        format!("Rule of thumb, {p}"),
        format!("Over {}", ms(document.budget.target_ms)),
    ]
    .into_iter()
    .chain(hard_limit);
    let rows = |topology: &TopologyReport| {
        let latency = &topology.latency;
        let tail = value(latency.p999);
        let mut cells = vec![
            value(latency.p50),
            value(latency.p95),
            value(latency.p99),
            latency.at_budget.map_or_else(dash, |f| format!("{} to {}", number(f.low), ms(f.high))),
            if latency.p999_rests_on_few && latency.p999.is_some() { format!("~{tail}") } else { tail },
            value(topology.answered.p99),
            ms(topology.rule_of_thumb_ms),
            share(topology.over_budget),
        ];
        cells.extend(judged_late.then(|| topology.over_hard_limit.map_or_else(dash, share)));
        cells
    };
    let few = report.topologies.iter().any(|topology| topology.latency.p999_rests_on_few);
    let none = report.topologies.iter().any(|topology| topology.latency.p999.is_none());
    let mut notes = Vec::new();
    if few {
        notes.push("~: fewer than 100 samples lie beyond it.");
    }
    if none {
        notes.push("–: more requests than that are not answered at all.");
    }
    let caption = if document.outages.is_empty() {
        "Latency of all requests"
    } else {
        "Latency of all requests that arrive outside the outages"
    };
    Table { note: notes.join(" "), ..by_topology(caption, labels, report, rows) }
}

/// What becomes of requests in each topology.
pub fn outcome_table(document: &Document, report: &Report) -> Table {
    let harm = if document.outages.is_empty() { "Came to harm" } else { "Came to harm, outside the outages" };
    let labels = [
        "Complete",
        "Degraded",
        "Declined",
        "Failed clean",
        "Compensated",
        "Orphaned",
        "Unanswered",
        "Silently incomplete",
        harm,
        "Orphaned writes per 1,000",
        "Duplicates per 1,000",
        "Attempts per step",
    ]
    .map(str::to_owned);
    let rows = |topology: &TopologyReport| {
        let duplicates = per_1000(topology, topology.counts.duplicates);
        let outcomes = topology.outcomes.named().map(|(_, _, outcome)| share(outcome));
        outcomes
            .into_iter()
            .chain([
                share(topology.unanswered),
                share(topology.silently_incomplete),
                share(topology.harm),
                number(orphans(topology)),
                number(duplicates),
                number(topology.amplification),
            ])
            .collect()
    };
    Table { note: NEVER_SEEN.to_owned(), ..by_topology("Outcomes of requests", labels, report, rows) }
}

/// What happened in each pool, in each topology.
pub fn pool_table(document: &Document, report: &Report) -> Table {
    let columns = [
        "Pool",
        "Topology",
        "Slots",
        "Asked for",
        "In use",
        "Calls that wait",
        "Mean wait",
        "Longest queue",
        "Rejected",
    ];
    let rows = document.pools.iter().enumerate().flat_map(|(index, pool)| {
        report.topologies.iter().filter_map(move |topology| {
            let used = topology.pools.get(index)?;
            Some(Row {
                kind: None,
                cells: vec![
                    pool.label().to_owned(),
                    topology.kind.label().to_owned(),
                    pool.size.to_string(),
                    number(used.offered),
                    percent(used.utilisation),
                    share(used.waiting),
                    value(used.mean_wait_ms),
                    used.longest_queue.to_string(),
                    share(used.rejected),
                ],
            })
        })
    });
    Table {
        caption: "Pools".to_owned(),
        columns: Column::named(columns, |index| index > 1),
        rows: rows.collect(),
        note: NEVER_SEEN.to_owned(),
    }
}

/// The attempts of one request, in the order in which they asked for their slots.
pub fn lane_table(document: &Document, topology: &TopologyReport, trace: &Trace) -> Table {
    let columns = ["Step", "Attempt", "Asked at", "Waited", "Served", "Ended at", "Ending"];
    let mut spans: Vec<_> = trace.spans.iter().collect();
    spans.sort_by(|a, b| a.asked_ms.total_cmp(&b.asked_ms).then(a.step.cmp(&b.step)));
    let rows = spans.into_iter().map(|span| {
        let name = document.steps.get(span.step as usize).map_or("", |step| step.label());
        let started = span.started_ms.unwrap_or(span.ended_ms);
        let ending = match span.ending {
            Ending::Succeeded => "succeeded",
            Ending::Failed => "failed",
            Ending::Declined => "declined",
            Ending::TimedOut => "timed out",
            Ending::Rejected => "rejected",
            Ending::Refused => "refused by the breaker",
            Ending::Cancelled => "cancelled",
        };
        Row {
            kind: None,
            cells: vec![
                if span.undo { format!("{name}, undo") } else { name.to_owned() },
                (span.attempt + 1).to_string(),
                ms(span.asked_ms),
                ms(started - span.asked_ms),
                ms(span.ended_ms - started),
                ms(span.ended_ms),
                ending.to_owned(),
            ],
        }
    });
    Table {
        caption: format!("Attempts of one request, {}", topology.kind.label().to_lowercase()),
        columns: Column::named(columns, |index| (1..6).contains(&index)),
        rows: rows.collect(),
        note: String::new(),
    }
}

pub(super) fn by_topology(
    caption: &str,
    labels: impl IntoIterator<Item = String>,
    report: &Report,
    cells: impl Fn(&TopologyReport) -> Vec<String>,
) -> Table {
    let columns = Column::named(std::iter::once("Topology".to_owned()).chain(labels), |place| place > 0);
    let rows = report.topologies.iter().map(|topology| {
        let name = topology.kind.label().to_owned();
        Row { kind: Some(topology.kind), cells: std::iter::once(name).chain(cells(topology)).collect() }
    });
    Table { caption: caption.to_owned(), columns, rows: rows.collect(), note: String::new() }
}

pub(super) fn value(figure: Option<Figure>) -> String {
    figure.map_or_else(dash, |figure| ms(figure.value))
}

/// A figure with its 95 % interval: `1,023 ms (1,001 to 1,045)`.
pub(super) fn with_interval(figure: Figure, words: &dyn Fn(f64) -> String) -> String {
    format!("{} ({} to {})", words(figure.value), number(figure.low), number(figure.high))
}

/// Orphaned writes per 1,000 requests.
pub(crate) fn orphans(topology: &TopologyReport) -> f64 {
    per_1000(topology, topology.counts.orphans)
}

/// So many of a topology's requests, for every 1,000.
pub(super) fn per_1000(topology: &TopologyReport, count: u64) -> f64 {
    per_thousand(count, topology.requests)
}

pub(super) fn dash() -> String {
    "–".to_owned()
}

/// What the sign before a share means.
const NEVER_SEEN: &str = "<: never seen in these requests; the share is below this with 95 % confidence.";

/// A share; what was never seen has an upper bound instead of a certainty.
pub(super) fn share(share: Share) -> String {
    if share.count == 0 { format!("<{}", percent(share.high)) } else { percent(share.value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_formulas_are_guarded() {
        let column = |label: &str| Column { label: label.to_owned(), numeric: false };
        let row = |cells: [&str; 2]| Row { kind: None, cells: cells.map(str::to_owned).into() };
        let table = Table {
            caption: "Pools".to_owned(),
            columns: vec![column("Pool"), column("Mean wait")],
            rows: vec![row(["=1+1", "2,066 ms"]), row(["a \"b\"", "-"])],
            note: String::new(),
        };
        let csv = "\"Pools\"\r\n\"Pool\",\"Mean wait\"\r\n\"'=1+1\",\"2,066 ms\"\r\n\"a \"\"b\"\"\",\"'-\"\r\n";
        assert_eq!(table.to_csv(), csv);
    }
}
