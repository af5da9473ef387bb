//! What would change the decision, where it departs from rules of thumb, and where its figures come from.

use decide::wording::{ms, number, percentile};

use super::{
    RecordInput, document_file_name,
    markdown::{Markdown, inline},
};
use crate::chart::{Column, Row, Table};

pub(super) fn write(text: &mut Markdown, input: &RecordInput<'_>) {
    text.paragraph("What would change this decision, and when to look at it again:");
    text.bullets(triggers(input));
    text.table(&thumb_table(input));
    text.paragraph(
        "The rule of thumb adds percentiles along a chain and takes the largest across lanes. Percentiles do not \
         add: the slowest requests of one step are rarely the slowest of the next. Lanes do not take the largest \
         either: the more there are, the likelier it is that one is slow. And it knows nothing of queues, retries and \
         second deliveries, which only add.",
    );
    provenance(text, input);
}

fn triggers(input: &RecordInput<'_>) -> Vec<String> {
    let rate = number(input.document.workload.arrivals.per_second());
    let flips = input.verdict.would_change.iter().map(|flip| inline(&flip.sentence));
    let always = [
        format!("Load other than {rate} requests per second."),
        "A step, or a strict dependency, that is added or goes.".to_owned(),
        "A measured percentile of a step that differs from the one given here.".to_owned(),
    ];
    flips.chain(always).collect()
}

fn thumb_table(input: &RecordInput<'_>) -> Table {
    let p = percentile(input.report.budget_percentile);
    let columns =
        ["Topology".to_owned(), format!("Rule of thumb, {p}"), format!("Simulated, {p}"), "Difference".to_owned()];
    let rows = input.report.topologies.iter().map(|topology| {
        let thumb = topology.rule_of_thumb_ms;
        let simulated = topology.latency.at_budget.map(|figure| figure.value);
        let dash = || "–".to_owned();
        Row {
            kind: Some(topology.kind),
            cells: vec![
                topology.kind.label().to_owned(),
                ms(thumb),
                simulated.map_or_else(dash, ms),
                simulated.map_or_else(dash, |simulated| ms(simulated - thumb)),
            ],
        }
    });
    Table {
        caption: "Rule of thumb and simulation".to_owned(),
        columns: columns.into_iter().enumerate().map(|(index, label)| Column { label, numeric: index > 0 }).collect(),
        rows: rows.collect(),
        note: String::new(),
    }
}

fn provenance(text: &mut Markdown, input: &RecordInput<'_>) {
    let report = input.report;
    text.paragraph("Where the figures come from:");
    let mut facts = vec![
        format!("Document: SHA-256 `{}`", report.document_digest),
        format!(
            "Engine {}, seed {}, {} replications of each topology",
            report.engine, report.seed, report.replications
        ),
    ];
    if let Some(version) = input.version {
        facts.insert(0, format!("Version {version} of the pipeline"));
    }
    if report.cut_short {
        facts.push("A limit on work ended the simulation early; the figures are of what ran until then".to_owned());
    }
    text.bullets(facts);
    text.paragraph("The pipeline's JSON and this command give every figure again:");
    text.code(
        "sh",
        &format!(
            "forkline simulate {} --seed {} --replications {}",
            document_file_name(input.document),
            report.seed,
            report.replications
        ),
    );
}
