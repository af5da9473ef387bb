//! How the decision is checked in production.

use decide::wording::{ms, number, percent, percentile};
use engine::report::TopologyReport;

use super::{
    Issue,
    line::{Block, Line},
};

/// Above this share of failed requests a topology with forks needs a saga; so does a decision to be looked at.
pub(super) const ERROR_RATE: f64 = 0.02;

/// Above this many attempts for each one that is needed, retries feed on themselves.
pub(super) const CALLS_PER_WORK_ITEM: f64 = 2.5;

pub(super) fn confirmation(issue: &Issue<'_>) -> Vec<Block> {
    let simulated = issue.chosen();
    let aside = |figure: Option<String>| figure.map_or_else(String::new, |figure| format!(" (simulated: {figure})"));
    let document = issue.input.document;
    let threshold = |rule: &str, default: f64| document.thresholds.get(rule).copied().unwrap_or(default);
    let (failures, calls) = (threshold("saga-first", ERROR_RATE), threshold("retry-storm", CALLS_PER_WORK_ITEM));
    let mut blocks = vec![
        Block::paragraph("Checked in production, with an alert on each:"),
        Block::checklist([
            in_time(issue),
            format!(
                "Requests that fail or stay without an answer at or below {}{}",
                percent(failures),
                aside(simulated.map(|topology| percent(topology.no_answer.value)))
            ),
            format!(
                "Calls per work item, divided by the calls it needs, at or below {}{}",
                number(calls),
                aside(simulated.map(|topology| number(topology.amplification)))
            ),
            "Completed work items, counted after every path, equal to accepted ones".to_owned(),
        ]),
    ];
    let signals: Vec<Line> = issue
        .input
        .verdict
        .findings
        .iter()
        .filter(|finding| !finding.signal.is_empty())
        .map(|finding| Line::of_code(&finding.rule).words(&format!(": {} {}", finding.signal, finding.recovery)))
        .collect();
    if !signals.is_empty() {
        blocks.push(Block::paragraph("What these rules warn of shows as this, and is repaired like this:"));
        blocks.push(Block::Bullets(signals));
    }
    blocks
}

/// The latency to alert on: the target, with the tolerance where the chosen plan is kept because of it. A plan that misses it
/// as simulated would ring the alert on its first day, and is said to.
fn in_time(issue: &Issue<'_>) -> String {
    let budget = &issue.input.document.budget;
    let simulated = issue.chosen();
    let late = |plan: &&TopologyReport| plan.latency.at_budget.is_some_and(|figure| figure.value > budget.target_ms);
    let within = |plan: &&TopologyReport| {
        plan.latency.at_budget.is_some_and(|figure| figure.value <= budget.target_ms + budget.tolerance_ms)
    };
    let tolerated = simulated.filter(late).filter(within).is_some();
    let limit = if tolerated { budget.target_ms + budget.tolerance_ms } else { budget.target_ms };
    let tolerance = if tolerated { ", the tolerance included" } else { "" };
    let figure = match simulated {
        None => String::new(),
        Some(plan) if plan.latency.at_budget.is_none_or(|figure| figure.value > limit) => {
            format!(" (simulated: {}, so this alert rings until that is mended)", decide::wording::at_budget(plan))
        }
        Some(plan) => format!(" (simulated: {})", decide::wording::at_budget(plan)),
    };
    format!("{} of the whole pipeline at or below {}{tolerance}{figure}", percentile(budget.percentile), ms(limit))
}
