//! Teams and who is in them.

use std::sync::Arc;

use ports::{Deed, Member, MemberState, Membership, Name, PersonId, Role, Team, TeamId, UnixMillis};
use sqlx::{SqliteConnection, SqliteExecutor};
use uuid::{Uuid, fmt::Hyphenated};

use crate::{
    activity,
    connections::{Connections, stored_person, stored_team},
    error::Error,
    invitations, owners,
    people::{self, PersonRow, readable, unreadable},
};

row! {
    /// A membership as the tables hold it, under names of its own, so that others can be joined with it.
    pub(crate) struct MembershipRow {
        role: String,
        member_state: String,
        invited_until: Option<i64>,
    }
}

impl TryFrom<MembershipRow> for Membership {
    type Error = Error;

    fn try_from(row: MembershipRow) -> Result<Self, Error> {
        let state = MemberState::ALL.into_iter().find(|state| state.word() == row.member_state);
        Ok(Membership {
            role: Role::from_word(&row.role).ok_or_else(|| unreadable("membership", "an unknown role"))?,
            state: state.ok_or_else(|| unreadable("membership", "an unknown state"))?,
            invited_until: row.invited_until.map(UnixMillis),
        })
    }
}

pub(crate) async fn membership(
    executor: impl SqliteExecutor<'_>,
    team: TeamId,
    person: PersonId,
) -> Result<Option<Membership>, Error> {
    let row: Option<MembershipRow> = sqlx::query_as(
        "SELECT role, state AS member_state, invited_until FROM memberships WHERE team_id = ? AND person_id = ?",
    )
    .bind(stored_team(team))
    .bind(stored_person(person))
    .fetch_optional(executor)
    .await?;
    row.map(Membership::try_from).transpose()
}

row! {
    pub(crate) struct TeamRow {
        team_id: Hyphenated,
        team_name: String,
    }
}

impl TryFrom<TeamRow> for Team {
    type Error = Error;

    fn try_from(row: TeamRow) -> Result<Self, Error> {
        Ok(Team { id: TeamId(row.team_id.into_uuid()), name: readable("name", &row.team_name)? })
    }
}

row! {
    struct TeamOfMember {
        ..team: TeamRow,
        ..membership: MembershipRow,
    }
}

pub(crate) async fn of_person(
    executor: impl SqliteExecutor<'_>,
    person: PersonId,
) -> Result<Vec<(Team, Membership)>, Error> {
    let rows: Vec<TeamOfMember> = sqlx::query_as(
        "SELECT team_id, name AS team_name, role, state AS member_state, invited_until
         FROM memberships JOIN teams ON teams.id = team_id WHERE person_id = ? ORDER BY lower(name), team_id",
    )
    .bind(stored_person(person))
    .fetch_all(executor)
    .await?;
    rows.into_iter().map(|row| Ok((row.team.try_into()?, row.membership.try_into()?))).collect()
}

pub(crate) async fn get(executor: impl SqliteExecutor<'_>, team: TeamId) -> Result<Team, Error> {
    let row: Option<TeamRow> = sqlx::query_as("SELECT id AS team_id, name AS team_name FROM teams WHERE id = ?")
        .bind(stored_team(team))
        .fetch_optional(executor)
        .await?;
    row.ok_or(Error::Missing("team"))?.try_into()
}

row! {
    struct MemberRow {
        ..person: PersonRow,
        ..membership: MembershipRow,
    }
}

/// Whoever was only asked is called by their address: how they call themselves is theirs to tell.
pub(crate) async fn members(executor: impl SqliteExecutor<'_>, team: TeamId) -> Result<Vec<Member>, Error> {
    let rows: Vec<MemberRow> = sqlx::query_as(
        "WITH called AS (
             SELECT person_id, role, memberships.state AS member_state, invited_until,
                    CASE memberships.state WHEN 'invited' THEN substr(email, 1, 100) ELSE name END AS name,
                    email, people.state AS person_state, administrator, since
             FROM memberships JOIN people ON people.id = person_id WHERE team_id = ?
         )
         SELECT * FROM called ORDER BY lower(name), email",
    )
    .bind(stored_team(team))
    .fetch_all(executor)
    .await?;
    let member = |row: MemberRow| Ok(Member { person: row.person.try_into()?, membership: row.membership.try_into()? });
    rows.into_iter().map(member).collect()
}

pub(crate) async fn create(connections: Arc<Connections>, owner: PersonId, name: Name) -> Result<TeamId, Error> {
    let mut transaction = connections.begin().await?;
    let id = TeamId(Uuid::now_v7());
    sqlx::query("INSERT INTO teams (id, name, since) VALUES (?, ?, ?)")
        .bind(stored_team(id))
        .bind(name.as_str())
        .bind(connections.now().0)
        .execute(&mut *transaction)
        .await?;
    sqlx::query("INSERT INTO memberships (team_id, person_id, role, state) VALUES (?, ?, 'owner', 'active')")
        .bind(stored_team(id))
        .bind(stored_person(owner))
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(id)
}

pub(crate) async fn rename(connections: Arc<Connections>, team: TeamId, by: PersonId, name: Name) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    let changed = sqlx::query("UPDATE teams SET name = ?1 WHERE id = ?2 AND name <> ?1")
        .bind(name.as_str())
        .bind(stored_team(team))
        .execute(&mut *transaction)
        .await?;
    if changed.rows_affected() == 0 {
        return Ok(());
    }
    activity::in_team(&mut transaction, team, by, Deed::Renamed, name.as_str(), connections.now()).await?;
    transaction.commit().await?;
    Ok(())
}

/// An invitation that was not accepted, or a membership that counts no more, is replaced.
pub(crate) async fn invite(
    connections: Arc<Connections>,
    team: TeamId,
    by: PersonId,
    person: PersonId,
    role: Role,
    until: UnixMillis,
) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    // Somebody without an account may have been forgotten in this moment.
    people::by_id(&mut *transaction, person).await?;
    let invited = sqlx::query(
        "INSERT INTO memberships (team_id, person_id, role, state, invited_until) VALUES (?, ?, ?, 'invited', ?)
         ON CONFLICT (team_id, person_id) DO UPDATE
         SET role = excluded.role, state = excluded.state, invited_until = excluded.invited_until
         WHERE state <> 'active'",
    )
    .bind(stored_team(team))
    .bind(stored_person(person))
    .bind(role.word())
    .bind(until.0)
    .execute(&mut *transaction)
    .await?;
    if invited.rows_affected() == 0 {
        return Err(Error::Overtaken("membership"));
    }
    let about = format!("{} as {}", called(&mut transaction, team, person).await?, role.word());
    activity::in_team(&mut transaction, team, by, Deed::Invited, &about, connections.now()).await?;
    transaction.commit().await?;
    Ok(())
}

pub(crate) async fn change_role(
    connections: Arc<Connections>,
    team: TeamId,
    by: PersonId,
    person: PersonId,
    role: Role,
) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    let before = membership(&mut *transaction, team, person).await?.ok_or(Error::Missing("member"))?;
    if before.role == role {
        return Ok(());
    }
    sqlx::query("UPDATE memberships SET role = ? WHERE team_id = ? AND person_id = ?")
        .bind(role.word())
        .bind(stored_team(team))
        .bind(stored_person(person))
        .execute(&mut *transaction)
        .await?;
    if is_owner(&before) {
        owners::remain(&mut transaction, team).await?;
    }
    let about = format!("{} to {}", called(&mut transaction, team, person).await?, role.word());
    activity::in_team(&mut transaction, team, by, Deed::ChangedRole, &about, connections.now()).await?;
    transaction.commit().await?;
    Ok(())
}

/// An invitation is taken back for good; a member who counts no more stays as one who was there.
pub(crate) async fn disable(
    connections: Arc<Connections>,
    team: TeamId,
    by: PersonId,
    person: PersonId,
    disabled: bool,
) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    let member = membership(&mut *transaction, team, person).await?.ok_or(Error::Missing("member"))?;
    let called = called(&mut transaction, team, person).await?;
    let sql = match (member.state, disabled) {
        (MemberState::Invited, true) => "DELETE FROM memberships WHERE team_id = ? AND person_id = ?",
        (MemberState::Active, true) => "UPDATE memberships SET state = 'disabled' WHERE team_id = ? AND person_id = ?",
        (MemberState::Disabled, false) => "UPDATE memberships SET state = 'active' WHERE team_id = ? AND person_id = ?",
        (MemberState::Invited | MemberState::Active, false) | (MemberState::Disabled, true) => {
            return Err(Error::Overtaken("membership"));
        }
    };
    sqlx::query(sql).bind(stored_team(team)).bind(stored_person(person)).execute(&mut *transaction).await?;
    // Nobody is kept in a team that others have left without an owner.
    if is_owner(&member) {
        owners::remain(&mut transaction, team).await?;
    }
    let (deed, about) = match (by == person, disabled) {
        (true, _) => (Deed::Left, String::new()),
        (false, true) => (Deed::DisabledMember, called),
        (false, false) => (Deed::EnabledMember, called),
    };
    if member.state == MemberState::Invited {
        invitations::end_links(&mut transaction, person, Some(team)).await?;
        invitations::forget(&mut transaction, person, connections.now()).await?;
    }
    activity::in_team(&mut transaction, team, by, deed, &about, connections.now()).await?;
    transaction.commit().await?;
    Ok(())
}

/// How a team calls somebody, to note what was done about them: by their address until they come.
async fn called(connection: &mut SqliteConnection, team: TeamId, person: PersonId) -> Result<String, Error> {
    let membership = membership(&mut *connection, team, person).await?;
    let person = people::by_id(connection, person).await?.person;
    let is_in = membership.is_some_and(|member| member.state != MemberState::Invited);
    Ok(match person.email {
        Some(email) if !is_in => email.to_string(),
        _ => person.name.to_string(),
    })
}

/// Whether somebody is an owner, or was one before a change.
fn is_owner(membership: &Membership) -> bool {
    membership.role == Role::Owner && membership.state == MemberState::Active
}
