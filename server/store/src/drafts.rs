//! Input that pages keep, for each person their own.

use std::{collections::BTreeMap, sync::Arc};

use ports::{Draft, PersonId, PipelineId, UnixMillis};
use sqlx::{SqliteConnection, SqliteExecutor};

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

pub(crate) async fn list(
    executor: impl SqliteExecutor<'_>,
    id: PipelineId,
    by: PersonId,
) -> Result<BTreeMap<String, Draft>, Error> {
    let rows: Vec<(String, u64, String, i64)> =
        sqlx::query_as("SELECT page, base_version, input, kept_at FROM drafts WHERE pipeline_id = ? AND person_id = ?")
            .bind(stored_id(id))
            .bind(stored_person(by))
            .fetch_all(executor)
            .await?;
    let draft =
        |(page, base_version, input, kept_at)| (page, Draft { base_version, input, kept_at: UnixMillis(kept_at) });
    Ok(rows.into_iter().map(draft).collect())
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
    keep_in(&mut transaction, id, &page, by, base_version, &input, connections.now()).await?;
    transaction.commit().await?;
    Ok(())
}

pub(crate) async fn keep_unsaved(
    connections: Arc<Connections>,
    id: PipelineId,
    page: String,
    by: PersonId,
    base_version: u64,
    input: String,
    seen: Option<UnixMillis>,
) -> Result<UnixMillis, Error> {
    let mut transaction = connections.begin().await?;
    let kept = get(&mut *transaction, id, &page, by).await?;
    if kept.is_some_and(|kept| Some(kept.kept_at) != seen && kept.input != input) {
        return Err(Error::Overtaken("draft"));
    }
    let at = keep_in(&mut transaction, id, &page, by, base_version, &input, connections.now()).await?;
    transaction.commit().await?;
    Ok(at)
}

/// Keeps input within a transaction. When it was kept is later than when anything was that it replaces, so that the two are
/// told from each other.
async fn keep_in(
    connection: &mut SqliteConnection,
    id: PipelineId,
    page: &str,
    by: PersonId,
    base_version: u64,
    input: &str,
    now: UnixMillis,
) -> Result<UnixMillis, Error> {
    // Selects no row, and so inserts none, where there is no such pipeline.
    let kept_at: Option<i64> = sqlx::query_scalar(
        "INSERT INTO drafts (pipeline_id, page, person_id, base_version, input, kept_at)
         SELECT id, ?, ?, ?, ?, ? FROM pipelines WHERE id = ?
         ON CONFLICT (pipeline_id, page, person_id) DO UPDATE
         SET base_version = excluded.base_version, input = excluded.input,
             kept_at = max(excluded.kept_at, drafts.kept_at + 1)
         RETURNING kept_at",
    )
    .bind(page)
    .bind(stored_person(by))
    .bind(stored_version(base_version))
    .bind(input)
    .bind(now.0)
    .bind(stored_id(id))
    .fetch_optional(connection)
    .await?;
    Ok(UnixMillis(kept_at.ok_or(Error::Missing("pipeline"))?))
}

pub(crate) async fn discard(
    connections: Arc<Connections>,
    id: PipelineId,
    page: String,
    by: PersonId,
    seen: Option<UnixMillis>,
) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    sqlx::query(
        "DELETE FROM drafts WHERE pipeline_id = ?1 AND page = ?2 AND person_id = ?3 AND (?4 IS NULL OR kept_at = ?4)",
    )
    .bind(stored_id(id))
    .bind(page)
    .bind(stored_person(by))
    .bind(seen.map(|seen| seen.0))
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await?;
    Ok(())
}
