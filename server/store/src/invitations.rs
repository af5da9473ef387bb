//! Invitations: somebody without an account, a membership that counts for nothing yet, and the one-time link that shows who
//! is meant.

use std::sync::Arc;

use ports::{Deed, Digest, Invitation, PersonId, PersonState, Purpose, TeamId, UnixMillis};
use sqlx::{SqliteConnection, SqlitePool};

use crate::{
    activity,
    connections::{Connections, stored_person, stored_team},
    error::Error,
    people, teams, tickets,
};

/// What a link invites to, whether or not it still does.
pub(crate) async fn find(reader: &SqlitePool, ticket: &Digest) -> Result<Option<Invitation>, Error> {
    // Whether it has ended is for others to say.
    let Some(ticket) = tickets::find(reader, ticket, UnixMillis(i64::MIN)).await? else { return Ok(None) };
    let Purpose::Join(person, team) = ticket.purpose else { return Ok(None) };
    let team = match team {
        None => None,
        Some(team) => match teams::membership(reader, team, person).await? {
            None => return Ok(None),
            Some(membership) => Some((teams::get(reader, team).await?, membership)),
        },
    };
    let person = people::by_id(reader, person).await?.person;
    Ok(Some(Invitation { person, team, ends_at: ticket.ends_at }))
}

/// Comes into a team by a link, which is used up.
pub(crate) async fn accept(
    connections: Arc<Connections>,
    ticket: Digest,
    team: TeamId,
    person: PersonId,
) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    let now = connections.now();
    if tickets::redeem(&mut transaction, &ticket, now).await? != Purpose::Join(person, Some(team))
        || !accept_in(&mut transaction, team, person, now).await?
    {
        return Err(Error::Missing("link"));
    }
    transaction.commit().await?;
    Ok(())
}

/// Accepts an invitation that still stands, within a transaction. Whether it does.
pub(crate) async fn accept_in(
    connection: &mut SqliteConnection,
    team: TeamId,
    person: PersonId,
    now: UnixMillis,
) -> Result<bool, Error> {
    let accepted = sqlx::query(
        "UPDATE memberships SET state = 'active', invited_until = NULL
         WHERE team_id = ? AND person_id = ? AND state = 'invited' AND invited_until > ?",
    )
    .bind(stored_team(team))
    .bind(stored_person(person))
    .bind(now.0)
    .execute(&mut *connection)
    .await?;
    if accepted.rows_affected() == 0 {
        return Ok(false);
    }
    activity::in_team(connection, team, person, Deed::Accepted, "", now).await?;
    Ok(true)
}

/// Ends the links by which somebody comes into a team, or into none, within a transaction. How many there were.
pub(crate) async fn end_links(
    connection: &mut SqliteConnection,
    person: PersonId,
    team: Option<TeamId>,
) -> Result<u64, Error> {
    let ended = sqlx::query("DELETE FROM tickets WHERE purpose = 'join' AND person_id = ? AND team_id IS ?")
        .bind(stored_person(person))
        .bind(team.map(stored_team))
        .execute(connection)
        .await?;
    Ok(ended.rows_affected())
}

/// Ends all invitations of somebody who comes in by one of them, within a transaction. The others were meant for whoever reads
/// the mail to this address, which that one link does not show.
pub(crate) async fn end_others(connection: &mut SqliteConnection, person: PersonId) -> Result<(), Error> {
    for sql in
        ["DELETE FROM tickets WHERE person_id = ?", "DELETE FROM memberships WHERE person_id = ? AND state = 'invited'"]
    {
        sqlx::query(sql).bind(stored_person(person)).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Forgets somebody who has not come and whom nobody invites any more, within a transaction: their address is anybody's again.
/// Whether they are forgotten.
pub(crate) async fn forget(
    connection: &mut SqliteConnection,
    person: PersonId,
    now: UnixMillis,
) -> Result<bool, Error> {
    let forgotten = sqlx::query(
        "DELETE FROM people WHERE id = ?1 AND state = 'invited'
         AND NOT EXISTS (SELECT 1 FROM tickets WHERE person_id = ?1 AND ends_at > ?2)
         AND NOT EXISTS (SELECT 1 FROM memberships WHERE person_id = ?1 AND invited_until > ?2)",
    )
    .bind(stored_person(person))
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(forgotten.rows_affected() == 1)
}

/// What a team invites to, its owners take back.
pub(crate) async fn take_back(connections: Arc<Connections>, person: PersonId) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    if people::by_id(&mut *transaction, person).await?.person.state != PersonState::Invited {
        return Err(Error::Overtaken("person"));
    }
    let ended = end_links(&mut transaction, person, None).await?;
    let forgotten = forget(&mut transaction, person, connections.now()).await?;
    if ended == 0 && !forgotten {
        return Err(Error::Overtaken("invitation"));
    }
    transaction.commit().await?;
    Ok(())
}
