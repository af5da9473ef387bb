//! A verdict in one sentence, built from whole parts: what to do, what the chosen plan and the chain have, why it is so, and
//! what the figures rest on. Every comparison in it is made of the figures that it names.

use engine::report::TopologyReport;
use model::TopologyKind;

use crate::{
    choice::{Choice, ONE_POINT, Why, is_vetoed, may_be_recommended},
    evidence::{Evidence, Standing},
    maturity,
    rule::{Effect, Finding},
    rules::RULES,
    verdict::{Decision, Price, Verdict},
    wording::{figure, later_than, list, ms, number, over_budget, percent},
};

/// The rules whose vetoes are about what the team could see and repair: they are on every plan with forks.
const SAFETY: [&str; 2] = ["no-detection", "low-maturity"];

/// Where fewer requests than this may be over the budget, the share that is rests on few.
const FEW_ALLOWED: f64 = 10.0;

pub(crate) fn sentence(evidence: &Evidence<'_>, verdict: &Verdict, choice: &Choice) -> String {
    let plan = match verdict.decision {
        Decision::NotReady => return not_ready(evidence, verdict),
        Decision::Choose(plan) => plan,
    };
    let Some(report) = evidence.report.topology(plan) else { return "Nothing was simulated.".to_owned() };
    let mut parts =
        vec![format!("{}: {}", what_to_do(evidence, verdict, report), reason(evidence, verdict, choice, report))];
    parts.extend(rests_on(evidence, report));
    parts.extend(silence(evidence, verdict));
    match verdict.conditions().count() {
        0 => {}
        1 => parts.push("only after one condition is met".to_owned()),
        n => parts.push(format!("only after {n} conditions are met")),
    }
    format!("{}.", parts.join("; "))
}

fn not_ready(evidence: &Evidence<'_>, verdict: &Verdict) -> String {
    let not_ready = verdict.findings.iter().filter(|finding| finding.effect == Effect::NotReady);
    let mut reasons: Vec<String> = not_ready.map(|finding| finding.evidence.clone()).collect();
    if reasons.is_empty() {
        // Every plan is vetoed. What is a number in the document is lifted sooner than what has to be built.
        const CHEAPEST_FIRST: [&str; 10] = [
            "contention",
            "throughput",
            "overload",
            "failures-over-budget",
            "compensation-gap",
            "hidden-coupling",
            "no-detection",
            "low-maturity",
            "collapse",
            "strict-run",
        ];
        let place = |finding: &&Finding| CHEAPEST_FIRST.iter().position(|rule| *rule == finding.rule);
        let vetoes =
            verdict.findings.iter().filter(|finding| finding.effect == Effect::Against && !finding.plans.is_empty());
        reasons.push("every plan is ruled out.".to_owned());
        if let Some(veto) = vetoes.min_by_key(|finding| place(finding).unwrap_or(usize::MAX)) {
            reasons.push(format!("The cheapest to lift: {} {}", veto.evidence, veto.remedy));
        }
    }
    let silence = silence(evidence, verdict)
        .map_or_else(String::new, |said| format!(" {}{}.", said[..1].to_uppercase(), &said[1..]));
    format!("Not ready to choose: {}{silence}", reasons.join(" "))
}

/// What to do, as an order.
fn what_to_do(evidence: &Evidence<'_>, verdict: &Verdict, report: &TopologyReport) -> String {
    let name = |id: &String| evidence.document.step_label(id).to_owned();
    let detached: Vec<String> = report.detached.iter().map(name).collect();
    let with = if detached.is_empty() { String::new() } else { format!(", with {} detached", list(&detached)) };
    match report.kind {
        TopologyKind::Sequential => "Stay sequential".to_owned(),
        TopologyKind::SequentialDetached => format!("Stay sequential{with}"),
        TopologyKind::Parallel => "Fan out in parallel".to_owned(),
        TopologyKind::Staged => format!("Fork in stages{}", beside(evidence, verdict)),
        TopologyKind::FirstLeg => format!("Fork in stages, the first leg only{}", beside(evidence, verdict)),
        TopologyKind::Custom => "Use the team's own topology".to_owned(),
    }
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

/// Why it is this plan.
fn reason(evidence: &Evidence<'_>, verdict: &Verdict, choice: &Choice, report: &TopologyReport) -> String {
    let target = ms(evidence.report.budget_ms);
    let allowed = percent(evidence.allowed());
    let has = format!("{} has {}", the(report), figure(evidence, report));
    let misses = format!("{} misses {target}, {}", the(report), with_figure(evidence, report));
    let over = format!("{} of requests are over {target}", over_budget(report));
    match choice.why {
        Why::ChainMeets => format!("{has}, inside {target}{}", what_a_fork_would_do(verdict)),
        Why::ChainNotShownToMiss => {
            format!("{has}; {over} where {allowed} may be, so it is not shown to miss the budget")
        }
        Why::Tolerance if evidence.over_tolerance(report).value <= evidence.allowed() => {
            let beyond = evidence.document.budget.target_ms + evidence.document.budget.tolerance_ms;
            let late = later_than(report, evidence.over_tolerance(report).value, beyond);
            format!("{misses}, but {late}, so nobody notices the difference")
        }
        Why::Tolerance => match tolerated(verdict) {
            Some(said) => format!("{misses}, but {said}, so no fork is noticeably better"),
            None => format!("{misses}, but no fork is noticeably better"),
        },
        Why::Meets => format!("{has}, inside {target}{}", where_the_chain_has(evidence, report)),
        Why::ForksHarm if least_harm_of_forks(evidence, verdict, report) <= ONE_POINT => {
            format!(
                "{misses}, but every fork that is left brings more harm, puts more requests over the hard limit, or lets more succeed with work missing"
            )
        }
        Why::ForksHarm => format!(
            "{misses}, but every fork that is left brings harm to at least {} more of the requests",
            percent(least_harm_of_forks(evidence, verdict, report))
        ),
        Why::NoneMeets if report.side_by_side == 0 => {
            format!("{misses}, but {}", why_the_chain_stays(evidence, verdict, report))
        }
        Why::NoneMeets => format!(
            "{} {target}; {over} in this one{}",
            none_meets(evidence, &verdict.findings),
            where_the_chain_has(evidence, report)
        ),
        Why::NothingLeft => has,
    }
}

/// What the rule of the tolerance says, as part of a sentence.
fn tolerated(verdict: &Verdict) -> Option<&str> {
    let finding = verdict.findings.iter().find(|finding| finding.rule == "tolerance")?;
    Some(finding.evidence.trim_end_matches('.'))
}

/// By how much a plan misses the budget, as part of a sentence.
fn with_figure(evidence: &Evidence<'_>, report: &TopologyReport) -> String {
    match report.latency.at_budget {
        Some(_) => format!("with {}", figure(evidence, report)),
        None => {
            let (over, unanswered) = (percent(report.over_budget.value), percent(report.no_answer.value));
            if over == unanswered {
                format!("since {unanswered} of requests get no answer")
            } else {
                format!("since {over} of requests are over it, and {unanswered} get no answer")
            }
        }
    }
}

/// The plan as the subject of a sentence.
fn the(report: &TopologyReport) -> &'static str {
    if report.side_by_side == 0 { "the chain" } else { "this plan" }
}

/// What the next plan would save, and at which price.
fn what_a_fork_would_do(verdict: &Verdict) -> String {
    let Some(price) = verdict.price else { return String::new() };
    let Some(saves) = price.saves_ms.filter(|saves| *saves > 0.0) else { return String::new() };
    let verdict_is_it = verdict.decision == Decision::Choose(price.plan);
    if !verdict_is_it && verdict.runner_up != Some(price.plan) {
        return String::new();
    }
    let would = if verdict_is_it { "it saves".to_owned() } else { format!("{} would save", price.plan.slug()) };
    let against = if verdict_is_it { " against sequential" } else { "" };
    format!("; {would} {}{against}{}", ms(saves), at_the_price(price))
}

fn at_the_price(price: Price) -> String {
    let more: Vec<String> = price
        .harms()
        .iter()
        .filter(|(count, _)| *count >= 0.05)
        .map(|(count, name)| format!("{} more {name}", number(*count)))
        .collect();
    if more.is_empty() { String::new() } else { format!(" at the price of {} per 1,000 requests", list(&more)) }
}

/// What the chain has instead of a fork that is chosen.
fn where_the_chain_has(evidence: &Evidence<'_>, report: &TopologyReport) -> String {
    let Some(chain) = evidence.chains().next().map(|plan| plan.report) else { return String::new() };
    // The team's own may be a chain too.
    let name = if report.kind == TopologyKind::Custom { chain.kind.slug() } else { "the chain" };
    let hard_limit = chain.over_hard_limit.filter(|_| evidence.misses_hard_limit(chain));
    let late =
        hard_limit.map_or_else(String::new, |share| format!(" and {} over the hard limit", percent(share.value)));
    format!(
        ", where {name} has {}, with {} of requests over the budget{late}",
        figure(evidence, chain),
        percent(chain.over_budget.value)
    )
}

fn least_harm_of_forks(evidence: &Evidence<'_>, verdict: &Verdict, chain: &TopologyReport) -> f64 {
    let findings: Vec<&Finding> = verdict.findings.iter().collect();
    let left = evidence.forked().filter(|plan| !is_vetoed(&findings, plan.kind()));
    left.map(|plan| plan.report.harm.value - chain.harm.value).fold(f64::INFINITY, f64::min).max(0.0)
}

/// Why a chain that misses its budget stays.
fn why_the_chain_stays(evidence: &Evidence<'_>, verdict: &Verdict, chain: &TopologyReport) -> String {
    let findings: Vec<&Finding> = verdict.findings.iter().collect();
    if evidence.forked().next().is_none() {
        return "nothing here may run side by side".to_owned();
    }
    let left: Vec<&TopologyReport> =
        evidence.forked().filter(|plan| !is_vetoed(&findings, plan.kind())).map(|plan| plan.report).collect();
    let least = left.iter().copied().min_by(|a, b| a.over_budget.value.total_cmp(&b.over_budget.value));
    if let Some(least) = least {
        return format!(
            "{} it: {} of its requests are over the budget, against {} in {}",
            none_meets(evidence, &verdict.findings),
            percent(chain.over_budget.value),
            percent(least.over_budget.value),
            least.kind.slug()
        );
    }
    let vetoes: Vec<&Finding> =
        findings.into_iter().filter(|finding| finding.effect == Effect::Against && !finding.plans.is_empty()).collect();
    let safety: Vec<&str> =
        vetoes.iter().map(|finding| finding.rule.as_str()).filter(|rule| SAFETY.contains(rule)).collect();
    // Maturity may be low in one respect only.
    let keys =
        vetoes.iter().any(|finding| finding.rule == "low-maturity" && finding.input.ends_with("keys_everywhere"));
    let low = if keys { "callees take no keys" } else { "maturity is low" };
    match safety.as_slice() {
        ["no-detection"] => "no plan with forks is safe while partial success is not seen and repaired".to_owned(),
        ["low-maturity"] => format!("no plan with forks is safe while {low}"),
        [] => {
            let mut rules: Vec<&str> = vetoes.iter().map(|finding| finding.rule.as_str()).collect();
            rules.dedup();
            let name =
                |rule: &&str| RULES.iter().find(|known| known.id == *rule).map(|known| format!("“{}”", known.name));
            let (rule, rule_out) = if rules.len() == 1 { ("the rule", "rules") } else { ("the rules", "rule") };
            let names: Vec<String> = rules.iter().filter_map(name).collect();
            format!("{rule} {} {rule_out} every plan with forks out", list(&names))
        }
        _ => format!("no plan with forks is safe while {low} and partial success is not seen and repaired"),
    }
}

/// That no plan left meets the budget, claiming no more than the figures show: one whose interval holds the budget may meet
/// it, one that is ruled out may, and one that does too much harm is left out although it does.
fn none_meets(evidence: &Evidence<'_>, findings: &[Finding]) -> &'static str {
    let findings: Vec<&Finding> = findings.iter().collect();
    let may_meet = |vetoed: bool| {
        let mut plans = evidence.report.topologies.iter().filter(|plan| is_vetoed(&findings, plan.kind) == vetoed);
        plans.any(|plan| evidence.standing(plan) != Standing::Misses)
    };
    let meets = |plan: &TopologyReport| {
        evidence.standing(plan) == Standing::Meets
            && !is_vetoed(&findings, plan.kind)
            && may_be_recommended(evidence, plan)
    };
    if evidence.report.topologies.iter().any(meets) {
        "only plans that bring too much harm meet"
    } else if may_meet(false) {
        "no plan is shown to meet"
    } else if may_meet(true) {
        "no plan that is left meets"
    } else {
        "no plan meets"
    }
}

/// What a reader should know of the figures.
fn rests_on(evidence: &Evidence<'_>, report: &TopologyReport) -> Vec<String> {
    let mut parts = Vec::new();
    if evidence.report.cut_short {
        parts.push("the run was cut short by its limits, so that nothing is shown about the budget".to_owned());
    }
    if let (Some(late), Some(limit)) = (report.over_hard_limit, evidence.document.budget.hard_limit_ms)
        && evidence.misses_hard_limit(report)
    {
        parts.push(format!("{} of its requests are over the hard limit of {}", percent(late.value), ms(limit)));
    }
    let requests = report.over_budget.of;
    if requests == 0 && report.requests > 0 {
        parts.push("every request arrived in an outage, so that nothing can be judged".to_owned());
    } else if requests == 0 {
        parts.push("no request was simulated within the limits, so that nothing can be judged".to_owned());
    } else if requests as f64 * evidence.allowed() < FEW_ALLOWED {
        parts.push(format!("the shares rest on only {} requests", number(requests as f64)));
    }
    parts
}

/// How many questions about operations have no answer, and what the verdict would be with good ones.
fn silence(evidence: &Evidence<'_>, verdict: &Verdict) -> Option<String> {
    let other = verdict.answered_well?;
    let (answer, have) = match maturity::unanswered(&evidence.document.maturity).len() {
        1 => ("1 question".to_owned(), "has"),
        n => (format!("{n} questions"), "have"),
    };
    Some(format!("{answer} about operations {have} no answer; answered well, the verdict would be {}", other.slug()))
}
