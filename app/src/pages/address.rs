//! What the address of a page names.

use axum::http::{
    Uri,
    header::{HOST, REFERER},
    request::Parts,
};
use leptos::prelude::{ReadUntracked, use_context};
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

/// The page of this instance from which somebody comes, as a path with what it asks for; none where it is one of those by which
/// people come in.
pub(crate) fn came_from() -> Option<String> {
    let request = use_context::<Parts>()?;
    let text = |name| request.headers.get(name).and_then(|value| value.to_str().ok());
    let from: Uri = text(REFERER)?.parse().ok()?;
    let path = from.path_and_query()?.as_str();
    let is_door = ["/sign-in", "/sign-up", "/forgot", "/reset", "/set-up"].iter().any(|door| path.starts_with(door));
    (from.authority()?.as_str() == text(HOST)? && !is_door).then(|| path.to_owned())
}
