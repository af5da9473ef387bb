//! What conditions buy: the document with each of them met, and what the figures of both say.

use engine::{Report, experiment::Outcome, report::TopologyReport};
use model::{Document, TopologyKind};
use serde::{Deserialize, Serialize};

use crate::{
    rule::{Effect, Finding},
    verdict::{Decision, Verdict, verdict, verdict_with},
    wording::{number, per_thousand, percent},
};

/// A document in which conditions are met.
#[derive(Clone, Debug, PartialEq)]
pub struct Met {
    /// The rule whose condition is met; none: all of them.
    pub rule: Option<String>,
    /// The document.
    pub document: Document,
}

/// What a condition buys for the chosen plan, by simulation of the document with and without it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Purchase {
    /// The rule whose condition it is; none: all of them together.
    pub rule: Option<String>,
    /// What the condition is about, in words: `duplicates per 1,000 requests`.
    pub figure: String,
    /// The figure without it, as it is shown.
    pub before: String,
    /// The figure with it.
    pub after: String,
    /// Whether the figure is better by at least a twentieth of it.
    pub buys: bool,
    /// Whether it rests on what the document says may happen, and not on what was measured: the figure is 0 without it.
    #[serde(default)]
    pub guards: bool,
    /// Whether more requests fail with it, or are over the budget.
    #[serde(default)]
    pub harms: bool,
    /// What becomes worse with it, in words; empty: nothing that would be noticed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub worsens: String,
    /// The verdict with it.
    pub decision: Decision,
}

/// The documents in which each condition of a verdict is met. A condition that is no change of the document, or would make it
/// wrong, is left out; where none is one, there are none.
pub fn met(document: &Document, verdict: &Verdict) -> Vec<Met> {
    let each = verdict.conditions().filter_map(|finding| {
        let changed = changed(document, &[finding])?;
        Some(Met { rule: Some(finding.rule.clone()), document: changed })
    });
    each.collect()
}

/// The document in which all conditions are met that are left once each was simulated, where that is more than one: what does
/// harm or buys nothing is no condition. The outcomes are those of the document as it is and of each of [`met`].
pub fn all_met(document: &Document, outcomes: &[Outcome]) -> Option<Met> {
    let verdict = verdict_with_purchases(document, outcomes)?;
    let is_change = |finding: &&Finding| changed(document, &[finding]).is_some();
    let conditions: Vec<&Finding> = verdict.conditions().filter(is_change).collect();
    let document = changed(document, &conditions).filter(|_| conditions.len() > 1)?;
    Some(Met { rule: None, document })
}

/// The document with the changes that findings ask for; nothing where there are none, or it would be wrong with them.
fn changed(document: &Document, findings: &[&Finding]) -> Option<Document> {
    let mut changed = document.clone();
    findings.iter().flat_map(|finding| &finding.changes).for_each(|change| change.apply(&mut changed));
    if changed == *document { None } else { changed.checked().ok() }
}

/// The verdict on a document with what its conditions buy, by the outcomes of simulating the document as it is, then as each of
/// [`met`] and as [`all_met`]; see [`verdict_with`]. Nothing where there are no outcomes.
pub fn verdict_with_purchases(document: &Document, outcomes: &[Outcome]) -> Option<Verdict> {
    let (today, _) = outcomes.split_first()?;
    Some(verdict_with(document, &today.report, &purchases(document, outcomes)))
}

/// What each condition of a verdict buys, by the same outcomes; and all of them together, where there is an outcome of
/// [`all_met`] after the others.
pub fn purchases(document: &Document, outcomes: &[Outcome]) -> Vec<Purchase> {
    let Some((today, after)) = outcomes.split_first() else { return Vec::new() };
    let verdict = verdict(document, &today.report);
    let Decision::Choose(plan) = verdict.decision else { return Vec::new() };
    let each = met(document, &verdict);
    let apart = each.len() + 1;
    let together = outcomes.get(apart).and_then(|after| Some((all_met(document, &outcomes[..apart])?, after)));
    let pairs = each.into_iter().zip(after).chain(together);
    pairs.filter_map(|(met, after)| purchase(plan, &today.report, &met, &after.report)).collect()
}

/// Makes advice of a condition that was simulated and buys nothing.
pub(crate) fn advise(finding: &mut Finding, bought: &[Purchase]) {
    let useless = |purchase: &&Purchase| purchase.rule.as_deref() == Some(&finding.rule) && purchase.is_useless();
    if finding.effect == Effect::Condition
        && let Some(purchase) = bought.iter().find(useless)
    {
        finding.effect = Effect::Advice;
        finding.evidence = format!("{} {}", finding.evidence, purchase.why_advice());
    }
}

/// What a figure is called, how it is read, and how it is written.
type Figure = (&'static str, fn(&TopologyReport) -> f64, fn(f64) -> String);

const NO_ANSWER: Figure = ("requests without an answer", |plan| plan.no_answer.value, percent);
const OVER_BUDGET: Figure = ("requests over the budget", |plan| plan.over_budget.value, percent);
const ORPHANS: Figure =
    ("orphaned writes per 1,000 requests", |plan| per_thousand(plan.counts.orphans, plan.requests), number);
const DUPLICATES: Figure =
    ("duplicates per 1,000 requests", |plan| per_thousand(plan.counts.duplicates, plan.requests), number);

/// The figure that a rule is about.
fn figure(rule: Option<&str>) -> Figure {
    match rule {
        Some("idempotency-gap" | "exactly-once-claimed" | "ttl-short") => DUPLICATES,
        Some("cached-read") => (
            "answers of before a write per 1,000 requests",
            |plan| per_thousand(plan.counts.stale_from_cache, plan.requests),
            number,
        ),
        Some("orphaned-writes" | "compensation-gap" | "outage-debt" | "saga-first") => ORPHANS,
        Some("failures-over-budget" | "external-limit" | "global-timeout") => NO_ANSWER,
        Some("retry-storm") => (
            "calls for each that is wanted, in the worst ten seconds",
            |plan| {
                let services = plan.services.iter().filter_map(|service| service.worst_amplification);
                services.chain(plan.worst_amplification).map(|figure| figure.value).fold(1.0, f64::max)
            },
            number,
        ),
        Some(_) => OVER_BUDGET,
        None => (
            "duplicates and orphaned writes per 1,000 requests",
            |plan| per_thousand(plan.counts.duplicates + plan.counts.orphans, plan.requests),
            number,
        ),
    }
}

/// The figures beside the one that a condition is about, and by how much each must rise to be noticed.
const WATCHED: [(Figure, f64); 4] = [(NO_ANSWER, NOTICED), (OVER_BUDGET, NOTICED), (ORPHANS, 1.0), (DUPLICATES, 1.0)];
/// By how much a share of requests must rise to be noticed.
const NOTICED: f64 = 0.01;

/// What becomes worse in a plan, in words: the first of [`WATCHED`] that rises.
fn worsens(before: &TopologyReport, after: &TopologyReport) -> String {
    let worse = WATCHED.iter().find(|(figure, noticed)| rises(figure, *noticed, before, after));
    worse.map_or_else(String::new, |((name, read, write), _)| {
        format!("{name}: {} now, {} then", write(read(before)), write(read(after)))
    })
}

/// Whether a figure rises so much that it is noticed.
fn rises((_, read, _): &Figure, noticed: f64, before: &TopologyReport, after: &TopologyReport) -> bool {
    read(after) - read(before) > noticed
}

/// Whether a figure falls by at least [`LEAST_BOUGHT`] of it, as it is written.
fn falls((_, read, write): &Figure, before: &TopologyReport, after: &TopologyReport) -> bool {
    let (was, is) = (read(before), read(after));
    is <= was * (1.0 - LEAST_BOUGHT) && write(was) != write(is)
}

/// Whether more requests fail, or more are over the budget than fail less: a late answer is better than none.
fn harms(before: &TopologyReport, after: &TopologyReport) -> bool {
    let more = |(_, read, _): Figure| read(after) - read(before);
    let fewer_failures = (-more(NO_ANSWER)).max(0.0);
    more(NO_ANSWER) > NOTICED || more(OVER_BUDGET) > NOTICED + fewer_failures
}

/// Rules whose conditions guard against what may happen, whether a run has met it or not.
const GUARDS: [&str; 4] = ["idempotency-gap", "exactly-once-claimed", "ttl-short", "compensation-gap"];

/// A figure that is better by less than this share of it is as good as unchanged.
const LEAST_BOUGHT: f64 = 0.05;

/// What a condition buys: `before` is the report of the document as it is, with its chosen plan, `after` that of the one in
/// which the condition is met. Nothing where the plan is not in both.
fn purchase(plan: TopologyKind, before: &Report, met: &Met, after: &Report) -> Option<Purchase> {
    let own = figure(met.rule.as_deref());
    let (today, then) = (before.topology(plan)?, after.topology(plan)?);
    // A condition may spare requests although its rule is about something else: a longer timeout spares failures.
    let spares = |figure: &Figure| falls(figure, today, then) && rises(figure, NOTICED, then, today);
    let bought = if falls(&own, today, then) { Some(own) } else { [NO_ANSWER, OVER_BUDGET].into_iter().find(spares) };
    let (name, read, write) = bought.unwrap_or(own);
    let (was, is) = (read(today), read(then));
    let (before, after_words) = (write(was), write(is));
    Some(Purchase {
        rule: met.rule.clone(),
        figure: name.to_owned(),
        buys: bought.is_some(),
        guards: was == 0.0 && GUARDS.contains(&met.rule.as_deref().unwrap_or_default()),
        harms: harms(today, then),
        before,
        after: after_words,
        worsens: worsens(today, then),
        decision: verdict(&met.document, after).decision,
    })
}

impl Met {
    /// What is met, in words: the condition as the verdict names it.
    pub fn label(&self, verdict: &Verdict) -> String {
        let named = |rule: &String| verdict.conditions().find(|finding| finding.rule == *rule);
        let remedy = self.rule.as_ref().and_then(named).map(|finding| finding.remedy.clone());
        remedy.unwrap_or_else(|| "All conditions".to_owned())
    }
}

impl Purchase {
    /// Whether the figure is there to be better, and is not, or others pay for it: such a condition is none.
    pub fn is_useless(&self) -> bool {
        self.harms || !self.buys && !self.guards
    }

    /// Why a condition is advice, as a sentence.
    fn why_advice(&self) -> String {
        let Purchase { figure, before, after, worsens, .. } = self;
        if self.harms {
            return format!("No condition, because it was simulated and does harm: {worsens}.");
        }
        format!("No condition, because it was simulated and buys nothing: {figure}: {before} now, {after} then.")
    }

    /// What it buys, as the end of a sentence.
    pub fn sentence(&self, today: Decision) -> String {
        let Purchase { figure, before, after, worsens, .. } = self;
        let nothing = match self {
            Purchase { rule: None, .. } | Purchase { buys: true, .. } => "",
            Purchase { guards: true, .. } => "it guards against what the simulated requests did not meet; ",
            Purchase { .. } => "nothing that can be measured; ",
        };
        let but = if worsens.is_empty() { String::new() } else { format!("but {worsens}; ") };
        format!("{nothing}{figure}: {before} now, {after} then; {but}{}.", self.stands(today))
    }

    /// Whether today's verdict stands with it.
    fn stands(&self, today: Decision) -> String {
        if self.decision == today {
            return "the verdict stands".to_owned();
        }
        let becomes = format!("the verdict becomes {}", self.decision.slug());
        if today.forks() && self.decision.is_chain() {
            format!("{becomes}, so it can take the place of the fork")
        } else {
            becomes
        }
    }
}
