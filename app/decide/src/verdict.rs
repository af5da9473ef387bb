//! What the findings mean together.

use engine::report::TopologyReport;
use model::{Document, TopologyKind};
use serde::{Deserialize, Serialize};

use crate::{
    choice::{Choice, choose},
    evidence::Evidence,
    flips::flips,
    maturity::{self, Level},
    rule::{Effect, Finding},
    rules::{RULES, detachable},
    sentence::sentence,
    wording::{list, ms, per_thousand, percentile},
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

    /// What sort of verdict it is, in words. One fork on the first leg is a staged verdict.
    pub fn outcome(self) -> &'static str {
        match self {
            Decision::NotReady => "not ready",
            Decision::Choose(TopologyKind::Sequential) => "sequential",
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
    /// Whether no plan is shown to meet the budget.
    pub none_meets_budget: bool,
    /// The plan that would come next.
    pub runner_up: Option<TopologyKind>,
    /// What the chosen plan, or else the runner-up, costs against sequential.
    pub price: Option<Price>,
    /// What would change the verdict.
    pub would_change: Vec<Flip>,
    /// Which steps the chosen plan starts beside each other: for each of its forks their ids, in document order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forks: Vec<Vec<String>>,
    /// Ids of fire-and-forget steps that are to be started and not waited for, beside the chain or the chosen plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub detach: Vec<String>,
    /// How mature the team's operations are; `None`: not known, because the questions are unanswered.
    #[serde(default)]
    pub maturity: Option<Level>,
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

    /// Where figures hold work on the waiting path that need not be there: the chosen plan's, if the verdict wants it
    /// detached; or those of sequential, against which a plan that detaches it is set.
    pub fn waited_for(&self, document: &Document, report: &engine::Report) -> Option<String> {
        let Decision::Choose(kind) = self.decision else { return None };
        let (chosen, sequential) = (report.topology(kind)?, report.topology(TopologyKind::Sequential)?);
        if let Some(Waited { names, it, mean }) = Waited::of(document, chosen, &self.detach) {
            return Some(format!(
                "The figures of {} are with {names} on the waiting path, where waiting for {it} took {mean} on average: \
                 detached, the mean is about that much lower. How much lower the {} is shows once the team's own topology \
                 is arranged so in Prototype and simulated.",
                kind.label(),
                percentile(report.budget_percentile)
            ));
        }
        let tried = report
            .topologies
            .iter()
            .any(|plan| plan.kind == TopologyKind::Custom && plan.forks == 0 && !plan.detached.is_empty());
        if chosen.forks == 0 || tried || chosen.saves_ms.is_none_or(|saved| saved.value <= 0.0) {
            return None;
        }
        let Waited { names, it, mean } = Waited::of(document, sequential, &chosen.detached)?;
        Some(format!(
            "Part of what {plan} saves needs no fork: sequential waits {mean} on average for {names}, and {plan} does not. \
             What a chain with {it} detached would do shows once it is arranged so in Prototype and simulated.",
            plan = kind.slug(),
        ))
    }
}

/// Work that a plan waits for and another does not.
struct Waited {
    names: String,
    /// "it" or "them".
    it: &'static str,
    /// How long it is waited for on average.
    mean: String,
}

impl Waited {
    /// What a plan waits for of the steps that are `detached` elsewhere; nothing if that is none.
    fn of(document: &Document, plan: &TopologyReport, detached: &[String]) -> Option<Self> {
        let waited = detached.iter().filter(|id| !plan.detached.contains(id));
        let waited: Vec<usize> = waited.filter_map(|id| document.step_index(id)).collect();
        let names: Vec<&str> = waited.iter().map(|&step| document.steps[step].label()).collect();
        let mean_ms: f64 = waited.iter().filter_map(|&step| plan.steps.get(step)).map(|step| step.critical_ms).sum();
        let it = if names.len() == 1 { "it" } else { "them" };
        (!names.is_empty()).then(|| Self { names: list(&names), it, mean: ms(mean_ms) })
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
    let findings: Vec<Finding> = RULES.iter().flat_map(|rule| rule.findings(&evidence)).collect();
    let all: Vec<&Finding> = findings.iter().collect();
    let Choice { decision, plan, runner_up, none_meets_budget } = choose(&evidence, &all);
    let priced = match (plan, runner_up) {
        (TopologyKind::Sequential, runner_up) => runner_up,
        (plan, _) => Some(plan),
    };
    let id = |step: usize| document.steps[step].id.clone();
    let would_change = flips(&evidence, &all, decision);
    let mut verdict = Verdict {
        decision,
        sentence: String::new(),
        price: priced.and_then(|plan| price(&evidence, &findings, plan)),
        none_meets_budget,
        runner_up,
        would_change,
        forks: match decision {
            Decision::Choose(kind) => forks(&evidence, kind).map_or_else(Vec::new, |forks| {
                forks.into_iter().map(|lanes| lanes.into_iter().map(id).collect()).collect()
            }),
            Decision::NotReady => Vec::new(),
        },
        detach: match decision {
            Decision::Choose(_) => detachable(document).into_iter().map(id).collect(),
            Decision::NotReady => Vec::new(),
        },
        maturity: maturity::level(&document.maturity),
        findings,
    };
    verdict.sentence = sentence(&evidence, &verdict);
    verdict
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

fn price(evidence: &Evidence<'_>, findings: &[Finding], plan: TopologyKind) -> Option<Price> {
    let (sequential, other) = (evidence.sequential()?, evidence.report.topology(plan)?);
    let more = |count: fn(&TopologyReport) -> u64| {
        per_thousand(count(other), other.requests) - per_thousand(count(sequential), sequential.requests)
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
