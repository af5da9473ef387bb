//! What the address of a page names.

use leptos::prelude::ReadUntracked;
use leptos_router::hooks::use_params_map;
use uuid::Uuid;

use crate::error::AppError;

/// The `what` (a pipeline, a team) that `:id` of the address names.
///
/// # Errors
/// 404 if it is no id: there can be no such thing.
pub(crate) fn named(what: &str) -> Result<Uuid, AppError> {
    let id = use_params_map().read_untracked().get("id").and_then(|id| Uuid::try_parse(&id).ok());
    id.ok_or_else(|| AppError::not_found(what))
}
