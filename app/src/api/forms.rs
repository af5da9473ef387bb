//! Saving: what an editor changed, or what a form sent.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[cfg(feature = "ssr")]
use ports::access::CanEdit;

use super::wire::Wire;
#[cfg(feature = "ssr")]
use crate::context::visitor::may;
use crate::{
    error::AppError,
    steps::{
        budget::BudgetForm, classify::ClassifyForm, decide::ThresholdsForm, frame::FrameForm, map::Sheet,
        maturity::MaturityForm,
    },
};

/// The answer to a save.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SaveResult {
    /// It is stored as this version.
    Saved {
        /// The version.
        version: u64,
    },
    /// It could not be saved as it is; it is kept as a draft.
    Kept,
    /// Somebody saved another version in the meantime.
    Conflict {
        /// The latest version.
        version: u64,
        /// Its document.
        document: Box<model::Document>,
    },
}

/// Stores the next version of a pipeline. The document travels as its own JSON, which the server parses and
/// checks like any other.
#[server(endpoint = "pipeline/save", input = Wire, output = Wire)]
pub async fn save_document(id: Uuid, version: u64, document: String) -> Result<SaveResult, AppError> {
    let document = model::Document::parse(&document).map_err(|problems| AppError::invalid(problems.to_string()))?;
    let wrong = decide::threshold::problems(&document);
    if !wrong.is_empty() {
        return Err(AppError::invalid(model::Problems(wrong).to_string()));
    }
    save(may(id).await?, version, document, None).await
}

/// Keeps input that cannot be saved yet, and says under what it is kept. What met another version is kept beside nothing else:
/// it takes the place of what was `seen` there, and of nothing that somebody has yet to choose about.
#[server(endpoint = "pipeline/keep-draft", input = Wire, output = Wire)]
pub async fn keep_draft(
    id: Uuid,
    page: String,
    version: u64,
    input: String,
    seen: Option<i64>,
) -> Result<Option<i64>, AppError> {
    if !crate::steps::kept_pages().any(|known| known == page) {
        return Err(AppError::not_found("page"));
    }
    let edit: CanEdit = may(id).await?;
    let store = crate::context::store();
    super::to_its_end(async move {
        if page == crate::steps::CONFLICT {
            let seen = seen.map(ports::UnixMillis);
            return store.keep_unsaved(&edit, &page, version, &input, seen).await.map(|kept| Some(kept.0));
        }
        store.keep_draft(&edit, &page, version, &input).await.map(|()| None)
    })
    .await
}

/// Drops what a page keeps; where it is said what was `seen`, nothing else.
#[server(endpoint = "pipeline/discard-draft", output = Wire)]
pub async fn discard_draft(id: Uuid, page: String, seen: Option<i64>) -> Result<(), AppError> {
    let edit: CanEdit = may(id).await?;
    let store = crate::context::store();
    let seen = seen.map(ports::UnixMillis);
    super::to_its_end(async move { store.drop_draft(&edit, &page, seen).await }).await
}

/// Saves the form of the Frame step.
#[server(endpoint = "frame/save", output = Wire)]
pub async fn save_frame(id: Uuid, version: u64, form: FrameForm) -> Result<SaveResult, AppError> {
    submit(id, version, form).await
}

/// Saves the form of the Map step, after what its button asks for: add, move or delete a row.
#[server(endpoint = "map/save", output = Wire)]
pub async fn save_map(id: Uuid, version: u64, sheet: Sheet, intent: Option<String>) -> Result<SaveResult, AppError> {
    submit(id, version, sheet.after(intent.as_deref().unwrap_or_default())).await
}

/// Saves the form of the Classify step.
#[server(endpoint = "classify/save", output = Wire)]
pub async fn save_classify(id: Uuid, version: u64, form: ClassifyForm) -> Result<SaveResult, AppError> {
    submit(id, version, form).await
}

/// Saves the form of the Budget step.
#[server(endpoint = "budget/save", output = Wire)]
pub async fn save_budget(id: Uuid, version: u64, form: BudgetForm) -> Result<SaveResult, AppError> {
    submit(id, version, form).await
}

/// Saves the form of the Maturity step.
#[server(endpoint = "maturity/save", output = Wire)]
pub async fn save_maturity(id: Uuid, version: u64, form: MaturityForm) -> Result<SaveResult, AppError> {
    submit(id, version, form).await
}

/// Saves the thresholds of rules, on the Decide step.
#[server(endpoint = "thresholds/save", output = Wire)]
pub async fn save_thresholds(id: Uuid, version: u64, form: ThresholdsForm) -> Result<SaveResult, AppError> {
    submit(id, version, form).await
}

/// Applies a form to the latest document. What is wrong, or based on an older version, is kept as a draft
/// and shown again by the page: nothing that was typed is lost.
#[cfg(feature = "ssr")]
pub(super) async fn submit<F: crate::steps::StepForm>(id: Uuid, version: u64, form: F) -> Result<SaveResult, AppError> {
    let edit: CanEdit = may(id).await?;
    let store = crate::context::store();
    let latest = store.get_pipeline(&edit).await?;
    let kept = (F::PAGE.to_owned(), serde_json::to_string(&form).map_err(|error| crate::context::failed(&error))?);
    match form.apply(&latest.document) {
        Ok(document) => save(edit, version, document, Some(kept)).await,
        Err(_) => {
            let (page, input) = kept;
            super::to_its_end(async move { store.keep_draft(&edit, &page, version, &input).await }).await?;
            Ok(SaveResult::Kept)
        }
    }
}

/// Saves, and drops the draft that this save makes obsolete, or keeps one if there is a conflict.
#[cfg(feature = "ssr")]
async fn save(
    edit: CanEdit,
    version: u64,
    document: model::Document,
    kept: Option<(String, String)>,
) -> Result<SaveResult, AppError> {
    let store = crate::context::store();
    super::to_its_end(async move {
        let outcome = store.save_pipeline(&edit, version, &document).await?;
        match (outcome, kept) {
            (ports::SaveOutcome::Saved { version, .. }, kept) => {
                // An editor says itself which page's draft is settled: what others keep is not in its document.
                if let Some((page, _)) = kept {
                    store.drop_draft(&edit, &page, None).await?;
                }
                Ok(SaveResult::Saved { version })
            }
            (ports::SaveOutcome::Conflict(latest), kept) => {
                if let Some((page, input)) = kept {
                    store.keep_draft(&edit, &page, version, &input).await?;
                }
                Ok(SaveResult::Conflict { version: latest.version, document: Box::new(latest.document) })
            }
        }
    })
    .await
}
