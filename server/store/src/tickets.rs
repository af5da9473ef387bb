//! One-time links.

use std::sync::Arc;

use ports::{Digest, Name, NewAccount, PasswordHash, PersonId, PersonState, Purpose, TeamId, Ticket, UnixMillis};
use sqlx::{SqliteConnection, SqliteExecutor};
use uuid::fmt::Hyphenated;

use crate::{
    connections::{Connections, stored_person, stored_team},
    error::Error,
    invitations, people,
};

row! {
    struct TicketRow {
        purpose: String,
        person_id: Option<Hyphenated>,
        team_id: Option<Hyphenated>,
        ends_at: i64,
    }
}

/// A purpose as the table holds it.
struct Columns {
    word: &'static str,
    person: Option<Hyphenated>,
    team: Option<Hyphenated>,
}

impl Columns {
    fn of(purpose: Purpose) -> Self {
        let (word, person, team) = match purpose {
            Purpose::SetUp => ("set-up", None, None),
            Purpose::Join(person, team) => ("join", Some(person), team),
            Purpose::Reset(person) => ("reset", Some(person), None),
        };
        Self { word, person: person.map(stored_person), team: team.map(stored_team) }
    }
}

pub(crate) async fn keep(connections: Arc<Connections>, ticket: Ticket) -> Result<(), Error> {
    let mut transaction = connections.begin().await?;
    if let Purpose::Join(person, _) | Purpose::Reset(person) = ticket.purpose {
        // Whoever was invited may have been forgotten in this moment.
        people::by_id(&mut *transaction, person).await?;
    }
    let Columns { word, person, team } = Columns::of(ticket.purpose);
    // A newer link takes the place of the one before; but not one for a new password: anybody may have one sent, and must not
    // end the one that an administrator has handed on. What is over goes on the way.
    sqlx::query(
        "DELETE FROM tickets
         WHERE ends_at <= ?4 OR (purpose = ?1 AND person_id IS ?2 AND team_id IS ?3 AND purpose <> 'reset')",
    )
    .bind(word)
    .bind(person)
    .bind(team)
    .bind(connections.now().0)
    .execute(&mut *transaction)
    .await?;
    sqlx::query("INSERT INTO tickets (digest, purpose, person_id, team_id, ends_at) VALUES (?, ?, ?, ?, ?)")
        .bind(ticket.digest.as_str())
        .bind(word)
        .bind(person)
        .bind(team)
        .bind(ticket.ends_at.0)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(())
}

/// A link that is good at a moment.
pub(crate) async fn find(
    executor: impl SqliteExecutor<'_>,
    digest: &Digest,
    now: UnixMillis,
) -> Result<Option<Ticket>, Error> {
    let row: Option<TicketRow> =
        sqlx::query_as("SELECT purpose, person_id, team_id, ends_at FROM tickets WHERE digest = ? AND ends_at > ?")
            .bind(digest.as_str())
            .bind(now.0)
            .fetch_optional(executor)
            .await?;
    let Some(row) = row else { return Ok(None) };
    let person = row.person_id.map(|id| PersonId(id.into_uuid()));
    let purpose = match (row.purpose.as_str(), person) {
        ("set-up", None) => Purpose::SetUp,
        ("join", Some(person)) => Purpose::Join(person, row.team_id.map(|id| TeamId(id.into_uuid()))),
        ("reset", Some(person)) => Purpose::Reset(person),
        _ => return Err(people::unreadable("one-time link", "a purpose that this program does not know")),
    };
    Ok(Some(Ticket { digest: digest.clone(), purpose, ends_at: UnixMillis(row.ends_at) }))
}

/// Uses a link up, within the transaction that does what it is for.
pub(crate) async fn redeem(
    connection: &mut SqliteConnection,
    digest: &Digest,
    now: UnixMillis,
) -> Result<Purpose, Error> {
    let ticket = find(&mut *connection, digest, now).await?.ok_or(Error::Missing("link"))?;
    sqlx::query("DELETE FROM tickets WHERE digest = ?").bind(digest.as_str()).execute(connection).await?;
    Ok(ticket.purpose)
}

pub(crate) async fn set_up(
    connections: Arc<Connections>,
    digest: Digest,
    account: NewAccount,
) -> Result<PersonId, Error> {
    let mut transaction = connections.begin().await?;
    let now = connections.now();
    if redeem(&mut transaction, &digest, now).await? != Purpose::SetUp
        || people::has_administrator(&mut *transaction).await?
    {
        return Err(Error::Missing("link"));
    }
    let id = people::open_in(&mut transaction, &account, now).await?;
    for sql in [
        "UPDATE people SET administrator = 1 WHERE id = ?",
        "UPDATE pipelines SET person_id = ? WHERE person_id IS NULL AND team_id IS NULL AND example IS NULL",
        "UPDATE drafts SET person_id = ? WHERE person_id IS NULL",
    ] {
        sqlx::query(sql).bind(stored_person(id)).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(id)
}

pub(crate) async fn join(
    connections: Arc<Connections>,
    digest: Digest,
    name: Name,
    password: PasswordHash,
    guest: Option<PersonId>,
) -> Result<PersonId, Error> {
    let mut transaction = connections.begin().await?;
    let now = connections.now();
    let Purpose::Join(person, team) = redeem(&mut transaction, &digest, now).await? else {
        return Err(Error::Missing("link"));
    };
    // Whoever has an account comes in by it, and accepts there: a link must not change their password.
    if people::by_id(&mut *transaction, person).await?.person.state != PersonState::Invited {
        return Err(Error::Overtaken("account"));
    }
    come_in(&mut transaction, person, team, &name, Some(&password), guest, now).await?;
    transaction.commit().await?;
    Ok(person)
}

/// Lets somebody in who was invited, within a transaction. An invitation that its team took back lets nobody in.
pub(crate) async fn come_in(
    connection: &mut SqliteConnection,
    person: PersonId,
    team: Option<TeamId>,
    name: &Name,
    password: Option<&PasswordHash>,
    guest: Option<PersonId>,
    now: UnixMillis,
) -> Result<(), Error> {
    sqlx::query("UPDATE people SET state = 'active', name = ?, password = ?, since = ? WHERE id = ?")
        .bind(name.as_str())
        .bind(password.map(|password| &password.0))
        .bind(now.0)
        .bind(stored_person(person))
        .execute(&mut *connection)
        .await?;
    if let Some(team) = team
        && !invitations::accept_in(&mut *connection, team, person, now).await?
    {
        return Err(Error::Missing("link"));
    }
    invitations::end_others(&mut *connection, person).await?;
    if let Some(guest) = guest {
        people::take_along_in(connection, guest, person).await?;
    }
    Ok(())
}

pub(crate) async fn reset(
    connections: Arc<Connections>,
    digest: Digest,
    password: PasswordHash,
) -> Result<PersonId, Error> {
    let mut transaction = connections.begin().await?;
    let Purpose::Reset(person) = redeem(&mut transaction, &digest, connections.now()).await? else {
        return Err(Error::Missing("link"));
    };
    people::set_password(&mut transaction, person, &password).await?;
    transaction.commit().await?;
    Ok(person)
}
