//! What a rule is, and what it finds.

use model::TopologyKind;
use serde::{Deserialize, Serialize};

use crate::{change::Change, evidence::Evidence, rules::RULES, threshold::Threshold};

/// A rule: it looks at the evidence and fires, or does not.
#[derive(Debug)]
pub struct Rule {
    /// Its name in documents, records and addresses.
    pub id: &'static str,
    /// Its name in text.
    pub name: &'static str,
    /// What it does to the verdict.
    pub effect: Effect,
    /// Why it exists, in a sentence or two.
    pub rationale: &'static str,
    /// Fields of the document that it reads.
    pub reads: &'static [&'static str],
    /// Its threshold, where it has one.
    pub threshold: Option<&'static Threshold>,
    /// Looks at the evidence; what it finds has the rule's effect.
    pub check: Check,
    /// What the rule finds in other circumstances, with another effect. Both may fire at once, about different plans.
    pub otherwise: Option<Otherwise>,
    /// The signal to look for in production; empty for a rule that is not about a failure.
    pub signal: &'static str,
    /// The recovery that fits it; empty for a rule that is not about a failure.
    pub recovery: &'static str,
}

/// A look at the evidence.
pub type Check = fn(&Evidence<'_>) -> Option<Finding>;

/// A second look of a rule, whose findings have another effect than the rule's main one.
#[derive(Clone, Copy, Debug)]
pub struct Otherwise {
    /// What such a finding does to the verdict.
    pub effect: Effect,
    /// Looks at the evidence; what it finds has this effect.
    pub check: Check,
}

impl Rule {
    /// Every effect that a finding of this rule may have, the main one first.
    pub fn effects(&self) -> impl Iterator<Item = Effect> {
        std::iter::once(self.effect).chain(self.otherwise.map(|otherwise| otherwise.effect))
    }

    /// What the rule finds: nothing, one finding, or one for each of its effects.
    pub fn findings(&self, evidence: &Evidence<'_>) -> impl Iterator<Item = Finding> {
        let other = self.otherwise.and_then(|otherwise| (otherwise.check)(evidence));
        (self.check)(evidence).into_iter().chain(other)
    }

    /// A finding of this rule with its main effect.
    pub(crate) fn found(
        &self,
        evidence: impl Into<String>,
        remedy: impl Into<String>,
        input: impl Into<String>,
        plans: Vec<TopologyKind>,
    ) -> Finding {
        Finding {
            rule: self.id.to_owned(),
            effect: self.effect,
            evidence: evidence.into(),
            remedy: remedy.into(),
            input: input.into(),
            plans,
            steps: Vec::new(),
            pools: Vec::new(),
            changes: Vec::new(),
            signal: self.signal.to_owned(),
            recovery: self.recovery.to_owned(),
        }
    }
}

/// What a finding does to the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// No topology may be chosen yet.
    NotReady,
    /// A veto on the plans that the finding names; a chain may be one of them. Where it names none, it is about the pipeline
    /// as such and removes no plan.
    #[serde(alias = "against_parallel")]
    Against,
    /// It speaks for the plans that the finding names, or for forking where it names none.
    #[serde(alias = "for_parallel")]
    For,
    /// The plans that the finding names are allowed, only with this work done first.
    Condition,
    /// Worth knowing; it changes no verdict.
    Advice,
}

impl Effect {
    /// The effect in words.
    pub fn label(self) -> &'static str {
        match self {
            Effect::NotReady => "Not ready",
            Effect::Against => "Against",
            Effect::For => "For",
            Effect::Condition => "Only after",
            Effect::Advice => "Advice",
        }
    }
}

impl Finding {
    /// The same, about these steps.
    pub(crate) fn about_steps(self, evidence: &Evidence<'_>, steps: &[usize]) -> Self {
        Self { steps: steps.iter().map(|&step| evidence.document.steps[step].id.clone()).collect(), ..self }
    }

    /// The same, about this pool.
    pub(crate) fn about_pool(self, evidence: &Evidence<'_>, pool: usize) -> Self {
        Self { pools: vec![evidence.document.pools[pool].id.clone()], ..self }
    }

    /// The plans that it speaks against, or sets a condition for; none where it is about the pipeline as such, or advice.
    pub fn binds(&self) -> &[TopologyKind] {
        if matches!(self.effect, Effect::Against | Effect::Condition) { &self.plans } else { &[] }
    }

    /// The same with the figures, the steps and the remedy of one plan that it is about: `alone` is the [`Evidence::only`] of
    /// that plan. It still says of all plans that they are bound.
    pub fn quoting(&self, alone: &Evidence<'_>) -> Self {
        let rule = RULES.iter().find(|rule| rule.id == self.rule);
        let found = rule.and_then(|rule| rule.findings(alone).find(|found| found.effect == self.effect));
        found.map_or_else(|| self.clone(), |found| Self { plans: self.plans.clone(), ..found })
    }

    /// The same, whose remedy makes these changes.
    pub(crate) fn changing(self, changes: Vec<Change>) -> Self {
        Self { changes, ..self }
    }
}

/// What a rule found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule's id.
    pub rule: String,
    /// What it does to the verdict.
    pub effect: Effect,
    /// The finding with the team's own numbers, as a sentence.
    pub evidence: String,
    /// What to do about it, as a sentence.
    pub remedy: String,
    /// The path of the input that caused it.
    pub input: String,
    /// The plans it is about; empty: about the pipeline as such.
    pub plans: Vec<TopologyKind>,
    /// Ids of the steps it is about, where it is about some.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<String>,
    /// Ids of the pools it is about, where it is about some.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pools: Vec<String>,
    /// What the remedy changes in the document, where it is a change of it: with that, what it buys can be simulated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// The signal to look for in production; empty where the finding is not about a failure.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub signal: String,
    /// The recovery that fits it; empty where the finding is not about a failure.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub recovery: String,
}
