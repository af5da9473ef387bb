//! Pipelines and their versions, read and deleted.

use std::sync::Arc;

use model::Document;
use ports::{Origin, PipelineId, PipelineSummary, SavedPipeline, UnixMillis};
use sqlx::SqliteExecutor;
use uuid::fmt::Hyphenated;

use crate::{
    connections::{Connections, stored_id, stored_version},
    error::Error,
};

#[derive(sqlx::FromRow)]
struct SummaryRow {
    id: Hyphenated,
    example: Option<String>,
    name: String,
    steps: u32,
    version: u64,
    saved_at: i64,
}

impl From<SummaryRow> for PipelineSummary {
    fn from(row: SummaryRow) -> Self {
        PipelineSummary {
            id: PipelineId(row.id.into_uuid()),
            name: row.name,
            origin: origin(row.example),
            steps: row.steps,
            version: row.version,
            saved_at: UnixMillis(row.saved_at),
        }
    }
}

#[derive(sqlx::FromRow)]
struct RevisionRow {
    id: Hyphenated,
    example: Option<String>,
    version: u64,
    saved_at: i64,
    document: String,
}

impl TryFrom<RevisionRow> for SavedPipeline {
    type Error = Error;

    fn try_from(row: RevisionRow) -> Result<Self, Error> {
        let unreadable = |problems: model::Problems| Error::Unreadable { what: "document", source: problems.into() };
        Ok(SavedPipeline {
            id: PipelineId(row.id.into_uuid()),
            origin: origin(row.example),
            version: row.version,
            saved_at: UnixMillis(row.saved_at),
            document: Document::parse(&row.document).map_err(unreadable)?,
        })
    }
}

fn origin(example: Option<String>) -> Origin {
    example.map_or(Origin::Made, Origin::Example)
}

pub(crate) async fn list(executor: impl SqliteExecutor<'_>) -> Result<Vec<PipelineSummary>, Error> {
    let rows: Vec<SummaryRow> = sqlx::query_as(
        "SELECT pipelines.id, example, name, steps, pipelines.version, pipelines.saved_at
         FROM pipelines JOIN revisions
           ON revisions.pipeline_id = pipelines.id AND revisions.version = pipelines.version
         ORDER BY revisions.sequence DESC",
    )
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().map(PipelineSummary::from).collect())
}

pub(crate) async fn latest(executor: impl SqliteExecutor<'_>, id: PipelineId) -> Result<SavedPipeline, Error> {
    let row: Option<RevisionRow> = sqlx::query_as(
        "SELECT pipelines.id, example, revisions.version, revisions.saved_at, document
         FROM pipelines JOIN revisions
           ON revisions.pipeline_id = pipelines.id AND revisions.version = pipelines.version
         WHERE pipelines.id = ?",
    )
    .bind(stored_id(id))
    .fetch_optional(executor)
    .await?;
    row.ok_or(Error::Missing("pipeline"))?.try_into()
}

pub(crate) async fn revision(
    executor: impl SqliteExecutor<'_>,
    id: PipelineId,
    version: u64,
) -> Result<SavedPipeline, Error> {
    let row: Option<RevisionRow> = sqlx::query_as(
        "SELECT pipelines.id, example, revisions.version, revisions.saved_at, document
         FROM pipelines JOIN revisions ON revisions.pipeline_id = pipelines.id
         WHERE pipelines.id = ? AND revisions.version = ?",
    )
    .bind(stored_id(id))
    .bind(stored_version(version))
    .fetch_optional(executor)
    .await?;
    row.ok_or(Error::Missing("version"))?.try_into()
}

/// Versions, drafts and runs go with it, by the references in the schema.
pub(crate) async fn delete(connections: Arc<Connections>, id: PipelineId) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    let deleted =
        sqlx::query("DELETE FROM pipelines WHERE id = ?").bind(stored_id(id)).execute(&mut *transaction).await?;
    if deleted.rows_affected() == 0 {
        return Err(Error::Missing("pipeline"));
    }
    transaction.commit().await?;
    Ok(())
}
