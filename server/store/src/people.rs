//! People and their accounts.

use std::{str::FromStr, sync::Arc};

use ports::{Email, Login, Name, NewAccount, PasswordHash, Person, PersonId, PersonState, UnixMillis};
use sqlx::{SqliteConnection, SqliteExecutor};
use uuid::{Uuid, fmt::Hyphenated};

use crate::{
    administrators,
    connections::{Connections, stored_person},
    error::Error,
    invitations, sessions,
};

row! {
    /// A person as the tables hold one, under names of their own, so that others can be joined with them.
    pub(crate) struct PersonRow {
        person_id: Hyphenated,
        name: String,
        email: Option<String>,
        person_state: String,
        administrator: bool,
        since: i64,
    }
}

impl TryFrom<PersonRow> for Person {
    type Error = Error;

    fn try_from(row: PersonRow) -> Result<Self, Error> {
        let state = PersonState::ALL.into_iter().find(|state| state.word() == row.person_state);
        Ok(Person {
            id: PersonId(row.person_id.into_uuid()),
            name: readable("name", &row.name)?,
            email: row.email.as_deref().map(|email| readable("address", email)).transpose()?,
            state: state.ok_or_else(|| unreadable("person", "a state that this program does not know"))?,
            administrator: row.administrator,
            since: UnixMillis(row.since),
        })
    }
}

/// What was checked when it was stored, checked again.
pub(crate) fn readable<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(
    what: &'static str,
    text: &str,
) -> Result<T, Error> {
    text.parse().map_err(|error: T::Err| Error::Unreadable { what, source: error.into() })
}

pub(crate) fn unreadable(what: &'static str, why: &'static str) -> Error {
    Error::Unreadable { what, source: why.into() }
}

row! {
    struct LoginRow {
        password: Option<String>,
        ..person: PersonRow,
    }
}

impl TryFrom<LoginRow> for Login {
    type Error = Error;

    fn try_from(row: LoginRow) -> Result<Self, Error> {
        Ok(Login { person: row.person.try_into()?, password: row.password.map(PasswordHash) })
    }
}

pub(crate) async fn by_email(executor: impl SqliteExecutor<'_>, email: &Email) -> Result<Option<Login>, Error> {
    let row: Option<LoginRow> = sqlx::query_as(
        "SELECT id AS person_id, name, email, state AS person_state, administrator, since, password
         FROM people WHERE email = ?",
    )
    .bind(email.as_str())
    .fetch_optional(executor)
    .await?;
    row.map(Login::try_from).transpose()
}

pub(crate) async fn by_id(executor: impl SqliteExecutor<'_>, id: PersonId) -> Result<Login, Error> {
    let row: Option<LoginRow> = sqlx::query_as(
        "SELECT id AS person_id, name, email, state AS person_state, administrator, since, password
         FROM people WHERE id = ?",
    )
    .bind(stored_person(id))
    .fetch_optional(executor)
    .await?;
    row.ok_or(Error::Missing("person"))?.try_into()
}

/// How somebody is called, to note what was done about them.
pub(crate) async fn called(executor: impl SqliteExecutor<'_>, id: PersonId) -> Result<String, Error> {
    Ok(by_id(executor, id).await?.person.name.to_string())
}

pub(crate) async fn list(executor: impl SqliteExecutor<'_>) -> Result<Vec<Person>, Error> {
    let rows: Vec<PersonRow> = sqlx::query_as(
        "SELECT id AS person_id, name, email, state AS person_state, administrator, since
         FROM people WHERE state <> 'guest' ORDER BY lower(name), email",
    )
    .fetch_all(executor)
    .await?;
    rows.into_iter().map(Person::try_from).collect()
}

/// Adds somebody without an account.
async fn add(
    connection: &mut SqliteConnection,
    name: &Name,
    email: Option<&Email>,
    at: UnixMillis,
) -> Result<PersonId, Error> {
    let id = PersonId(Uuid::now_v7());
    let state = if email.is_some() { PersonState::Invited } else { PersonState::Guest };
    sqlx::query("INSERT INTO people (id, name, email, state, since) VALUES (?, ?, ?, ?, ?)")
        .bind(stored_person(id))
        .bind(name.as_str())
        .bind(email.map(Email::as_str))
        .bind(state.word())
        .bind(at.0)
        .execute(connection)
        .await?;
    Ok(id)
}

pub(crate) async fn create_guest(connections: Arc<Connections>) -> Result<PersonId, Error> {
    let mut transaction = connections.begin().await?;
    let id = add(&mut transaction, &Name::guest(), None, connections.now()).await?;
    transaction.commit().await?;
    Ok(id)
}

/// Whoever is invited is called by their address until they come.
pub(crate) async fn invite(connections: Arc<Connections>, email: Email) -> Result<Person, Error> {
    let mut transaction = connections.begin().await?;
    if let Some(login) = by_email(&mut *transaction, &email).await? {
        return Ok(login.person);
    }
    let shortened: String = email.as_str().chars().take(100).collect();
    let id = add(&mut transaction, &readable("name", &shortened)?, Some(&email), connections.now()).await?;
    let person = by_id(&mut *transaction, id).await?.person;
    transaction.commit().await?;
    Ok(person)
}

pub(crate) async fn open(connections: Arc<Connections>, account: NewAccount) -> Result<PersonId, Error> {
    let mut transaction = connections.begin().await?;
    let id = open_in(&mut transaction, &account, connections.now()).await?;
    transaction.commit().await?;
    Ok(id)
}

/// Makes an account within a transaction: of the guest, or of somebody new.
pub(crate) async fn open_in(
    connection: &mut SqliteConnection,
    account: &NewAccount,
    at: UnixMillis,
) -> Result<PersonId, Error> {
    if let Some(login) = by_email(&mut *connection, &account.email).await?
        && !invitations::forget(&mut *connection, login.person.id, at).await?
    {
        return Err(Error::Overtaken("e-mail address"));
    }
    let id = match account.guest {
        Some(guest) => guest.guest(),
        None => add(&mut *connection, &account.name, None, at).await?,
    };
    let opened = sqlx::query(
        "UPDATE people SET state = 'active', email = ?, name = ?, password = ?, since = ? WHERE id = ? AND state = 'guest'",
    )
    .bind(account.email.as_str())
    .bind(account.name.as_str())
    .bind(account.password.as_ref().map(|hash| &hash.0))
    .bind(at.0)
    .bind(stored_person(id))
    .execute(&mut *connection)
    .await?;
    // The cookie of a sandbox opens no account.
    sessions::end_all(connection, id).await?;
    if opened.rows_affected() == 1 { Ok(id) } else { Err(Error::Overtaken("account")) }
}

pub(crate) async fn take_along(connections: Arc<Connections>, guest: PersonId, to: PersonId) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    take_along_in(&mut transaction, guest, to).await?;
    transaction.commit().await?;
    Ok(())
}

/// Gives what a guest has made to somebody. The guest stays as the one who saved its versions.
pub(crate) async fn take_along_in(
    connection: &mut SqliteConnection,
    guest: PersonId,
    to: PersonId,
) -> Result<(), Error> {
    for sql in [
        "UPDATE pipelines SET person_id = ?2 WHERE person_id = ?1 AND ?1 IN (SELECT id FROM people WHERE state = 'guest')",
        "UPDATE drafts SET person_id = ?2 WHERE person_id = ?1 AND ?1 IN (SELECT id FROM people WHERE state = 'guest')",
        "UPDATE OR IGNORE deciders SET person_id = ?2
         WHERE person_id = ?1 AND ?1 IN (SELECT id FROM people WHERE state = 'guest')",
        "DELETE FROM sessions WHERE person_id = ?1 AND ?1 IN (SELECT id FROM people WHERE state = 'guest')",
    ] {
        sqlx::query(sql).bind(stored_person(guest)).bind(stored_person(to)).execute(&mut *connection).await?;
    }
    Ok(())
}

pub(crate) async fn has_administrator(executor: impl SqliteExecutor<'_>) -> Result<bool, Error> {
    let administrators: i64 =
        sqlx::query_scalar("SELECT count(*) FROM people WHERE administrator = 1").fetch_one(executor).await?;
    Ok(administrators > 0)
}

pub(crate) async fn rename(connections: Arc<Connections>, id: PersonId, name: Name) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    sqlx::query("UPDATE people SET name = ? WHERE id = ?")
        .bind(name.as_str())
        .bind(stored_person(id))
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(())
}

/// Whoever has said a password that was changed meanwhile changes nothing.
pub(crate) async fn change_password(
    connections: Arc<Connections>,
    id: PersonId,
    present: PasswordHash,
    password: PasswordHash,
) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    let Login { person, password: kept } = by_id(&mut *transaction, id).await?;
    if kept != Some(present) || person.state != PersonState::Active {
        return Err(Error::Overtaken("password"));
    }
    set_password(&mut transaction, id, &password).await?;
    transaction.commit().await?;
    Ok(())
}

/// Sets a password within a transaction. Whoever came in by the old one is out, and whoever has a link for a new one has it
/// for nothing.
pub(crate) async fn set_password(
    connection: &mut SqliteConnection,
    id: PersonId,
    password: &PasswordHash,
) -> Result<(), Error> {
    sqlx::query("UPDATE people SET password = ? WHERE id = ?")
        .bind(&password.0)
        .bind(stored_person(id))
        .execute(&mut *connection)
        .await?;
    end_resets(&mut *connection, id).await?;
    sessions::end_all(connection, id).await
}

/// Ends all links by which somebody would choose a new password, within a transaction.
async fn end_resets(connection: &mut SqliteConnection, id: PersonId) -> Result<(), Error> {
    sqlx::query("DELETE FROM tickets WHERE purpose = 'reset' AND person_id = ?")
        .bind(stored_person(id))
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn disable(connections: Arc<Connections>, id: PersonId, disabled: bool) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    let person = by_id(&mut *transaction, id).await?.person;
    if disabled {
        administrators::remain_without(&mut transaction, &person).await?;
    }
    let (from, to) = if disabled { (PersonState::Active, "disabled") } else { (PersonState::Disabled, "active") };
    if person.state != from {
        return Err(Error::Overtaken("person"));
    }
    sqlx::query("UPDATE people SET state = ? WHERE id = ?")
        .bind(to)
        .bind(stored_person(id))
        .execute(&mut *transaction)
        .await?;
    end_resets(&mut transaction, id).await?;
    sessions::end_all(&mut transaction, id).await?;
    transaction.commit().await?;
    Ok(())
}
