//! Downloads: what `report` and `model` make as text, with the headers that make it a file.

use app::{context::AppContext, standing::standing};
use axum::{
    extract::{Path, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use ports::{Origin, PipelineId, RecordId, StoreError};
use report::record::{Archive, Format, document_file_name, restated};
use uuid::Uuid;

use super::request_id::RequestId;

/// The latest document of a pipeline.
pub(super) async fn document(State(app): State<AppContext>, request_id: RequestId, Path(id): Path<String>) -> Response {
    let Ok(id) = Uuid::try_parse(&id) else { return StatusCode::NOT_FOUND.into_response() };
    match app.store.get_pipeline(PipelineId(id)).await {
        Ok(saved) if saved.origin == Origin::Made => {
            let name = document_file_name(&saved.document);
            file(&name, "application/json", saved.document.to_pretty_json())
        }
        Ok(_) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => refused(&error, &request_id),
    }
}

/// An issued record as it stands today: `<id>.md` is the Markdown that was issued, with its present status; `<id>.<format>`
/// is one of the other formats, written from the record's evidence. `<id>.issued` is the very text that was issued.
pub(super) async fn record(
    State(app): State<AppContext>,
    request_id: RequestId,
    Path(file_of_record): Path<String>,
) -> Response {
    let asked = file_of_record.split_once('.').and_then(|(id, slug)| {
        let format = if ["md", "issued"].contains(&slug) { Some(Format::Madr) } else { Format::from_slug(slug) };
        Some((Uuid::try_parse(id).ok()?, format?, slug == "issued"))
    });
    let Some((id, format, as_issued)) = asked else { return StatusCode::NOT_FOUND.into_response() };
    let record = match app.store.get_record(RecordId(id)).await {
        Ok(record) => record,
        Err(error) => return refused(&error, &request_id),
    };
    let name = format.file_name(record.summary.number, &record.summary.title);
    if as_issued {
        return file(&name.replace(".md", "-as-issued.md"), format.media_type(), record.text.markdown);
    }
    let standing = match standing(&record) {
        Ok(standing) => standing,
        Err(error) => return refused(&StoreError::Failed(error.into()), &request_id),
    };
    let text = match format {
        Format::Madr => restated(&record.text.markdown, &standing),
        Format::Json if standing.is_as_issued() => record.text.evidence,
        Format::Json | Format::Nygard | Format::Html | Format::Csv(_) => {
            // A record from before there was evidence has the one text only.
            let archive = Archive::parse(&record.text.evidence).ok();
            archive.map(|archive| archive.standing(&standing).render(format)).unwrap_or_default()
        }
    };
    if text.is_empty() { StatusCode::NOT_FOUND.into_response() } else { file(&name, format.media_type(), text) }
}

/// A download. The name is made of letters, digits and dashes only, so it needs no escaping.
pub(super) fn file(name: &str, kind: &'static str, text: String) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    (headers, text).into_response()
}

pub(super) fn refused(error: &StoreError, request_id: &RequestId) -> Response {
    match error {
        StoreError::NotFound(_) | StoreError::Overtaken(_) => StatusCode::NOT_FOUND.into_response(),
        StoreError::Failed(cause) => {
            tracing::error!(request_id = request_id.0, %cause, "download failed");
            request_id.failure_page()
        }
    }
}
