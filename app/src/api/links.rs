//! Share links: made and ended by who may manage a pipeline, followed by whoever has one.

use leptos::prelude::*;
use uuid::Uuid;

#[cfg(feature = "ssr")]
use ports::{
    LinkId, Name, NewLink, Owner, Secret, UnixMillis,
    access::{CanManage, Followed, Refused, by_link},
};

use super::wire::Wire;
#[cfg(feature = "ssr")]
use super::{account::accepted, to_its_end, workspaces::make_and_open};
#[cfg(feature = "ssr")]
use crate::context::{
    AppContext, Link, done, show_link,
    visitor::{may, set_cookie, somebody, unlocked},
};
use crate::error::AppError;

/// A browser that has said the password of a link says it again after this.
#[cfg(feature = "ssr")]
const UNLOCKED_MS: i64 = 12 * 60 * 60 * 1_000;

/// Makes a link to a pipeline: to a version, or to `live`, whichever is the latest. `ends` is its last day, where it has one.
/// The next page shows the link, once.
#[server(endpoint = "links/make", output = Wire)]
pub async fn make_link(
    id: Uuid,
    shows: String,
    label: String,
    ends: String,
    password: String,
    downloads: Option<String>,
) -> Result<(), AppError> {
    let manage = may_share(id).await?;
    let take = downloads.as_deref().unwrap_or_default();
    let refused = |error: AppError| {
        error.with_typed(&[("shows", &shows), ("label", &label), ("ends", &ends), ("downloads", take)])
    };
    let called = match label.trim() {
        "" => None,
        label => Some(label.parse::<Name>().map_err(|wrong| refused(AppError::invalid(wrong.to_string())))?),
    };
    let version = match shows.as_str() {
        "live" => None,
        version => Some(version.parse().map_err(|_| refused(AppError::invalid("Choose what the link shows.")))?),
    };
    let ends_at = end_of(&ends).map_err(refused)?;
    let password = match password.as_str() {
        "" => None,
        _ => Some(accepted(password, &[]).await.map_err(refused)?),
    };
    // The password waited to be hashed.
    let manage = if password.is_some() { may_share(id).await? } else { manage };
    let (store, secret) = (crate::context::store(), Secret::new());
    let link =
        NewLink { digest: secret.digest(), label: called, version, downloads: downloads.is_some(), ends_at, password };
    to_its_end(async move { store.make_link(&manage, link).await }).await?;
    show_once("The new link", &secret);
    Ok(())
}

/// Gives a link another secret. Whoever has the one before cannot follow it any more. The next page shows the link, once.
#[server(endpoint = "links/rotate", output = Wire)]
pub async fn rotate_link(id: Uuid, link: Uuid) -> Result<(), AppError> {
    let manage = may_share(id).await?;
    let (store, secret) = (crate::context::store(), Secret::new());
    let digest = secret.digest();
    to_its_end(async move { store.rotate_link(&manage, LinkId(link), digest).await }).await?;
    show_once("The link that takes its place", &secret);
    Ok(())
}

/// Ends a link for good.
#[server(endpoint = "links/revoke", output = Wire)]
pub async fn revoke_link(id: Uuid, link: Uuid) -> Result<(), AppError> {
    let manage = may_share(id).await?;
    let store = crate::context::store();
    to_its_end(async move { store.revoke_link(&manage, LinkId(link)).await }).await?;
    done("The link is revoked: nobody can follow it any more.");
    Ok(())
}

/// Opens a link by its password, for this browser and for a while.
///
/// It says itself where to go on: a page with the secret in its address has browsers not tell where they come from.
#[server(endpoint = "links/unlock", output = Wire)]
pub async fn unlock_link(secret: String, password: String) -> Result<(), AppError> {
    let followed = followed(&secret).await?;
    if let Followed::Locked(right) = followed {
        let AppContext { store, passwords, clock, instance, .. } = expect_context::<AppContext>();
        let digest = Secret::parse(&secret).map(|secret| secret.digest());
        let Ok(tried) = crate::context::try_password(digest.as_ref().map_or("", |digest| digest.as_str())) else {
            leptos_axum::redirect(&format!("/shared/{secret}?wrong=often"));
            return Ok(());
        };
        if !passwords.fits(password, Some(right.password().clone())).await? {
            leptos_axum::redirect(&format!("/shared/{secret}?wrong=password"));
            return Ok(());
        }
        tried.was_right();
        let (browser, before) = (Secret::new(), unlocked().map(|before| before.digest()));
        let (digest, until) = (browser.digest(), UnixMillis(clock.now().0.saturating_add(UNLOCKED_MS)));
        to_its_end(async move { store.unlock_link(&right, digest, before, until).await }).await?;
        set_cookie(instance.unlock_cookie(), &browser.reveal(), UNLOCKED_MS / 1_000);
    }
    leptos_axum::redirect(&format!("/shared/{secret}"));
    Ok(())
}

/// Copies what a link shows among the visitor's own pipelines, and opens the copy.
#[server(endpoint = "links/copy", output = Wire)]
pub async fn copy_shared(secret: String) -> Result<(), AppError> {
    let take = followed(&secret).await?.open()?.takes()?;
    let (visitor, person) = somebody().await?;
    let document = crate::context::store().get_shared(&take).await?.saved.document;
    make_and_open(document, "frame", &visitor, Owner::Person(person.id)).await
}

/// The right to share a pipeline, where this instance has links.
#[cfg(feature = "ssr")]
pub(crate) async fn may_share(id: Uuid) -> Result<CanManage, AppError> {
    if !expect_context::<AppContext>().instance.links {
        return Err(Refused::Missing("page").into());
    }
    may(id).await
}

/// What the visitor finds at a link.
#[cfg(feature = "ssr")]
pub(crate) async fn followed(secret: &str) -> Result<Followed, AppError> {
    let AppContext { store, clock, instance, .. } = expect_context::<AppContext>();
    let secret = Secret::parse(secret).ok_or_else(|| AppError::from(Refused::Missing("link")))?;
    Ok(by_link(store.as_ref(), instance.links, &secret, unlocked().as_ref(), clock.now()).await?)
}

/// The end of a day in UTC that was typed as `2026-11-24`; nothing where nothing was typed.
#[cfg(feature = "ssr")]
fn end_of(day: &str) -> Result<Option<UnixMillis>, AppError> {
    if day.trim().is_empty() {
        return Ok(None);
    }
    let end = day.trim().parse().ok().and_then(|day: jiff::civil::Date| {
        let midnight = day.tomorrow().ok()?.at(0, 0, 0, 0);
        Some(jiff::tz::Offset::UTC.to_timestamp(midnight).ok()?.as_millisecond())
    });
    let end = end.ok_or_else(|| AppError::invalid("Write the last day as in 2026-11-24, or leave it empty."))?;
    if end <= expect_context::<AppContext>().clock.now().0 {
        return Err(AppError::invalid("This day is over. Choose a later one, or leave it empty."));
    }
    Ok(Some(UnixMillis(end)))
}

/// Has the next page show a link.
#[cfg(feature = "ssr")]
fn show_once(what: &str, secret: &Secret) {
    let url = &expect_context::<AppContext>().instance.url;
    let address = format!("{url}/shared/{}", secret.reveal());
    show_link(Link { what: what.to_owned(), address, sent: false });
}
