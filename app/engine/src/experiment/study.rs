//! An experiment under way, whichever it is: what is to be compared next, how far it is, and what it found.
//!
//! Whoever conducts it compares one [`Part`] after the other, in slices or on threads, and hands in what came of it. The
//! document of a part is made when the part is next: thousands of them at once would fill the memory.

use std::collections::VecDeque;

use model::Document;

use super::{Experiment, ExperimentReport, Outcome, Probe, Sensitivity, SensitivityReport, Variant, WhatIf};
use crate::{Comparison, NotRunnable, Settings, report::Report};

/// What can be asked of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// What becomes of it when one thing is varied?
    Vary(Experiment),
    /// Which inputs flip the verdict?
    Flips,
    /// What does each condition of the verdict buy?
    Conditions,
}

impl Question {
    /// All questions.
    pub const ALL: [Question; 6] = [
        Question::Vary(Experiment::Load),
        Question::Vary(Experiment::Spike),
        Question::Vary(Experiment::Outages),
        Question::Vary(Experiment::Pools),
        Question::Flips,
        Question::Conditions,
    ];

    /// The name on the command line and in addresses.
    pub fn slug(self) -> &'static str {
        match self {
            Question::Vary(experiment) => experiment.slug(),
            Question::Flips => "sensitivity",
            Question::Conditions => "conditions",
        }
    }

    /// The question of that name.
    pub fn from_slug(slug: &str) -> Option<Question> {
        Question::ALL.into_iter().find(|question| question.slug() == slug)
    }
}

/// A document with its name.
pub type NamedDocument = (String, Document);

/// The rules by which a comparison is judged: this crate knows none.
#[derive(Clone, Copy, Debug)]
pub struct Judge {
    /// The verdict in a word.
    pub verdict: fn(&Document, &Report) -> String,
    /// The documents in which conditions of the verdict are met, each with its name.
    pub met: fn(&Document, &Report) -> Vec<NamedDocument>,
    /// The document in which all conditions are met that are left once each was compared, with its name.
    pub all_met: fn(&Document, &[Outcome]) -> Option<NamedDocument>,
}

/// One document to be compared.
#[derive(Clone, Debug)]
pub struct Part {
    /// What differs from the team's document, in words.
    pub label: String,
    /// The document.
    pub document: Document,
}

/// A part that is still to be compared.
#[derive(Clone, Debug)]
enum Open {
    Variant(Variant),
    Probe(Probe),
    /// One side of a change, or the document as it is or with a condition met.
    Made(Box<Part>),
}

impl Open {
    fn label(&self) -> &str {
        match self {
            Open::Variant(variant) => &variant.label,
            Open::Probe(probe) => &probe.label,
            Open::Made(part) => &part.label,
        }
    }
}

/// What an experiment has found.
#[derive(Clone, Debug, PartialEq)]
pub enum Findings {
    /// What became of each variant.
    Varied(ExperimentReport),
    /// Where the verdict flips.
    Flips(SensitivityReport),
    /// What a change does.
    WhatIf(Box<WhatIf>),
    /// The document as it is, then with each condition of its verdict met.
    Conditions(Vec<Outcome>),
}

/// An experiment under way.
#[derive(Debug)]
pub struct Study {
    document: Document,
    results: Results,
    /// What is still to be compared in this round; later rounds depend on what comes of it.
    round: VecDeque<Open>,
    /// How many parts this round had.
    parts: usize,
    /// How many rounds have begun.
    rounds: usize,
    /// The share of the whole that was done before this round.
    before: f64,
    /// The share that this round takes of what was left.
    takes: f64,
}

#[derive(Debug)]
enum Results {
    Varied(Experiment, Vec<Outcome>),
    Flips(Box<Sensitivity>, Judge),
    /// The sides of a change that are over.
    WhatIf(Vec<(Part, Comparison)>),
    Conditions(Vec<Outcome>, Judge),
}

/// The share that the document as it is takes of finding out what conditions buy.
const TODAY: f64 = 0.25;

/// The share that each round takes of what is left, where later rounds close in on what the first has found: it is by
/// far the longest, and nobody knows how many follow. So progress never goes back, and is whole only at the end.
const ROUND: f64 = 0.75;

impl Study {
    /// Prepares an experiment on a checked document.
    ///
    /// # Errors
    ///
    /// When there is nothing to run.
    pub fn new(question: Question, document: Document, judge: Judge) -> Result<Self, NotRunnable> {
        if document.steps.is_empty() {
            return Err(NotRunnable::NoSteps);
        }
        let results = match question {
            Question::Vary(experiment) => Results::Varied(experiment, Vec::new()),
            Question::Flips => Results::Flips(Box::new(Sensitivity::new(document.clone())), judge),
            Question::Conditions => Results::Conditions(Vec::new(), judge),
        };
        let mut study =
            Study { document, results, round: VecDeque::new(), parts: 0, rounds: 0, before: 0.0, takes: 1.0 };
        study.begin_round();
        Ok(study)
    }

    /// Prepares the simulation of what conditions buy, where the report of the checked document is there already.
    ///
    /// # Errors
    ///
    /// When there is nothing to run.
    pub fn conditions(document: Document, today: Report, judge: Judge) -> Result<Self, NotRunnable> {
        let mut study = Study::new(Question::Conditions, document, judge)?;
        if let (Results::Conditions(outcomes, _), Some(part)) = (&mut study.results, study.round.pop_front()) {
            outcomes.push(Outcome { value: None, report: today, label: part.label().to_owned() });
        }
        study.parts = 0;
        study.begin_round();
        Ok(study)
    }

    /// Prepares the comparison of a checked document with the same `after` one change, which `label` names.
    ///
    /// # Errors
    ///
    /// When there is nothing to run.
    pub fn what_if(document: Document, after: Document, label: String) -> Result<Self, NotRunnable> {
        if document.steps.is_empty() || after.steps.is_empty() {
            return Err(NotRunnable::NoSteps);
        }
        let side = |label: String, document: Document| Open::Made(Box::new(Part { label, document }));
        let round = VecDeque::from([side("as it is".to_owned(), document.clone()), side(label, after)]);
        Ok(Study {
            document,
            results: Results::WhatIf(Vec::new()),
            parts: round.len(),
            round,
            rounds: 1,
            before: 0.0,
            takes: 1.0,
        })
    }

    /// The document that it is about.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// How its parts are compared: no draws of uncertain inputs where nobody looks at their spread. The verdicts before
    /// and after a change are those of the Decide step, which rest on it.
    pub fn settings(&self) -> Settings {
        match self.results {
            Results::Varied(..) | Results::Flips(..) => Settings { draws: 0, ..Settings::default() },
            Results::WhatIf(_) | Results::Conditions(..) => Settings::default(),
        }
    }

    /// What is to be compared next; nothing: it is over.
    pub fn next(&self) -> Option<Part> {
        self.round.front().map(|open| self.part(open))
    }

    /// What is to be compared next, in words; nothing: it is over.
    pub fn doing(&self) -> Option<&str> {
        self.round.front().map(Open::label)
    }

    /// The parts that are left of this round, the next one first, each made when it is taken. They do not depend on each other,
    /// so they may be compared at the same time, and their reports taken in one after the other. None of a change: its
    /// sides are held against each other, and a report of each is not enough.
    pub fn independent(&self) -> impl Iterator<Item = Part> {
        let all = if matches!(self.results, Results::WhatIf(_)) { 0 } else { usize::MAX };
        self.round.iter().take(all).map(|open| self.part(open))
    }

    fn part(&self, open: &Open) -> Part {
        let document = match (open, &self.results) {
            (Open::Variant(variant), _) => variant.of(&self.document),
            (Open::Probe(probe), Results::Flips(analysis, _)) => analysis.document(probe),
            (Open::Probe(_), _) => self.document.clone(),
            (Open::Made(part), _) => return Part::clone(part),
        };
        Part { label: open.label().to_owned(), document }
    }

    /// Takes in what came of the part that was next.
    pub fn accept(&mut self, comparison: Comparison) {
        if let Results::WhatIf(sides) = &mut self.results {
            if let Some(Open::Made(part)) = self.round.pop_front() {
                sides.push((*part, comparison));
            }
            return;
        }
        self.accept_report(comparison.report());
    }

    /// Takes in the report of the part that was next, of those that are [independent](Study::independent).
    pub fn accept_report(&mut self, report: Report) {
        let Some(open) = self.round.pop_front() else { return };
        match (&mut self.results, open) {
            (Results::Varied(_, outcomes), Open::Variant(Variant { label, value, .. })) => {
                outcomes.push(Outcome { value, report, label });
            }
            (Results::Flips(analysis, judge), Open::Probe(probe)) => {
                let verdict = (judge.verdict)(&analysis.document(&probe), &report);
                analysis.accept(&probe, &report, verdict);
            }
            (Results::Conditions(outcomes, _), Open::Made(part)) => {
                outcomes.push(Outcome { value: None, report, label: part.label });
            }
            (Results::Varied(..) | Results::Flips(..) | Results::WhatIf(_) | Results::Conditions(..), _) => {}
        }
        if self.round.is_empty() {
            self.begin_round();
        }
    }

    /// The share that is done, 0 to 1, where `share` of the part that is next is done; more than 1 where others are as well.
    pub fn progress(&self, share: f64) -> f64 {
        match self.round.len() {
            0 => 1.0,
            left => {
                let done = ((self.parts - left) as f64 + share) / self.parts as f64;
                self.before + (1.0 - self.before) * self.takes * done
            }
        }
    }

    /// What was found, once there is nothing left to compare.
    ///
    /// # Panics
    ///
    /// Where a side of a change is still to be compared.
    pub fn findings(self) -> Findings {
        match self.results {
            Results::Varied(experiment, outcomes) => Findings::Varied(experiment.report(outcomes)),
            Results::Flips(analysis, _) => Findings::Flips(analysis.report()),
            Results::Conditions(outcomes, _) => Findings::Conditions(outcomes),
            Results::WhatIf(sides) => {
                let mut sides = sides.into_iter().map(|(part, comparison)| (part.label, part.document, comparison));
                // Not an array, whose failure to be one would bring the words for everything in it into the module.
                let (Some((_, before, first)), Some((label, after, second))) = (sides.next(), sides.next()) else {
                    panic!("both sides have been compared");
                };
                Findings::WhatIf(Box::new(WhatIf::new(label, (before, first), (after, second))))
            }
        }
    }

    fn begin_round(&mut self) {
        if self.parts > 0 {
            self.before += (1.0 - self.before) * self.takes;
        }
        self.takes = match &self.results {
            Results::Varied(Experiment::Load, _) | Results::Flips(..) => ROUND,
            Results::Conditions(..) if self.rounds == 0 => TODAY,
            Results::Conditions(..) if self.rounds == 1 => ROUND,
            Results::Varied(..) | Results::WhatIf(_) | Results::Conditions(..) => 1.0,
        };
        self.round = match &self.results {
            Results::Varied(experiment, seen) => {
                experiment.next(&self.document, seen).into_iter().map(Open::Variant).collect()
            }
            Results::Flips(analysis, _) => analysis.next().into_iter().map(Open::Probe).collect(),
            // Both sides were in the first.
            Results::WhatIf(_) => VecDeque::new(),
            Results::Conditions(outcomes, judge) => {
                let documents = match (self.rounds, outcomes.as_slice()) {
                    (0, _) => vec![("as it is".to_owned(), self.document.clone())],
                    (1, [today]) => (judge.met)(&self.document, &today.report),
                    (2, outcomes) => (judge.all_met)(&self.document, outcomes).into_iter().collect(),
                    _ => Vec::new(),
                };
                let part = |(label, document)| Open::Made(Box::new(Part { label, document }));
                documents.into_iter().map(part).collect()
            }
        };
        self.parts = self.round.len();
        self.rounds += 1;
    }
}
