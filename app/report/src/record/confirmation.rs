//! How the decision is checked in production.

use decide::wording::{ms, number, percent, percentile};

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
    let budget = &issue.input.document.budget;
    let mut blocks = vec![
        Block::paragraph("Checked in production, with an alert on each:"),
        Block::checklist([
            format!(
                "{} of the whole pipeline at or below {}{}",
                percentile(budget.percentile),
                ms(budget.target_ms),
                aside(simulated.and_then(|topology| topology.latency.at_budget).map(|figure| ms(figure.value)))
            ),
            format!(
                "Failed requests at or below {}{}",
                percent(ERROR_RATE),
                aside(simulated.map(|topology| percent(topology.failed.value)))
            ),
            format!(
                "Calls per work item, divided by the calls it needs, at or below {CALLS_PER_WORK_ITEM}{}",
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
