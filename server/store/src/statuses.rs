//! What becomes of issued records: the statuses they are given later. None is ever changed.

use std::sync::Arc;

use ports::{Deed, PersonId, PipelineId, RecordId, RecordSummary, SUPERSEDED, SeenRecord, StatusChange, UnixMillis};
use sqlx::{SqliteConnection, SqlitePool};

use crate::{
    activity,
    connections::{Connections, stored_id, stored_person},
    error::Error,
    records::RecordRow,
};

/// The statuses that a record was given, the latest last.
pub(crate) async fn of_record(reader: &SqlitePool, id: RecordId) -> Result<Vec<StatusChange>, Error> {
    let rows: Vec<(String, String, i64)> =
        sqlx::query_as("SELECT status, because, changed_at FROM record_statuses WHERE record_id = ? ORDER BY place")
            .bind(id.0.hyphenated())
            .fetch_all(reader)
            .await?;
    let mut changes = Vec::new();
    for (status, because, changed_at) in rows {
        let superseded_by = if status == SUPERSEDED { linked(reader, SUCCESSOR, id).await? } else { None };
        changes.push(StatusChange { status, because, superseded_by, changed_at: UnixMillis(changed_at) });
    }
    Ok(changes)
}

/// The record that came in the place of one.
const SUCCESSOR: &str = "SELECT records.id, number, pipeline_id, version, title, issued_at
    FROM record_statuses JOIN records ON records.id = superseded_by WHERE record_id = ?";

/// The record in whose place one came.
const PREDECESSOR: &str = "SELECT records.id, number, pipeline_id, version, title, issued_at
    FROM record_statuses JOIN records ON records.id = record_id WHERE superseded_by = ?";

/// The record in whose place this one came.
pub(crate) async fn superseded_by(reader: &SqlitePool, id: RecordId) -> Result<Option<RecordSummary>, Error> {
    linked(reader, PREDECESSOR, id).await
}

/// The record at the other end of a supersession.
async fn linked(reader: &SqlitePool, query: &'static str, id: RecordId) -> Result<Option<RecordSummary>, Error> {
    let row: Option<RecordRow> = sqlx::query_as(query).bind(id.0.hyphenated()).fetch_optional(reader).await?;
    Ok(row.map(RecordSummary::from))
}

pub(crate) async fn change(
    connections: Arc<Connections>,
    pipeline: PipelineId,
    by: PersonId,
    record: SeenRecord,
    status: String,
    because: String,
) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    may_follow(&mut transaction, record, pipeline).await?;
    append(&mut transaction, record, &status, None, &because, by, connections.now()).await?;
    let (number, title): (u32, String) = sqlx::query_as("SELECT number, title FROM records WHERE id = ?")
        .bind(record.id.0.hyphenated())
        .fetch_one(&mut *transaction)
        .await?;
    let about = format!("{number:04} {title} to {status}");
    activity::to_pipeline(&mut transaction, pipeline, by, Deed::ChangedStatus, &about, connections.now()).await?;
    transaction.commit().await?;
    Ok(())
}

/// Supersedes a record of a pipeline by one that has just been issued, in the same transaction.
pub(crate) async fn supersede(
    transaction: &mut SqliteConnection,
    older: SeenRecord,
    newer: RecordId,
    pipeline: PipelineId,
    by: PersonId,
    at: UnixMillis,
) -> Result<(), Error> {
    may_follow(transaction, older, pipeline).await?;
    append(transaction, older, SUPERSEDED, Some(newer), "", by, at).await
}

/// Refuses to add to the statuses of a record that somebody has not seen, or that is superseded; nobody else writes
/// meanwhile.
async fn may_follow(transaction: &mut SqliteConnection, record: SeenRecord, pipeline: PipelineId) -> Result<(), Error> {
    let (known, given, superseded): (u32, u32, u32) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM records WHERE id = ?1 AND pipeline_id = ?2),
                count(*), count(superseded_by)
         FROM record_statuses WHERE record_id = ?1",
    )
    .bind(record.id.0.hyphenated())
    .bind(stored_id(pipeline))
    .fetch_one(transaction)
    .await?;
    match (known, superseded) {
        (0, _) => Err(Error::Missing("record")),
        (_, 0) if given == record.changes => Ok(()),
        _ => Err(Error::Overtaken("record")),
    }
}

async fn append(
    transaction: &mut SqliteConnection,
    record: SeenRecord,
    status: &str,
    superseded_by: Option<RecordId>,
    because: &str,
    by: PersonId,
    at: UnixMillis,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO record_statuses (record_id, place, status, superseded_by, because, changed_by, changed_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(record.id.0.hyphenated())
    .bind(i64::from(record.changes) + 1)
    .bind(status)
    .bind(superseded_by.map(|id| id.0.hyphenated()))
    .bind(because)
    .bind(stored_person(by))
    .bind(at.0)
    .execute(transaction)
    .await?;
    Ok(())
}
