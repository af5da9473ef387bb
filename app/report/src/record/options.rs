//! The options with what speaks for and against each, in figures.

use decide::{
    Effect,
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
    match topology.forks {
        0 => label.to_owned(),
        1 => format!("{label} (1 fork)"),
        forks => format!("{label} ({forks} forks)"),
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
    for finding in issue.input.verdict.findings.iter().filter(|finding| finding.plans.contains(&topology.kind)) {
        let counts = match finding.effect {
            Effect::AgainstParallel => topology.forks > 0,
            Effect::Condition => true,
            Effect::NotReady | Effect::ForParallel | Effect::Advice => false,
        };
        if counts {
            let because = Line::of("Bad, because of").words(" ");
            arguments.push(because.code(&finding.rule).words(&format!(": {}", finding.evidence)));
        }
    }
    arguments
}

fn by_budget(issue: &Issue<'_>, topology: &TopologyReport) -> String {
    let report = issue.input.report;
    let target = ms(report.budget_ms);
    let Some(figure) = topology.latency.at_budget else {
        return "Bad, because too few requests were answered to tell its latency".to_owned();
    };
    let p = percentile(report.budget_percentile);
    let measured = format!("its {p} is {} ({} to {})", ms(figure.value), number(figure.low), ms(figure.high));
    if figure.high <= report.budget_ms {
        format!("Good, because {measured}, inside {target}")
    } else if figure.low > report.budget_ms {
        format!("Bad, because {measured}, beyond {target}")
    } else {
        format!("Neutral, because {measured}, which does not settle whether it is inside {target}")
    }
}

fn by_failures(topology: &TopologyReport) -> String {
    let failed = topology.failed;
    if failed.count == 0 {
        format!("Good, because none of {} requests failed", number(topology.requests as f64))
    } else {
        format!("Bad, because {} of its requests fail", percent(failed.value))
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
