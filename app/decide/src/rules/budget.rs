//! Whether one after another is fast enough.

use engine::report::Figure;

use crate::{
    evidence::{Evidence, Plan},
    rule::{Effect, Finding, Rule},
    wording::{ms, percentile},
};

/// It names no plan: it is about the pipeline as such. Sequential stays not because forks are vetoed, but because only
/// a chain that is shown to miss its budget is a reason to leave it.
pub(super) static INSIDE_BUDGET: Rule = Rule {
    id: "inside-budget",
    name: "Sequential is inside the budget",
    effect: Effect::AgainstParallel,
    rationale: "A chain that is fast enough is easier to trace and to repair than any fork: stay sequential.",
    reads: &["budget", "steps[].latency", "workload", "pools"],
    threshold: None,
    check: inside,
    otherwise: None,
    signal: "",
    recovery: "",
};

pub(super) static OVER_BUDGET: Rule = Rule {
    id: "over-budget",
    name: "Sequential misses the budget",
    effect: Effect::ForParallel,
    rationale: "Only a chain that misses its budget consistently, interval included, is a reason to fork.",
    reads: &["budget", "steps[].latency", "workload", "pools"],
    threshold: None,
    check: over,
    otherwise: None,
    signal: "",
    recovery: "",
};

/// Its threshold is the budget's own tolerance, which teams set with the budget.
pub(super) static TOLERANCE: Rule = Rule {
    id: "tolerance",
    name: "Nobody notices the difference",
    effect: Effect::Advice,
    rationale: "Where both topologies lie within the tolerance of the target, people do not notice which one it is; they do notice a failure.",
    reads: &["budget", "steps[].latency", "workload", "pools"],
    threshold: None,
    check: tolerance,
    otherwise: None,
    signal: "",
    recovery: "",
};

fn inside(evidence: &Evidence<'_>) -> Option<Finding> {
    let figure = evidence.at_budget(evidence.sequential()?)?;
    (figure.high <= evidence.report.budget_ms).then(|| {
        INSIDE_BUDGET.found(
            sentence(evidence, figure, "inside"),
            "Stay sequential; debugging is simpler.",
            "budget.target_ms",
            Vec::new(),
        )
    })
}

fn over(evidence: &Evidence<'_>) -> Option<Finding> {
    let finding = |evidence: String| {
        OVER_BUDGET.found(
            evidence,
            "Consider a fork; start with the one leg that saves most, measure, then expand.",
            "budget.target_ms",
            Vec::new(),
        )
    };
    match evidence.at_budget(evidence.sequential()?) {
        Some(figure) => (figure.low > evidence.report.budget_ms).then(|| finding(sentence(evidence, figure, "over"))),
        None => Some(finding("Sequential answered too few requests to have a latency at all.".to_owned())),
    }
}

fn tolerance(evidence: &Evidence<'_>) -> Option<Finding> {
    let (target, tolerance) = (evidence.report.budget_ms, evidence.document.budget.tolerance_ms);
    let near = |figure: Figure| ((figure.value - target).abs() <= tolerance).then_some(figure.value);
    let chain = near(evidence.sequential()?.latency.at_budget?)?;
    let plans: Vec<(Plan<'_>, f64)> =
        evidence.forked().filter_map(|plan| Some((plan, near(plan.report.latency.at_budget?)?))).collect();
    let (fastest, figure) = plans.iter().min_by(|a, b| a.1.total_cmp(&b.1))?;
    let kinds: Vec<_> = plans.iter().map(|(plan, _)| plan.kind()).collect();
    Some(TOLERANCE.found(
        format!(
            "Sequential has a {} of {} and {} one of {}: both lie within {} of the budget of {}.",
            percentile(evidence.report.budget_percentile),
            ms(chain),
            fastest.kind().slug(),
            ms(*figure),
            ms(tolerance),
            ms(target),
        ),
        "Rank these plans by their failures, not by their speed.",
        "budget.tolerance_ms",
        kinds,
    ))
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
