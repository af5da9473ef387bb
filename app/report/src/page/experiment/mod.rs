//! What an experiment shows: what was found in a few sentences, and the figures behind them.

mod finding;
mod group;
mod outage;
#[cfg(test)]
mod tests;
mod what_if;

use decide::{
    Purchase,
    wording::{number, percent, percentile},
};
use engine::{
    NotRunnable, Report,
    experiment::{Experiment, ExperimentReport, Findings, Judge, Outcome, Question, SensitivityReport, Study},
    report::TopologyReport,
};
use model::{Document, TopologyKind};

use self::group::{Group, groups};
use super::{
    files::{ChartFile, Files},
    markup::Html,
    prototype::{NARROW, WIDE, drawn},
};
use crate::chart::{self, Column, Row, Size, Table};

/// How many inputs a tornado shows: those after them move nothing that anybody would see beside the first.
const DRAWN: usize = 14;

/// Prepares an experiment whose verdicts are those of the Decide step.
///
/// # Errors
///
/// When there is nothing to run.
pub fn study(question: Question, document: Document) -> Result<Study, NotRunnable> {
    Study::new(question, document, JUDGE)
}

/// Prepares the simulation of what the conditions of the verdict on a report buy.
///
/// # Errors
///
/// When there is nothing to run.
pub fn purchases(document: Document, report: Report) -> Result<Study, NotRunnable> {
    Study::conditions(document, report, JUDGE)
}

/// What conditions buy by what was found of them; nothing where something else was looked for.
pub fn bought(document: &Document, findings: &Findings) -> Vec<Purchase> {
    match findings {
        Findings::Conditions(outcomes) => decide::purchases(document, outcomes),
        Findings::Varied(_) | Findings::Flips(_) | Findings::WhatIf(_) => Vec::new(),
    }
}

/// The verdicts of the Decide step.
const JUDGE: Judge = Judge {
    verdict: |document, report| decide::verdict(document, report).decision.slug().to_owned(),
    met: |document, report| {
        let verdict = decide::verdict(document, report);
        decide::met(document, &verdict).into_iter().map(|met| (met.label(&verdict), met.document)).collect()
    },
    all_met: |document, outcomes| {
        decide::all_met(document, outcomes).map(|met| ("All conditions".to_owned(), met.document))
    },
};

/// What an experiment on a version of a pipeline has found, as HTML.
pub fn experiment(document: &Document, findings: &Findings, version: u64) -> String {
    let mut html = Html::with(files(document, findings, version));
    write(&mut html, document, findings);
    html.into_text()
}

/// A chart of an experiment as a file, by its name; none of that name: nothing.
pub fn experiment_file(document: &Document, findings: &Findings, version: u64, chart: &str) -> Option<ChartFile> {
    let mut html = Html::with(files(document, findings, version).wanting(chart));
    write(&mut html, document, findings);
    html.into_file()
}

fn files(document: &Document, findings: &Findings, version: u64) -> Files {
    let of = Files::of(document, version);
    match findings {
        Findings::Varied(report) => Files { experiment: Question::Vary(report.experiment).slug(), ..of },
        Findings::Flips(_) => Files { experiment: Question::Flips.slug(), ..of },
        Findings::WhatIf(_) | Findings::Conditions(_) => Files { of_page_only: true, ..of },
    }
}

fn write(html: &mut Html, document: &Document, findings: &Findings) {
    let mut sentences = finding::finding(document, findings).into_iter();
    html.open("p class=\"finding\"").element("strong", &sentences.next().unwrap_or_default()).close("p");
    for sentence in sentences {
        html.element("p", &sentence);
    }
    match findings {
        Findings::Varied(report) => varied(html, document, report),
        Findings::Flips(report) => flips(html, document, report),
        Findings::WhatIf(found) => what_if::sides(html, found),
        Findings::Conditions(outcomes) => conditions(html, document, outcomes),
    }
}

/// What each condition buys, and all of them together.
fn conditions(html: &mut Html, document: &Document, outcomes: &[Outcome]) {
    let Some(verdict) = decide::verdict_with_purchases(document, outcomes) else { return };
    if !verdict.bought.is_empty() {
        html.table(&chart::conditions_table(&verdict));
    }
}

/// What moves the topology that is chosen today; a pipeline that is not ready runs in sequence until it is.
fn flips(html: &mut Html, document: &Document, report: &SensitivityReport) {
    let kind = TopologyKind::from_slug(&report.verdict).unwrap_or(TopologyKind::Sequential);
    let table = chart::tornado_table(document, report, kind);
    let caption = format!("{}; a diamond is where the verdict flips", table.caption);
    let height = 76 + 30 * (table.rows.len().min(DRAWN) as u32);
    let sizes = [Size { height, ..WIDE }, Size { height: height * 3 / 2, ..NARROW }];
    drawn(html, &caption, "tornado", sizes, &table, |size, id| chart::tornado(document, report, kind, size, id));
    html.open("details").element("summary", "All inputs as tables").table(&chart::sensitivity_table(report));
    html.table(&table).close("details");
}

fn varied(html: &mut Html, document: &Document, report: &ExperimentReport) {
    let Some(first) = report.outcomes.first() else { return };
    if report.experiment == Experiment::Load {
        let caption = "Latency and failures under load; a ring is where errors emerge";
        let table = chart::experiment_table(report);
        drawn(html, caption, "load", [WIDE, NARROW], &table, |size, id| chart::load_sweep(document, report, size, id));
    }
    let table = overview(document, report);
    // Two figures in a cell are read only by who knows beforehand which they are.
    html.element("p class=\"note\"", &format!("{}:", table.caption)).table(&table);
    let mut note = format!("Seed {}, {} replications of each topology.", first.report.seed, first.report.replications);
    if report.experiment == Experiment::Load {
        let more = percent(engine::experiment::EMERGED);
        note.push_str(&format!(
            " Errors have emerged where the share of requests that fail or stay without an answer is shown to be more \
             than {more} of all requests above that at the lowest load."
        ));
    }
    html.element("p class=\"note\"", &note);
    if report.outcomes.iter().any(|outcome| outcome.report.cut_short) {
        let limit = "A limit on work ended some of these simulations early; their figures are of what ran until then.";
        html.element("p class=\"notice\"", limit);
    }
    html.open("details").element("summary", "All figures as a table").table(&chart::experiment_table(report));
    html.close("details");
}

/// A row for each variant, and a column for each arrangement of the steps.
fn overview(document: &Document, report: &ExperimentReport) -> Table {
    let groups = groups(&report.outcomes);
    let p = report.outcomes.first().map_or_else(String::new, |outcome| percentile(outcome.report.budget_percentile));
    let (varied, figures) = match report.experiment {
        Experiment::Load => ("Load", format!("{p} of answers, and share of requests that failed")),
        Experiment::Spike => ("Spike", format!("{p} of answers, and share of requests that failed")),
        Experiment::Outages => ("Down", "Share of requests that failed, and orphaned writes per 1,000".to_owned()),
        Experiment::Pools => ("Pool", format!("{p} of answers, and share of requests over budget")),
    };
    let labels = std::iter::once(varied.to_owned()).chain(groups.iter().map(|group| group.title()));
    let row = |outcome: &Outcome| {
        let cell = |group: &Group| group.of(outcome).map_or_else(String::new, |plan| cell(report.experiment, plan));
        let label = match (report.experiment, outcome.value) {
            (Experiment::Load, Some(times)) => {
                let load = times * document.workload.arrivals.per_second();
                format!("{} times, {} a second", number(times), number(load))
            }
            _ => outcome.label.clone(),
        };
        Row { kind: None, cells: std::iter::once(label).chain(groups.iter().map(cell)).collect() }
    };
    Table {
        caption: figures,
        columns: Column::named(labels, |place| place > 0),
        rows: report.outcomes.iter().map(row).collect(),
        note: String::new(),
    }
}

fn cell(experiment: Experiment, plan: &TopologyReport) -> String {
    let latency = decide::wording::at_budget(plan);
    match experiment {
        Experiment::Load | Experiment::Spike => format!("{latency}, {}", percent(plan.failed.value)),
        Experiment::Outages => format!("{}, {}", percent(plan.failed.value), number(chart::orphans(plan))),
        Experiment::Pools => format!("{latency}, {}", percent(plan.over_budget.value)),
    }
}
