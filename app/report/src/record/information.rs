//! What would change the decision, where it departs from rules of thumb, and where its figures come from.

use decide::wording::{ms, number, percentile};
use model::TopologyKind;

use super::{
    Change, Issue, Reference, context, document_file_name,
    line::{Block, Line},
    outcome::ended,
};
use crate::{
    chart::{Column, Row, Table},
    plain::one_line,
};

/// The records that this one takes the place of, or that took its place.
pub(super) fn links(issue: &Issue<'_>) -> Vec<Block> {
    let supersedes = issue.supersedes.iter().map(|other| Line::of("Supersedes").words(" ").link(other));
    let links: Vec<Line> = supersedes.chain(issue.superseded_by.map(superseded_by)).collect();
    if links.is_empty() { Vec::new() } else { vec![Block::Bullets(links)] }
}

/// The link to the record that took the place of this one.
pub(super) fn superseded_by(other: &Reference) -> Line {
    Line::of("Superseded by").words(" ").link(other)
}

/// What has become of it since it was issued, with dates and reasons.
pub(super) fn changes(changes: &[Change]) -> Vec<Block> {
    if changes.is_empty() {
        return Vec::new();
    }
    let lines = changes.iter().map(|Change { date, status, because }| {
        let because = if one_line(because).is_empty() { String::new() } else { format!(" {}", ended(because)) };
        format!("{date}: {}.{because}", status.label())
    });
    vec![Block::paragraph("Its status since it was issued:"), Block::bullets(lines)]
}

/// What would change the decision.
pub(super) fn triggers(issue: &Issue<'_>) -> Vec<Block> {
    let rate = number(issue.input.document.workload.arrivals.per_second());
    let flips = issue.input.verdict.would_change.iter().map(|flip| flip.sentence.clone());
    let always = [
        format!("Load other than {rate} requests per second."),
        "A step, or a strict dependency, that is added or goes.".to_owned(),
        "A measured percentile of a step that differs from the one given here.".to_owned(),
        "An alert above that fires.".to_owned(),
    ];
    vec![
        Block::paragraph("What would change this decision, and when to look at it again:"),
        Block::bullets(flips.chain(always)),
    ]
}

/// Why each order is kept, and why each step is classed as it is, in the team's words.
pub(super) fn reasons(issue: &Issue<'_>) -> Vec<Block> {
    let document = issue.input.document;
    let reason = |because: &str| match one_line(because) {
        words if words.is_empty() => "no reason given".to_owned(),
        words => words,
    };
    let orders = document.dependencies.iter().map(|dependency| {
        let kind = dependency.kind.label();
        let (from, to) = (document.step_label(&dependency.from), document.step_label(&dependency.to));
        format!("{from}, then {to} ({kind}): {}", reason(&dependency.because))
    });
    let classes = document.steps.iter().filter(|step| !step.class_because.is_empty());
    let classes =
        classes.map(|step| format!("{} is {}: {}", step.label(), step.class.label(), reason(&step.class_because)));
    let said: Vec<String> = orders.chain(classes).collect();
    if said.is_empty() {
        return Vec::new();
    }
    vec![Block::paragraph("The order of the steps and their classes, with the reasons:"), Block::bullets(said)]
}

/// What the team has said and changed: what it expected to fail, and its own thresholds.
pub(super) fn said_by_the_team(issue: &Issue<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    let expected = issue.expected_failure.filter(|expected| !expected.trim().is_empty()).map(ended);
    if let Some(expected) = expected {
        blocks.push(Block::paragraph(format!(
            "What the team expected to fail, before any outage was simulated: {expected}"
        )));
    }
    let thresholds = context::thresholds(issue.input.document);
    if !thresholds.is_empty() {
        blocks.push(Block::paragraph("Thresholds that the team has changed:"));
        blocks.push(Block::Bullets(thresholds));
    }
    blocks
}

/// The rule of thumb beside the simulation, and why they differ.
pub(super) fn rule_of_thumb(issue: &Issue<'_>) -> Vec<Block> {
    vec![
        thumb_table(issue).into(),
        Block::paragraph(
            "The rule of thumb adds percentiles along a chain and takes the largest across lanes. Percentiles do not \
             add: the slowest requests of one step are rarely the slowest of the next. Lanes do not take the largest \
             either: the more there are, the likelier it is that one is slow. And it knows nothing of queues, retries \
             and second deliveries, which only add.",
        ),
    ]
}

fn thumb_table(issue: &Issue<'_>) -> Table {
    let p = percentile(issue.input.report.budget_percentile);
    let columns =
        ["Topology".to_owned(), format!("Rule of thumb, {p}"), format!("Simulated, {p}"), "Difference".to_owned()];
    let rows = issue.input.report.topologies.iter().map(|topology| {
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
        columns: Column::named(columns, |index| index > 0),
        rows: rows.collect(),
        note: String::new(),
    }
}

/// Where the figures come from, and how to get every one of them again.
pub(super) fn provenance(issue: &Issue<'_>) -> Vec<Block> {
    let report = issue.input.report;
    let mut facts = vec![
        Line::of("Document: SHA-256").words(" ").code(&report.document_digest),
        Line::of(format!(
            "Engine {}, seed {}, {} replications of each topology",
            report.engine, report.seed, report.replications
        )),
    ];
    if let Some(version) = issue.input.version {
        facts.insert(0, Line::of(format!("Version {version} of the pipeline")));
    }
    if report.cut_short {
        facts.push(Line::of("A limit on work ended the simulation early; the figures are of what ran until then"));
    }
    vec![
        Block::paragraph("Where the figures come from:"),
        Block::Bullets(facts),
        Block::paragraph("The pipeline's JSON and this command give every figure again:"),
        Block::Code("sh", command(issue)),
    ]
}

/// The command that gives every figure again.
pub(super) fn command(issue: &Issue<'_>) -> String {
    let (document, report) = (issue.input.document, issue.input.report);
    let mut command = format!(
        "forkline simulate {} --seed {} --replications {}",
        document_file_name(document),
        report.seed,
        report.replications
    );
    // A pipeline without a topology of its own, or without a leg to fork, has none of either in a full report.
    let left_out = [TopologyKind::Sequential, TopologyKind::Parallel, TopologyKind::Staged]
        .into_iter()
        .any(|kind| report.topology(kind).is_none());
    if left_out {
        let kinds: Vec<&str> = report.topologies.iter().map(|topology| topology.kind.slug()).collect();
        command.push_str(&format!(" --topology {}", kinds.join(",")));
    }
    command
}
