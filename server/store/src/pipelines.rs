//! Pipelines and their versions, read, moved and put away.

use std::sync::Arc;

use model::Document;
use ports::{Deed, Name, Owner, PersonId, PipelineId, PipelineSummary, SavedPipeline, TeamId, UnixMillis};
use sqlx::SqliteExecutor;
use uuid::fmt::Hyphenated;

use crate::{
    activity,
    connections::{Connections, stored_id, stored_person, stored_team, stored_version},
    error::Error,
    people::readable,
};

row! {
    struct SummaryRow {
        id: Hyphenated,
        name: String,
        steps: u32,
        version: u64,
        saved_at: i64,
        archived_at: Option<i64>,
    }
}

impl From<SummaryRow> for PipelineSummary {
    fn from(row: SummaryRow) -> Self {
        PipelineSummary {
            id: PipelineId(row.id.into_uuid()),
            name: row.name,
            steps: row.steps,
            version: row.version,
            saved_at: UnixMillis(row.saved_at),
            archived_at: row.archived_at.map(UnixMillis),
        }
    }
}

row! {
    struct RevisionRow {
        id: Hyphenated,
        version: u64,
        saved_at: i64,
        saved_by: Option<String>,
        document: String,
    }
}

impl TryFrom<RevisionRow> for SavedPipeline {
    type Error = Error;

    fn try_from(row: RevisionRow) -> Result<Self, Error> {
        let unreadable = |problems: model::Problems| Error::Unreadable { what: "document", source: problems.into() };
        Ok(SavedPipeline {
            id: PipelineId(row.id.into_uuid()),
            version: row.version,
            saved_at: UnixMillis(row.saved_at),
            saved_by: row.saved_by.as_deref().map(|name| readable("name", name)).transpose()?,
            document: Document::parse_stored(&row.document).map_err(unreadable)?,
        })
    }
}

pub(crate) async fn list(executor: impl SqliteExecutor<'_>, owner: Owner) -> Result<Vec<PipelineSummary>, Error> {
    let (person, team) = stored_owner(owner);
    let rows: Vec<SummaryRow> = sqlx::query_as(
        "SELECT pipelines.id, name, steps, pipelines.version, pipelines.saved_at, archived_at
         FROM pipelines JOIN revisions
           ON revisions.pipeline_id = pipelines.id AND revisions.version = pipelines.version
         WHERE person_id = ? OR team_id = ?
         ORDER BY revisions.sequence DESC",
    )
    .bind(person)
    .bind(team)
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().map(PipelineSummary::from).collect())
}

/// An owner as the tables hold it: a person or a team.
pub(crate) fn stored_owner(owner: Owner) -> (Option<Hyphenated>, Option<Hyphenated>) {
    let (person, team): (Option<PersonId>, Option<TeamId>) = match owner {
        Owner::Person(person) => (Some(person), None),
        Owner::Team(team) => (None, Some(team)),
        Owner::Program | Owner::Nobody => (None, None),
    };
    (person.map(stored_person), team.map(stored_team))
}

pub(crate) async fn latest(executor: impl SqliteExecutor<'_>, id: PipelineId) -> Result<SavedPipeline, Error> {
    let row: Option<RevisionRow> = sqlx::query_as(
        "SELECT pipelines.id, revisions.version, revisions.saved_at, people.name AS saved_by, document
         FROM pipelines JOIN revisions
           ON revisions.pipeline_id = pipelines.id AND revisions.version = pipelines.version
         LEFT JOIN people ON people.id = revisions.saved_by
         WHERE pipelines.id = ?",
    )
    .bind(stored_id(id))
    .fetch_optional(executor)
    .await?;
    row.ok_or(Error::Missing("pipeline"))?.try_into()
}

pub(crate) async fn latest_version(
    executor: impl SqliteExecutor<'_>,
    id: PipelineId,
) -> Result<(u64, Option<Name>), Error> {
    let row: Option<(u64, Option<String>)> = sqlx::query_as(
        "SELECT pipelines.version, people.name
         FROM pipelines JOIN revisions
           ON revisions.pipeline_id = pipelines.id AND revisions.version = pipelines.version
         LEFT JOIN people ON people.id = revisions.saved_by
         WHERE pipelines.id = ?",
    )
    .bind(stored_id(id))
    .fetch_optional(executor)
    .await?;
    let (version, by) = row.ok_or(Error::Missing("pipeline"))?;
    Ok((version, by.as_deref().map(|name| readable("name", name)).transpose()?))
}

pub(crate) async fn revision(
    executor: impl SqliteExecutor<'_>,
    id: PipelineId,
    version: u64,
) -> Result<SavedPipeline, Error> {
    let row: Option<RevisionRow> = sqlx::query_as(
        "SELECT pipelines.id, revisions.version, revisions.saved_at, people.name AS saved_by, document
         FROM pipelines JOIN revisions ON revisions.pipeline_id = pipelines.id
         LEFT JOIN people ON people.id = revisions.saved_by
         WHERE pipelines.id = ? AND revisions.version = ?",
    )
    .bind(stored_id(id))
    .bind(stored_version(version))
    .fetch_optional(executor)
    .await?;
    row.ok_or(Error::Missing("version"))?.try_into()
}

pub(crate) async fn change_owner(
    connections: Arc<Connections>,
    id: PipelineId,
    by: PersonId,
    owner: Owner,
) -> Result<(), Error> {
    let (person, team) = stored_owner(owner);
    let mut transaction = connections.begin().await?;
    let now = connections.now();
    // Nothing where it lies there already: then nothing is done, and nothing noted.
    let name: Option<String> =
        sqlx::query_scalar("SELECT name FROM pipelines WHERE id = ? AND (person_id IS NOT ? OR team_id IS NOT ?)")
            .bind(stored_id(id))
            .bind(person)
            .bind(team)
            .fetch_optional(&mut *transaction)
            .await?;
    let Some(name) = name else { return Ok(()) };
    activity::to_pipeline(&mut transaction, id, by, Deed::TookOut, &name, now).await?;
    sqlx::query("UPDATE pipelines SET person_id = ?, team_id = ? WHERE id = ?")
        .bind(person)
        .bind(team)
        .bind(stored_id(id))
        .execute(&mut *transaction)
        .await?;
    activity::to_pipeline(&mut transaction, id, by, Deed::BroughtIn, "", now).await?;
    transaction.commit().await?;
    Ok(())
}

/// Who puts away what is away already, changes nothing.
pub(crate) async fn archive(
    connections: Arc<Connections>,
    id: PipelineId,
    by: PersonId,
    away: bool,
) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    let changed = sqlx::query(
        "UPDATE pipelines SET archived_at = iif(?1, ?2, NULL) WHERE id = ?3 AND (archived_at IS NOT NULL) <> ?1",
    )
    .bind(away)
    .bind(connections.now().0)
    .bind(stored_id(id))
    .execute(&mut *transaction)
    .await?;
    if changed.rows_affected() == 0 {
        return Ok(());
    }
    let deed = if away { Deed::Archived } else { Deed::TookBack };
    activity::to_pipeline(&mut transaction, id, by, deed, "", connections.now()).await?;
    transaction.commit().await?;
    Ok(())
}
