//! A verdict in one sentence.

use model::TopologyKind;

use crate::{
    choice::{SAFETY, is_vetoed},
    evidence::Evidence,
    rule::{Effect, Finding},
    verdict::{Decision, Price, Verdict},
    wording::{list, ms, number, percentile},
};

pub(crate) fn sentence(evidence: &Evidence<'_>, verdict: &Verdict) -> String {
    let main = match verdict.decision {
        Decision::NotReady => {
            let not_ready = verdict.findings.iter().filter(|finding| finding.effect == Effect::NotReady);
            let reasons: Vec<&str> = not_ready.map(|finding| finding.evidence.as_str()).collect();
            return format!("Not ready to choose: {}", reasons.join(" "));
        }
        Decision::Choose(TopologyKind::Sequential) => sequential(evidence, verdict),
        Decision::Choose(plan) => forked(evidence, verdict, plan),
    };
    match verdict.conditions().count() {
        0 => format!("{main}."),
        1 => format!("{main}; only after one condition is met."),
        n => format!("{main}; only after {n} conditions are met."),
    }
}

fn sequential(evidence: &Evidence<'_>, verdict: &Verdict) -> String {
    let fired = |id: &str| verdict.findings.iter().any(|finding| finding.rule == id);
    let target = ms(evidence.report.budget_ms);
    let at = at(evidence, TopologyKind::Sequential);
    let stay = stay(evidence, verdict);
    if fired("inside-budget") {
        let saving = match verdict.price {
            Some(price) if price.saves_ms > 0.0 => {
                format!("; {} would save {}", price.plan.slug(), with_orphans(price))
            }
            Some(_) | None => String::new(),
        };
        format!("{stay}: the chain has a {at}, inside {target}{saving}")
    } else if fired("over-budget") {
        format!("{stay}: the chain's {at} misses {target}, but {}", why_stay(evidence, verdict))
    } else {
        format!("{stay}: the chain's {at} is not shown to miss {target}, which lies within its interval")
    }
}

/// Under a safety veto what remains is sequential, with fire-and-forget work detached.
fn stay(evidence: &Evidence<'_>, verdict: &Verdict) -> String {
    let names: Vec<&str> = verdict
        .detach
        .iter()
        .filter_map(|id| evidence.document.step_index(id))
        .map(|step| evidence.label(step))
        .collect();
    let safety = verdict.findings.iter().any(|finding| SAFETY.contains(&finding.rule.as_str()));
    if safety && !names.is_empty() {
        format!("Stay sequential, with {} detached", list(&names))
    } else {
        "Stay sequential".to_owned()
    }
}

/// Why a chain that misses its budget stays.
fn why_stay(evidence: &Evidence<'_>, verdict: &Verdict) -> String {
    let findings: Vec<&Finding> = verdict.findings.iter().collect();
    let forked = evidence.forked_kinds();
    if forked.is_empty() {
        return "nothing here may run side by side".to_owned();
    }
    if !forked.iter().all(|&kind| is_vetoed(&findings, kind)) {
        return format!("{} it, and the chain misses it least often", none_meets(evidence, &findings));
    }
    let vetoes: Vec<&Finding> = findings
        .into_iter()
        .filter(|finding| finding.effect == Effect::AgainstParallel && !finding.plans.is_empty())
        .collect();
    let safety: Vec<&str> =
        vetoes.iter().map(|finding| finding.rule.as_str()).filter(|rule| SAFETY.contains(rule)).collect();
    match safety.as_slice() {
        ["no-detection"] => "no plan with forks is safe while partial success is not seen and repaired".to_owned(),
        ["low-maturity"] => "no plan with forks is safe while maturity is low".to_owned(),
        [] => {
            let rules: Vec<&str> = vetoes.iter().map(|finding| finding.rule.as_str()).collect();
            let speak = if rules.len() == 1 { "speaks" } else { "speak" };
            format!("{} {speak} against every plan with forks", list(&rules))
        }
        _ => "no plan with forks is safe while maturity is low and partial success is not seen and repaired".to_owned(),
    }
}

/// That no plan left meets the budget, claiming no more than the figures show: one whose interval holds the budget may meet it,
/// and one that rules speak against may, too.
fn none_meets(evidence: &Evidence<'_>, findings: &[&Finding]) -> &'static str {
    let budget = evidence.report.budget_ms;
    let figures = |vetoed: bool| {
        let plans = evidence.report.topologies.iter().filter(move |plan| is_vetoed(findings, plan.kind) == vetoed);
        plans.filter_map(|plan| evidence.at_budget(plan))
    };
    if figures(false).any(|figure| figure.low <= budget) {
        "no plan is shown to meet"
    } else if figures(true).any(|figure| figure.low <= budget) {
        "no plan that the rules leave meets"
    } else {
        "no plan meets"
    }
}

fn forked(evidence: &Evidence<'_>, verdict: &Verdict, plan: TopologyKind) -> String {
    let name = match plan {
        TopologyKind::Parallel => "Fan out in parallel".to_owned(),
        TopologyKind::Staged => format!("Fork in stages{}", beside(evidence, verdict)),
        TopologyKind::FirstLeg => format!("Fork in stages, the first leg only{}", beside(evidence, verdict)),
        TopologyKind::Custom => "Use the team's own topology".to_owned(),
        TopologyKind::Sequential => "Stay sequential".to_owned(),
    };
    let target = ms(evidence.report.budget_ms);
    let against = if verdict.none_meets_budget {
        let findings: Vec<&Finding> = verdict.findings.iter().collect();
        format!("; {} {target}, and this one misses it least often,", none_meets(evidence, &findings))
    } else {
        format!(", inside {target},")
    };
    // The team's own may be a chain too.
    let chain = if plan == TopologyKind::Custom { "sequential" } else { "the chain" };
    let unknown = if verdict.maturity.is_none() { "; how mature operations are is not known" } else { "" };
    format!(
        "{name}: {}{against} where {chain} has a {}{unknown}",
        at(evidence, plan),
        at(evidence, TopologyKind::Sequential)
    )
}

/// Which steps a staged plan puts beside each other.
fn beside(evidence: &Evidence<'_>, verdict: &Verdict) -> String {
    let forks: Vec<String> = verdict
        .forks
        .iter()
        .map(|lanes| {
            let steps: Vec<usize> = lanes.iter().filter_map(|id| evidence.document.step_index(id)).collect();
            evidence.labels(&steps)
        })
        .collect();
    if forks.is_empty() { String::new() } else { format!(" ({} side by side)", forks.join("; ")) }
}

fn at(evidence: &Evidence<'_>, kind: TopologyKind) -> String {
    evidence.report.topology(kind).and_then(|report| report.latency.at_budget).map_or_else(
        || "no answers".to_owned(),
        |figure| format!("{} of {}", percentile(evidence.report.budget_percentile), ms(figure.value)),
    )
}

fn with_orphans(price: Price) -> String {
    if price.orphans > 0.0 {
        format!(
            "{} at the price of {} more orphaned writes per 1,000 requests",
            ms(price.saves_ms),
            number(price.orphans)
        )
    } else {
        ms(price.saves_ms)
    }
}
