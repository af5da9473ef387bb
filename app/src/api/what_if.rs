//! What a change of one input would do, asked of the server, and keeping it.

use leptos::prelude::*;
use uuid::Uuid;

#[cfg(feature = "ssr")]
use super::runs::ExperimentView;
use super::wire::Wire;
use crate::error::AppError;

/// Keeps a change of one input as the next version. Nothing is overwritten: where somebody else has saved in the
/// meantime, it is told, and the page compares with the latest version.
#[server(endpoint = "what-if/keep", output = Wire)]
pub async fn keep_what_if(id: Uuid, version: u64, input: String, value: String) -> Result<(), AppError> {
    let edit: ports::access::CanEdit = crate::context::visitor::may(id).await?;
    let store = crate::context::store();
    let saved = store.get_pipeline(&edit).await?;
    let (document, _) = crate::steps::prototype::changed(&saved.document, &input, &value).map_err(AppError::invalid)?;
    // Input that other pages keep stays: it is shown there as typed on an older version.
    let outcome = super::to_its_end(async move { store.save_pipeline(&edit, version, &document).await }).await?;
    match outcome {
        ports::SaveOutcome::Saved { .. } => {
            leptos_axum::redirect(&format!("/pipelines/{id}/what-if"));
            Ok(())
        }
        ports::SaveOutcome::Conflict(latest) => Err(AppError::invalid(format!(
            "Not kept: version {} was saved elsewhere in the meantime. Nothing has been overwritten. The comparison is \
             now with that version; keep the change if it still holds.",
            latest.version
        ))),
    }
}

/// What the page's address asks for, as in `?what-if=budget.target_ms&value=900`. Nothing is kept of it.
#[cfg(feature = "ssr")]
pub(super) async fn asked_for(document: &model::Document, version: u64) -> Option<ExperimentView> {
    #[derive(serde::Deserialize)]
    struct Asked {
        #[serde(rename = "what-if")]
        input: String,
        #[serde(default)]
        value: String,
    }
    let Asked { input, value } = crate::context::query()?;
    let found = match crate::steps::prototype::changed(document, &input, &value) {
        Ok((after, label)) => compared(document.clone(), after, label, version).await,
        // The page says itself what is wrong with the value, where it was typed.
        Err(_) => Err(AppError::invalid(String::new())),
    };
    let experiment = crate::workspace::WHAT_IF.to_owned();
    Some(ExperimentView { experiment, input, value, digest: document.digest(), found })
}

/// What comes of a document and of another in its place, as HTML. Both meet the same requests with the same luck.
#[cfg(feature = "ssr")]
pub(crate) async fn compared(
    document: model::Document,
    after: model::Document,
    label: String,
    version: u64,
) -> Result<String, AppError> {
    let of = document.clone();
    let study = move || engine::experiment::Study::what_if(of, after, label);
    let findings = crate::context::simulator()?.experiment(study).await?;
    Ok(report::page::experiment(&document, &findings, version))
}
