//! How a version comes into being.

use std::sync::Arc;

use model::Document;
use ports::{Deed, Owner, PersonId, PipelineId, SaveOutcome, SavedPipeline, UnixMillis};
use sqlx::SqliteConnection;
use uuid::Uuid;

use crate::{
    activity,
    connections::{Connections, stored_id, stored_person, stored_version},
    error::Error,
    pipelines,
};

/// What the tables hold of a document, made before the writer is taken.
pub(crate) struct Stored {
    name: String,
    steps: u32,
    json: String,
    digest: String,
}

impl Stored {
    pub(crate) fn of(document: &Document) -> Self {
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
    owner: Owner,
    by: PersonId,
    document: Document,
) -> Result<SavedPipeline, Error> {
    let stored = Stored::of(&document);
    let mut transaction = connections.begin().await?;
    let id = PipelineId(Uuid::now_v7());
    insert_pipeline(&mut transaction, id, &stored, None, Some((owner, by)), connections.now()).await?;
    activity::to_pipeline(&mut transaction, id, by, Deed::Created, "", connections.now()).await?;
    let saved = pipelines::latest(&mut *transaction, id).await?;
    transaction.commit().await?;
    Ok(saved)
}

/// Inserts a pipeline with its first version, within a transaction: an example, or one that somebody makes.
pub(crate) async fn insert_pipeline(
    connection: &mut SqliteConnection,
    id: PipelineId,
    stored: &Stored,
    example: Option<&str>,
    made: Option<(Owner, PersonId)>,
    at: UnixMillis,
) -> Result<(), Error> {
    let (person, team) = made.map(|(owner, _)| pipelines::stored_owner(owner)).unwrap_or_default();
    sqlx::query(
        "INSERT INTO pipelines (id, example, person_id, team_id, name, steps, version, saved_at)
         VALUES (?, ?, ?, ?, ?, ?, 1, ?)",
    )
    .bind(stored_id(id))
    .bind(example)
    .bind(person)
    .bind(team)
    .bind(&stored.name)
    .bind(stored.steps)
    .bind(at.0)
    .execute(&mut *connection)
    .await?;
    insert_revision(connection, id, 1, stored, made.map(|(_, by)| by), at).await
}

pub(crate) async fn save(
    connections: Arc<Connections>,
    id: PipelineId,
    expected_version: u64,
    by: PersonId,
    document: Document,
) -> Result<SaveOutcome, Error> {
    let stored = Stored::of(&document);
    let mut transaction = connections.begin().await?;
    let now = connections.now();
    match save_in(&mut transaction, id, expected_version, &stored, Some(by), now).await? {
        Some((version, saved_at)) => {
            transaction.commit().await?;
            Ok(SaveOutcome::Saved { version, saved_at })
        }
        None => Ok(SaveOutcome::Conflict(Box::new(pipelines::latest(&mut *transaction, id).await?))),
    }
}

/// Saves within a transaction; answers the version and its time, or nothing where another version was saved meanwhile.
pub(crate) async fn save_in(
    connection: &mut SqliteConnection,
    id: PipelineId,
    expected_version: u64,
    stored: &Stored,
    by: Option<PersonId>,
    at: UnixMillis,
) -> Result<Option<(u64, UnixMillis)>, Error> {
    // The same document again loses nothing, whichever version was expected.
    if let Some(latest) = same_as_latest(&mut *connection, id, &stored.digest).await? {
        return Ok(Some(latest));
    }
    let version = expected_version.saturating_add(1);
    let updated =
        sqlx::query("UPDATE pipelines SET name = ?, steps = ?, version = ?, saved_at = ? WHERE id = ? AND version = ?")
            .bind(&stored.name)
            .bind(stored.steps)
            .bind(stored_version(version))
            .bind(at.0)
            .bind(stored_id(id))
            .bind(stored_version(expected_version))
            .execute(&mut *connection)
            .await?;
    if updated.rows_affected() == 0 {
        return Ok(None);
    }
    insert_revision(connection, id, version, stored, by, at).await?;
    Ok(Some((version, at)))
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
    by: Option<PersonId>,
    at: UnixMillis,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO revisions (pipeline_id, version, document, digest, saved_by, saved_at) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(stored_id(id))
    .bind(stored_version(version))
    .bind(&stored.json)
    .bind(&stored.digest)
    .bind(by.map(stored_person))
    .bind(at.0)
    .execute(connection)
    .await?;
    Ok(())
}
