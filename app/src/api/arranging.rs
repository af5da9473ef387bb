//! The arrangement by hand: how one begins, and how it goes. What is typed into it is saved as any form.

use leptos::prelude::*;
use uuid::Uuid;

#[cfg(feature = "ssr")]
use super::forms::submit;
use super::{forms::SaveResult, wire::Wire};
#[cfg(feature = "ssr")]
use crate::steps::StepForm;
use crate::{error::AppError, steps::prototype::ArrangementForm};

/// Saves the rows of the arrangement.
#[server(endpoint = "custom/save", output = Wire)]
pub async fn save_custom(id: Uuid, version: u64, form: ArrangementForm) -> Result<SaveResult, AppError> {
    submit(id, version, form).await
}

/// Begins an arrangement as another topology has it, by that one's name.
#[server(endpoint = "custom/start", output = Wire)]
pub async fn start_custom(id: Uuid, version: u64, from: String) -> Result<(), AppError> {
    rearrange(id, version, |document| {
        model::TopologyKind::from_slug(&from).and_then(|from| crate::steps::prototype::start(document, from))
    })
    .await
}

/// Removes the arrangement.
#[server(endpoint = "custom/remove", output = Wire)]
pub async fn remove_custom(id: Uuid, version: u64) -> Result<(), AppError> {
    rearrange(id, version, |document| Some(crate::steps::prototype::without(document))).await
}

/// Saves a version's document with another arrangement, where nobody has saved another version since.
#[cfg(feature = "ssr")]
async fn rearrange(
    id: Uuid,
    version: u64,
    change: impl FnOnce(&model::Document) -> Option<model::Document>,
) -> Result<(), AppError> {
    let edit: ports::access::CanEdit = crate::context::visitor::may(id).await?;
    let latest = crate::context::store().get_pipeline(&edit).await?;
    let document = change(&latest.document)
        .ok_or_else(|| AppError::invalid("Choose what to start from: sequential, parallel or staged.".to_owned()))?
        .checked()
        .map_err(|problems| AppError::invalid(problems.to_string()))?;
    if latest.version == version && super::save_after(edit, version, document, ArrangementForm::PAGE).await? {
        Ok(())
    } else {
        Err(AppError::overtaken(
            "Another version was saved meanwhile: this is what it says. Nothing was changed; try again.".to_owned(),
        ))
    }
}
