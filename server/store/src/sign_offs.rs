//! Who is asked to sign off a pipeline, and what they answered.

use std::sync::Arc;

use ports::{Because, Deed, Person, PersonId, PipelineId, Position, SignOff, TeamId, UnixMillis, Waiting};
use sqlx::{SqliteConnection, SqliteExecutor, SqlitePool};
use uuid::fmt::Hyphenated;

use crate::{
    activity,
    connections::{Connections, stored_id, stored_person, stored_team, stored_version},
    error::Error,
    people::{self, PersonRow, readable, unreadable},
};

/// The active members of the team that has a pipeline, or the one person who has it.
pub(crate) async fn colleagues(executor: impl SqliteExecutor<'_>, pipeline: PipelineId) -> Result<Vec<Person>, Error> {
    let rows: Vec<PersonRow> = sqlx::query_as(
        "SELECT people.id AS person_id, people.name, email, people.state AS person_state, administrator, since
         FROM pipelines JOIN people ON people.id = pipelines.person_id OR people.id IN (
             SELECT memberships.person_id FROM memberships
             WHERE memberships.team_id = pipelines.team_id AND memberships.state = 'active')
         WHERE pipelines.id = ? AND people.state IN ('guest', 'active') ORDER BY lower(people.name), email",
    )
    .bind(stored_id(pipeline))
    .fetch_all(executor)
    .await?;
    rows.into_iter().map(Person::try_from).collect()
}

/// Those who are asked and are still among the colleagues: nobody else could answer.
pub(crate) async fn deciders(reader: &SqlitePool, pipeline: PipelineId) -> Result<Vec<Person>, Error> {
    let asked: Vec<Hyphenated> = sqlx::query_scalar("SELECT person_id FROM deciders WHERE pipeline_id = ?")
        .bind(stored_id(pipeline))
        .fetch_all(reader)
        .await?;
    let mut deciders = colleagues(reader, pipeline).await?;
    deciders.retain(|person| asked.contains(&stored_person(person.id)));
    Ok(deciders)
}

row! {
    /// A pipeline in which something waits.
    pub(crate) struct WaitingRow {
        id: Hyphenated,
        name: String,
        version: u64,
    }
}

impl From<WaitingRow> for Waiting {
    fn from(row: WaitingRow) -> Self {
        Waiting { pipeline: PipelineId(row.id.into_uuid()), name: row.name, version: row.version }
    }
}

/// The pipelines whose latest version somebody has not answered for, the one they were asked about last first.
pub(crate) async fn unsigned_by(
    executor: impl SqliteExecutor<'_>,
    person: PersonId,
    team: Option<TeamId>,
) -> Result<Vec<Waiting>, Error> {
    let rows: Vec<WaitingRow> = sqlx::query_as(
        "SELECT pipelines.id, name, version FROM deciders JOIN pipelines ON pipelines.id = pipeline_id
         WHERE deciders.person_id = ?1 AND archived_at IS NULL AND (?2 IS NULL OR team_id = ?2) AND NOT EXISTS (
             SELECT 1 FROM sign_offs
             WHERE sign_offs.pipeline_id = pipelines.id AND sign_offs.person_id = ?1
               AND sign_offs.version = pipelines.version)
         ORDER BY named_at DESC, pipeline_id",
    )
    .bind(stored_person(person))
    .bind(team.map(stored_team))
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().map(Waiting::from).collect())
}

pub(crate) async fn is_decider(
    executor: impl SqliteExecutor<'_>,
    pipeline: PipelineId,
    person: PersonId,
) -> Result<bool, Error> {
    let asked = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM deciders WHERE pipeline_id = ? AND person_id = ?)");
    Ok(asked.bind(stored_id(pipeline)).bind(stored_person(person)).fetch_one(executor).await?)
}

pub(crate) async fn name(
    connections: Arc<Connections>,
    pipeline: PipelineId,
    by: PersonId,
    person: PersonId,
) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    let now = connections.now();
    let named = sqlx::query(
        "INSERT INTO deciders (pipeline_id, person_id, named_by, named_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
    )
    .bind(stored_id(pipeline))
    .bind(stored_person(person))
    .bind(stored_person(by))
    .bind(now.0)
    .execute(&mut *transaction)
    .await?;
    if named.rows_affected() > 0 {
        noted(&mut transaction, pipeline, by, Deed::NamedDecider, person, now).await?;
    }
    transaction.commit().await?;
    Ok(())
}

pub(crate) async fn release(
    connections: Arc<Connections>,
    pipeline: PipelineId,
    by: PersonId,
    person: PersonId,
) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    let released = sqlx::query("DELETE FROM deciders WHERE pipeline_id = ? AND person_id = ?")
        .bind(stored_id(pipeline))
        .bind(stored_person(person))
        .execute(&mut *transaction)
        .await?;
    if released.rows_affected() > 0 {
        let now = connections.now();
        noted(&mut transaction, pipeline, by, Deed::ReleasedDecider, person, now).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Notes what was done about somebody, with their name.
async fn noted(
    connection: &mut SqliteConnection,
    pipeline: PipelineId,
    by: PersonId,
    deed: Deed,
    person: PersonId,
    now: UnixMillis,
) -> Result<(), Error> {
    let name = people::called(&mut *connection, person).await?;
    activity::to_pipeline(connection, pipeline, by, deed, &format!("({name})"), now).await
}

pub(crate) async fn sign(
    connections: Arc<Connections>,
    pipeline: PipelineId,
    by: PersonId,
    version: u64,
    position: Position,
    because: Because,
) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    let now = connections.now();
    // Selects no row, and so inserts none, where there is no such version.
    let signed = sqlx::query(
        "INSERT INTO sign_offs (pipeline_id, version, person_id, position, because, signed_at)
         SELECT pipeline_id, version, ?, ?, ?, ? FROM revisions WHERE pipeline_id = ? AND version = ?",
    )
    .bind(stored_person(by))
    .bind(position.word())
    .bind(because.as_str())
    .bind(now.0)
    .bind(stored_id(pipeline))
    .bind(stored_version(version))
    .execute(&mut *transaction)
    .await?;
    if signed.rows_affected() == 0 {
        return Err(Error::Missing("version"));
    }
    let deed = match position {
        Position::Approves => Deed::Approved,
        Position::Objects => Deed::Objected,
    };
    activity::to_pipeline(&mut transaction, pipeline, by, deed, &format!("(version {version})"), now).await?;
    transaction.commit().await?;
    Ok(())
}

row! {
    struct SignOffRow {
        person_id: Hyphenated,
        name: String,
        version: u64,
        position: String,
        because: String,
        signed_at: i64,
    }
}

pub(crate) async fn list(executor: impl SqliteExecutor<'_>, pipeline: PipelineId) -> Result<Vec<SignOff>, Error> {
    let rows: Vec<SignOffRow> = sqlx::query_as(
        "SELECT person_id, name, version, position, because, signed_at
         FROM sign_offs JOIN people ON people.id = person_id WHERE pipeline_id = ? ORDER BY place",
    )
    .bind(stored_id(pipeline))
    .fetch_all(executor)
    .await?;
    rows.into_iter()
        .map(|row| {
            let position = Position::from_word(&row.position);
            Ok(SignOff {
                by: (PersonId(row.person_id.into_uuid()), readable("name", &row.name)?),
                version: row.version,
                position: position
                    .ok_or_else(|| unreadable("sign-off", "a position that this program does not know"))?,
                because: row.because,
                at: UnixMillis(row.signed_at),
            })
        })
        .collect()
}
