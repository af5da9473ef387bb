//! Providers that vouch for somebody: disconnecting one. Connecting one goes by the provider itself.

#![cfg(feature = "ssr")]

use leptos::prelude::*;
use ports::StoreError;

use super::{to_its_end, wire::Wire};
use crate::error::AppError;

/// Has a provider vouch for oneself no more. All sessions but this one end: somebody may have come in by it.
#[server(endpoint = "account/disconnect", output = Wire)]
pub async fn disconnect(issuer: String, subject: String) -> Result<(), AppError> {
    let visitor = crate::context::visitor::visitor()?;
    let (myself, this, store) = (visitor.myself()?, visitor.session_id(), crate::context::store());
    to_its_end(async move {
        match store.disconnect(&myself, &issuer, &subject, this).await {
            Err(StoreError::Overtaken("last way in")) => Ok(Err(AppError::invalid(
                "You have no password and nobody else vouches for you: you could not come in any more. Nothing was changed.",
            ))),
            disconnected => disconnected.map(Ok),
        }
    })
    .await??;
    crate::context::done("It is disconnected, and your other sessions have ended.");
    Ok(())
}
