//! Administrators and owners, appointed by an administrator.

#![cfg(feature = "ssr")]

use leptos::prelude::*;
use ports::{Person, PersonId, StoreError, Team, TeamId};
use uuid::Uuid;

use super::{to_its_end, wire::Wire};
use crate::{
    context::{done, store, visitor::visitor},
    error::AppError,
};

/// Has somebody look after the accounts of this instance as well, or not any more.
#[server(endpoint = "people/administrator", output = Wire)]
pub async fn appoint_administrator(person: Uuid, administrator: bool) -> Result<(), AppError> {
    let (administers, store) = (visitor()?.administers()?, store());
    to_its_end(async move {
        match store.appoint(&administers, PersonId(person), administrator).await {
            Err(StoreError::Overtaken("last administrator")) => Ok(Err(AppError::invalid(
                "This is the last administrator: nobody could appoint another. Nothing was changed.",
            ))),
            appointed => appointed.map(Ok),
        }
    })
    .await??;
    done(if administrator { "They are an administrator now." } else { "They are no administrator any more." });
    Ok(())
}

/// Makes a member an owner of a team for which nobody can act any more.
#[server(endpoint = "people/owner", output = Wire)]
pub async fn appoint_owner(team: Uuid, person: Uuid) -> Result<(), AppError> {
    let (administers, store) = (visitor()?.administers()?, store());
    to_its_end(async move { store.appoint_owner(&administers, TeamId(team), PersonId(person)).await }).await?;
    done("The team has an owner again.");
    Ok(())
}

/// The teams for which nobody can act, with their members who can come in.
pub(crate) async fn ownerless() -> Result<Vec<(Team, Vec<Person>)>, AppError> {
    let administers = visitor()?.administers()?;
    Ok(store().list_ownerless(&administers).await?)
}
