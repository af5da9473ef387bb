//! The options with what speaks for and against each, in figures.

use decide::{
    Effect,
    wording::{ms, number, percent, percentile},
};
use engine::report::TopologyReport;

use super::{
    RecordInput,
    markdown::{Markdown, inline},
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

pub(super) fn write(text: &mut Markdown, input: &RecordInput<'_>) {
    text.table(&latency_table(input.document, input.report));
    text.table(&outcome_table(input.document, input.report));
    if !input.document.pools.is_empty() {
        text.table(&pool_table(input.document, input.report));
    }
    for topology in &input.report.topologies {
        text.heading(3, &name(topology));
        text.bullets(arguments(input, topology));
    }
}

fn arguments(input: &RecordInput<'_>, topology: &TopologyReport) -> Vec<String> {
    let mut arguments = vec![by_budget(input, topology), by_failures(topology)];
    if let Some(saves) = topology.saves_ms {
        let p = percentile(input.report.budget_percentile);
        arguments.push(if saves.low > 0.0 {
            format!("Good, because it saves {} at {p} ({} to {})", ms(saves.value), number(saves.low), ms(saves.high))
        } else {
            format!(
                "Neutral, because it is not shown to be faster at {p} ({} to {})",
                number(saves.low),
                ms(saves.high)
            )
        });
    }
    arguments.push(by_count(topology, topology.counts.orphans, "orphaned writes"));
    arguments.push(by_count(topology, topology.counts.duplicates, "duplicated writes"));
    for finding in input.verdict.findings.iter().filter(|finding| finding.plans.contains(&topology.kind)) {
        let (word, why) = match finding.effect {
            Effect::AgainstParallel if topology.forks > 0 => ("Bad", &finding.evidence),
            Effect::Condition => ("Bad", &finding.evidence),
            Effect::NotReady | Effect::AgainstParallel | Effect::ForParallel | Effect::Advice => continue,
        };
        arguments.push(format!("{word}, because of `{}`: {}", finding.rule, inline(why)));
    }
    arguments
}

fn by_budget(input: &RecordInput<'_>, topology: &TopologyReport) -> String {
    let target = ms(input.report.budget_ms);
    let Some(figure) = topology.latency.at_budget else {
        return "Bad, because too few requests were answered to tell its latency".to_owned();
    };
    let p = percentile(input.report.budget_percentile);
    let measured = format!("its {p} is {} ({} to {})", ms(figure.value), number(figure.low), ms(figure.high));
    if figure.high <= input.report.budget_ms {
        format!("Good, because {measured}, inside {target}")
    } else if figure.low > input.report.budget_ms {
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
        let per_thousand = count as f64 * 1_000.0 / topology.requests.max(1) as f64;
        format!("Bad, because it leaves {} {what} per 1,000 requests", number(per_thousand))
    }
}
