//! Running experiments: one variant after the other, each on all cores.

use engine::{
    Report, Settings,
    experiment::{Experiment, ExperimentReport, Outcome, Sensitivity, SensitivityReport},
};
use model::Document;

use super::progress::Progress;

/// What `--experiment` can be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Experiments {
    Compare,
    One(Experiment),
    Sensitivity,
}

/// The experiment of that name.
pub(super) fn named(word: &str) -> Result<Experiments, String> {
    match word {
        "compare" => Ok(Experiments::Compare),
        "sensitivity" => Ok(Experiments::Sensitivity),
        _ => {
            let known = Experiment::ALL.into_iter().find(|experiment| experiment.slug() == word);
            known
                .map(Experiments::One)
                .ok_or_else(|| "choose compare, load, spike, outage, pools or sensitivity".to_owned())
        }
    }
}

/// Runs an experiment to its end; on a terminal it says which variant it is at.
pub(super) fn run(
    experiment: Experiment,
    document: &Document,
    settings: &Settings,
) -> anyhow::Result<ExperimentReport> {
    let mut outcomes: Vec<Outcome> = Vec::new();
    let progress = Progress::new();
    loop {
        let variants = experiment.next(document, &outcomes);
        if variants.is_empty() {
            break;
        }
        let known = outcomes.len() + variants.len();
        for variant in variants {
            let report = part(&progress, &variant.label, (outcomes.len(), known), &variant.document, settings)?;
            outcomes.push(Outcome { label: variant.label, value: variant.value, report });
        }
    }
    anyhow::ensure!(!outcomes.is_empty(), "there is nothing to vary: the pipeline has no {}", experiment.slug());
    Ok(experiment.report(outcomes))
}

/// Finds every value of every input at which the verdict flips.
pub(super) fn sensitivity(document: &Document, settings: &Settings) -> anyhow::Result<SensitivityReport> {
    let mut analysis = Sensitivity::new(document.clone());
    // Verdicts rest on the inputs at their medians: no draw of them would be looked at.
    let settings = Settings { draws: 0, ..settings.clone() };
    let progress = Progress::new();
    let mut judged = 0usize;
    loop {
        let probes = analysis.next();
        if probes.is_empty() {
            return Ok(analysis.report());
        }
        let known = judged + probes.len();
        for probe in probes {
            let report = part(&progress, &probe.label, (judged, known), &probe.document, &settings)?;
            let verdict = decide::verdict(&probe.document, &report).decision.slug();
            analysis.accept(&probe, &report, verdict.to_owned());
            judged += 1;
        }
    }
}

/// Simulates one part of an experiment, of which so many are over and so many are known.
fn part(
    progress: &Progress,
    label: &str,
    (over, known): (usize, usize),
    document: &Document,
    settings: &Settings,
) -> anyhow::Result<Report> {
    let done = |share: f64| progress.show(label, (over as f64 + share) / known as f64);
    Ok(super::simulate(document, settings.clone(), &done)?.report())
}
