//! Why an arrangement is not to be had, in words.

use crate::document::{Dependency, Document};

/// Why an arrangement is not to be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// `to` strictly needs `from`, which would no longer come before it.
    Needed {
        /// The step that must come first.
        from: usize,
        /// The step that needs it.
        to: usize,
    },
    /// Both `to` and, by the other steps' order, `then` must come after `from`.
    NeededOnTheWay {
        /// The step that must come first.
        from: usize,
        /// The step that needs it.
        to: usize,
        /// The step that comes after that one.
        then: usize,
    },
    /// `to` strictly needs `from`, so `from` cannot be detached.
    NeededDetached {
        /// The step that must come first.
        from: usize,
        /// The step that needs it.
        to: usize,
    },
    /// `to` would wait for a detached step.
    Detached {
        /// The detached step.
        from: usize,
        /// The step that would wait for it.
        to: usize,
    },
    /// These steps would wait for each other: each for the one before it, and the first for the last.
    Circle(Vec<usize>),
    /// A step would wait for itself.
    Itself(usize),
}

impl Refusal {
    /// The refusal in one or two sentences, with the reason that the document gives for a strict dependency.
    pub fn sentence(&self, document: &Document) -> String {
        let name = |step: usize| document.steps.get(step).map_or("a step", |step| step.label());
        let must = |from: usize, to: usize| {
            format!("{} must come after {} ({})", name(to), name(from), said_of(document, from, to))
        };
        match self {
            Refusal::Needed { from, to } => format!("{}.", must(*from, *to)),
            Refusal::NeededOnTheWay { from, to, then } => {
                format!("{}, and {} comes after {}.", must(*from, *to), name(*then), name(*to))
            }
            Refusal::NeededDetached { from, to } => {
                format!("{}, so {} cannot be detached.", must(*from, *to), name(*from))
            }
            Refusal::Detached { from, to } => {
                format!("{} cannot wait for {}, which is detached: nobody waits for it.", name(*to), name(*from))
            }
            Refusal::Circle(steps) => {
                let names: Vec<&str> = steps.iter().chain(steps.first()).map(|&step| name(step)).collect();
                format!("These steps would wait for each other in a circle: {}.", names.join(" → "))
            }
            Refusal::Itself(step) => format!("{} cannot wait for itself.", name(*step)),
        }
    }
}

/// What a dependency says of itself, as it stands in brackets: its kind, and its reason where it has one.
pub fn said_of(document: &Document, from: usize, to: usize) -> String {
    let id = |step: usize| document.steps.get(step).map(|step| &step.id);
    let between = |known: &&Dependency| Some(&known.from) == id(from) && Some(&known.to) == id(to);
    let Some(dependency) = document.dependencies.iter().find(between) else { return String::new() };
    let kind = dependency.kind.label();
    let because = dependency.because.trim().trim_end_matches('.');
    if because.is_empty() { kind.to_owned() } else { format!("{kind}: {because}") }
}
