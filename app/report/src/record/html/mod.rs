//! One page of HTML with everything in it: charts, tables and style, nothing to load and nothing that runs.

mod markup;

use model::Document;

use self::markup::{blocks, escaped, figure};
use super::{
    Issue,
    confirmation::confirmation,
    consequences::consequences,
    context, information,
    line::{Block, Grid, Line, Span},
    options, outcome,
};
use crate::{
    chart::{Column, Size, arrangements, lanes, latency_distribution},
    plain::one_line,
};

/// Size of the chart of latencies \[px\]; a page shrinks it where it is narrower.
const DISTRIBUTION: Size = Size { width: 720, height: 320 };

/// The record as a page of HTML.
pub(super) fn write(issue: &Issue<'_>) -> String {
    let title = issue.title();
    let title = issue.number.map_or_else(|| title.clone(), |number| format!("{number:04} {title}"));
    let mut body = String::new();
    blocks(&mut body, &[Block::heading(1, &title)]);
    facts(&mut body, issue);
    decision(&mut body, issue);
    evidence(&mut body, issue);
    let mut more = vec![Block::heading(2, "More Information")];
    more.extend(information::links(issue));
    more.extend(information::changes(issue.changes));
    more.extend(information::triggers(issue));
    more.extend(information::said_by_the_team(issue));
    more.extend(information::reasons(issue));
    more.extend(information::rule_of_thumb(issue));
    more.extend(information::provenance(issue));
    blocks(&mut body, &more);
    let title = escaped(&one_line(&title));
    let style = include_str!("page.css");
    // The policy allows the style in the page and nothing else: what was missed when escaping could not run.
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Forkline">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
{body}</main>
</body>
</html>
"#
    )
}

/// Status, date and people, as other formats have them in their front matter.
fn facts(body: &mut String, issue: &Issue<'_>) {
    let deciders = issue.deciders().join(", ");
    let version = issue.input.version.map_or_else(String::new, |version| version.to_string());
    let (status, date) = (issue.status(), issue.date());
    body.push_str("<dl>\n");
    for (name, value) in [
        ("Status", status.as_str()),
        ("Date", date.as_str()),
        ("Decision makers", &deciders),
        ("Version of the pipeline", &version),
    ] {
        let value = one_line(value);
        if !value.is_empty() {
            body.push_str(&format!("<dt>{name}</dt><dd>{}</dd>\n", escaped(&value)));
        }
    }
    body.push_str("</dl>\n");
}

fn decision(body: &mut String, issue: &Issue<'_>) {
    let mut part = vec![Block::heading(2, "Context and Problem Statement")];
    part.extend(context::context(issue));
    part.push(Block::heading(2, "Decision Drivers"));
    part.push(context::drivers(issue));
    part.push(Block::heading(2, "Considered Options"));
    part.push(options::names(issue));
    part.push(Block::heading(2, "Decision Outcome"));
    part.extend(outcome::chosen(issue));
    part.extend(arrangement(issue));
    part.push(outcome::rules(issue));
    part.extend(outcome::conditions(issue));
    part.push(Block::heading(3, "Consequences"));
    part.push(consequences(issue));
    part.push(Block::heading(3, "Confirmation"));
    part.extend(confirmation(issue));
    part.extend(outcome::sign_off(issue));
    blocks(body, &part);
}

/// The chosen topology as a table: without a script there is nothing that draws a flowchart.
fn arrangement(issue: &Issue<'_>) -> Option<Block> {
    let (document, topology) = (issue.input.document, issue.chosen()?);
    let name = |id: &'_ String| -> String {
        let step = document.step_index(id).map(|index| document.steps[index].label());
        step.unwrap_or(id).to_owned()
    };
    let rows = document.steps.iter().zip(&topology.after).map(|(step, after)| {
        let before: Vec<String> = after.iter().map(name).collect();
        let waits = if before.is_empty() { "nothing".to_owned() } else { before.join(", ") };
        let waited = if topology.detached.contains(&step.id) { "no" } else { "yes" };
        vec![Line::of(step.label()), Line::of(waits), Line::of(waited)]
    });
    Some(Block::Table(Grid {
        caption: "The chosen topology".to_owned(),
        columns: Column::named(["Step", "Starts after", "Waited for"], |_| false),
        rows: rows.collect(),
        note: String::new(),
    }))
}

fn evidence(body: &mut String, issue: &Issue<'_>) {
    let (document, report) = (issue.input.document, issue.input.report);
    blocks(body, &[Block::heading(2, "Pros and Cons of the Options")]);
    let chart = latency_distribution(document, report, DISTRIBUTION, "distribution");
    figure(body, "Share of requests answered within a time", &chart);
    blocks(body, &options::tables(issue));
    lane_figures(body, issue);
    blocks(body, &options::pros_and_cons(issue));
}

/// One request through each arrangement, all on one time scale.
fn lane_figures(body: &mut String, issue: &Issue<'_>) {
    let (document, report) = (issue.input.document, issue.input.report);
    let ends = report.traces.iter().flat_map(|trace| trace.spans.iter().map(|span| span.ended_ms));
    let span_ms = ends.fold(0.0, f64::max);
    for arrangement in arrangements(report) {
        let Some(trace) = report.traces.get(arrangement.index) else { continue };
        let (topology, size) =
            (arrangement.topology, Size { width: DISTRIBUTION.width, height: lane_height(document) });
        let chart = lanes(document, topology, trace, size, span_ms, &format!("lanes-{}", topology.kind.slug()));
        figure(body, &format!("One request, {}", arrangement.names()), &chart);
    }
}

/// A lane for each step; beyond what a printed page holds they become narrower \[px\].
fn lane_height(document: &Document) -> u32 {
    (document.steps.len() as u32 * 30 + 40).min(900)
}
