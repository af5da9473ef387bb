//! The tables of a record as CSV, each a file of its own with one header row.
//!
//! Figures are numbers with a point, without a unit in their cell: the unit ends the column's name. A figure that could
//! not be told is an empty cell. Shares go from 0 to 1. What is decided, the options and the rules with their work, ends with
//! the status of the record: a spreadsheet does not show that another record has come in its place. Where people have signed
//! off, the options say who, too.

use decide::wording::{per_thousand, percentile};
use engine::report::{Figure, Share, TopologyReport};
use model::{Latency, Quantity, Step, StepClass};

use super::{Issue, SignOff};
use crate::csv::row;

/// A table that is exported as a file of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheet {
    /// The options with their simulated figures and intervals, a row for each topology.
    Options,
    /// The sheet that people bring to the meeting: dependencies, latencies and class, a row for each step.
    Steps,
    /// The rules that fired, with the work they ask for and who does it.
    Rules,
    /// What happened in each pool, a row for each topology.
    Pools,
}

/// One of the tables as CSV.
pub(super) fn write(sheet: Sheet, issue: &Issue<'_>) -> String {
    match sheet {
        Sheet::Options => options(issue),
        Sheet::Steps => steps(issue),
        Sheet::Rules => rules(issue),
        Sheet::Pools => pools(issue),
    }
}

fn options(issue: &Issue<'_>) -> String {
    let report = issue.input.report;
    let p = percentile(report.budget_percentile);
    let head = [
        "topology".to_owned(),
        "chosen".to_owned(),
        "pairs_side_by_side".to_owned(),
        "requests".to_owned(),
        "p50_ms".to_owned(),
        "p90_ms".to_owned(),
        "p95_ms".to_owned(),
        "p99_ms".to_owned(),
        "p99.9_ms".to_owned(),
        "p99.9_rests_on_few".to_owned(),
        "answered_p99_ms".to_owned(),
        format!("budget_{p}_ms"),
        format!("budget_{p}_low_ms"),
        format!("budget_{p}_high_ms"),
        "budget_ms".to_owned(),
        "over_budget_share".to_owned(),
        format!("rule_of_thumb_{p}_ms"),
        "saves_ms".to_owned(),
        "saves_low_ms".to_owned(),
        "saves_high_ms".to_owned(),
        "complete_share".to_owned(),
        "degraded_share".to_owned(),
        "declined_share".to_owned(),
        "failed_clean_share".to_owned(),
        "compensated_share".to_owned(),
        "orphaned_share".to_owned(),
        "unanswered_share".to_owned(),
        "silently_incomplete_share".to_owned(),
        "no_answer_share".to_owned(),
        "harm_share".to_owned(),
        "failed_share".to_owned(),
        "failed_low_share".to_owned(),
        "failed_high_share".to_owned(),
        "orphaned_writes_per_1000".to_owned(),
        "duplicates_per_1000".to_owned(),
        "undo_calls_per_1000".to_owned(),
        "attempts_per_step".to_owned(),
        "attempts_per_step_worst_10_s".to_owned(),
    ];
    let head =
        head.into_iter().chain(signed(issue).map(|_| "sign_offs".to_owned())).chain(["record_status".to_owned()]);
    let rows = report.topologies.iter().map(|topology| row(option(issue, topology)));
    row(head) + &rows.collect::<String>()
}

fn option(issue: &Issue<'_>, topology: &TopologyReport) -> Vec<String> {
    let latency = &topology.latency;
    let per_thousand = |count: u64| ratio(per_thousand(count, topology.requests));
    let mut cells = vec![
        topology.kind.slug().to_owned(),
        yes(issue.choice() == Some(topology.kind)),
        topology.side_by_side.to_string(),
        topology.requests.to_string(),
        figure(latency.p50),
        figure(latency.p90),
        figure(latency.p95),
        figure(latency.p99),
        figure(latency.p999),
        yes(latency.p999_rests_on_few),
        figure(topology.answered.p99),
    ];
    cells.extend(interval(latency.at_budget));
    cells.extend([
        milliseconds(issue.input.report.budget_ms),
        share(topology.over_budget),
        milliseconds(topology.rule_of_thumb_ms),
    ]);
    cells.extend(interval(topology.saves_ms));
    cells.extend(topology.outcomes.named().map(|(_, _, outcome)| share(outcome)));
    cells.extend([
        share(topology.unanswered),
        share(topology.silently_incomplete),
        share(topology.no_answer),
        share(topology.harm),
        share(topology.failed),
        ratio(topology.failed.low),
        ratio(topology.failed.high),
        per_thousand(topology.counts.orphans),
        per_thousand(topology.counts.duplicates),
        per_thousand(topology.counts.undo_calls),
        ratio(topology.amplification),
        topology.worst_amplification.map_or_else(String::new, |worst| ratio(worst.value)),
    ]);
    cells.extend(signed(issue));
    cells.push(issue.status());
    cells
}

/// What those who were asked to sign off have answered; nothing where nobody has.
fn signed(issue: &Issue<'_>) -> Option<String> {
    let sentences: Vec<String> = issue.sign_offs.iter().map(SignOff::sentence).collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

fn steps(issue: &Issue<'_>) -> String {
    let document = issue.input.document;
    let head = row([
        "step",
        "name",
        "service",
        "class",
        "class_because",
        "p50_ms",
        "p95_ms",
        "p99_ms",
        "latency_measured",
        "error_rate",
        "timeout_ms",
        "retries",
        "depends_on",
        "dependency_kind",
        "dependency_because",
    ]);
    let rows = document.steps.iter().map(|step| {
        let needs = || document.dependencies.iter().filter(|dependency| dependency.to == step.id);
        let joined = |cells: Vec<&str>| cells.join("; ");
        let [p50, p95, p99] = latency(&step.latency);
        let service = if step.service.is_empty() { &step.id } else { &step.service };
        row([
            step.id.as_str(),
            step.label(),
            service,
            class(step),
            &step.class_because,
            &p50,
            &p95,
            &p99,
            &step.measured,
            &given(step.error_rate, ratio),
            &milliseconds(step.timeout_ms),
            &step.retry.as_ref().map_or(0, |retry| retry.max).to_string(),
            &joined(needs().map(|dependency| dependency.from.as_str()).collect()),
            &joined(needs().map(|dependency| dependency.kind.label()).collect()),
            &joined(needs().map(|dependency| dependency.because.as_str()).filter(|why| !why.is_empty()).collect()),
        ])
    });
    head + &rows.collect::<String>()
}

fn class(step: &Step) -> &'static str {
    match step.class {
        StepClass::Critical => "critical",
        StepClass::Degradable => "degradable",
        StepClass::FireAndForget => "fire_and_forget",
    }
}

/// The median, the 95th and the 99th percentile, as far as the document says them or settles them.
fn latency(latency: &Latency) -> [String; 3] {
    /// The 95th percentile of the standard normal over its 99th.
    const P95_OF_P99: f64 = 1.644_853_626_951_472_2 / 2.326_347_874_040_840_8;
    let scaled = |factor: f64| move |mean: f64| milliseconds(mean * factor);
    match latency {
        Latency::Lognormal { p50_ms, p99_ms } => {
            let p95 = match (p50_ms, p99_ms) {
                (Quantity::Known(p50), Quantity::Known(p99)) => milliseconds(p50 * (p99 / p50).powf(P95_OF_P99)),
                (Quantity::Known(_) | Quantity::Range { .. } | Quantity::Unknown, _) => String::new(),
            };
            [given(*p50_ms, milliseconds), p95, given(*p99_ms, milliseconds)]
        }
        Latency::Exponential { mean_ms } => [2.0_f64, 20.0, 100.0].map(|times| given(*mean_ms, scaled(times.ln()))),
        Latency::Constant { ms } => [50, 95, 99].map(|_| given(*ms, milliseconds)),
        Latency::Percentiles(points) => [50.0, 95.0, 99.0].map(|wanted| {
            let measured = points.iter().find(|(percentile, _)| *percentile == wanted);
            measured.map_or_else(String::new, |(_, ms)| milliseconds(*ms))
        }),
    }
}

fn rules(issue: &Issue<'_>) -> String {
    let head = row([
        "rule",
        "effect",
        "evidence",
        "remedy",
        "signal",
        "recovery",
        "input",
        "topologies",
        "owner",
        "due",
        "record_status",
    ]);
    let status = issue.status();
    let rows = issue.input.verdict.findings.iter().map(|finding| {
        let topologies: Vec<&str> = finding.plans.iter().map(|kind| kind.slug()).collect();
        let assignment = issue.assignment(&finding.rule);
        row([
            finding.rule.as_str(),
            issue.input.verdict.label(finding),
            &finding.evidence,
            &finding.remedy,
            &finding.signal,
            &finding.recovery,
            &finding.input,
            &topologies.join("; "),
            assignment.map_or("", |assignment| &assignment.owner),
            assignment.map_or("", |assignment| &assignment.due),
            &status,
        ])
    });
    head + &rows.collect::<String>()
}

fn pools(issue: &Issue<'_>) -> String {
    let (document, report) = (issue.input.document, issue.input.report);
    let head = row([
        "pool",
        "name",
        "topology",
        "slots",
        "utilisation_share",
        "mean_wait_ms",
        "mean_wait_low_ms",
        "mean_wait_high_ms",
        "longest_queue",
        "rejected_share",
    ]);
    let rows = document.pools.iter().enumerate().flat_map(|(index, pool)| {
        report.topologies.iter().filter_map(move |topology| {
            let used = topology.pools.get(index)?;
            let mut cells = vec![
                pool.id.clone(),
                pool.label().to_owned(),
                topology.kind.slug().to_owned(),
                pool.size.to_string(),
                ratio(used.utilisation),
            ];
            cells.extend(interval(used.mean_wait_ms));
            cells.extend([used.longest_queue.to_string(), share(used.rejected)]);
            Some(row(cells))
        })
    });
    head + &rows.collect::<String>()
}

fn yes(so: bool) -> String {
    if so { "yes" } else { "no" }.to_owned()
}

/// A number the team gave: itself, its range or that it is not known.
fn given(quantity: Quantity, written: impl Fn(f64) -> String) -> String {
    match quantity {
        Quantity::Known(value) => written(value),
        Quantity::Range { low, high } => format!("{} to {}", written(low), written(high)),
        Quantity::Unknown => "unknown".to_owned(),
    }
}

fn figure(figure: Option<Figure>) -> String {
    figure.map_or_else(String::new, |figure| milliseconds(figure.value))
}

/// A figure with the ends of its interval.
fn interval(figure: Option<Figure>) -> [String; 3] {
    figure.map_or_else(Default::default, |figure| [figure.value, figure.low, figure.high].map(milliseconds))
}

fn share(share: Share) -> String {
    ratio(share.value)
}

/// Milliseconds to the microsecond.
fn milliseconds(value: f64) -> String {
    trimmed(&format!("{value:.3}"))
}

/// Shares and factors with as many digits as the requests of a run can tell.
fn ratio(value: f64) -> String {
    trimmed(&format!("{value:.6}"))
}

fn trimmed(number: &str) -> String {
    let short = number.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}
