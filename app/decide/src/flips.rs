//! What would change a verdict, without another run.

use crate::{
    choice::choose,
    evidence::Evidence,
    rule::{Effect, Finding},
    verdict::{Decision, Flip},
    wording::{self, ms, percentile},
};

/// The budget at which sequential would change sides, and the findings without which the verdict would be another.
/// Neither needs a run: latency does not depend on the budget, and findings are taken as gone.
pub(crate) fn flips(evidence: &Evidence<'_>, findings: &[&Finding], decision: Decision) -> Vec<Flip> {
    budget(evidence, findings).into_iter().chain(without(evidence, findings, decision)).collect()
}

fn budget(evidence: &Evidence<'_>, findings: &[&Finding]) -> Option<Flip> {
    let fired = |id: &str| findings.iter().any(|finding| finding.rule == id);
    let figure = evidence.at_budget(evidence.sequential()?)?;
    if figure.low <= 0.0 {
        return None;
    }
    let target = ms(evidence.report.budget_ms);
    let p = percentile(evidence.report.budget_percentile);
    let cause = if evidence.sequential()?.spread.is_some() { "spread of uncertain inputs" } else { "simulation error" };
    let sentence = match (fired("inside-budget"), fired("over-budget")) {
        (_, true) => format!(
            "A budget of {} or more at {p} instead of {target}: sequential would no longer be shown to miss it.",
            ms(figure.low)
        ),
        (true, false) => {
            format!("A budget below {} at {p} instead of {target}: sequential would miss it.", ms(figure.low))
        }
        (false, false) => format!(
            "A budget below {} at {p} instead of {target}: sequential would be shown to miss it; today's lies within the {cause}.",
            ms(figure.low)
        ),
    };
    Some(Flip { input: "budget.target_ms".to_owned(), sentence })
}

/// Findings without which the verdict would be another: each by itself, or where none does it alone, all of them.
fn without(evidence: &Evidence<'_>, findings: &[&Finding], decision: Decision) -> Vec<Flip> {
    let stops = |finding: &Finding| match decision {
        Decision::NotReady => finding.effect == Effect::NotReady,
        Decision::Choose(_) => finding.effect == Effect::AgainstParallel && !finding.plans.is_empty(),
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
