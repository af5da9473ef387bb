//! Steps that touch the same data are coupled, whatever the dependencies say.

use model::{Step, TopologyKind, same_name};

use crate::{
    evidence::{Evidence, Plan},
    rule::{Effect, Finding, Rule},
    threshold,
    wording::{number, per_thousand},
};

/// The report counts stale reads and lost updates of a plan, not of a pair; the pairs are those that share data of
/// which one step writes, and that the plan does not order.
pub(super) static HIDDEN_COUPLING: Rule = Rule {
    id: "hidden-coupling",
    name: "Steps are coupled by data",
    effect: Effect::Against,
    rationale: "A stale read or a lost update is wrong data that no error reports: such a pair stays in order.",
    reads: &["steps[].reads", "steps[].writes", "dependencies"],
    threshold: Some(&threshold::HIDDEN_COUPLING),
    check,
    otherwise: None,
    signal: "A value that was right a moment ago and is wrong now, with no error in any log.",
    recovery: "Replay the requests concerned in order, from the log of what each of them wrote.",
};

fn check(evidence: &Evidence<'_>) -> Option<Finding> {
    let threshold = evidence.threshold_of(&HIDDEN_COUPLING);
    let wrong = |plan: &Plan<'_>| {
        let counts = plan.report.counts;
        per_thousand(counts.stale_reads + counts.lost_updates, plan.report.requests)
    };
    let coupled: Vec<Plan<'_>> = evidence.forked().filter(|plan| wrong(plan) > threshold).collect();
    let worst = coupled.iter().rev().max_by(|a, b| wrong(a).total_cmp(&wrong(b)))?;
    let counts = worst.report.counts;
    let per = |count| number(per_thousand(count, worst.report.requests));
    let pairs = pairs(evidence, worst);
    let (names, input) = match pairs.first() {
        Some(&(first, second, data)) => {
            let steps = &evidence.document.steps;
            let field = if steps[second].reads.iter().any(|read| same_name(read, data)) { "reads" } else { "writes" };
            (
                format!(
                    "{} and {} share {} and have no order",
                    evidence.label(first),
                    evidence.label(second),
                    data.trim()
                ),
                format!("steps[{second}].{field}"),
            )
        }
        None => ("Steps that share data have no order".to_owned(), "steps".to_owned()),
    };
    const NAMED: usize = 3;
    let others: Vec<String> = pairs
        .iter()
        .skip(1)
        .take(NAMED)
        .map(|&(first, second, data)| {
            format!("so do {} and {} with {}", evidence.label(first), evidence.label(second), data.trim())
        })
        .collect();
    let rest = pairs.len().saturating_sub(1 + NAMED);
    let rest = if rest > 0 { format!("; and {rest} more pairs") } else { String::new() };
    let (more, of_all) = if others.is_empty() {
        (String::new(), "")
    } else {
        (format!("; {}{rest}", others.join("; ")), ", of all of them together")
    };
    Some(HIDDEN_COUPLING.found(
        format!(
            "{names} in {}{more}: {} stale reads and {} lost updates per 1,000 requests{of_all}.",
            worst.kind().slug(),
            per(counts.stale_reads),
            per(counts.lost_updates),
        ),
        "Keep such a pair in order, the first passing its result to the second; the rest may run side by side.",
        input,
        coupled.iter().map(Plan::kind).collect::<Vec<TopologyKind>>(),
    ))
}

/// Pairs of steps without an order that share data, in sequential order, with the data.
fn pairs<'a>(evidence: &'a Evidence<'_>, plan: &Plan<'_>) -> Vec<(usize, usize, &'a str)> {
    let steps = &evidence.document.steps;
    let order = model::topology::sequential_order(evidence.document);
    let mut pairs = Vec::new();
    for (place, &second) in order.iter().enumerate() {
        for &first in &order[..place] {
            if let Some(data) = shared(&steps[first], &steps[second])
                && plan.lanes.beside(first, second)
            {
                pairs.push((first, second, data));
            }
        }
    }
    pairs
}

/// Data that both steps touch and at least one writes.
fn shared<'a>(first: &'a Step, second: &'a Step) -> Option<&'a str> {
    let touches = |step: &Step, data: &str| step.reads.iter().chain(&step.writes).any(|name| same_name(name, data));
    let mut written = first.writes.iter().filter(|data| touches(second, data));
    written.next().or_else(|| second.writes.iter().find(|data| touches(first, data))).map(String::as_str)
}
