//! People, their sessions and their one-time links.

use async_trait::async_trait;

use super::StoreError;
use crate::{
    access::{Administers, Myself, TakesAlong},
    clock::UnixMillis,
    person::{Email, Name, Person, PersonId},
    secret::Digest,
    session::{Login, NewAccount, NewSession, PasswordHash, Session, SessionId, Ticket},
    sign_in::{Connection, Identity},
};

/// Where people are kept.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// Begins a session for somebody who has shown who they are. Fails with [`StoreError::Overtaken`] where what they have shown
    /// does not hold any more, and where they may not come in.
    async fn begin_session(&self, session: NewSession) -> Result<SessionId, StoreError>;

    /// Notes that a session was used.
    async fn touch_session(&self, session: SessionId) -> Result<(), StoreError>;

    /// Ends a session that somebody leaves; it may have ended already.
    async fn end_session(&self, session: SessionId) -> Result<(), StoreError>;

    /// The sessions of one's own, the one used last first.
    async fn list_sessions(&self, of: &Myself) -> Result<Vec<Session>, StoreError>;

    /// Ends a session of one's own.
    async fn revoke_session(&self, of: &Myself, session: SessionId) -> Result<(), StoreError>;

    /// Makes a guest, whose sandbox is empty.
    async fn create_guest(&self) -> Result<PersonId, StoreError>;

    /// Gives what a guest has made to somebody.
    async fn take_along(&self, guest: TakesAlong, to: &Myself) -> Result<(), StoreError>;

    /// How the one with this address signs in.
    async fn login(&self, email: &Email) -> Result<Option<Login>, StoreError>;

    /// Makes an account. A guest becomes the one who has it, with all they made. Fails with [`StoreError::Overtaken`] where
    /// the address is taken: by an account, or by an invitation that still stands.
    async fn open_account(&self, account: NewAccount) -> Result<PersonId, StoreError>;

    /// Whether somebody looks after this instance.
    async fn has_administrator(&self) -> Result<bool, StoreError>;

    /// Keeps a one-time link. Earlier ones for the same purpose end.
    async fn keep_ticket(&self, ticket: Ticket) -> Result<(), StoreError>;

    /// A one-time link that has not been used and has not ended.
    async fn ticket(&self, digest: &Digest) -> Result<Option<Ticket>, StoreError>;

    /// Makes the account of the first administrator, who gets what was made before there were people. Fails with
    /// [`StoreError::NotFound`] where the link is not good for it any more.
    async fn set_up(&self, ticket: &Digest, account: NewAccount) -> Result<PersonId, StoreError>;

    /// Lets somebody who was invited come in, under the address that was invited: they get a name and a password, and are in
    /// the team of the invitation. Whoever else invited this address meant whoever reads its mail, which a link does not
    /// show: all other invitations of theirs end. Fails with [`StoreError::NotFound`] where the link is not good for it any
    /// more, and where the team has taken the invitation back.
    async fn join(
        &self,
        ticket: &Digest,
        name: Name,
        password: PasswordHash,
        guest: Option<TakesAlong>,
    ) -> Result<PersonId, StoreError>;

    /// Gives somebody the password they chose, and ends all their sessions and other links for a new one. Fails with
    /// [`StoreError::NotFound`] where the link is not good for it any more.
    async fn reset_password(&self, ticket: &Digest, password: PasswordHash) -> Result<PersonId, StoreError>;

    /// The person whom a provider vouches for, where they are known.
    async fn person_of(&self, identity: &Identity) -> Result<Option<PersonId>, StoreError>;

    /// Has a provider vouch for oneself from now on. Fails with [`StoreError::Overtaken`] where it vouches for somebody else.
    async fn connect(&self, of: &Myself, identity: &Identity) -> Result<(), StoreError>;

    /// Which providers vouch for oneself, the one connected first first.
    async fn list_connections(&self, of: &Myself) -> Result<Vec<Connection>, StoreError>;

    /// Has a provider vouch for oneself no more, and ends all sessions but the one named. Fails with [`StoreError::Overtaken`]
    /// where one could not come in any more, by a password or by another provider.
    async fn disconnect(
        &self,
        of: &Myself,
        issuer: &str,
        subject: &str,
        but: Option<SessionId>,
    ) -> Result<(), StoreError>;

    /// The same as [`Accounts::open_account`], for somebody whom a provider vouches for.
    async fn open_account_by(&self, identity: &Identity, account: NewAccount) -> Result<PersonId, StoreError>;

    /// The same as [`Accounts::join`], for somebody whom a provider vouches for.
    async fn join_by(
        &self,
        ticket: &Digest,
        identity: &Identity,
        name: Name,
        guest: Option<TakesAlong>,
    ) -> Result<PersonId, StoreError>;

    /// Keeps what waits between the two halves of a sign-in.
    async fn keep_pending(&self, digest: &Digest, pending: &str, ends_at: UnixMillis) -> Result<(), StoreError>;

    /// What waits there, which is used up by it.
    async fn take_pending(&self, digest: &Digest) -> Result<Option<String>, StoreError>;

    /// One's own person, as it stands.
    async fn myself(&self, of: &Myself) -> Result<Login, StoreError>;

    /// Changes how one is called.
    async fn rename(&self, of: &Myself, name: Name) -> Result<(), StoreError>;

    /// Changes one's password, and ends all sessions and all links for a new one. Fails with [`StoreError::Overtaken`] where the
    /// present one, of which `present` is kept, was changed meanwhile.
    async fn change_password(
        &self,
        of: &Myself,
        present: &PasswordHash,
        password: PasswordHash,
    ) -> Result<(), StoreError>;

    /// Everybody who has an account or was invited, by name.
    async fn list_people(&self, by: &Administers) -> Result<Vec<Person>, StoreError>;

    /// The person with this address, who is made as one invited where there is none yet.
    async fn invite(&self, email: &Email) -> Result<Person, StoreError>;

    /// Takes back the invitation of somebody who has not come yet. They are forgotten, unless a team has invited them as
    /// well; where that is the only one, fails with [`StoreError::Overtaken`].
    async fn take_back(&self, by: &Administers, person: PersonId) -> Result<(), StoreError>;

    /// Lets somebody in, or not any more; all their sessions end then, and links for a new password. Fails with
    /// [`StoreError::Overtaken`] where they are the last administrator.
    async fn disable(&self, by: &Administers, person: PersonId, disabled: bool) -> Result<(), StoreError>;

    /// Has somebody with an account look after the accounts of this instance, or not any more. Fails like
    /// [`Accounts::disable`].
    async fn appoint(&self, by: &Administers, person: PersonId, administrator: bool) -> Result<(), StoreError>;
}
