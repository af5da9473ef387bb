//! What teams say about results.

use std::sync::Arc;

use ports::{Note, NoteKind, PersonId, PipelineId, UnixMillis};
use sqlx::SqliteExecutor;

use crate::{
    connections::{Connections, stored_id, stored_person, stored_version},
    error::Error,
};

pub(crate) async fn get(
    executor: impl SqliteExecutor<'_>,
    id: PipelineId,
    kind: NoteKind,
) -> Result<Option<Note>, Error> {
    let row: Option<(u64, String, u64, i64)> = sqlx::query_as(
        "SELECT version, body, place, noted_at FROM notes WHERE pipeline_id = ? AND kind = ? ORDER BY place DESC LIMIT 1",
    )
    .bind(stored_id(id))
    .bind(kind.word())
    .fetch_optional(executor)
    .await?;
    Ok(row.map(|(version, body, place, noted_at)| Note { version, body, place, noted_at: UnixMillis(noted_at) }))
}

pub(crate) async fn note(
    connections: Arc<Connections>,
    id: PipelineId,
    by: PersonId,
    (kind, seen): (NoteKind, Option<u64>),
    (version, body): (u64, String),
) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    if get(&mut *transaction, id, kind).await?.map(|note| note.place) != seen {
        return Err(Error::Overtaken(kind.word()));
    }
    // Selects no row, and so inserts none, where there is no such version.
    let noted = sqlx::query(
        "INSERT INTO notes (pipeline_id, kind, version, body, noted_by, noted_at)
         SELECT pipeline_id, ?, version, ?, ?, ? FROM revisions WHERE pipeline_id = ? AND version = ?",
    )
    .bind(kind.word())
    .bind(body)
    .bind(stored_person(by))
    .bind(connections.now().0)
    .bind(stored_id(id))
    .bind(stored_version(version))
    .execute(&mut *transaction)
    .await?;
    if noted.rows_affected() == 0 {
        return Err(Error::Missing("version"));
    }
    transaction.commit().await?;
    Ok(())
}
