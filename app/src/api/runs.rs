//! Simulating on the server: what a browser previews, the server certifies.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[cfg(feature = "ssr")]
use ports::access::CanComment;

use super::wire::Wire;
use crate::error::AppError;

/// What came of an experiment on the server. A browser with a worker runs its own, so this travels beside the page's
/// markup only where somebody opened an address that asks for one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExperimentView {
    /// Its name.
    pub experiment: String,
    /// For a what-if: the path of the input that is changed.
    pub input: String,
    /// What was typed as its value.
    pub value: String,
    /// The digest of the document that it was run on.
    pub digest: String,
    /// What it has found, as HTML, or why nothing was found.
    pub found: Result<String, AppError>,
}

/// Simulates a version on the server and keeps its report.
#[server(endpoint = "runs/simulate", output = Wire)]
pub async fn run_simulation(id: Uuid, version: u64) -> Result<(), AppError> {
    let may: CanComment = crate::context::visitor::may(id).await?;
    certified_run(may, version).await?;
    Ok(())
}

/// The run kept for a version; it is made and kept where there is none yet.
#[cfg(feature = "ssr")]
pub(super) async fn certified_run(
    may: CanComment,
    version: u64,
) -> Result<(ports::SavedPipeline, ports::Run), AppError> {
    let store = crate::context::store();
    let revision = store.get_revision(&may, version).await?;
    let kept = store.get_run(&may, version).await?;
    if let Some(run) = kept {
        return Ok((revision, run));
    }
    let simulator = crate::context::simulator()?;
    let report = simulator.simulate(revision.document.clone(), engine::Settings::default()).await?;
    let bought = purchases(&revision.document, report.clone()).await?;
    let run = ports::Run { report, bought };
    let certified = run.clone();
    super::to_its_end(async move { store.keep_run(&may, version, &certified).await }).await?;
    Ok((revision, run))
}

/// What the conditions of the verdict on a report buy, by simulation of one after the other. A condition whose simulation takes
/// longer than the server simulates at a time ends the list: the verdict stands without it.
#[cfg(feature = "ssr")]
pub(super) async fn purchases(
    document: &model::Document,
    report: engine::Report,
) -> Result<Vec<decide::Purchase>, AppError> {
    let mut study = report::page::purchases(document.clone(), report).map_err(ports::SimulateError::from)?;
    let simulator = crate::context::simulator()?;
    while let Some(part) = study.next() {
        match simulator.simulate(part.document.clone(), study.settings()).await {
            Ok(report) => study.accept_report(report),
            Err(ports::SimulateError::TooLong(_)) => break,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(report::page::bought(document, &study.findings()))
}

/// What the experiment finds that the page's address asks for, as in `?experiment=load`. Nothing is kept of it.
#[cfg(feature = "ssr")]
pub(super) async fn experiment_asked_for(document: &model::Document, version: u64) -> Option<ExperimentView> {
    if let Some(view) = super::what_if::asked_for(document, version).await {
        return Some(view);
    }
    let question = engine::experiment::Question::from_slug(&crate::context::asked("experiment")?)?;
    let run = async {
        let of = document.clone();
        let findings = crate::context::simulator()?.experiment(move || report::page::study(question, of)).await?;
        Ok(report::page::experiment(document, &findings, version))
    };
    Some(ExperimentView {
        experiment: question.slug().to_owned(),
        input: String::new(),
        value: String::new(),
        digest: document.digest(),
        found: run.await,
    })
}
