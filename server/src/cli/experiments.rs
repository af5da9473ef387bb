//! Running an experiment: one variant after the other, each on all cores.

use std::io::{IsTerminal, Write};

use engine::{
    Settings,
    experiment::{Experiment, ExperimentReport, Outcome},
};
use model::Document;

/// Runs an experiment to its end; on a terminal it says which variant it is at.
pub(super) fn run(
    experiment: Experiment,
    document: &Document,
    settings: &Settings,
) -> anyhow::Result<ExperimentReport> {
    let mut outcomes: Vec<Outcome> = Vec::new();
    let mut terminal = std::io::stderr().is_terminal().then(std::io::stderr);
    loop {
        let variants = experiment.next(document, &outcomes);
        if variants.is_empty() {
            break;
        }
        for variant in variants {
            if let Some(terminal) = &mut terminal {
                // Progress that cannot be shown is not worth failing for.
                let _ = write!(terminal, "\r\x1b[K{}: {}", experiment.slug(), variant.label);
            }
            let report = super::simulate(&variant.document, settings.clone())?.report();
            outcomes.push(Outcome { label: variant.label, value: variant.value, report });
        }
    }
    if let Some(terminal) = &mut terminal {
        let _ = write!(terminal, "\r\x1b[K");
    }
    anyhow::ensure!(!outcomes.is_empty(), "there is nothing to vary: the pipeline has no {}", experiment.slug());
    Ok(experiment.report(outcomes))
}
