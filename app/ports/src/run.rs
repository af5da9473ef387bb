//! What is kept of the simulation of a version.

use decide::{Purchase, Verdict};
use engine::Report;
use model::Document;

/// A simulation of a version: its report, and what the conditions of its verdict buy.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The report of this version of the engine.
    pub report: Report,
    /// What each condition buys, and all of them together; empty where nothing can be simulated, or took too long.
    pub bought: Vec<Purchase>,
}

impl Run {
    /// A run of which nobody has simulated what the conditions buy.
    pub fn of(report: Report) -> Self {
        Self { report, bought: Vec::new() }
    }

    /// The verdict on the document that was simulated.
    pub fn verdict(&self, document: &Document) -> Verdict {
        decide::verdict_with(document, &self.report, &self.bought)
    }
}
