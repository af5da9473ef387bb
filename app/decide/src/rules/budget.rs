//! Whether one after another is fast enough.

use engine::report::Figure;

use crate::{
    evidence::Evidence,
    rule::{Effect, Finding, Rule},
    wording::{ms, percentile},
};

pub(super) static INSIDE_BUDGET: Rule = Rule {
    id: "inside-budget",
    name: "Sequential is inside the budget",
    effect: Effect::AgainstParallel,
    rationale: "A chain that is fast enough is easier to trace and to repair than any fork: stay sequential.",
    reads: &["budget", "steps[].latency", "workload", "pools"],
    threshold: None,
    check: inside,
};

pub(super) static OVER_BUDGET: Rule = Rule {
    id: "over-budget",
    name: "Sequential misses the budget",
    effect: Effect::ForParallel,
    rationale: "Only a chain that misses its budget consistently, interval included, is a reason to fork.",
    reads: &["budget", "steps[].latency", "workload", "pools"],
    threshold: None,
    check: over,
};

fn inside(evidence: &Evidence<'_>) -> Option<Finding> {
    let figure = evidence.sequential()?.latency.at_budget?;
    (figure.high <= evidence.report.budget_ms).then(|| Finding {
        rule: INSIDE_BUDGET.id.to_owned(),
        effect: INSIDE_BUDGET.effect,
        evidence: sentence(evidence, figure, "inside"),
        remedy: "Stay sequential; debugging is simpler.".to_owned(),
        input: "budget.target_ms".to_owned(),
        plans: Vec::new(),
    })
}

fn over(evidence: &Evidence<'_>) -> Option<Finding> {
    let sequential = evidence.sequential()?;
    let finding = |evidence: String| Finding {
        rule: OVER_BUDGET.id.to_owned(),
        effect: OVER_BUDGET.effect,
        evidence,
        remedy: "Consider a fork; start with the one leg that saves most, measure, then expand.".to_owned(),
        input: "budget.target_ms".to_owned(),
        plans: Vec::new(),
    };
    match sequential.latency.at_budget {
        Some(figure) => (figure.low > evidence.report.budget_ms).then(|| finding(sentence(evidence, figure, "over"))),
        None => Some(finding("Sequential answered too few requests to have a latency at all.".to_owned())),
    }
}

fn sentence(evidence: &Evidence<'_>, figure: Figure, side: &str) -> String {
    format!(
        "Sequential has a {} of {} ({} to {}), {side} the budget of {}.",
        percentile(evidence.report.budget_percentile),
        ms(figure.value),
        ms(figure.low),
        ms(figure.high),
        ms(evidence.report.budget_ms),
    )
}
