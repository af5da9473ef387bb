//! What the findings mean together.

use engine::report::TopologyReport;
use model::{Document, TopologyKind};
use serde::{Deserialize, Serialize};

use crate::{
    choice::{Choice, choose},
    evidence::{Evidence, Plan, Standing},
    flips::flips,
    maturity::{self, Level},
    purchase::{Purchase, advise},
    rule::{Effect, Finding},
    rules::RULES,
    sentence::sentence,
    wording::{list, ms, number, per_thousand},
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

    /// Whether it chooses a chain.
    pub(crate) fn is_chain(self) -> bool {
        matches!(self, Decision::Choose(TopologyKind::Sequential | TopologyKind::SequentialDetached))
    }

    /// Whether it chooses a plan that may have steps side by side.
    pub(crate) fn forks(self) -> bool {
        self != Decision::NotReady && !self.is_chain()
    }

    /// What sort of verdict it is, in words. One fork on the first leg is a staged verdict.
    pub fn outcome(self) -> &'static str {
        match self {
            Decision::NotReady => "not ready",
            Decision::Choose(TopologyKind::Sequential | TopologyKind::SequentialDetached) => "sequential",
            Decision::Choose(TopologyKind::Staged | TopologyKind::FirstLeg) => "staged",
            Decision::Choose(TopologyKind::Parallel) => "parallel",
            Decision::Choose(TopologyKind::Custom) => "custom",
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
    /// The conditions that only other plans are under, where the chosen one is enough: nobody need read them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of_others: Vec<Finding>,
    /// Whether no plan is shown to meet the budget.
    pub none_meets_budget: bool,
    /// The plan that would come next.
    pub runner_up: Option<TopologyKind>,
    /// What the chosen plan costs against sequential; else the runner-up; else the fork that is ruled out and misses the budget
    /// least often.
    pub price: Option<Price>,
    /// What would change the verdict.
    pub would_change: Vec<Flip>,
    /// Which steps the chosen plan starts beside each other: for each of its forks their ids, in document order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forks: Vec<Vec<String>>,
    /// Ids of the steps that the chosen plan starts and does not wait for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub detach: Vec<String>,
    /// How mature the team's operations are; `None`: not known, because the questions are unanswered.
    #[serde(default)]
    pub maturity: Option<Level>,
    /// What the verdict would be if the questions about operations without an answer were answered with yes, where that is
    /// another decision. Absent where all are answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_well: Option<Decision>,
    /// What each condition buys, and all of them together, where that was simulated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bought: Vec<Purchase>,
}

impl Price {
    /// What does harm, per 1,000 requests more, each with its name.
    pub(crate) fn harms(&self) -> [(f64, &'static str); 4] {
        [
            (self.no_answer, "requests without an answer"),
            (self.silently_incomplete, "requests with work missing"),
            (self.orphans, "orphaned writes"),
            (self.duplicates, "duplicates"),
        ]
    }

    /// What the plan gains and costs, in words.
    pub fn words(&self) -> String {
        let at = if self.saves_ms.is_some() { "" } else { " at the median" };
        let saved = match self.saves_ms.or(self.saves_median_ms) {
            Some(saves) if saves >= 0.0 => format!("{} saved{at}", ms(saves)),
            Some(saves) => format!("{} lost{at}", ms(-saves)),
            None => "too few answers to tell what is saved".to_owned(),
        };
        let mut parts = vec![saved];
        let mut counts = Vec::new();
        let late = (self.over_budget, "requests over the budget");
        for (count, name) in [late].into_iter().chain(self.harms()).chain([(self.undo_calls, "undo calls")]) {
            // Below one in a hundred thousand requests nobody would see it in the figure either.
            if count.abs() >= 0.01 {
                let direction = if count > 0.0 { "more" } else { "fewer" };
                counts.push(format!("{} {direction} {name}", number(count.abs())));
            }
        }
        if !counts.is_empty() {
            parts.push(format!("per 1,000 requests {}", list(&counts)));
        }
        match self.conditions {
            0 => {}
            1 => parts.push("1 condition".to_owned()),
            n => parts.push(format!("{n} conditions")),
        }
        parts.join("; ")
    }
}

impl Verdict {
    /// All that the rules found, conditions that only other plans are under included.
    pub fn all_findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().chain(&self.of_others)
    }

    /// What a finding does to this verdict, in words.
    pub fn label(&self, finding: &Finding) -> &'static str {
        match finding.effect {
            // A condition of plans that are not chosen asks nothing of this verdict.
            Effect::Condition if !self.conditions().any(|condition| condition == finding) => "Others only after",
            Effect::For if finding.plans.is_empty() && self.decision.forks() => "For a fork",
            Effect::For if finding.plans.is_empty() => "Against the chain",
            Effect::For => "For the chain",
            Effect::Against if finding.plans.is_empty() => "For the chain",
            effect => effect.label(),
        }
    }

    /// What the price is called, of a plan by this name.
    pub fn price_title(&self, name: &str) -> String {
        let price = self.price.map(|price| price.plan);
        let may_be_chosen =
            price.is_some_and(|plan| self.decision == Decision::Choose(plan)) || price == self.runner_up;
        if may_be_chosen {
            format!("What {name} gains and costs against sequential")
        } else {
            format!("What {name}, which is ruled out, would gain and cost against sequential")
        }
    }

    /// What the condition of a rule buys; none: all of them together. Absent where it was not simulated.
    pub fn purchase(&self, rule: Option<&str>) -> Option<&Purchase> {
        self.bought.iter().find(|purchase| purchase.rule.as_deref() == rule)
    }

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
    /// Milliseconds saved at the budget's percentile; absent where one of the two answers too few requests to have it.
    pub saves_ms: Option<f64>,
    /// The same at the median of all requests.
    #[serde(default)]
    pub saves_median_ms: Option<f64>,
    /// Requests over the budget more.
    #[serde(default)]
    pub over_budget: f64,
    /// Requests that failed or stayed unanswered more.
    #[serde(default)]
    pub no_answer: f64,
    /// Requests that succeed with a part of their work missing more.
    #[serde(default)]
    pub silently_incomplete: f64,
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
    verdict_with(document, report, &[])
}

/// The same where it was simulated what conditions buy: a condition that buys nothing is advice.
pub fn verdict_with(document: &Document, report: &engine::Report, bought: &[Purchase]) -> Verdict {
    let evidence = Evidence::new(document, report);
    let mut verdict = judged(&evidence, bought);
    let unanswered = maturity::unanswered(&document.maturity);
    if !unanswered.is_empty() {
        let mut answered = document.clone();
        maturity::answer_all_with_yes(&mut answered.maturity);
        let other = judged(&Evidence::new(&answered, report), bought).decision;
        verdict.answered_well = (other != verdict.decision).then_some(other);
    }
    let findings: Vec<&Finding> = verdict.findings.iter().collect();
    verdict.sentence = sentence(&evidence, &verdict, &choose(&evidence, &findings));
    verdict
}

/// The verdict without its sentence, and without what other answers would make of it.
fn judged(evidence: &Evidence<'_>, bought: &[Purchase]) -> Verdict {
    let (document, report) = (evidence.document, evidence.report);
    let mut findings: Vec<Finding> = RULES.iter().flat_map(|rule| rule.findings(evidence)).collect();
    let all: Vec<&Finding> = findings.iter().collect();
    let Choice { decision, plan, runner_up, none_meets_budget, .. } = choose(evidence, &all);
    // Where nothing may be chosen, nothing comes next.
    let runner_up = runner_up.filter(|_| decision != Decision::NotReady);
    if let Some(plan) = plan {
        let alone = evidence.only(plan);
        for finding in findings.iter_mut().filter(|finding| finding.plans.contains(&plan)) {
            *finding = finding.quoting(&alone);
        }
    }
    findings.iter_mut().for_each(|finding| advise(finding, bought));
    let all: Vec<&Finding> = findings.iter().collect();
    let is_first = |plan: TopologyKind| report.topologies.first().is_some_and(|first| first.kind == plan);
    let priced = plan.filter(|&plan| !is_first(plan)).or(runner_up).or_else(|| closest_fork(evidence));
    let would_change = flips(evidence, &all, decision);
    let id = |step: usize| document.steps[step].id.clone();
    let chosen = match decision {
        Decision::Choose(kind) => report.topology(kind),
        Decision::NotReady => None,
    };
    let price = priced.and_then(|plan| price(evidence, &findings, plan));
    // What only other plans would need is no condition of this verdict. Where the chosen one misses its budget, somebody may
    // want another all the same, and reads on.
    let is_enough = chosen.is_some_and(|chosen| evidence.standing(chosen) != Standing::Misses);
    let binds = |finding: &Finding| {
        let of_chosen = || chosen.is_some_and(|chosen| finding.plans.contains(&chosen.kind));
        !is_enough || finding.effect != Effect::Condition || of_chosen()
    };
    let (findings, of_others) = findings.into_iter().partition(binds);
    Verdict {
        decision,
        sentence: String::new(),
        price,
        none_meets_budget,
        runner_up,
        would_change,
        forks: chosen.and_then(|chosen| forks(evidence, chosen.kind)).map_or_else(Vec::new, |forks| {
            forks.into_iter().map(|lanes| lanes.into_iter().map(id).collect()).collect()
        }),
        detach: chosen.map_or_else(Vec::new, |chosen| chosen.detached.clone()),
        maturity: maturity::level(&document.maturity),
        answered_well: None,
        bought: bought.to_vec(),
        findings,
        of_others,
    }
}

/// For each fork of a plan, the steps that start beside each other there.
fn forks(evidence: &Evidence<'_>, kind: TopologyKind) -> Option<Vec<Vec<usize>>> {
    let topology = evidence.topologies.iter().find(|topology| topology.kind == kind)?;
    let arrows = topology.arrows();
    let lanes = |starts: &dyn Fn(&[usize]) -> bool| -> Vec<usize> {
        (0..arrows.len()).filter(|&step| !topology.detached[step] && starts(&arrows[step])).collect()
    };
    let at_start = lanes(&|before| before.is_empty());
    let after = topology.order().into_iter().map(|step| lanes(&|before| before.contains(&step)));
    Some(std::iter::once(at_start).chain(after).filter(|lanes| lanes.len() > 1).collect())
}

/// The plan with forks that is over the budget least often.
fn closest_fork(evidence: &Evidence<'_>) -> Option<TopologyKind> {
    let over = |plan: &Plan<'_>| plan.report.over_budget.value;
    evidence.forked().min_by(|a, b| over(a).total_cmp(&over(b))).map(|plan| plan.kind())
}

fn price(evidence: &Evidence<'_>, findings: &[Finding], plan: TopologyKind) -> Option<Price> {
    let (sequential, other) = (evidence.sequential()?, evidence.report.topology(plan)?);
    let more = |count: fn(&TopologyReport) -> u64| {
        per_thousand(count(other), other.requests) - per_thousand(count(sequential), sequential.requests)
    };
    let share = |share: fn(&TopologyReport) -> f64| (share(other) - share(sequential)) * 1_000.0;
    let conditions = findings.iter().filter(|f| f.effect == Effect::Condition && f.plans.contains(&plan)).count();
    Some(Price {
        plan,
        saves_ms: other.saves_ms.map(|saves| saves.value),
        saves_median_ms: sequential.latency.p50.zip(other.latency.p50).map(|(chain, plan)| chain.value - plan.value),
        over_budget: share(|report| report.over_budget.value),
        no_answer: share(|report| report.no_answer.value),
        silently_incomplete: share(|report| report.silently_incomplete.value),
        orphans: more(|report| report.counts.orphans),
        duplicates: more(|report| report.counts.duplicates),
        undo_calls: more(|report| report.counts.undo_calls),
        conditions: conditions as u32,
    })
}
