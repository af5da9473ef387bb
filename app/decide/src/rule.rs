//! What a rule is, and what it finds.

use model::TopologyKind;
use serde::{Deserialize, Serialize};

use crate::evidence::Evidence;

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
    pub threshold: Option<Threshold>,
    /// Looks at the evidence.
    pub check: fn(&Evidence<'_>) -> Option<Finding>,
}

/// A threshold that a team may change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// What it is where nobody says otherwise.
    pub default: f64,
    /// What it counts.
    pub unit: &'static str,
}

/// What a finding does to the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// No topology may be chosen yet.
    NotReady,
    /// It speaks against forking.
    AgainstParallel,
    /// It speaks for forking.
    ForParallel,
    /// Forking is allowed, only with this work done first.
    Condition,
    /// Worth knowing; it changes no verdict.
    Advice,
}

impl Effect {
    /// The effect in words.
    pub fn label(self) -> &'static str {
        match self {
            Effect::NotReady => "Not ready",
            Effect::AgainstParallel => "Against parallel",
            Effect::ForParallel => "For parallel",
            Effect::Condition => "Only after",
            Effect::Advice => "Advice",
        }
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
}
