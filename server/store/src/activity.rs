//! What was done in teams: noted in the transaction that does it.

use ports::{Activity, Deed, PersonId, PipelineId, TeamId, UnixMillis};
use sqlx::{SqliteConnection, SqliteExecutor};
use uuid::fmt::Hyphenated;

use crate::{
    connections::{stored_id, stored_person, stored_team},
    error::Error,
    people::{readable, unreadable},
};

/// Notes what somebody did to a pipeline, where it belongs to a team.
pub(crate) async fn to_pipeline(
    connection: &mut SqliteConnection,
    pipeline: PipelineId,
    by: PersonId,
    deed: Deed,
    about: &str,
    at: UnixMillis,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO activity (team_id, person_id, pipeline_id, deed, about, at)
         SELECT team_id, ?, id, ?, ?, ? FROM pipelines WHERE id = ? AND team_id IS NOT NULL",
    )
    .bind(stored_person(by))
    .bind(deed.word())
    .bind(about)
    .bind(at.0)
    .bind(stored_id(pipeline))
    .execute(connection)
    .await?;
    Ok(())
}

/// Notes what somebody did in a team.
pub(crate) async fn in_team(
    connection: &mut SqliteConnection,
    team: TeamId,
    by: PersonId,
    deed: Deed,
    about: &str,
    at: UnixMillis,
) -> Result<(), Error> {
    sqlx::query("INSERT INTO activity (team_id, person_id, deed, about, at) VALUES (?, ?, ?, ?, ?)")
        .bind(stored_team(team))
        .bind(stored_person(by))
        .bind(deed.word())
        .bind(about)
        .bind(at.0)
        .execute(connection)
        .await?;
    Ok(())
}

row! {
    struct ActivityRow {
        by: String,
        deed: String,
        pipeline_id: Option<Hyphenated>,
        pipeline_name: Option<String>,
        about: String,
        at: i64,
    }
}

/// What was done in a team, the latest first. What a pipeline that has left is called today is none of the team's business.
pub(crate) async fn of_team(
    executor: impl SqliteExecutor<'_>,
    team: TeamId,
    at_most: u32,
) -> Result<Vec<Activity>, Error> {
    let rows: Vec<ActivityRow> = sqlx::query_as(
        "SELECT people.name AS by, deed, pipeline_id, pipelines.name AS pipeline_name, about, at
         FROM activity JOIN people ON people.id = activity.person_id
         LEFT JOIN pipelines ON pipelines.id = pipeline_id AND pipelines.team_id = activity.team_id
         WHERE activity.team_id = ? ORDER BY place DESC LIMIT ?",
    )
    .bind(stored_team(team))
    .bind(at_most)
    .fetch_all(executor)
    .await?;
    rows.into_iter()
        .map(|row| {
            let deed = Deed::from_word(&row.deed);
            Ok(Activity {
                by: readable("name", &row.by)?,
                deed: deed.ok_or_else(|| unreadable("activity", "a deed that this program does not know"))?,
                pipeline: row.pipeline_id.map(|id| (PipelineId(id.into_uuid()), row.pipeline_name)),
                about: row.about,
                at: UnixMillis(row.at),
            })
        })
        .collect()
}
