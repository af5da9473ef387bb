//! Sessions, recognised by the digests of their secrets.

use std::sync::Arc;

use ports::{CameBy, Digest, NewSession, PersonId, Session, SessionId, UnixMillis};
use sqlx::{SqliteConnection, SqliteExecutor};
use uuid::{Uuid, fmt::Hyphenated};

use crate::{
    connections::{Connections, stored_person},
    error::Error,
    people::PersonRow,
};

/// More of what a browser says about itself helps nobody to recognise it.
const LONGEST_AGENT: usize = 300;

row! {
    struct SessionRow {
        id: Hyphenated,
        agent: String,
        begun_at: i64,
        seen_at: i64,
        ends_at: i64,
        idle_ms: i64,
        ..person: PersonRow,
    }
}

impl TryFrom<SessionRow> for Session {
    type Error = Error;

    fn try_from(row: SessionRow) -> Result<Self, Error> {
        Ok(Session {
            id: SessionId(row.id.into_uuid()),
            person: row.person.try_into()?,
            agent: row.agent,
            begun_at: UnixMillis(row.begun_at),
            seen_at: UnixMillis(row.seen_at),
            ends_at: UnixMillis(row.ends_at),
            idle_ms: row.idle_ms,
        })
    }
}

pub(crate) async fn by_digest(executor: impl SqliteExecutor<'_>, digest: &Digest) -> Result<Option<Session>, Error> {
    let row: Option<SessionRow> = sqlx::query_as(
        "SELECT sessions.id, agent, begun_at, seen_at, ends_at, idle_ms,
                person_id, name, email, state AS person_state, administrator, since
         FROM sessions JOIN people ON people.id = person_id WHERE digest = ?",
    )
    .bind(digest.as_str())
    .fetch_optional(executor)
    .await?;
    row.map(Session::try_from).transpose()
}

pub(crate) async fn of_person(executor: impl SqliteExecutor<'_>, person: PersonId) -> Result<Vec<Session>, Error> {
    let rows: Vec<SessionRow> = sqlx::query_as(
        "SELECT sessions.id, agent, begun_at, seen_at, ends_at, idle_ms,
                person_id, name, email, state AS person_state, administrator, since
         FROM sessions JOIN people ON people.id = person_id WHERE person_id = ? ORDER BY seen_at DESC, sessions.id DESC",
    )
    .bind(stored_person(person))
    .fetch_all(executor)
    .await?;
    rows.into_iter().map(Session::try_from).collect()
}

/// Whether what was shown still holds is looked at in the statement that begins the session: it was looked at before, and then
/// its check waited for its turn. Sessions that are over are swept out on the way: they are good for nothing.
pub(crate) async fn begin(connections: Arc<Connections>, session: NewSession) -> Result<SessionId, Error> {
    let mut transaction = connections.begin().await?;
    let (id, now) = (SessionId(Uuid::now_v7()), connections.now().0);
    sqlx::query("DELETE FROM sessions WHERE ends_at <= ?1 OR seen_at + idle_ms <= ?1")
        .bind(now)
        .execute(&mut *transaction)
        .await?;
    let (password, identity) = match &session.by {
        CameBy::Password(kept) => (Some(&kept.0), None),
        CameBy::Identity(identity) => (None, Some(identity)),
        CameBy::Beginning => (None, None),
    };
    let begun = sqlx::query(
        "INSERT INTO sessions (id, digest, person_id, agent, begun_at, seen_at, ends_at, idle_ms)
         SELECT ?1, ?2, id, ?4, ?5, ?5, ?6, ?7 FROM people
         WHERE id = ?3 AND state IN ('guest', 'active') AND password IS coalesce(?8, password)
           AND (?9 IS NULL OR EXISTS (
             SELECT 1 FROM identities WHERE issuer = ?9 AND subject = ?10 AND person_id = people.id
           ))",
    )
    .bind(stored(id))
    .bind(session.secret.digest().as_str())
    .bind(stored_person(session.person))
    .bind(session.agent.chars().take(LONGEST_AGENT).collect::<String>())
    .bind(now)
    .bind(now.saturating_add(session.lasts_ms))
    .bind(session.idle_ms)
    .bind(password)
    .bind(identity.map(|identity| &identity.issuer))
    .bind(identity.map(|identity| &identity.subject))
    .execute(&mut *transaction)
    .await?;
    if begun.rows_affected() == 0 {
        return Err(Error::Overtaken("account"));
    }
    transaction.commit().await?;
    Ok(id)
}

pub(crate) async fn touch(connections: Arc<Connections>, id: SessionId) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    sqlx::query("UPDATE sessions SET seen_at = ? WHERE id = ?")
        .bind(connections.now().0)
        .bind(stored(id))
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(())
}

/// Ends a session; where somebody is named, only one of theirs.
pub(crate) async fn end(connections: Arc<Connections>, id: SessionId, of: Option<PersonId>) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    sqlx::query("DELETE FROM sessions WHERE id = ? AND person_id = coalesce(?, person_id)")
        .bind(stored(id))
        .bind(of.map(stored_person))
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(())
}

/// Ends all sessions of somebody but one, within a transaction.
pub(crate) async fn end_others(
    connection: &mut SqliteConnection,
    person: PersonId,
    but: Option<SessionId>,
) -> Result<(), Error> {
    sqlx::query("DELETE FROM sessions WHERE person_id = ? AND id IS NOT ?")
        .bind(stored_person(person))
        .bind(but.map(stored))
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends all sessions of somebody, within a transaction.
pub(crate) async fn end_all(connection: &mut SqliteConnection, person: PersonId) -> Result<(), Error> {
    sqlx::query("DELETE FROM sessions WHERE person_id = ?").bind(stored_person(person)).execute(connection).await?;
    Ok(())
}

fn stored(id: SessionId) -> Hyphenated {
    id.0.hyphenated()
}
