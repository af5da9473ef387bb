//! What the commands print.

use std::io::{ErrorKind, Write};

use decide::Verdict;
use engine::Report;
use model::Document;
use report::{
    chart::{Table, lane_table, latency_table, outcome_table, pool_table},
    record::{RecordInput, Status, madr},
};

/// Prints to standard output. A reader that has seen enough (`| head`) is no failure.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Prints a failure with its causes to standard error; there is nowhere left to report a failure to do so.
pub(super) fn complain(error: &anyhow::Error) {
    let _ = writeln!(std::io::stderr(), "forkline: {error:#}");
}

/// The figures of a report as tables.
pub(super) fn tables(document: &Document, report: &Report) -> Vec<Table> {
    let mut tables = vec![latency_table(document, report), outcome_table(document, report)];
    if !document.pools.is_empty() {
        tables.push(pool_table(document, report));
    }
    tables
}

/// The attempts of the replayed request, a table for each topology.
pub(super) fn trace_tables(document: &Document, report: &Report) -> Vec<Table> {
    let traced = report.topologies.iter().zip(&report.traces);
    traced.map(|(topology, trace)| lane_table(document, topology, trace)).collect()
}

/// Tables as CSV, an empty line between them.
pub(super) fn csv(tables: &[Table]) -> String {
    tables.iter().map(Table::to_csv).collect::<Vec<_>>().join("\n")
}

/// Tables as text, under what they rest on.
pub(super) fn figures(document: &Document, report: &Report, tables: &[Table]) -> String {
    let mut text = format!(
        "{}: seed {}, {} replications, engine {}\n\n{}",
        document.name,
        report.seed,
        report.replications,
        report.engine,
        tables.iter().map(plain).collect::<Vec<_>>().join("\n")
    );
    if report.cut_short {
        text.push_str("\nA limit on work ended this simulation early; the figures are of what ran until then.\n");
    }
    text
}

/// A verdict as text.
pub(super) fn verdict(verdict: &Verdict) -> String {
    let mut text = format!("{}\n", verdict.sentence);
    for finding in &verdict.findings {
        text.push_str(&format!(
            "\n{} ({})\n  {}\n  {}\n  Input: {}\n",
            verdict.label(finding),
            finding.rule,
            finding.evidence,
            finding.remedy,
            finding.input
        ));
        if !finding.binds().is_empty() {
            let plans: Vec<&str> = finding.binds().iter().map(|kind| kind.slug()).collect();
            text.push_str(&format!("  Applies to: {}\n", plans.join(", ")));
        }
        let condition = verdict.conditions().any(|condition| condition == finding);
        if let Some(purchase) = verdict.purchase(Some(&finding.rule)).filter(|_| condition) {
            text.push_str(&format!("  What it buys: {}\n", purchase.sentence(verdict.decision)));
        }
    }
    if !verdict.of_others.is_empty() {
        let rules: Vec<&str> = verdict.of_others.iter().map(|finding| finding.rule.as_str()).collect();
        text.push_str(&format!("\nConditions of other plans only: {}\n", rules.join(", ")));
    }
    if let Some(all) = verdict.purchase(None) {
        text.push_str(&format!("\nWith all conditions met: {}\n", all.sentence(verdict.decision)));
    }
    if let Some(price) = verdict.price {
        text.push_str(&format!("\n{}: {}\n", verdict.price_title(price.plan.slug()), price.words()));
    }
    for flip in &verdict.would_change {
        text.push_str(&format!("\nWhat would change it: {}\n", flip.sentence));
    }
    text
}

/// The decision record, dated today.
pub(super) fn record(document: &Document, report: &Report, verdict: &Verdict) -> String {
    let today = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
    madr(&RecordInput { document, report, verdict, version: None, date: &today, status: Status::Proposed })
}

/// A table in columns; numbers to the right.
pub(super) fn plain(table: &Table) -> String {
    let columns = table.columns.len();
    let header: Vec<&str> = table.columns.iter().map(|column| column.label.as_str()).collect();
    let rows: Vec<Vec<&str>> = table.rows.iter().map(|row| row.cells.iter().map(String::as_str).collect()).collect();
    let width = |column: usize| {
        let cells = rows.iter().chain([&header]).filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &[&str]| {
        let cells = row.iter().zip(&widths).zip(&table.columns).map(|((cell, width), column)| {
            let gap = " ".repeat(width - cell.chars().count());
            if column.numeric { format!("{gap}{cell}") } else { format!("{cell}{gap}") }
        });
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    let rule = widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>().join("  ");
    let body: String = rows.iter().map(|row| line(row)).collect();
    let note = if table.note.is_empty() { String::new() } else { format!("{}\n", table.note) };
    format!("{}\n{}{rule}\n{body}{note}", table.caption, line(&header))
}
