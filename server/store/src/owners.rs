//! That somebody can act for each team: an owner whose membership counts, and whose account does.

use std::sync::Arc;

use ports::{Deed, MemberState, Person, PersonId, PersonState, Role, Team, TeamId};
use sqlx::{SqliteConnection, SqlitePool};

use crate::{
    activity,
    connections::{Connections, stored_person, stored_team},
    error::Error,
    people,
    teams::{self, TeamRow},
};

async fn act(connection: &mut SqliteConnection, team: TeamId) -> Result<bool, Error> {
    let act = sqlx::query_scalar(
        "SELECT EXISTS (
           SELECT 1 FROM memberships JOIN people ON people.id = person_id
           WHERE team_id = ? AND role = 'owner' AND memberships.state = 'active' AND people.state = 'active'
         )",
    );
    Ok(act.bind(stored_team(team)).fetch_one(connection).await?)
}

/// Refuses what has left a team to nobody.
pub(crate) async fn remain(connection: &mut SqliteConnection, team: TeamId) -> Result<(), Error> {
    if act(connection, team).await? { Ok(()) } else { Err(Error::Overtaken("last owner")) }
}

/// The teams for which nobody can act, with their members who can come in.
pub(crate) async fn missing(reader: &SqlitePool) -> Result<Vec<(Team, Vec<Person>)>, Error> {
    let rows: Vec<TeamRow> = sqlx::query_as(
        "SELECT id AS team_id, name AS team_name FROM teams WHERE NOT EXISTS (
           SELECT 1 FROM memberships JOIN people ON people.id = person_id
           WHERE team_id = teams.id AND role = 'owner' AND memberships.state = 'active' AND people.state = 'active'
         ) ORDER BY lower(name), id",
    )
    .fetch_all(reader)
    .await?;
    let mut missing = Vec::new();
    for row in rows {
        let team = Team::try_from(row)?;
        let mut members = teams::members(reader, team.id).await?;
        members.retain(|member| {
            member.membership.state == MemberState::Active && member.person.state == PersonState::Active
        });
        missing.push((team, members.into_iter().map(|member| member.person).collect()));
    }
    Ok(missing)
}

/// Makes a member an owner of a team for which nobody can act.
pub(crate) async fn appoint(
    connections: Arc<Connections>,
    team: TeamId,
    by: PersonId,
    person: PersonId,
) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    if act(&mut transaction, team).await? {
        return Err(Error::Missing("team without an owner"));
    }
    let appointed = sqlx::query(
        "UPDATE memberships SET role = 'owner' WHERE team_id = ? AND person_id = ? AND state = 'active'
           AND person_id IN (SELECT id FROM people WHERE state = 'active')",
    )
    .bind(stored_team(team))
    .bind(stored_person(person))
    .execute(&mut *transaction)
    .await?;
    if appointed.rows_affected() == 0 {
        return Err(Error::Missing("team without an owner"));
    }
    let about = format!("{} to {}", people::called(&mut *transaction, person).await?, Role::Owner.word());
    activity::in_team(&mut transaction, team, by, Deed::ChangedRole, &about, connections.now()).await?;
    transaction.commit().await?;
    Ok(())
}
