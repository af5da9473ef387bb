//! Teams and who is in them.

use async_trait::async_trait;

use super::StoreError;
use crate::{
    access::{Administers, InTeam, InvitedTo, Myself, OwnsTeam},
    activity::Activity,
    clock::UnixMillis,
    person::{Name, Person, PersonId},
    team::{Member, Role, Team, TeamId},
};

/// Where teams are kept.
#[async_trait]
pub trait Teams: Send + Sync {
    /// Makes a team, of which somebody is the first owner.
    async fn create_team(&self, by: &Myself, name: Name) -> Result<TeamId, StoreError>;

    /// A team.
    async fn get_team(&self, of: &InTeam) -> Result<Team, StoreError>;

    /// Gives a team another name.
    async fn rename_team(&self, of: &OwnsTeam, name: Name) -> Result<(), StoreError>;

    /// Who is in a team, was asked to come, or is there no more; by name. Whoever was only asked is called by their address:
    /// how they call themselves is theirs to tell.
    async fn list_members(&self, of: &InTeam) -> Result<Vec<Member>, StoreError>;

    /// Asks somebody into a team. Whoever is in it already stays what they are: [`StoreError::Overtaken`].
    async fn invite_member(
        &self,
        to: &OwnsTeam,
        person: PersonId,
        role: Role,
        until: UnixMillis,
    ) -> Result<(), StoreError>;

    /// Comes into a team, which uses the link up. Fails with [`StoreError::NotFound`] where it is not good for it any more.
    async fn accept(&self, invitation: &InvitedTo) -> Result<(), StoreError>;

    /// Gives a member another role. A team keeps an owner who can act, which takes an account that is not
    /// disabled: [`StoreError::Overtaken`] where this was the last.
    async fn change_role(&self, of: &OwnsTeam, person: PersonId, role: Role) -> Result<(), StoreError>;

    /// Lets a member do nothing any more, or lets them again; an invitation is taken back, with its link. Fails like
    /// [`Teams::change_role`].
    async fn disable_member(&self, of: &OwnsTeam, person: PersonId, disabled: bool) -> Result<(), StoreError>;

    /// What was done in a team, the latest first, so many at most.
    async fn list_activity(&self, of: &InTeam, at_most: u32) -> Result<Vec<Activity>, StoreError>;

    /// Leaves a team. Fails like [`Teams::disable_member`].
    async fn leave(&self, team: &InTeam) -> Result<(), StoreError>;

    /// The teams for which nobody can act, since the accounts of all their owners are disabled, by name; each with its members
    /// who can still come in. Nothing of what the teams have is told.
    async fn list_ownerless(&self, by: &Administers) -> Result<Vec<(Team, Vec<Person>)>, StoreError>;

    /// Makes a member an owner of such a team. Fails with [`StoreError::NotFound`] where somebody can act for the team, and
    /// where there is no such member who can come in.
    async fn appoint_owner(&self, by: &Administers, team: TeamId, person: PersonId) -> Result<(), StoreError>;
}
