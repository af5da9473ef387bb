//! An experiment in slices: one comparison after the other, and what a page shows of it in the end.

use engine::{
    Comparison, Settings,
    experiment::{self, Findings, Question, Study},
};
use model::Document;
use serde::Deserialize;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::bytes::checked;

/// Parts that are handed out at a time: enough for many cores, and few enough to be held in memory.
const AT_A_TIME: usize = 64;

/// A study under way.
#[derive(Debug)]
pub(crate) struct Conduct {
    study: Study,
    /// The comparison of the part that is next, once it has begun.
    comparison: Option<Comparison>,
}

impl Conduct {
    pub(crate) fn of(study: Study) -> Self {
        Self { study, comparison: None }
    }

    /// Lets at most so many events happen; answers whether it is over.
    pub(crate) fn advance(&mut self, events: u32) -> Result<bool, String> {
        let mut comparison = match self.comparison.take() {
            Some(comparison) => comparison,
            None => {
                let Some(part) = self.study.next() else { return Ok(true) };
                Comparison::new(part.document, self.study.settings()).map_err(|reason| reason.to_string())?
            }
        };
        if comparison.advance(events.into()) {
            self.study.accept(comparison);
        } else {
            self.comparison = Some(comparison);
        }
        Ok(self.study.doing().is_none())
    }

    pub(crate) fn findings(self) -> Findings {
        self.study.findings()
    }
}

/// An experiment under way.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Experiment {
    document: Document,
    /// The latest saved version of the pipeline.
    version: u32,
    conduct: Conduct,
}

#[wasm_bindgen]
impl Experiment {
    /// Prepares an experiment, by its name, on a document; `version` is the latest saved one.
    ///
    /// # Errors
    ///
    /// Why it cannot be run.
    #[wasm_bindgen(constructor)]
    pub fn new(document: &str, name: &str, version: u32) -> Result<Experiment, String> {
        let question = Question::from_slug(name).ok_or_else(|| format!("there is no experiment {name}"))?;
        let document = checked(document)?;
        let study = report::page::study(question, document.clone()).map_err(|reason| reason.to_string())?;
        Ok(Experiment { document, version, conduct: Conduct::of(study) })
    }

    /// Prepares the comparison of a document with the same `after` one change, which `label` names; `version` is the latest
    /// saved one.
    ///
    /// # Errors
    ///
    /// Why it cannot be run.
    pub fn what_if(document: &str, after: &str, label: String, version: u32) -> Result<Experiment, String> {
        let (document, after) = (checked(document)?, checked(after)?);
        let study = Study::what_if(document.clone(), after, label).map_err(|reason| reason.to_string())?;
        Ok(Experiment { document, version, conduct: Conduct::of(study) })
    }

    /// Lets at most so many events happen; answers whether it is over.
    ///
    /// # Errors
    ///
    /// Why a part of it cannot be run.
    pub fn advance(&mut self, events: u32) -> Result<bool, String> {
        self.conduct.advance(events)
    }

    /// Some of the parts of this round that may be compared at the same time, the next one first: each as JSON for [`Part`].
    /// None where only [`Experiment::advance`] will do.
    pub fn parts(&self) -> Vec<String> {
        let draws = self.conduct.study.settings().draws;
        let part =
            |part: experiment::Part| serde_json::json!({ "draws": draws, "document": part.document }).to_string();
        self.conduct.study.independent().take(AT_A_TIME).map(part).collect()
    }

    /// Takes in the report of the part that is next, as JSON.
    ///
    /// # Errors
    ///
    /// Why it cannot be read.
    pub fn accept(&mut self, report: &str) -> Result<(), String> {
        let report = serde_json::from_str(report).map_err(|error| error.to_string())?;
        self.conduct.study.accept_report(report);
        Ok(())
    }

    /// The share that is done, 0 to 1, where so many of the parts that were not taken in are done.
    pub fn progress_with(&self, parts: f64) -> f64 {
        self.conduct.study.progress(parts)
    }

    /// The share that is done, 0 to 1.
    pub fn progress(&self) -> f64 {
        let part = self.conduct.comparison.as_ref().map_or(0.0, |comparison| {
            let (over, known) = comparison.progress();
            over as f64 / known.max(1) as f64
        });
        self.conduct.study.progress(part)
    }

    /// What is being compared, in words.
    pub fn doing(&self) -> String {
        self.conduct.study.doing().unwrap_or_default().to_owned()
    }

    /// What was found, as HTML, once it is over.
    pub fn found(self) -> String {
        report::page::experiment(&self.document, &self.conduct.findings(), self.version.into())
    }
}

/// A part of an experiment, compared apart from the others.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Part(Comparison);

#[wasm_bindgen]
impl Part {
    /// Prepares the comparison of a part, as [`Experiment::parts`] gives it.
    ///
    /// # Errors
    ///
    /// Why it cannot be run.
    #[wasm_bindgen(constructor)]
    pub fn new(part: &str) -> Result<Part, String> {
        #[derive(Deserialize)]
        struct Asked {
            draws: u32,
            document: Document,
        }
        let Asked { draws, document } = serde_json::from_str(part).map_err(|error| error.to_string())?;
        let settings = Settings { draws, ..Settings::default() };
        Ok(Part(Comparison::new(document, settings).map_err(|reason| reason.to_string())?))
    }

    /// Lets at most so many events happen; answers whether it is over.
    pub fn advance(&mut self, events: u32) -> bool {
        self.0.advance(events.into())
    }

    /// The share that is done, 0 to 1.
    pub fn progress(&self) -> f64 {
        let (over, known) = self.0.progress();
        over as f64 / known.max(1) as f64
    }

    /// Its report, as JSON.
    pub fn report(self) -> String {
        self.0.report().to_json()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkout() -> String {
        let example = model::EXAMPLES.iter().find(|example| example.slug == "checkout").expect("there is this example");
        let mut document = example.document();
        document.workload.duration_s = 10.0;
        document.to_json()
    }

    #[test]
    fn an_experiment_in_slices_ends_with_what_it_found() {
        let mut experiment = Experiment::new(&checkout(), "outage", 3).expect("an example can be run");
        assert_eq!((experiment.progress(), experiment.doing().as_str()), (0.0, "nothing down"));
        let mut told = 0.0;
        while !experiment.advance(5_000).expect("each part has steps") {
            assert!(told <= experiment.progress());
            told = experiment.progress();
        }
        assert!(told > 0.9 && experiment.progress() == 1.0);
        let html = experiment.found();
        assert!(
            html.starts_with("<p class=\"finding\"><strong>The largest share of requests fails in "),
            "{html:.200}"
        );
        assert!(html.contains("<table>") && html.contains("Check fraud down"));
    }

    #[test]
    fn a_change_is_compared_in_slices_too() {
        let before = checkout();
        let mut after: Document = serde_json::from_str(&before).expect("it is a document");
        after.budget.target_ms = 900.0;
        let what_if = Experiment::what_if(&before, &after.to_json(), "a budget of 900 ms".to_owned(), 3);
        let mut what_if = what_if.expect("an example can be run");
        let mut doing = vec![what_if.doing()];
        while !what_if.advance(50_000).expect("both have steps") {
            doing.push(what_if.doing());
        }
        doing.dedup();
        assert_eq!(doing, ["as it is", "a budget of 900 ms"]);
        assert!(what_if.found().contains("a budget of 900 ms"));
    }

    #[test]
    fn the_size_of_the_slices_changes_nothing() {
        let found = |slice: u32| {
            let mut experiment = Experiment::new(&checkout(), "spike", 3).expect("an example can be run");
            while !experiment.advance(slice).expect("each part has steps") {}
            experiment.found()
        };
        assert_eq!(found(777), found(u32::MAX));
    }

    #[test]
    fn parts_that_are_compared_apart_find_the_same() {
        for name in ["spike", "outage", "conditions"] {
            let mut whole = Experiment::new(&checkout(), name, 3).expect("an example can be run");
            while !whole.advance(u32::MAX).expect("each part has steps") {}
            let mut shared = Experiment::new(&checkout(), name, 3).expect("an example can be run");
            let mut rounds = 0;
            loop {
                let parts = shared.parts();
                if parts.is_empty() {
                    break;
                }
                rounds += 1;
                for part in parts {
                    let mut part = Part::new(&part).expect("it can be run");
                    while !part.advance(u32::MAX) {}
                    shared.accept(&part.report()).expect("it is a report");
                }
            }
            assert!(rounds > 0 && shared.progress_with(0.0) == 1.0, "{name}: {rounds}");
            assert_eq!(shared.found(), whole.found(), "{name}");
        }
    }

    #[test]
    fn what_cannot_be_run_says_why() {
        assert!(Experiment::new(&checkout(), "luck", 3).is_err_and(|reason| reason == "there is no experiment luck"));
        let empty = Document::new("Empty").to_json();
        assert!(Experiment::new(&empty, "load", 3).is_err_and(|reason| reason.contains("no steps")));
    }
}
