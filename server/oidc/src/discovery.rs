//! What the provider says about itself, and how long that is believed.

use std::{
    sync::{Arc, PoisonError},
    time::{Duration, Instant},
};

use ports::SignInError;
use reqwest::StatusCode;
use serde::Deserialize;
use url::Url;

use crate::{
    OpenIdProvider,
    error::{Misfit, printable},
    http::JSON,
    json::{self, Unreadable},
    keys::Keys,
};

/// A key that the provider has withdrawn is accepted for so long at most.
const BELIEVED_FOR: Duration = Duration::from_secs(60 * 60);

/// Where the provider says it is, of all that it says.
const DESCRIPTION: &str = ".well-known/openid-configuration";

/// The provider, as it describes itself.
#[derive(Debug)]
pub(crate) struct Provider {
    /// Where the browser goes.
    pub(crate) authorization: Url,
    /// Where a code is redeemed.
    pub(crate) token: Option<Url>,
    /// Where more is told about a person.
    pub(crate) user_info: Option<Url>,
    /// Whether the client secret goes into the body.
    pub(crate) secret_in_body: bool,
    /// What it signs with.
    pub(crate) keys: Keys,
}

/// What the provider has said about itself.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) provider: Arc<Provider>,
    since: Instant,
}

/// The description, as far as it matters here.
#[derive(Deserialize)]
struct Description {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: Option<String>,
    userinfo_endpoint: Option<String>,
    jwks_uri: String,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
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
        let provider = Arc::new(self.describe().await?);
        let known = Known { provider, since: Instant::now() };
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known.clone());
        Ok(known)
    }

    /// Forgets what the provider said.
    pub(crate) fn forget(&self) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    async fn describe(&self) -> Result<Provider, SignInError> {
        let issuer = &self.config.issuer;
        let slash = if issuer.ends_with('/') { "" } else { "/" };
        let body = self.fetch(&url("issuer", &format!("{issuer}{slash}{DESCRIPTION}"))?, &[JSON]).await?;
        let description: Description = json::read(&body).map_err(|error| unreadable(&error))?;
        // Otherwise one provider could describe itself as another, and vouch for whom the other one knows.
        if description.issuer != *issuer {
            let found = printable(&description.issuer);
            return Err(Misfit::Discovery(format!("unexpected issuer URI `{found}` (expected `{issuer}`)")).into());
        }
        let secret_in_body = description.wants_secret_in_body();
        let keys = self.fetch(&url("jwks_uri", &description.jwks_uri)?, &[JSON, "application/jwk-set+json"]).await?;
        Ok(Provider {
            authorization: url("authorization_endpoint", &description.authorization_endpoint)?,
            token: description.token_endpoint.map(|at| url("token_endpoint", &at)).transpose()?,
            user_info: description.userinfo_endpoint.map(|at| url("userinfo_endpoint", &at)).transpose()?,
            secret_in_body,
            keys: Keys::read(&keys).map_err(|error| unreadable(&error))?,
        })
    }

    async fn fetch(&self, url: &Url, media_types: &[&str]) -> Result<Vec<u8>, SignInError> {
        let answer = self.http.ask(self.http.get(url)).await?;
        if answer.status != StatusCode::OK {
            return Err(Misfit::Discovery(format!("HTTP status code {} at {url}", answer.status)).into());
        }
        if !answer.is(media_types) {
            return Err(Misfit::Discovery(answer.unexpected()).into());
        }
        Ok(answer.body)
    }
}

impl Description {
    /// In the header, which is the standard's default and stays out of logs of bodies, unless the provider wants the
    /// client secret in the body only.
    fn wants_secret_in_body(&self) -> bool {
        self.token_endpoint_auth_methods_supported.as_ref().is_some_and(|methods| {
            let wants = |method: &str| methods.iter().any(|known| known == method);
            wants("client_secret_post") && !wants("client_secret_basic")
        })
    }
}

fn url(name: &str, text: &str) -> Result<Url, Misfit> {
    Url::parse(text).map_err(|error| Misfit::Discovery(format!("{name}: {error}")))
}

/// Nothing of a description is secret, so it may be quoted.
fn unreadable(error: &Unreadable) -> Misfit {
    Misfit::Discovery(printable(&error.to_string()))
}
