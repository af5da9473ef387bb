//! Sessions: that somebody has come in with a browser.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    access::TakesAlong,
    clock::UnixMillis,
    person::{Email, Name, Person, PersonId},
    secret::{Digest, Secret},
    sign_in::Identity,
    team::{Membership, Team, TeamId},
};

/// The id of a session, a UUID of version 7. It opens nothing; its secret does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionId(pub Uuid);

/// That somebody has come in with a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Which.
    pub id: SessionId,
    /// Who has come.
    pub person: Person,
    /// What the browser calls itself.
    pub agent: String,
    /// When it began.
    pub begun_at: UnixMillis,
    /// When it was last used, to the minute.
    pub seen_at: UnixMillis,
    /// When it ends, at the latest.
    pub ends_at: UnixMillis,
    /// After how long without use it ends, in milliseconds.
    pub idle_ms: i64,
}

/// A session about to begin.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Who comes.
    pub person: PersonId,
    /// By what. It begins only where that still holds: it may have been taken away while they waited for their turn.
    pub by: CameBy,
    /// What the browser will show.
    pub secret: Secret,
    /// What the browser calls itself.
    pub agent: String,
    /// How long it lasts at most, in milliseconds.
    pub lasts_ms: i64,
    /// After how long without use it ends, in milliseconds.
    pub idle_ms: i64,
}

/// By what somebody comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CameBy {
    /// They have said the password of which this is kept.
    Password(PasswordHash),
    /// A provider vouches for them.
    Identity(Identity),
    /// They have become somebody here in this moment: a guest, or whoever has just made their account.
    Beginning,
}

/// What a one-time link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Making the account of the first administrator.
    SetUp,
    /// Coming in as somebody who was invited, and into a team where one is named.
    Join(PersonId, Option<TeamId>),
    /// Choosing a new password.
    Reset(PersonId),
}

/// A one-time link, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// By what it is recognised.
    pub digest: Digest,
    /// What it is for.
    pub purpose: Purpose,
    /// When it ends.
    pub ends_at: UnixMillis,
}

/// What the one-time link of an invitation leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Whom it is for.
    pub person: Person,
    /// The team it leads into, where it leads into one, and what they are there.
    pub team: Option<(Team, Membership)>,
    /// When the link ends.
    pub ends_at: UnixMillis,
}

/// How somebody signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// Who.
    pub person: Person,
    /// What is kept of their password, where they have one.
    pub password: Option<PasswordHash>,
}

/// An account about to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAccount {
    /// By what its owner signs in.
    pub email: Email,
    /// How they are called.
    pub name: Name,
    /// What is kept of their password; somebody who signs in elsewhere has none.
    pub password: Option<PasswordHash>,
    /// The guest whose sandbox comes along.
    pub guest: Option<TakesAlong>,
}

/// What is kept of a password: a slow hash with its salt, as a PHC string.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(hidden)")
    }
}
