//! What a visitor may do in a team, and where they may put a pipeline.

use std::ops::Deref;

use super::{Refused, Visitor};
use crate::{
    person::PersonId,
    pipeline::Owner,
    store::Facts,
    team::{MemberState, Role, Team, TeamId},
};

/// Is in a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InTeam {
    team: TeamId,
    by: PersonId,
    role: Role,
}

/// Says who is in a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnsTeam(InTeam);

/// May put a pipeline somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CanCreate {
    owner: Owner,
    by: PersonId,
}

/// One of the rights in a team. None but those of this module.
pub trait TeamRight: granted::Granted {}

mod granted {
    use super::{InTeam, Role};

    /// How a right is made. Nobody outside can name this, so nobody outside can make one.
    pub trait Granted: Sized {
        const LEAST: Role;
        fn granted(member: InTeam) -> Self;
    }
}

/// What a visitor may do in a team, if it is enough.
///
/// # Errors
///
/// Where the team is missing or not for them, where they may see it and not do this, and where the store fails.
pub async fn to_team<R: TeamRight>(
    facts: &(impl Facts + ?Sized),
    visitor: &Visitor,
    team: TeamId,
) -> Result<R, Refused> {
    let person = visitor.account().ok_or(Refused::Missing("team"))?.id;
    let membership = facts.membership(team, person).await?;
    let member = membership.filter(|member| member.state == MemberState::Active).ok_or(Refused::Missing("team"))?;
    if member.role >= R::LEAST {
        Ok(R::granted(InTeam { team, by: person, role: member.role }))
    } else {
        Err(Refused::Forbidden("owners of the team"))
    }
}

/// Whether a visitor may put a pipeline there: among their own, or where they are an editor.
///
/// # Errors
///
/// Where they may not (a guest may not where this instance has no sandbox), and where the store fails.
pub async fn create_in(facts: &(impl Facts + ?Sized), visitor: &Visitor, owner: Owner) -> Result<CanCreate, Refused> {
    match owner {
        Owner::Person(wanted) => {
            let own = visitor.person().filter(|person| person.id == wanted).ok_or(Refused::Missing("workspace"))?;
            visitor.works()?;
            Ok(CanCreate { owner, by: own.id })
        }
        Owner::Team(team) => {
            let member: InTeam = to_team(facts, visitor, team).await?;
            if member.role >= Role::Editor {
                Ok(CanCreate { owner, by: member.by })
            } else {
                Err(Refused::Forbidden("editors and owners of the team"))
            }
        }
        Owner::Program | Owner::Nobody => Err(Refused::Missing("workspace")),
    }
}

impl granted::Granted for InTeam {
    const LEAST: Role = Role::Viewer;

    fn granted(member: InTeam) -> Self {
        member
    }
}

impl granted::Granted for OwnsTeam {
    const LEAST: Role = Role::Owner;

    fn granted(member: InTeam) -> Self {
        OwnsTeam(member)
    }
}

impl<R: granted::Granted> TeamRight for R {}

impl InTeam {
    /// Which team.
    pub fn team(&self) -> TeamId {
        self.team
    }

    /// Who.
    pub fn by(&self) -> PersonId {
        self.by
    }

    /// What they may do there.
    pub fn role(&self) -> Role {
        self.role
    }
}

impl CanCreate {
    /// To whom it will belong.
    pub fn owner(&self) -> Owner {
        self.owner
    }

    /// Who puts it there.
    pub fn by(&self) -> PersonId {
        self.by
    }
}

impl Deref for OwnsTeam {
    type Target = InTeam;

    fn deref(&self) -> &InTeam {
        &self.0
    }
}

/// Where pipelines lie: one's own, or a team's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    owner: Owner,
    team: Option<Team>,
    role: Role,
}

/// All workspaces of a visitor: their own first, then their teams' by name.
///
/// # Errors
///
/// Where the store fails.
pub async fn workspaces(facts: &(impl Facts + ?Sized), visitor: &Visitor) -> Result<Vec<Workspace>, Refused> {
    let Some(person) = visitor.person() else { return Ok(Vec::new()) };
    let role = if visitor.works().is_ok() { Role::Owner } else { Role::Viewer };
    let mut all = vec![Workspace { owner: Owner::Person(person.id), team: None, role }];
    if visitor.account().is_some() {
        let memberships = facts.memberships(person.id).await?.into_iter();
        let active = memberships.filter(|(_, member)| member.state == MemberState::Active);
        all.extend(active.map(|(team, member)| Workspace {
            owner: Owner::Team(team.id),
            team: Some(team),
            role: member.role,
        }));
    }
    Ok(all)
}

/// The workspace of a team that a visitor is in.
///
/// # Errors
///
/// Where they are in it no more, and where the store fails.
pub async fn workspace_of(
    facts: &(impl Facts + ?Sized),
    visitor: &Visitor,
    member: &InTeam,
) -> Result<Workspace, Refused> {
    let team = Owner::Team(member.team());
    let all = workspaces(facts, visitor).await?;
    all.into_iter().find(|workspace| workspace.owner == team).ok_or(Refused::Missing("team"))
}

impl Workspace {
    /// To whom its pipelines belong.
    pub fn owner(&self) -> Owner {
        self.owner
    }

    /// The team, where it is one's.
    pub fn team(&self) -> Option<&Team> {
        self.team.as_ref()
    }

    /// What one may do there.
    pub fn role(&self) -> Role {
        self.role
    }
}
