//! What the findings mean together.

use engine::report::TopologyReport;
use model::{Document, TopologyKind};
use serde::{Deserialize, Serialize};

use crate::{
    evidence::Evidence,
    rule::{Effect, Finding},
    rules::RULES,
    wording::{ms, number, percentile},
};

/// What to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// No topology may be chosen yet.
    NotReady,
    /// Choose this plan.
    Choose(TopologyKind),
}

impl Decision {
    /// The name in reports: `not-ready`, or the topology to choose.
    pub fn slug(self) -> &'static str {
        match self {
            Decision::NotReady => "not-ready",
            Decision::Choose(kind) => kind.slug(),
        }
    }
}

/// A recommendation with its reasons, its price and what would change it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// What to do.
    pub decision: Decision,
    /// The verdict in one sentence.
    pub sentence: String,
    /// The rules that fired, in the order of the registry.
    pub findings: Vec<Finding>,
    /// Whether no plan is shown to meet the budget.
    pub none_meets_budget: bool,
    /// The plan that would come next.
    pub runner_up: Option<TopologyKind>,
    /// What the chosen plan, or else the runner-up, costs against sequential.
    pub price: Option<Price>,
    /// What would change the verdict.
    pub would_change: Vec<Flip>,
}

impl Verdict {
    /// The conditions under which the chosen plan is allowed.
    pub fn conditions(&self) -> impl Iterator<Item = &Finding> {
        let chosen = match self.decision {
            Decision::Choose(kind) => Some(kind),
            Decision::NotReady => None,
        };
        self.findings.iter().filter(move |finding| {
            finding.effect == Effect::Condition && chosen.is_some_and(|k| finding.plans.contains(&k))
        })
    }
}

/// What a plan saves and costs against sequential, per 1,000 requests.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Price {
    /// The plan.
    pub plan: TopologyKind,
    /// Milliseconds saved at the budget's percentile.
    pub saves_ms: f64,
    /// Orphaned commits more than sequential leaves.
    pub orphans: f64,
    /// Duplicates more.
    pub duplicates: f64,
    /// Undo calls more.
    pub undo_calls: f64,
    /// Conditions that apply to it.
    pub conditions: u32,
}

/// An input whose change would change the verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flip {
    /// The path of the input.
    pub input: String,
    /// Today's value and the one at which the verdict flips, as a sentence.
    pub sentence: String,
}

/// The verdict on a document by the report of its simulation.
pub fn verdict(document: &Document, report: &engine::Report) -> Verdict {
    let evidence = Evidence::new(document, report);
    let findings: Vec<Finding> = RULES.iter().filter_map(|rule| (rule.check)(&evidence)).collect();
    let fired = |id: &str| findings.iter().any(|finding| finding.rule == id);
    let choice = choose(&evidence, &findings);
    let decision = if findings.iter().any(|f| f.effect == Effect::NotReady) {
        Decision::NotReady
    } else {
        Decision::Choose(choice.plan)
    };
    let priced = match (choice.plan, choice.runner_up) {
        (TopologyKind::Sequential, runner_up) => runner_up,
        (plan, _) => Some(plan),
    };
    let mut verdict = Verdict {
        decision,
        sentence: String::new(),
        price: priced.and_then(|plan| price(&evidence, &findings, plan)),
        none_meets_budget: choice.none_meets_budget,
        runner_up: choice.runner_up,
        would_change: flips(&evidence, fired("inside-budget"), fired("over-budget")),
        findings,
    };
    verdict.sentence = sentence(&evidence, &verdict);
    verdict
}

struct Choice {
    plan: TopologyKind,
    runner_up: Option<TopologyKind>,
    none_meets_budget: bool,
}

fn choose(evidence: &Evidence<'_>, findings: &[Finding]) -> Choice {
    let over = findings.iter().any(|finding| finding.rule == "over-budget");
    let vetoed =
        |kind: TopologyKind| findings.iter().any(|f| f.effect == Effect::AgainstParallel && f.plans.contains(&kind));
    let mut plans: Vec<&TopologyReport> = evidence
        .report
        .topologies
        .iter()
        .filter(|plan| plan.kind == TopologyKind::Sequential || (plan.forks > 0 && !vetoed(plan.kind)))
        .collect();
    let meets = |plan: &TopologyReport| plan.latency.at_budget.is_some_and(|p| p.high <= evidence.report.budget_ms);
    let none_meets_budget = !plans.iter().any(|plan| meets(plan));
    plans.sort_by(|a, b| {
        // Plans that meet the budget come first, by failures; the others by how often they miss it.
        meets(b).cmp(&meets(a)).then_with(|| {
            let (left, right) =
                if meets(a) { (a.failed.value, b.failed.value) } else { (a.over_budget.value, b.over_budget.value) };
            left.total_cmp(&right).then_with(|| a.forks.cmp(&b.forks))
        })
    });
    let chosen = match evidence.sequential() {
        Some(sequential) if !over => Some(sequential),
        _ => plans.first().copied(),
    };
    // A plan that arranges the steps as the chosen one does is no alternative to it.
    let alike = |plan: &TopologyReport| chosen.is_some_and(|chosen| chosen.arranges_like(plan));
    Choice {
        plan: chosen.map_or(TopologyKind::Sequential, |plan| plan.kind),
        runner_up: plans.iter().find(|plan| !alike(plan)).map(|plan| plan.kind),
        none_meets_budget,
    }
}

fn price(evidence: &Evidence<'_>, findings: &[Finding], plan: TopologyKind) -> Option<Price> {
    let (sequential, other) = (evidence.sequential()?, evidence.report.topology(plan)?);
    let more = |count: fn(&TopologyReport) -> u64| {
        per_thousand(count(other), other) - per_thousand(count(sequential), sequential)
    };
    let conditions = findings.iter().filter(|f| f.effect == Effect::Condition && f.plans.contains(&plan)).count();
    Some(Price {
        plan,
        saves_ms: other.saves_ms?.value,
        orphans: more(|report| report.counts.orphans),
        duplicates: more(|report| report.counts.duplicates),
        undo_calls: more(|report| report.counts.undo_calls),
        conditions: conditions as u32,
    })
}

fn per_thousand(count: u64, report: &TopologyReport) -> f64 {
    if report.requests == 0 { 0.0 } else { count as f64 * 1_000.0 / report.requests as f64 }
}

/// The budget at which sequential would change sides. It needs no further run: latency does not depend on it.
fn flips(evidence: &Evidence<'_>, inside: bool, over: bool) -> Vec<Flip> {
    let Some(figure) = evidence.sequential().and_then(|report| report.latency.at_budget) else { return Vec::new() };
    let target = ms(evidence.report.budget_ms);
    let p = percentile(evidence.report.budget_percentile);
    let sentence = match (inside, over) {
        (_, true) => format!(
            "A budget of {} or more at {p} instead of {target}: sequential would no longer be shown to miss it.",
            ms(figure.low)
        ),
        (true, false) => {
            format!("A budget below {} at {p} instead of {target}: sequential would miss it.", ms(figure.low))
        }
        (false, false) => format!(
            "A budget below {} at {p} instead of {target}: sequential would be shown to miss it; today's lies within the simulation error.",
            ms(figure.low)
        ),
    };
    vec![Flip { input: "budget.target_ms".to_owned(), sentence }]
}

fn sentence(evidence: &Evidence<'_>, verdict: &Verdict) -> String {
    let target = ms(evidence.report.budget_ms);
    let kind = match verdict.decision {
        Decision::NotReady => {
            let reasons: Vec<&str> = verdict
                .findings
                .iter()
                .filter(|finding| finding.effect == Effect::NotReady)
                .map(|finding| finding.evidence.as_str())
                .collect();
            return format!("Not ready to choose: {}", reasons.join(" "));
        }
        Decision::Choose(kind) => kind,
    };
    let at = |kind| {
        let figure = evidence.report.topology(kind).and_then(|report: &TopologyReport| report.latency.at_budget);
        figure.map_or_else(
            || "no answers".to_owned(),
            |figure| format!("{} of {}", percentile(evidence.report.budget_percentile), ms(figure.value)),
        )
    };
    let main = match kind {
        TopologyKind::Sequential if verdict.findings.iter().any(|f| f.rule == "inside-budget") => {
            let saving = match verdict.price {
                Some(price) if price.saves_ms > 0.0 => {
                    format!("; {} would save {}", price.plan.slug(), with_orphans(price))
                }
                Some(_) | None => String::new(),
            };
            format!("Stay sequential: the chain has a {}, inside {target}{saving}", at(kind))
        }
        TopologyKind::Sequential if verdict.findings.iter().any(|f| f.rule == "over-budget") => {
            let why = match verdict.runner_up {
                Some(_) => "no plan meets it, and the chain misses it least often",
                None => "nothing here may run side by side",
            };
            format!("Stay sequential: the chain's {} misses {target}, but {why}", at(kind))
        }
        TopologyKind::Sequential => {
            format!("Stay sequential: the chain's {} is not shown to miss {target}", at(kind))
        }
        plan => {
            let name = match plan {
                TopologyKind::Parallel => "Fan out in parallel",
                TopologyKind::Staged => "Fork in stages",
                TopologyKind::FirstLeg => "Fork the first leg only",
                TopologyKind::Custom => "Use the team's own topology",
                TopologyKind::Sequential => "Stay sequential",
            };
            let rest = if verdict.none_meets_budget { ", which is nearest to" } else { ", inside" };
            format!("{name}: {}{rest} {target}, where the chain has a {}", at(plan), at(TopologyKind::Sequential))
        }
    };
    match verdict.conditions().count() {
        0 => format!("{main}."),
        1 => format!("{main}; only after one condition is met."),
        n => format!("{main}; only after {n} conditions are met."),
    }
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
