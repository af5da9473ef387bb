//! One pipeline with everything that its workbench shows.

use std::collections::BTreeMap;

use leptos::prelude::*;
use model::Document;
use report::page::{Shown, Sketch};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{decisions::DecisionView, records::RecordsView, runs::ExperimentView, wire::Wire};
use crate::error::AppError;
#[cfg(feature = "ssr")]
use report::page::Place;

/// A pipeline as the workbench opens it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PipelineView {
    /// Which pipeline.
    pub id: Uuid,
    /// Whether the visitor may see it and not change it.
    pub read_only: bool,
    /// Its latest version.
    pub version: u64,
    /// That version's document.
    pub document: Document,
    /// Input that pages keep because it could not be saved yet, by page.
    pub drafts: BTreeMap<String, DraftView>,
    /// The digest of the document for which a report is kept.
    pub certified: Option<String>,
    /// What is shown of that report.
    pub shown: Option<Shown>,
    /// What is shown of the document alone.
    pub sketch: Sketch,
    /// The experiment or the change that the page's address asks for.
    pub experiment: Option<ExperimentView>,
    /// What the team has said about the verdict.
    pub decision: Option<DecisionView>,
    /// Which failure the team expects, in its words; empty: it has not said.
    pub expected: String,
    /// The records issued for this pipeline.
    pub records: RecordsView,
    /// Today's date, for the record's preview.
    pub today: String,
}

/// Input that a page keeps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DraftView {
    /// The version on which it was based.
    pub base_version: u64,
    /// The page's form as JSON.
    pub input: String,
}

/// A pipeline with everything that its workbench shows at a step.
#[server(endpoint = "pipeline/get", output = Wire)]
pub async fn get_pipeline(id: Uuid, step: String) -> Result<PipelineView, AppError> {
    let rights = crate::context::visitor::rights(id).await?;
    let (read, read_only) = (rights.read, rights.edit.is_none());
    let store = crate::context::store();
    let saved = store.get_pipeline(&read).await?;
    let mut drafts = BTreeMap::new();
    for (page, draft) in store.list_drafts(&read).await? {
        if crate::steps::pages_with_forms().any(|known| known == page) {
            drafts.insert(page, DraftView { base_version: draft.base_version, input: draft.input });
        }
    }
    let today = crate::context::today();
    let run = store.get_run(&read, saved.version).await?;
    // Whoever names no step asks for what the server alone changes.
    let whole = step == "record" || step.is_empty();
    let verdict = run.as_ref().map(|run| run.verdict(&saved.document).decision);
    let latest = run.as_ref().zip(verdict).map(|(run, decision)| super::register::Today(&run.report, decision));
    let records = super::register::view(&rights, &saved, latest.as_ref(), whole).await?;
    let (decision, expected) = super::decisions::latest(&read).await?;
    let of_this = decision.as_ref().filter(|decision| decision.version == saved.version);
    let experiment = super::runs::experiment_asked_for(&saved.document, saved.version).await;
    let place = Place {
        step,
        pipeline: format!("/pipelines/{id}"),
        version: saved.version,
        today: today.clone(),
        decided: of_this.map(|decision| decision.decided.clone()),
    };
    Ok(PipelineView {
        id,
        read_only,
        version: saved.version,
        certified: run.as_ref().map(|run| run.report.document_digest.clone()),
        shown: run.map(|run| report::page::shown(&saved.document, &run.report, &run.bought, &place)),
        sketch: report::page::sketch(&saved.document, &place),
        document: saved.document,
        drafts,
        experiment,
        decision,
        expected,
        records,
        today,
    })
}
