//! Teams, who is in them, and what belongs to them.

use leptos::prelude::*;
use uuid::Uuid;

#[cfg(feature = "ssr")]
use ports::{
    PersonId, Role, StoreError, TeamId, UnixMillis,
    access::{self, CanManage, CanRead, InTeam, OwnsTeam, TeamRight},
};

use super::wire::Wire;
#[cfg(feature = "ssr")]
use super::{people, to_its_end};
#[cfg(feature = "ssr")]
use crate::context::{
    AppContext, done, store,
    visitor::{may, somebody, visitor},
};
use crate::error::AppError;

/// Makes a team, of which one is the first owner, and goes there.
#[server(endpoint = "teams/create", output = Wire)]
pub async fn create_team(name: String) -> Result<(), AppError> {
    let myself = visitor()?.myself()?;
    let (store, name) = (store(), named(&name)?);
    let team = to_its_end(async move { store.create_team(&myself, name).await }).await?;
    leptos_axum::redirect(&format!("/teams/{}", team.0));
    Ok(())
}

/// Gives a team another name.
#[server(endpoint = "teams/rename", output = Wire)]
pub async fn rename_team(team: Uuid, name: String) -> Result<(), AppError> {
    let owns: OwnsTeam = in_team(team).await?;
    let (store, name) = (store(), named(&name)?);
    let called = name.clone();
    to_its_end(async move { store.rename_team(&owns, name).await }).await?;
    done(format!("The team is called {called} now."));
    Ok(())
}

/// Asks somebody into a team. The next page shows the link, once.
#[server(endpoint = "teams/invite", output = Wire)]
pub async fn invite_member(team: Uuid, email: String, role: String) -> Result<(), AppError> {
    let owns: OwnsTeam = in_team(team).await?;
    let refused = |error: AppError| error.with_typed(&[("email", &email), ("role", &role)]);
    let chosen = role_named(&role).map_err(refused)?;
    let AppContext { store, clock, .. } = expect_context::<AppContext>();
    let person = people::invited(&email).await.map_err(refused)?;
    let until = UnixMillis(clock.now().0.saturating_add(people::INVITATION_LASTS_MS));
    let id = person.id;
    to_its_end(async move { kept(store.invite_member(&owns, id, chosen, until).await) }).await?.map_err(refused)?;
    people::invitation_link(&person, Some(TeamId(team))).await
}

/// Comes into the team that the link of an invitation leads into, which uses it up.
#[server(endpoint = "teams/accept", output = Wire)]
pub async fn accept_invitation(ticket: String) -> Result<(), AppError> {
    let AppContext { store, clock, .. } = expect_context::<AppContext>();
    let visitor = visitor()?;
    visitor.myself()?;
    let secret = super::tickets::secret_of(&ticket)?;
    let invited = access::accept_in(store.as_ref(), &visitor, &secret, clock.now()).await?;
    let team = invited.team();
    to_its_end(async move { store.accept(&invited).await }).await?;
    done("You are in the team now.");
    leptos_axum::redirect(&format!("/teams/{}", team.0));
    Ok(())
}

/// Gives a member another role.
#[server(endpoint = "teams/change-role", output = Wire)]
pub async fn change_role(team: Uuid, person: Uuid, role: String) -> Result<(), AppError> {
    let owns: OwnsTeam = in_team(team).await?;
    let (store, role) = (store(), role_named(&role)?);
    to_its_end(async move { kept(store.change_role(&owns, PersonId(person), role).await) }).await??;
    done(format!("The role is changed to {}.", role.word()));
    Ok(())
}

/// Takes an invitation back, or lets a member do nothing any more, or lets them again.
#[server(endpoint = "teams/disable", output = Wire)]
pub async fn disable_member(team: Uuid, person: Uuid, disabled: bool) -> Result<(), AppError> {
    let owns: OwnsTeam = in_team(team).await?;
    let store = store();
    to_its_end(async move { kept(store.disable_member(&owns, PersonId(person), disabled).await) }).await??;
    done(if disabled { "They see nothing of the team any more." } else { "They are in the team again." });
    Ok(())
}

/// Leaves a team.
#[server(endpoint = "teams/leave", output = Wire)]
pub async fn leave_team(team: Uuid) -> Result<(), AppError> {
    let member: InTeam = in_team(team).await?;
    let store = store();
    to_its_end(async move { kept(store.leave(&member).await) }).await??;
    done("You have left the team.");
    leptos_axum::redirect("/teams");
    Ok(())
}

/// Moves a pipeline to a team, or among one's own where no team is named.
#[server(endpoint = "pipeline/move", output = Wire)]
pub async fn move_pipeline(id: Uuid, team: Option<String>) -> Result<(), AppError> {
    let manage: CanManage = may(id).await?;
    let (store, visitor) = (store(), visitor()?);
    let to =
        access::create_in(store.as_ref(), &visitor, super::workspaces::owner_named(team.as_deref(), &visitor)?).await?;
    to_its_end(async move { store.move_pipeline(&manage, &to).await }).await?;
    done("The pipeline is moved.");
    Ok(())
}

/// Copies the latest version of a pipeline to a team, or among one's own where no team is named, and opens the copy.
#[server(endpoint = "pipeline/copy", output = Wire)]
pub async fn copy_pipeline(id: Uuid, team: Option<String>) -> Result<(), AppError> {
    let read: CanRead = may(id).await?;
    let (visitor, _) = somebody().await?;
    let document = store().get_pipeline(&read).await?.document;
    let owner = super::workspaces::owner_named(team.as_deref(), &visitor)?;
    super::workspaces::make_and_open(document, "frame", &visitor, owner).await
}

/// Puts a pipeline away, or takes it back.
#[server(endpoint = "pipeline/archive", output = Wire)]
pub async fn archive_pipeline(id: Uuid, away: bool) -> Result<(), AppError> {
    let manage: CanManage = may(id).await?;
    let store = store();
    to_its_end(async move { store.archive_pipeline(&manage, away).await }).await?;
    done(if away { "The pipeline is archived." } else { "The pipeline is among the others again." });
    Ok(())
}

#[cfg(feature = "ssr")]
pub(crate) async fn in_team<R: TeamRight>(team: Uuid) -> Result<R, AppError> {
    Ok(access::to_team(store().as_ref(), &visitor()?, TeamId(team)).await?)
}

#[cfg(feature = "ssr")]
fn named(name: &str) -> Result<ports::Name, AppError> {
    name.parse().map_err(|wrong: ports::NotReadable| AppError::invalid(wrong.to_string()).with_typed(&[("name", name)]))
}

#[cfg(feature = "ssr")]
fn role_named(word: &str) -> Result<Role, AppError> {
    Role::from_word(word).ok_or_else(|| AppError::invalid("Choose a role: viewer, editor or owner.".to_owned()))
}

/// Says what a team cannot do, apart from what the store could not.
#[cfg(feature = "ssr")]
fn kept(done: Result<(), StoreError>) -> Result<Result<(), AppError>, StoreError> {
    let why = match done {
        Err(StoreError::Overtaken("last owner")) => "A team keeps an owner: make somebody else an owner first.",
        Err(StoreError::Overtaken("membership")) => {
            "This person is in the team already, or their membership was changed."
        }
        done => return done.map(Ok),
    };
    Ok(Err(AppError::invalid(format!("{why} Nothing was changed."))))
}
