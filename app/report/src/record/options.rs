//! The options with what speaks for and against each, in figures.

use decide::{
    Effect, Evidence, Standing,
    wording::{ms, number, per_thousand, percent, percentile},
};
use engine::report::TopologyReport;

use super::{
    Issue,
    line::{Block, Line},
};
use crate::chart::{latency_table, outcome_table, pool_table};

/// The name of an option.
pub(super) fn name(topology: &TopologyReport) -> String {
    let label = topology.kind.label();
    match topology.side_by_side {
        0 => label.to_owned(),
        1 => format!("{label} (1 pair side by side)"),
        pairs => format!("{label} ({pairs} pairs side by side)"),
    }
}

/// The names of all options.
pub(super) fn names(issue: &Issue<'_>) -> Block {
    Block::bullets(issue.input.report.topologies.iter().map(name))
}

/// The tables of all options.
pub(super) fn tables(issue: &Issue<'_>) -> Vec<Block> {
    let (document, report) = (issue.input.document, issue.input.report);
    let mut tables = vec![latency_table(document, report).into(), outcome_table(document, report).into()];
    if !document.pools.is_empty() {
        tables.push(pool_table(document, report).into());
    }
    tables
}

/// Each option under a heading of its own, with what speaks for and against it.
pub(super) fn pros_and_cons(issue: &Issue<'_>) -> Vec<Block> {
    let topologies = issue.input.report.topologies.iter();
    topologies
        .flat_map(|topology| [Block::heading(3, &name(topology)), Block::Bullets(arguments(issue, topology))])
        .collect()
}

fn arguments(issue: &Issue<'_>, topology: &TopologyReport) -> Vec<Line> {
    let mut arguments = vec![by_budget(issue, topology), by_failures(topology)];
    if let Some(saves) = topology.saves_ms {
        let p = percentile(issue.input.report.budget_percentile);
        let interval = format!("({} to {})", number(saves.low), ms(saves.high));
        arguments.push(if saves.low > 0.0 {
            format!("Good, because it saves {} at {p} {interval}", ms(saves.value))
        } else {
            format!("Neutral, because it is not shown to be faster at {p} {interval}")
        });
    }
    arguments.push(by_count(topology, topology.counts.orphans, "orphaned writes"));
    arguments.push(by_count(topology, topology.counts.duplicates, "duplicated writes"));
    let mut arguments: Vec<Line> = arguments.into_iter().map(Line::of).collect();
    let alone = Evidence::new(issue.input.document, issue.input.report).only(topology.kind);
    for finding in issue.input.verdict.all_findings().filter(|finding| finding.plans.contains(&topology.kind)) {
        let counts = match finding.effect {
            Effect::Against | Effect::Condition => true,
            Effect::NotReady | Effect::For | Effect::Advice => false,
        };
        if counts {
            let because = Line::of("Bad, because of").words(" ");
            arguments.push(because.code(&finding.rule).words(&format!(": {}", finding.quoting(&alone).evidence)));
        }
    }
    arguments
}

fn by_budget(issue: &Issue<'_>, topology: &TopologyReport) -> String {
    let (document, report) = (issue.input.document, issue.input.report);
    let target = ms(report.budget_ms);
    let p = percentile(report.budget_percentile);
    let latency = topology.latency.at_budget.map_or_else(
        || format!("it has no {p}, because {} of its requests get no answer", percent(topology.no_answer.value)),
        |figure| format!("its {p} is {}", ms(figure.value)),
    );
    let over = decide::wording::over_budget(topology);
    let allowed = percent(document.budget.allowed_share());
    let measured = format!("{latency}, and {over} of its requests are over {target}, where {allowed} may be");
    match decide::standing(document, report, topology) {
        Standing::Meets => format!("Good, because {measured}"),
        Standing::Misses => format!("Bad, because {measured}"),
        Standing::NotShown => format!("Neutral, because {measured}, which is not shown to meet or to miss it"),
    }
}

fn by_failures(topology: &TopologyReport) -> String {
    let (failed, unanswered) = (topology.failed, topology.unanswered);
    if failed.count + unanswered.count == 0 {
        format!("Good, because none of {} requests failed or stayed unanswered", number(topology.requests as f64))
    } else if unanswered.count == 0 {
        format!("Bad, because {} of its requests fail", percent(failed.value))
    } else {
        let (failed, unanswered) = (percent(failed.value), percent(unanswered.value));
        format!("Bad, because {failed} of its requests fail and {unanswered} stay unanswered")
    }
}

fn by_count(topology: &TopologyReport, count: u64, what: &str) -> String {
    if count == 0 {
        format!("Good, because {} requests left no {what}", number(topology.requests as f64))
    } else {
        let left = number(per_thousand(count, topology.requests));
        format!("Bad, because it leaves {left} {what} per 1,000 requests")
    }
}
