//! Who is there, by the cookie that came along.

use super::Refused;
use crate::{
    clock::UnixMillis,
    person::{Person, PersonId, PersonState},
    secret::Secret,
    session::{Session, SessionId},
    store::{Facts, StoreError},
};

/// Who asks for something. Only a session that counts makes somebody of them.
#[derive(Clone, Debug)]
pub struct Visitor {
    session: Option<Session>,
    /// Whether this instance lets people try things without an account.
    sandbox: bool,
}

/// Somebody, about whatever is their own alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Myself(PersonId);

/// May take along what a guest has made: whoever is that guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakesAlong(PersonId);

/// Somebody who looks after the accounts of this instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Administers(PersonId);

impl Visitor {
    /// Who has this secret at this moment. `sandbox` says whether this instance lets people try things without an account.
    ///
    /// # Errors
    ///
    /// Where the store fails.
    pub async fn recognise(
        facts: &dyn Facts,
        sandbox: bool,
        secret: Option<&Secret>,
        now: UnixMillis,
    ) -> Result<Self, StoreError> {
        let session = match secret {
            Some(secret) => facts.session(&secret.digest()).await?,
            None => None,
        };
        Ok(Visitor { session: session.filter(|session| counts(session, now)), sandbox })
    }

    /// The person, with or without an account.
    pub fn person(&self) -> Option<&Person> {
        self.session.as_ref().map(|session| &session.person)
    }

    /// The person, where they have an account.
    pub fn account(&self) -> Option<&Person> {
        self.person().filter(|person| person.state == PersonState::Active)
    }

    /// The person, where they have none.
    pub fn guest(&self) -> Option<&Person> {
        self.person().filter(|person| person.state == PersonState::Guest)
    }

    /// The session they came with.
    pub fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// The id of that.
    pub fn session_id(&self) -> Option<SessionId> {
        self.session.as_ref().map(|session| session.id)
    }

    /// Whether they may make and change things here. Guests who come back after the sandbox was closed may look at what they
    /// have, and take it along into an account.
    ///
    /// # Errors
    ///
    /// Where that takes an account.
    pub fn works(&self) -> Result<(), Refused> {
        if self.sandbox || self.account().is_some() { Ok(()) } else { Err(Refused::NotSignedIn) }
    }

    /// What they have made as a guest, to be taken along into an account.
    pub fn takes_along(&self) -> Option<TakesAlong> {
        self.guest().map(|guest| TakesAlong(guest.id))
    }

    /// About their own account.
    ///
    /// # Errors
    ///
    /// Where they have none.
    pub fn myself(&self) -> Result<Myself, Refused> {
        self.account().map(|person| Myself(person.id)).ok_or(Refused::NotSignedIn)
    }

    /// About the accounts of this instance. Others need not know that there is such a thing.
    ///
    /// # Errors
    ///
    /// Where that is not for them.
    pub fn administers(&self) -> Result<Administers, Refused> {
        let person = self.account().filter(|person| person.administrator);
        person.map(|person| Administers(person.id)).ok_or(Refused::Missing("page"))
    }
}

/// Whether a session is good for anything at a moment.
fn counts(session: &Session, now: UnixMillis) -> bool {
    let of_somebody = match session.person.state {
        PersonState::Guest | PersonState::Active => true,
        PersonState::Invited | PersonState::Disabled => false,
    };
    of_somebody && now < session.ends_at && now.0 < session.seen_at.0.saturating_add(session.idle_ms)
}

impl Myself {
    /// Who.
    pub fn id(self) -> PersonId {
        self.0
    }
}

impl TakesAlong {
    /// Which guest.
    pub fn guest(self) -> PersonId {
        self.0
    }
}

impl Administers {
    /// Who.
    pub fn id(self) -> PersonId {
        self.0
    }
}
