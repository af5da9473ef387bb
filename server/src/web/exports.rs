//! Downloads: what `report` and `model` make as text, with the headers that make it a file.

use app::{context::AppContext, standing::standing};
use axum::{
    Extension,
    body::Body,
    extract::{Path, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use ports::{
    PipelineId, RecordId, StoreError,
    access::{CanRead, Refused, Visitor, to_pipeline, to_record},
};
use report::record::{Archive, Format, document_file_name, restated};
use uuid::Uuid;

use super::request_id::RequestId;

/// The latest document of a pipeline.
pub(super) async fn document(
    State(app): State<AppContext>,
    request_id: RequestId,
    Extension(visitor): Extension<Visitor>,
    Path(id): Path<String>,
) -> Response {
    let Ok(id) = Uuid::try_parse(&id) else { return StatusCode::NOT_FOUND.into_response() };
    let found = async {
        let read: CanRead = to_pipeline(app.store.as_ref(), &visitor, PipelineId(id)).await?;
        Ok(app.store.get_pipeline(&read).await?)
    };
    match found.await {
        Ok(saved) => {
            let name = document_file_name(&saved.document);
            file(&name, "application/json", saved.document.to_pretty_json())
        }
        Err(refusal) => refused(&refusal, &request_id),
    }
}

/// An issued record as it stands today: `<id>.md` is the Markdown that was issued, with its present status; `<id>.<format>`
/// is one of the other formats, written from the record's evidence. `<id>.issued` is the very text that was issued.
pub(super) async fn record(
    State(app): State<AppContext>,
    request_id: RequestId,
    Extension(visitor): Extension<Visitor>,
    Path(file_of_record): Path<String>,
) -> Response {
    let asked = file_of_record.split_once('.').and_then(|(id, slug)| {
        let format = if ["md", "issued"].contains(&slug) { Some(Format::Madr) } else { Format::from_slug(slug) };
        Some((Uuid::try_parse(id).ok()?, format?, slug == "issued"))
    });
    let Some((id, format, as_issued)) = asked else { return StatusCode::NOT_FOUND.into_response() };
    let found = async {
        let read = to_record(app.store.as_ref(), &visitor, RecordId(id)).await?;
        Ok(app.store.get_record(&read, RecordId(id)).await?)
    };
    let record = match found.await {
        Ok(record) => record,
        Err(refusal) => return refused(&refusal, &request_id),
    };
    let name = format.file_name(record.summary.number, &record.summary.title);
    if as_issued {
        return file(&name.replace(".md", "-as-issued.md"), format.media_type(), record.text.markdown);
    }
    let standing = match standing(&record) {
        Ok(standing) => standing,
        Err(error) => return request_id.failed(&error, "download"),
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
pub(super) fn file(name: &str, kind: &'static str, content: impl Into<Body>) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    (headers, content.into()).into_response()
}

pub(super) fn refused(refusal: &Refused, request_id: &RequestId) -> Response {
    match refusal {
        Refused::Missing(_) | Refused::NotSignedIn => StatusCode::NOT_FOUND.into_response(),
        Refused::Store(StoreError::NotFound(_) | StoreError::Overtaken(_)) => StatusCode::NOT_FOUND.into_response(),
        Refused::Forbidden(_) => StatusCode::FORBIDDEN.into_response(),
        Refused::Store(error @ (StoreError::Full | StoreError::Failed(_))) => request_id.failed(error, "download"),
    }
}
