//! What the provider says about itself, and how long that is believed.

use std::{
    sync::{Arc, PoisonError},
    time::{Duration, Instant},
};

use openidconnect::{
    AuthType, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    core::{CoreClient, CoreClientAuthMethod, CoreProviderMetadata},
};
use ports::SignInError;

use crate::{OpenIdProvider, error};

/// A key that the provider has withdrawn is accepted for so long at most.
const BELIEVED_FOR: Duration = Duration::from_secs(60 * 60);

/// A client of which the authorization endpoint is known; the token and user info endpoints are where there are any.
pub(crate) type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// What the provider has said about itself.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) client: Arc<Client>,
    since: Instant,
}

impl OpenIdProvider {
    /// What the provider said lately, or says now.
    ///
    /// Nobody waits for another's question here: while the provider is slow, one after the other would wait for ever.
    pub(crate) async fn known(&self) -> Result<Known, SignInError> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match known {
            Some(known) if known.since.elapsed() < BELIEVED_FOR => Ok(known),
            _ => self.discover().await,
        }
    }

    /// What the provider says now.
    pub(crate) async fn discover(&self) -> Result<Known, SignInError> {
        self.forget();
        let config = &self.config;
        let metadata =
            CoreProviderMetadata::discover_async(config.issuer.clone(), &self.http).await.map_err(error::discovery)?;
        let auth = auth_type(&metadata);
        let secret = Some(config.client_secret.clone());
        let client = CoreClient::from_provider_metadata(metadata, config.client_id.clone(), secret)
            .set_auth_type(auth)
            .set_redirect_uri(config.redirect_url.clone());
        let known = Known { client: Arc::new(client), since: Instant::now() };
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known.clone());
        Ok(known)
    }

    /// Forgets what the provider said.
    pub(crate) fn forget(&self) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// In the header, which is the standard's default and stays out of logs of bodies, unless the provider wants the
/// client secret in the body only.
fn auth_type(metadata: &CoreProviderMetadata) -> AuthType {
    match metadata.token_endpoint_auth_methods_supported() {
        Some(methods)
            if methods.contains(&CoreClientAuthMethod::ClientSecretPost)
                && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic) =>
        {
            AuthType::RequestBody
        }
        _ => AuthType::BasicAuth,
    }
}
