//! What would change a verdict, without another run.

use crate::{
    choice::{choose, is_vetoed, may_be_recommended},
    evidence::{Evidence, Plan, Standing},
    rule::{Effect, Finding},
    verdict::{Decision, Flip},
    wording::{self, ms, percentile},
};

/// The budget at which the chain would change sides, and the findings without which the verdict would be another.
/// Neither needs a run: latency does not depend on the budget, and findings are taken as gone.
pub(crate) fn flips(evidence: &Evidence<'_>, findings: &[&Finding], decision: Decision) -> Vec<Flip> {
    budget(evidence, findings, decision).into_iter().chain(without(evidence, findings, decision)).collect()
}

fn budget(evidence: &Evidence<'_>, findings: &[&Finding], decision: Decision) -> Option<Flip> {
    let chain = evidence.chains().next()?.report;
    // Another budget moves only what stands on the budget: a chain that stays, or a fork instead of a chain that may.
    let is_left = |plan: &Plan<'_>| !is_vetoed(findings, plan.kind()) && may_be_recommended(evidence, plan.report);
    let is_about = match evidence.standing(chain) {
        Standing::Misses => decision.forks() && !is_vetoed(findings, chain.kind),
        Standing::Meets | Standing::NotShown => decision.is_chain() && evidence.forked().any(|plan| is_left(&plan)),
    };
    if evidence.report.cut_short || !is_about {
        return None;
    }
    let (low, high) = match chain.spread {
        Some(spread) => spread.at_budget_ms.map(|range| (range.low, range.high))?,
        None => chain.latency.at_budget.map(|figure| (figure.low, figure.high))?,
    };
    let target = evidence.report.budget_ms;
    let p = percentile(evidence.report.budget_percentile);
    let name = chain.kind.slug();
    let cause = if chain.spread.is_some() { "spread of uncertain inputs" } else { "simulation error" };
    let today = ms(target);
    // The interval of a percentile and that of a share need not agree to the millisecond: nothing is said where they differ.
    let sentence = match evidence.standing(chain) {
        Standing::Misses if low > target => {
            format!(
                "A budget of {} or more at {p} instead of {today}: {name} would no longer be shown to miss it.",
                ms(low)
            )
        }
        Standing::Meets if low > 0.0 && high <= target => {
            format!("A budget below {} at {p} instead of {today}: {name} would miss it.", ms(low))
        }
        Standing::NotShown if low > 0.0 && low <= target => format!(
            "A budget below {} at {p} instead of {today}: {name} would be shown to miss it; today's lies within the {cause}.",
            ms(low)
        ),
        Standing::Meets | Standing::NotShown | Standing::Misses => return None,
    };
    Some(Flip { input: "budget.target_ms".to_owned(), sentence })
}

/// Findings without which the verdict would be another: each by itself, or where none does it alone, all of them.
fn without(evidence: &Evidence<'_>, findings: &[&Finding], decision: Decision) -> Vec<Flip> {
    let stops = |finding: &Finding| match decision {
        Decision::NotReady => finding.effect == Effect::NotReady,
        Decision::Choose(_) => finding.effect == Effect::Against && !finding.plans.is_empty(),
    };
    let stopping: Vec<&Finding> = findings.iter().copied().filter(|finding| stops(finding)).collect();
    let flip = |gone: &[&Finding]| {
        let rest: Vec<&Finding> = findings.iter().copied().filter(|finding| !gone.contains(finding)).collect();
        let other = choose(evidence, &rest).decision;
        let named = |finding: &&Finding| {
            let rule = crate::RULES.iter().find(|rule| rule.id == finding.rule);
            format!("“{}”", rule.map_or(finding.rule.as_str(), |rule| rule.name))
        };
        let names: Vec<String> = gone.iter().map(named).collect();
        let today = decision.slug();
        (other != decision).then(|| Flip {
            input: gone.first().map_or_else(String::new, |finding| finding.input.clone()),
            sentence: format!(
                "Without the {} {}: the verdict would be {} instead of {today}.",
                if gone.len() == 1 { "rule" } else { "rules" },
                wording::list(&names),
                other.slug()
            ),
        })
    };
    let alone: Vec<Flip> = stopping.iter().filter_map(|finding| flip(&[finding])).collect();
    if alone.is_empty() && stopping.len() > 1 { flip(&stopping).into_iter().collect() } else { alone }
}
