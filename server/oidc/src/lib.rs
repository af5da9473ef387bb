//! Sign-in through an OpenID Connect provider, behind a port.
//!
//! **Invariant:** nobody is signed in but by a token that the configured issuer has signed for this program, for the
//! very question that was asked, and that is not over.
//!
//! It is the authorization code flow with PKCE (S256), a state and a nonce. The provider's own description of itself
//! says where its endpoints and keys are. All this is written out here, a file for each step; what it stands on is
//! `ring`, which checks the signatures and draws the random numbers of TLS too.
//!
//! # How it fails
//!
//! The program starts without the provider: its description is fetched when somebody first signs in. It is kept for
//! an hour, dropped after a failure, and fetched again when a signature does not fit, since the key may be new. Each
//! request may take ten seconds and answer one mebibyte, and no redirect is followed: whom the provider names is
//! asked, whom somebody else names is not.
//!
//! No code, token or secret is shown by an error or by `Debug`.

mod claims;
mod config;
mod discovery;
mod error;
#[cfg(feature = "fake-provider")]
pub mod fake;
mod http;
mod json;
mod keys;
mod moment;
mod question;
mod redeem;
mod token;

use std::sync::Mutex;

use async_trait::async_trait;
use ports::{Answer, Begun, Identity, IdentityProvider, Pending, SignInError};
use subtle::ConstantTimeEq;

pub use self::config::{Config, ConfigError};
use self::{config::Checked, discovery::Known, error::Misfit, http::Http};

/// One provider, as it was configured.
#[derive(Debug)]
pub struct OpenIdProvider {
    config: Checked,
    http: Http,
    known: Mutex<Option<Known>>,
}

impl OpenIdProvider {
    /// A provider that is first asked when somebody signs in.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        let config = config.check()?;
        let http = Http::new(config.local, config.encrypted).map_err(ConfigError::Http)?;
        Ok(Self { config, http, known: Mutex::new(None) })
    }
}

#[async_trait]
impl IdentityProvider for OpenIdProvider {
    fn name(&self) -> &str {
        &self.config.name
    }

    async fn begin(&self) -> Result<Begun, SignInError> {
        let known = self.known().await?;
        let pending = question::pending();
        Ok(Begun { redirect: self.question(&known.provider, &pending).into(), pending })
    }

    async fn finish(&self, pending: Pending, answer: Answer) -> Result<Identity, SignInError> {
        // First of all: whatever else the answer says may come from anybody.
        if !bool::from(pending.state.reveal().as_bytes().ct_eq(answer.state.reveal().as_bytes())) {
            return Err(Misfit::State.into());
        }
        if answer.iss.is_some_and(|issuer| issuer != self.config.issuer) {
            return Err(Misfit::OtherIssuer.into());
        }
        if let Some(word) = answer.error {
            return Err(error::refused(&word, answer.error_description.as_deref()));
        }
        let code = answer.code.filter(|code| !code.reveal().is_empty()).ok_or(Misfit::NoCode)?;
        self.redeem(&pending, &code).await
    }
}
