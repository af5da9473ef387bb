//! Running experiments: one part after the other, each on all cores.

use anyhow::Context;
use engine::{
    Settings,
    experiment::{Findings, Question, Study},
};
use model::Document;

use super::progress::Progress;
use crate::cores;

/// What `--experiment` can be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Experiments {
    Compare,
    One(Question),
}

/// The experiment of that name.
pub(super) fn named(word: &str) -> Result<Experiments, String> {
    match word {
        "compare" => Ok(Experiments::Compare),
        _ => Question::from_slug(word)
            .map(Experiments::One)
            .ok_or_else(|| "choose compare, load, spike, outage, pools, sensitivity or conditions".to_owned()),
    }
}

/// Runs an experiment to its end.
pub(super) fn run(question: Question, document: &Document, settings: Settings) -> anyhow::Result<Findings> {
    let settings = match question {
        Question::Vary(_) | Question::Conditions => settings,
        // Verdicts rest on the inputs at their medians: no draw of them would be looked at.
        Question::Flips => Settings { draws: 0, ..settings },
    };
    let study = report::page::study(question, document.clone())?;
    anyhow::ensure!(study.doing().is_some(), "there is nothing to vary: the pipeline has no {}", question.slug());
    conduct(study, &settings)
}

/// Conducts a study to its end; on a terminal it says which part it is at.
pub(super) fn conduct(study: Study, settings: &Settings) -> anyhow::Result<Findings> {
    let progress = Progress::new();
    let found = cores::experiment(study, settings, &|| true, &|label, share| progress.show(label, share))?;
    found.context("the experiment was stopped")
}
