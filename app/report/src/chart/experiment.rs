//! The table of an experiment: a row for each variant and topology.

use decide::wording::{list, number, percent, percentile};
use engine::{
    experiment::{Emergence, Experiment, ExperimentReport},
    report::TopologyReport,
};

use super::table::{Column, Row, Table, orphans, share, value};

/// A row for each variant and topology; where errors emerge stands beneath it.
pub fn experiment_table(report: &ExperimentReport) -> Table {
    let p = report.outcomes.first().map_or(99.0, |outcome| outcome.report.budget_percentile);
    let (at_budget, over) = if report.experiment == Experiment::Outages {
        (format!("{}, outside the outage", percentile(p)), "Over budget, outside the outage")
    } else {
        (percentile(p), "Over budget")
    };
    let labels = ["Variant", "Topology", &at_budget, over, "Failed", "Orphans per 1,000", "Attempts, worst 10 s"];
    let rows = report.outcomes.iter().flat_map(|outcome| {
        let row = |topology: &TopologyReport| Row {
            kind: None,
            cells: vec![
                outcome.label.clone(),
                topology.kind.label().to_owned(),
                value(topology.latency.at_budget),
                share(topology.over_budget),
                share(topology.failed),
                number(orphans(topology)),
                topology.worst_amplification.map_or_else(|| "–".to_owned(), |figure| number(figure.value)),
            ],
        };
        outcome.report.topologies.iter().map(row).collect::<Vec<_>>()
    });
    Table {
        caption: format!("Experiment: {}", report.experiment.slug()),
        columns: Column::named(labels, |index| index > 1),
        rows: rows.collect(),
        note: emergence(&report.emergence),
    }
}

/// Where errors emerge, in a sentence.
fn emergence(found: &[Emergence]) -> String {
    let parts: Vec<String> = found
        .iter()
        .map(|Emergence { kind, below, at }| {
            let name = kind.label().to_lowercase();
            match (below, at) {
                (Some(below), Some(at)) => {
                    format!("{name} between {} and {} of today's load", percent(*below), percent(*at))
                }
                (None, Some(_)) => format!("{name} already at the lowest load"),
                (_, None) => format!("{name} not up to the highest load"),
            }
        })
        .collect();
    if parts.is_empty() {
        return String::new();
    }
    format!("Errors emerge: {}.", list(&parts))
}
