//! Looking after the accounts of this instance: for administrators.

use leptos::prelude::*;
use uuid::Uuid;

#[cfg(feature = "ssr")]
use ports::{Email, Person, PersonId, PersonState, Purpose, Secret, StoreError, TeamId, Ticket, UnixMillis};

#[cfg(feature = "ssr")]
use super::to_its_end;
use super::wire::Wire;
#[cfg(feature = "ssr")]
use crate::context::{Admission, AppContext, Link, done, show_link, visitor::visitor};
use crate::error::AppError;

/// An invitation that was not accepted by then is worth nothing.
#[cfg(feature = "ssr")]
pub(crate) const INVITATION_LASTS_MS: i64 = 7 * 24 * 60 * 60 * 1_000;
/// A link for a new password is asked for to be used at once.
#[cfg(feature = "ssr")]
const RESET_LASTS_MS: i64 = 24 * 60 * 60 * 1_000;

/// Invites somebody to have an account here. The next page shows the link, once.
#[server(endpoint = "people/invite", output = Wire)]
pub async fn invite_person(email: String) -> Result<(), AppError> {
    visitor()?.administers()?;
    let person = invited(&email).await.map_err(|error| error.with_typed(&[("email", &email)]))?;
    if person.state != PersonState::Invited {
        return Err(AppError::invalid(format!("{email} has an account already. Nothing was changed.")));
    }
    invitation_link(&person, None).await
}

/// Takes back the invitation of somebody who has not come yet: the link is good for nothing any more.
#[server(endpoint = "people/take-back", output = Wire)]
pub async fn take_back_invitation(person: Uuid) -> Result<(), AppError> {
    let administers = visitor()?.administers()?;
    let store = crate::context::store();
    to_its_end(async move {
        match store.take_back(&administers, PersonId(person)).await {
            Err(StoreError::Overtaken("invitation")) => Ok(Err(AppError::invalid(
                "A team has invited this person, and takes that back on its own page. Nothing was changed.".to_owned(),
            ))),
            taken_back => taken_back.map(Ok),
        }
    })
    .await??;
    done("The invitation is taken back.");
    Ok(())
}

/// Makes a link by which somebody chooses a new password. The next page shows it, once.
#[server(endpoint = "people/reset-link", output = Wire)]
pub async fn reset_link(person: Uuid) -> Result<(), AppError> {
    let administers = visitor()?.administers()?;
    let people = crate::context::store().list_people(&administers).await?;
    let person = people.into_iter().find(|known| known.id == PersonId(person)).ok_or(StoreError::NotFound("person"))?;
    reset_link_for(&person).await.map(show_link)
}

/// Lets somebody in no more, or again. All their sessions end at once.
#[server(endpoint = "people/disable", output = Wire)]
pub async fn disable_person(person: Uuid, disabled: bool) -> Result<(), AppError> {
    let administers = visitor()?.administers()?;
    let store = crate::context::store();
    to_its_end(async move {
        match store.disable(&administers, PersonId(person), disabled).await {
            Err(StoreError::Overtaken("last administrator")) => Ok(Err(AppError::invalid(
                "This is the last administrator: nobody could let them in again. Nothing was changed.".to_owned(),
            ))),
            disabled => disabled.map(Ok),
        }
    })
    .await??;
    done(if disabled {
        "The account is disabled, and all its sessions have ended."
    } else {
        "The account is enabled."
    });
    Ok(())
}

/// Everybody who has an account or was invited, for who may know.
#[cfg(feature = "ssr")]
pub(crate) async fn list_people() -> Result<Vec<Person>, AppError> {
    let administers = visitor()?.administers()?;
    Ok(crate::context::store().list_people(&administers).await?)
}

/// The person with an address, who is about to be invited; made as one invited where this instance takes new people.
#[cfg(feature = "ssr")]
pub(super) async fn invited(email: &str) -> Result<Person, AppError> {
    let address: Email = email.parse().map_err(|wrong: ports::NotReadable| AppError::invalid(wrong.to_string()))?;
    // Each invitation may be sent as a letter, to whatever address.
    crate::context::take(ports::Demand::Letter)?;
    let AppContext { store, instance, .. } = expect_context::<AppContext>();
    match store.login(&address).await? {
        Some(login) => Ok(login.person),
        None if instance.admission == Admission::Closed => Err(AppError::invalid(format!(
            "This instance takes nobody new, and {address} has no account. Nothing was changed."
        ))),
        None => to_its_end(async move { store.invite(&address).await }).await,
    }
}

/// Makes the link of an invitation, which the next page shows.
#[cfg(feature = "ssr")]
pub(super) async fn invitation_link(person: &Person, team: Option<TeamId>) -> Result<(), AppError> {
    let address = person.email.as_ref().map(ToString::to_string).unwrap_or_default();
    let to = if team.is_some() { "the team" } else { "Forkline" };
    let what = format!("The invitation of {address} to {to}; it is good once, for seven days");
    link(person, Purpose::Join(person.id, team), INVITATION_LASTS_MS, "join", what).await.map(show_link)
}

/// Makes a link by which somebody chooses a new password.
#[cfg(feature = "ssr")]
pub(super) async fn reset_link_for(person: &Person) -> Result<Link, AppError> {
    let what =
        format!("A link by which {} chooses a new password for Forkline; it is good once, for a day", person.name);
    link(person, Purpose::Reset(person.id), RESET_LASTS_MS, "reset", what).await
}

/// Makes a one-time link for somebody, and sends it to them where that can be done. It is kept nowhere.
#[cfg(feature = "ssr")]
async fn link(person: &Person, purpose: Purpose, lasts_ms: i64, page: &str, what: String) -> Result<Link, AppError> {
    let AppContext { store, clock, instance, .. } = expect_context::<AppContext>();
    let (secret, now) = (Secret::new(), clock.now());
    let ticket = Ticket { digest: secret.digest(), purpose, ends_at: UnixMillis(now.0.saturating_add(lasts_ms)) };
    to_its_end(async move { store.keep_ticket(ticket).await }).await?;
    let link = Link { what, address: format!("{}/{page}?ticket={}", instance.url, secret.reveal()), sent: false };
    let sent = match &person.email {
        Some(email) => crate::context::letters::send(email, &link).await,
        None => false,
    };
    Ok(Link { sent, ..link })
}
