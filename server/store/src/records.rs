//! Issued records. The schema sees to it that they never change; what becomes of them is in `statuses`.

use std::sync::Arc;

use ports::{Deed, IssuedRecord, NewRecord, PersonId, PipelineId, RecordId, RecordSummary, RecordText, UnixMillis};
use sqlx::{SqliteExecutor, SqlitePool};
use uuid::{Uuid, fmt::Hyphenated};

use crate::{
    activity,
    connections::{Connections, stored_id, stored_person, stored_version},
    error::Error,
    statuses,
};

row! {
    pub(crate) struct RecordRow {
        id: Hyphenated,
        number: u32,
        pipeline_id: Hyphenated,
        version: u64,
        title: String,
        issued_at: i64,
    }
}

impl From<RecordRow> for RecordSummary {
    fn from(row: RecordRow) -> Self {
        RecordSummary {
            id: RecordId(row.id.into_uuid()),
            number: row.number,
            pipeline: PipelineId(row.pipeline_id.into_uuid()),
            version: row.version,
            title: row.title,
            issued_at: UnixMillis(row.issued_at),
        }
    }
}

row! {
    struct RecordWithText {
        markdown: String,
        evidence: String,
        ..summary: RecordRow,
    }
}

pub(crate) async fn list(executor: impl SqliteExecutor<'_>, pipeline: PipelineId) -> Result<Vec<RecordSummary>, Error> {
    let rows: Vec<RecordRow> = sqlx::query_as(
        "SELECT id, number, pipeline_id, version, title, issued_at FROM records
         WHERE pipeline_id = ? ORDER BY number DESC",
    )
    .bind(stored_id(pipeline))
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().map(RecordSummary::from).collect())
}

/// The versions that have a record, with the digests of their documents.
pub(crate) async fn recorded(
    executor: impl SqliteExecutor<'_>,
    pipeline: PipelineId,
) -> Result<Vec<(u64, String)>, Error> {
    let recorded = sqlx::query_as(
        "SELECT DISTINCT version, digest FROM records JOIN revisions USING (pipeline_id, version)
         WHERE pipeline_id = ? ORDER BY version DESC",
    );
    Ok(recorded.bind(stored_id(pipeline)).fetch_all(executor).await?)
}

pub(crate) async fn get(reader: &SqlitePool, pipeline: PipelineId, id: RecordId) -> Result<IssuedRecord, Error> {
    let row: Option<RecordWithText> = sqlx::query_as(
        "SELECT id, number, pipeline_id, version, title, issued_at, markdown, evidence FROM records
         WHERE id = ? AND pipeline_id = ?",
    )
    .bind(id.0.hyphenated())
    .bind(stored_id(pipeline))
    .fetch_optional(reader)
    .await?;
    let RecordWithText { summary, markdown, evidence } = row.ok_or(Error::Missing("record"))?;
    Ok(IssuedRecord {
        summary: summary.into(),
        text: RecordText { markdown, evidence },
        supersedes: statuses::superseded_by(reader, id).await?,
        changes: statuses::of_record(reader, id).await?,
    })
}

pub(crate) async fn issue(
    connections: Arc<Connections>,
    pipeline: PipelineId,
    by: PersonId,
    record: NewRecord,
) -> Result<RecordSummary, Error> {
    let mut transaction = connections.begin().await?;
    let (id, issued_at) = (RecordId(Uuid::now_v7()), connections.now());
    // The largest number is also the count, because no record is ever deleted. Nobody else writes meanwhile.
    let number: u32 =
        sqlx::query_scalar("SELECT coalesce(max(number), 0) + 1 FROM records").fetch_one(&mut *transaction).await?;
    let NewRecord { version, title, supersedes, write } = record;
    let latest: Option<RecordWithText> = sqlx::query_as(
        "SELECT id, number, pipeline_id, version, title, issued_at, markdown, evidence FROM records
         WHERE pipeline_id = ? AND NOT EXISTS (SELECT 1 FROM record_statuses WHERE record_id = records.id)
         ORDER BY number DESC LIMIT 1",
    )
    .bind(stored_id(pipeline))
    .fetch_optional(&mut *transaction)
    .await?;
    if let Some(latest) = latest.filter(|latest| latest.summary.version == version && supersedes.is_none()) {
        let same = write(latest.summary.number);
        if (same.markdown, same.evidence) == (latest.markdown, latest.evidence) {
            return Ok(latest.summary.into());
        }
    }
    let RecordText { markdown, evidence } = write(number);
    // Selects no row, and so inserts none, where there is no such version.
    let inserted = sqlx::query(
        "INSERT INTO records (id, number, pipeline_id, version, title, markdown, evidence, issued_by, issued_at)
         SELECT ?, ?, pipeline_id, version, ?, ?, ?, ?, ? FROM revisions WHERE pipeline_id = ? AND version = ?",
    )
    .bind(id.0.hyphenated())
    .bind(number)
    .bind(&title)
    .bind(markdown)
    .bind(evidence)
    .bind(stored_person(by))
    .bind(issued_at.0)
    .bind(stored_id(pipeline))
    .bind(stored_version(version))
    .execute(&mut *transaction)
    .await?;
    if inserted.rows_affected() == 0 {
        return Err(Error::Missing("version"));
    }
    if let Some(older) = supersedes {
        statuses::supersede(&mut transaction, older, id, pipeline, by, issued_at).await?;
    }
    let about = format!("{number:04} {title}");
    activity::to_pipeline(&mut transaction, pipeline, by, Deed::Issued, &about, issued_at).await?;
    transaction.commit().await?;
    Ok(RecordSummary { id, number, pipeline, version, title, issued_at })
}
