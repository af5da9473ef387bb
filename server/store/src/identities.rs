//! People as other providers vouch for them.

use std::sync::Arc;

use ports::{Connection, Digest, Identity, Name, NewAccount, PersonId, PersonState, Purpose, SessionId, UnixMillis};
use sqlx::{SqliteConnection, SqliteExecutor};
use uuid::fmt::Hyphenated;

use crate::{
    connections::{Connections, stored_person},
    error::Error,
    people, sessions, tickets,
};

pub(crate) async fn person(executor: impl SqliteExecutor<'_>, identity: &Identity) -> Result<Option<PersonId>, Error> {
    let id: Option<Hyphenated> =
        sqlx::query_scalar("SELECT person_id FROM identities WHERE issuer = ? AND subject = ?")
            .bind(&identity.issuer)
            .bind(&identity.subject)
            .fetch_optional(executor)
            .await?;
    Ok(id.map(|id| PersonId(id.into_uuid())))
}

/// Makes an identity somebody's, within a transaction. One that is somebody's already stays theirs.
async fn connect_in(
    connection: &mut SqliteConnection,
    identity: &Identity,
    person: PersonId,
    at: UnixMillis,
) -> Result<(), Error> {
    let connected = sqlx::query(
        "INSERT INTO identities (issuer, subject, person_id, since) VALUES (?, ?, ?, ?)
         ON CONFLICT (issuer, subject) DO NOTHING",
    )
    .bind(&identity.issuer)
    .bind(&identity.subject)
    .bind(stored_person(person))
    .bind(at.0)
    .execute(&mut *connection)
    .await?;
    if connected.rows_affected() == 0 { Err(Error::Overtaken("identity")) } else { Ok(()) }
}

pub(crate) async fn connect(connections: Arc<Connections>, identity: Identity, person: PersonId) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    connect_in(&mut transaction, &identity, person, connections.now()).await?;
    transaction.commit().await?;
    Ok(())
}

pub(crate) async fn of_person(executor: impl SqliteExecutor<'_>, person: PersonId) -> Result<Vec<Connection>, Error> {
    let rows: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT issuer, subject, since FROM identities WHERE person_id = ? ORDER BY since, issuer, subject",
    )
    .bind(stored_person(person))
    .fetch_all(executor)
    .await?;
    let connection = |(issuer, subject, since)| Connection { issuer, subject, since: UnixMillis(since) };
    Ok(rows.into_iter().map(connection).collect())
}

/// Whoever came in by it is out. Nobody takes away the only way in that they have.
pub(crate) async fn disconnect(
    connections: Arc<Connections>,
    person: PersonId,
    issuer: String,
    subject: String,
    but: Option<SessionId>,
) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    let known = sqlx::query("DELETE FROM identities WHERE issuer = ? AND subject = ? AND person_id = ?")
        .bind(issuer)
        .bind(subject)
        .bind(stored_person(person))
        .execute(&mut *transaction)
        .await?;
    if known.rows_affected() == 0 {
        return Err(Error::Missing("connection"));
    }
    let has_password = people::by_id(&mut *transaction, person).await?.password.is_some();
    if !has_password && of_person(&mut *transaction, person).await?.is_empty() {
        return Err(Error::Overtaken("last way in"));
    }
    sessions::end_others(&mut transaction, person, but).await?;
    transaction.commit().await?;
    Ok(())
}

pub(crate) async fn open(
    connections: Arc<Connections>,
    identity: Identity,
    account: NewAccount,
) -> Result<PersonId, Error> {
    let mut transaction = connections.begin().await?;
    let now = connections.now();
    let person = people::open_in(&mut transaction, &account, now).await?;
    connect_in(&mut transaction, &identity, person, now).await?;
    transaction.commit().await?;
    Ok(person)
}

pub(crate) async fn join(
    connections: Arc<Connections>,
    ticket: Digest,
    identity: Identity,
    name: Name,
    guest: Option<PersonId>,
) -> Result<PersonId, Error> {
    let mut transaction = connections.begin().await?;
    let now = connections.now();
    let Purpose::Join(person, team) = tickets::redeem(&mut transaction, &ticket, now).await? else {
        return Err(Error::Missing("link"));
    };
    if people::by_id(&mut *transaction, person).await?.person.state != PersonState::Invited {
        return Err(Error::Overtaken("account"));
    }
    tickets::come_in(&mut transaction, person, team, &name, None, guest, now).await?;
    connect_in(&mut transaction, &identity, person, now).await?;
    transaction.commit().await?;
    Ok(person)
}

/// What is over is swept out on the way.
pub(crate) async fn keep_pending(
    connections: Arc<Connections>,
    digest: Digest,
    pending: String,
    ends_at: UnixMillis,
) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    sqlx::query("DELETE FROM pending_sign_ins WHERE ends_at <= ?")
        .bind(connections.now().0)
        .execute(&mut *transaction)
        .await?;
    sqlx::query("INSERT INTO pending_sign_ins (digest, pending, ends_at) VALUES (?, ?, ?)")
        .bind(digest.as_str())
        .bind(pending)
        .bind(ends_at.0)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(())
}

pub(crate) async fn take_pending(connections: Arc<Connections>, digest: Digest) -> Result<Option<String>, Error> {
    let mut transaction = connections.begin().await?;
    let pending: Option<(String, i64)> =
        sqlx::query_as("DELETE FROM pending_sign_ins WHERE digest = ? RETURNING pending, ends_at")
            .bind(digest.as_str())
            .fetch_optional(&mut *transaction)
            .await?;
    transaction.commit().await?;
    let now = connections.now().0;
    Ok(pending.filter(|(_, ends_at)| now < *ends_at).map(|(pending, _)| pending))
}
