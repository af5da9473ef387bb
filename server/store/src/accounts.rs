//! The store as the rest of the program sees its people and teams.

use async_trait::async_trait;
use ports::{
    Accounts, Activity, Connection, Digest, Email, Facts, Identity, Invitation, LinkFacts, Login, Member, Membership,
    Name, NewAccount, NewSession, PasswordHash, Person, PersonId, PipelineId, RecordId, Role, Session, SessionId,
    StoreError, Team, TeamId, Teams, Ticket, UnixMillis,
    access::{Administers, InTeam, InvitedTo, Myself, OwnsTeam, Standing, TakesAlong},
};

use crate::{
    SqliteStore, activity, administrators, facts, identities, invitations, links, owners, people, sessions, sign_offs,
    teams, tickets,
};

#[async_trait]
impl Facts for SqliteStore {
    async fn session(&self, digest: &Digest) -> Result<Option<Session>, StoreError> {
        Ok(sessions::by_digest(self.0.reader(), digest).await?)
    }

    async fn standing(&self, pipeline: PipelineId, person: PersonId) -> Result<Option<Standing>, StoreError> {
        Ok(facts::standing(self.0.reader(), pipeline, person).await?)
    }

    async fn is_decider(&self, pipeline: PipelineId, person: PersonId) -> Result<bool, StoreError> {
        Ok(sign_offs::is_decider(self.0.reader(), pipeline, person).await?)
    }

    async fn pipeline_of_record(&self, record: RecordId) -> Result<Option<PipelineId>, StoreError> {
        Ok(facts::pipeline_of_record(self.0.reader(), record).await?)
    }

    async fn link(&self, digest: &Digest, unlocked: Option<&Digest>) -> Result<Option<LinkFacts>, StoreError> {
        Ok(links::facts(self.0.reader(), digest, unlocked).await?)
    }

    async fn invitation(&self, ticket: &Digest) -> Result<Option<Invitation>, StoreError> {
        Ok(invitations::find(self.0.reader(), ticket).await?)
    }

    async fn membership(&self, team: TeamId, person: PersonId) -> Result<Option<Membership>, StoreError> {
        Ok(teams::membership(self.0.reader(), team, person).await?)
    }

    async fn memberships(&self, person: PersonId) -> Result<Vec<(Team, Membership)>, StoreError> {
        Ok(teams::of_person(self.0.reader(), person).await?)
    }
}

#[async_trait]
impl Accounts for SqliteStore {
    async fn begin_session(&self, session: NewSession) -> Result<SessionId, StoreError> {
        self.write(|connections| sessions::begin(connections, session)).await
    }

    async fn touch_session(&self, session: SessionId) -> Result<(), StoreError> {
        self.write(move |connections| sessions::touch(connections, session)).await
    }

    async fn end_session(&self, session: SessionId) -> Result<(), StoreError> {
        self.write(move |connections| sessions::end(connections, session, None)).await
    }

    async fn list_sessions(&self, of: &Myself) -> Result<Vec<Session>, StoreError> {
        Ok(sessions::of_person(self.0.reader(), of.id()).await?)
    }

    async fn revoke_session(&self, of: &Myself, session: SessionId) -> Result<(), StoreError> {
        let person = of.id();
        self.write(move |connections| sessions::end(connections, session, Some(person))).await
    }

    async fn create_guest(&self) -> Result<PersonId, StoreError> {
        self.write(people::create_guest).await
    }

    async fn take_along(&self, guest: TakesAlong, to: &Myself) -> Result<(), StoreError> {
        let (guest, to) = (guest.guest(), to.id());
        self.write(move |connections| people::take_along(connections, guest, to)).await
    }

    async fn login(&self, email: &Email) -> Result<Option<Login>, StoreError> {
        Ok(people::by_email(self.0.reader(), email).await?)
    }

    async fn open_account(&self, account: NewAccount) -> Result<PersonId, StoreError> {
        self.write(|connections| people::open(connections, account)).await
    }

    async fn has_administrator(&self) -> Result<bool, StoreError> {
        Ok(people::has_administrator(self.0.reader()).await?)
    }

    async fn keep_ticket(&self, ticket: Ticket) -> Result<(), StoreError> {
        self.write(|connections| tickets::keep(connections, ticket)).await
    }

    async fn ticket(&self, digest: &Digest) -> Result<Option<Ticket>, StoreError> {
        Ok(tickets::find(self.0.reader(), digest, self.0.now()).await?)
    }

    async fn set_up(&self, ticket: &Digest, account: NewAccount) -> Result<PersonId, StoreError> {
        let ticket = ticket.clone();
        self.write(|connections| tickets::set_up(connections, ticket, account)).await
    }

    async fn join(
        &self,
        ticket: &Digest,
        name: Name,
        password: PasswordHash,
        guest: Option<TakesAlong>,
    ) -> Result<PersonId, StoreError> {
        let (ticket, guest) = (ticket.clone(), guest.map(TakesAlong::guest));
        self.write(move |connections| tickets::join(connections, ticket, name, password, guest)).await
    }

    async fn reset_password(&self, ticket: &Digest, password: PasswordHash) -> Result<PersonId, StoreError> {
        let ticket = ticket.clone();
        self.write(|connections| tickets::reset(connections, ticket, password)).await
    }

    async fn person_of(&self, identity: &Identity) -> Result<Option<PersonId>, StoreError> {
        Ok(identities::person(self.0.reader(), identity).await?)
    }

    async fn connect(&self, of: &Myself, identity: &Identity) -> Result<(), StoreError> {
        let (person, identity) = (of.id(), identity.clone());
        self.write(move |connections| identities::connect(connections, identity, person)).await
    }

    async fn list_connections(&self, of: &Myself) -> Result<Vec<Connection>, StoreError> {
        Ok(identities::of_person(self.0.reader(), of.id()).await?)
    }

    async fn disconnect(
        &self,
        of: &Myself,
        issuer: &str,
        subject: &str,
        but: Option<SessionId>,
    ) -> Result<(), StoreError> {
        let (person, issuer, subject) = (of.id(), issuer.to_owned(), subject.to_owned());
        self.write(move |connections| identities::disconnect(connections, person, issuer, subject, but)).await
    }

    async fn open_account_by(&self, identity: &Identity, account: NewAccount) -> Result<PersonId, StoreError> {
        let identity = identity.clone();
        self.write(|connections| identities::open(connections, identity, account)).await
    }

    async fn join_by(
        &self,
        ticket: &Digest,
        identity: &Identity,
        name: Name,
        guest: Option<TakesAlong>,
    ) -> Result<PersonId, StoreError> {
        let (ticket, identity, guest) = (ticket.clone(), identity.clone(), guest.map(TakesAlong::guest));
        self.write(move |connections| identities::join(connections, ticket, identity, name, guest)).await
    }

    async fn keep_pending(&self, digest: &Digest, pending: &str, ends_at: UnixMillis) -> Result<(), StoreError> {
        let (digest, pending) = (digest.clone(), pending.to_owned());
        self.write(move |connections| identities::keep_pending(connections, digest, pending, ends_at)).await
    }

    async fn take_pending(&self, digest: &Digest) -> Result<Option<String>, StoreError> {
        let digest = digest.clone();
        self.write(|connections| identities::take_pending(connections, digest)).await
    }

    async fn myself(&self, of: &Myself) -> Result<Login, StoreError> {
        Ok(people::by_id(self.0.reader(), of.id()).await?)
    }

    async fn rename(&self, of: &Myself, name: Name) -> Result<(), StoreError> {
        let person = of.id();
        self.write(move |connections| people::rename(connections, person, name)).await
    }

    async fn change_password(
        &self,
        of: &Myself,
        present: &PasswordHash,
        password: PasswordHash,
    ) -> Result<(), StoreError> {
        let (person, present) = (of.id(), present.clone());
        self.write(move |connections| people::change_password(connections, person, present, password)).await
    }

    async fn list_people(&self, _: &Administers) -> Result<Vec<Person>, StoreError> {
        Ok(people::list(self.0.reader()).await?)
    }

    async fn invite(&self, email: &Email) -> Result<Person, StoreError> {
        let email = email.clone();
        self.write(|connections| people::invite(connections, email)).await
    }

    async fn take_back(&self, _: &Administers, person: PersonId) -> Result<(), StoreError> {
        self.write(move |connections| invitations::take_back(connections, person)).await
    }

    async fn disable(&self, _: &Administers, person: PersonId, disabled: bool) -> Result<(), StoreError> {
        self.write(move |connections| people::disable(connections, person, disabled)).await
    }

    async fn appoint(&self, _: &Administers, person: PersonId, administrator: bool) -> Result<(), StoreError> {
        self.write(move |connections| administrators::appoint(connections, person, administrator)).await
    }
}

#[async_trait]
impl Teams for SqliteStore {
    async fn create_team(&self, by: &Myself, name: Name) -> Result<TeamId, StoreError> {
        let owner = by.id();
        self.write(move |connections| teams::create(connections, owner, name)).await
    }

    async fn get_team(&self, of: &InTeam) -> Result<Team, StoreError> {
        Ok(teams::get(self.0.reader(), of.team()).await?)
    }

    async fn rename_team(&self, of: &OwnsTeam, name: Name) -> Result<(), StoreError> {
        let (team, by) = (of.team(), of.by());
        self.write(move |connections| teams::rename(connections, team, by, name)).await
    }

    async fn list_members(&self, of: &InTeam) -> Result<Vec<Member>, StoreError> {
        Ok(teams::members(self.0.reader(), of.team()).await?)
    }

    async fn invite_member(
        &self,
        to: &OwnsTeam,
        person: PersonId,
        role: Role,
        until: UnixMillis,
    ) -> Result<(), StoreError> {
        let (team, by) = (to.team(), to.by());
        self.write(move |connections| teams::invite(connections, team, by, person, role, until)).await
    }

    async fn accept(&self, invitation: &InvitedTo) -> Result<(), StoreError> {
        let (ticket, team, person) = (invitation.ticket().clone(), invitation.team(), invitation.person());
        self.write(move |connections| invitations::accept(connections, ticket, team, person)).await
    }

    async fn change_role(&self, of: &OwnsTeam, person: PersonId, role: Role) -> Result<(), StoreError> {
        let (team, by) = (of.team(), of.by());
        self.write(move |connections| teams::change_role(connections, team, by, person, role)).await
    }

    async fn disable_member(&self, of: &OwnsTeam, person: PersonId, disabled: bool) -> Result<(), StoreError> {
        let (team, by) = (of.team(), of.by());
        self.write(move |connections| teams::disable(connections, team, by, person, disabled)).await
    }

    async fn list_activity(&self, of: &InTeam, at_most: u32) -> Result<Vec<Activity>, StoreError> {
        Ok(activity::of_team(self.0.reader(), of.team(), at_most).await?)
    }

    async fn leave(&self, team: &InTeam) -> Result<(), StoreError> {
        let (team, person) = (team.team(), team.by());
        self.write(move |connections| teams::disable(connections, team, person, person, true)).await
    }

    async fn list_ownerless(&self, _: &Administers) -> Result<Vec<(Team, Vec<Person>)>, StoreError> {
        Ok(owners::missing(self.0.reader()).await?)
    }

    async fn appoint_owner(&self, by: &Administers, team: TeamId, person: PersonId) -> Result<(), StoreError> {
        let by = by.id();
        self.write(move |connections| owners::appoint(connections, team, by, person)).await
    }
}
