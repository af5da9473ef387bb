//! How a version comes into being.

use std::sync::Arc;

use model::Document;
use ports::{Origin, PipelineId, SaveOutcome, SavedPipeline, UnixMillis};
use sqlx::SqliteConnection;
use uuid::Uuid;

use crate::{
    connections::{Connections, stored_id, stored_version},
    error::Error,
    pipelines,
};

/// What the tables hold of a document, made before the writer is taken.
struct Stored {
    name: String,
    steps: u32,
    json: String,
    digest: String,
}

impl Stored {
    fn of(document: &Document) -> Self {
        Self {
            name: document.name.clone(),
            steps: u32::try_from(document.steps.len()).unwrap_or(u32::MAX),
            json: document.to_json(),
            digest: document.digest(),
        }
    }
}

pub(crate) async fn create(
    connections: Arc<Connections>,
    document: Document,
    origin: Origin,
) -> Result<SavedPipeline, Error> {
    let stored = Stored::of(&document);
    let example = match &origin {
        Origin::Made => None,
        Origin::Example(slug) => Some(slug),
    };
    let mut transaction = connections.begin().await?;
    let (id, version, saved_at) = (PipelineId(Uuid::now_v7()), 1, connections.now());
    sqlx::query("INSERT INTO pipelines (id, example, name, steps, version, saved_at) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(stored_id(id))
        .bind(example)
        .bind(&stored.name)
        .bind(stored.steps)
        .bind(stored_version(version))
        .bind(saved_at.0)
        .execute(&mut *transaction)
        .await?;
    insert_revision(&mut transaction, id, version, &stored, saved_at).await?;
    transaction.commit().await?;
    Ok(SavedPipeline { id, origin, version, saved_at, document })
}

pub(crate) async fn save(
    connections: Arc<Connections>,
    id: PipelineId,
    expected_version: u64,
    document: Document,
) -> Result<SaveOutcome, Error> {
    let stored = Stored::of(&document);
    let mut transaction = connections.begin().await?;
    // The same document again loses nothing, whichever version was expected.
    if let Some((version, saved_at)) = same_as_latest(&mut transaction, id, &stored.digest).await? {
        return Ok(SaveOutcome::Saved { version, saved_at });
    }
    let (version, saved_at) = (expected_version.saturating_add(1), connections.now());
    let updated =
        sqlx::query("UPDATE pipelines SET name = ?, steps = ?, version = ?, saved_at = ? WHERE id = ? AND version = ?")
            .bind(&stored.name)
            .bind(stored.steps)
            .bind(stored_version(version))
            .bind(saved_at.0)
            .bind(stored_id(id))
            .bind(stored_version(expected_version))
            .execute(&mut *transaction)
            .await?;
    if updated.rows_affected() == 0 {
        let current = pipelines::latest(&mut *transaction, id).await?;
        return Ok(SaveOutcome::Conflict(Box::new(current)));
    }
    insert_revision(&mut transaction, id, version, &stored, saved_at).await?;
    transaction.commit().await?;
    Ok(SaveOutcome::Saved { version, saved_at })
}

/// The latest version and its time, if it is of this digest.
async fn same_as_latest(
    connection: &mut SqliteConnection,
    id: PipelineId,
    digest: &str,
) -> Result<Option<(u64, UnixMillis)>, Error> {
    let row: Option<(u64, i64)> = sqlx::query_as(
        "SELECT revisions.version, revisions.saved_at
         FROM pipelines JOIN revisions
           ON revisions.pipeline_id = pipelines.id AND revisions.version = pipelines.version
         WHERE pipelines.id = ? AND digest = ?",
    )
    .bind(stored_id(id))
    .bind(digest)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(version, saved_at)| (version, UnixMillis(saved_at))))
}

async fn insert_revision(
    connection: &mut SqliteConnection,
    id: PipelineId,
    version: u64,
    stored: &Stored,
    saved_at: UnixMillis,
) -> Result<(), Error> {
    sqlx::query("INSERT INTO revisions (pipeline_id, version, document, digest, saved_at) VALUES (?, ?, ?, ?, ?)")
        .bind(stored_id(id))
        .bind(stored_version(version))
        .bind(&stored.json)
        .bind(&stored.digest)
        .bind(saved_at.0)
        .execute(connection)
        .await?;
    Ok(())
}
