//! One-time links, as somebody comes with one.

use leptos::prelude::*;
use ports::{Digest, Invitation, Purpose, Secret, StoreError, access};

use crate::{context::AppContext, error::AppError};

/// The secret of a one-time link.
pub(crate) fn secret_of(ticket: &str) -> Result<Secret, AppError> {
    Secret::parse(ticket.trim()).ok_or_else(|| StoreError::NotFound("link").into())
}

/// A link that is good for something now, with what it is for.
pub(crate) async fn ticket_for(ticket: &str) -> Result<Purpose, AppError> {
    let found = crate::context::store().ticket(&secret_of(ticket)?.digest()).await?;
    found.map(|ticket| ticket.purpose).ok_or_else(|| StoreError::NotFound("link").into())
}

/// What a link invites to that is good now.
pub(crate) async fn invitation(secret: &Secret) -> Result<Invitation, AppError> {
    let AppContext { store, clock, .. } = expect_context::<AppContext>();
    Ok(access::by_invitation(store.as_ref(), secret, clock.now()).await?)
}

/// The secret of a link that somebody sends with a new password. Each is a try like one of a password until it is found, so that
/// nobody finds a link by trying many.
pub(super) async fn tried(ticket: &str) -> Result<Secret, AppError> {
    let secret = secret_of(ticket)?;
    let tried = crate::context::try_password(secret.digest().as_str())?;
    if crate::context::store().ticket(&secret.digest()).await?.is_some() {
        tried.was_right();
    }
    Ok(secret)
}

/// By what a link is recognised that is good for this now. It is looked up before a password is hashed: that costs more than
/// anybody may have for links of their own invention.
pub(super) async fn good_for(secret: &Secret, is: impl FnOnce(&Purpose) -> bool) -> Result<Digest, AppError> {
    let digest = secret.digest();
    let found = crate::context::store().ticket(&digest).await?;
    if found.is_some_and(|ticket| is(&ticket.purpose)) { Ok(digest) } else { Err(StoreError::NotFound("link").into()) }
}
