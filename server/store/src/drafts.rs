//! Input that pages keep, for each person their own.

use std::sync::Arc;

use ports::{Draft, PersonId, PipelineId, UnixMillis};
use sqlx::SqliteExecutor;

use crate::{
    connections::{Connections, stored_id, stored_person, stored_version},
    error::Error,
};

pub(crate) async fn get(
    executor: impl SqliteExecutor<'_>,
    id: PipelineId,
    page: &str,
    by: PersonId,
) -> Result<Option<Draft>, Error> {
    let row: Option<(u64, String, i64)> = sqlx::query_as(
        "SELECT base_version, input, kept_at FROM drafts WHERE pipeline_id = ? AND page = ? AND person_id = ?",
    )
    .bind(stored_id(id))
    .bind(page)
    .bind(stored_person(by))
    .fetch_optional(executor)
    .await?;
    Ok(row.map(|(base_version, input, kept_at)| Draft { base_version, input, kept_at: UnixMillis(kept_at) }))
}

pub(crate) async fn keep(
    connections: Arc<Connections>,
    id: PipelineId,
    page: String,
    by: PersonId,
    base_version: u64,
    input: String,
) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    // Selects no row, and so inserts none, where there is no such pipeline.
    let kept = sqlx::query(
        "INSERT INTO drafts (pipeline_id, page, person_id, base_version, input, kept_at)
         SELECT id, ?, ?, ?, ?, ? FROM pipelines WHERE id = ?
         ON CONFLICT (pipeline_id, page, person_id) DO UPDATE
         SET base_version = excluded.base_version, input = excluded.input, kept_at = excluded.kept_at",
    )
    .bind(page)
    .bind(stored_person(by))
    .bind(stored_version(base_version))
    .bind(input)
    .bind(connections.now().0)
    .bind(stored_id(id))
    .execute(&mut *transaction)
    .await?;
    if kept.rows_affected() == 0 {
        return Err(Error::Missing("pipeline"));
    }
    transaction.commit().await?;
    Ok(())
}

pub(crate) async fn discard(
    connections: Arc<Connections>,
    id: PipelineId,
    page: String,
    by: PersonId,
) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    sqlx::query("DELETE FROM drafts WHERE pipeline_id = ? AND page = ? AND person_id = ?")
        .bind(stored_id(id))
        .bind(page)
        .bind(stored_person(by))
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(())
}
