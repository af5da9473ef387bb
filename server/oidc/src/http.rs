//! How the provider is asked: over TLS, not for long, and nobody else in its place.

use std::{sync::Arc, time::Duration};

use reqwest::{RequestBuilder, StatusCode, header, redirect::Policy};
use rustls::{ClientConfig, crypto::ring};
use rustls_platform_verifier::BuilderVerifierExt;
use url::Url;

use crate::error::printable;

/// How long one request may take, from the first byte to the last.
const PATIENCE: Duration = Duration::from_secs(10);

/// No description, key set or token is nearly as long, in bytes.
const LONGEST_ANSWER: usize = 1 << 20;

/// The media type of nearly everything that is asked for.
pub(crate) const JSON: &str = "application/json";

/// Why a question to the provider has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HttpError {
    #[error("the request failed")]
    Request(#[from] reqwest::Error),
    #[error("the provider answered {0}")]
    Down(StatusCode),
    #[error("the provider answered {0}, and redirects are not followed")]
    Redirect(StatusCode),
    #[error("the provider's answer is longer than {LONGEST_ANSWER} bytes")]
    TooLong,
}

/// What the provider answers.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// What it says that the body is, in small letters and without parameters; nothing where it does not say.
    media_type: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Whether the body is of one of these media types. Where nothing is said, it is what was asked for.
    pub(crate) fn is(&self, media_types: &[&str]) -> bool {
        self.media_type.as_deref().is_none_or(|own| media_types.contains(&own))
    }

    /// That the body is of another media type than it should be.
    pub(crate) fn unexpected(&self) -> String {
        let own = self.media_type.as_deref().unwrap_or_default();
        format!("unexpected response Content-Type `{}`", printable(own))
    }
}

/// The client for one provider.
#[derive(Debug)]
pub(crate) struct Http(pub(crate) reqwest::Client);

impl Http {
    /// Certificates are judged as the operating system judges them, so a company's own authority counts.
    pub(crate) fn new(local: bool, encrypted: bool) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_platform_verifier()?
            .with_no_client_auth();
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .https_only(encrypted)
            .redirect(Policy::none())
            .referer(false)
            .timeout(PATIENCE)
            .user_agent(concat!("forkline/", env!("CARGO_PKG_VERSION")));
        if local {
            // The proxy of the house does not know the providers of this machine.
            builder = builder.no_proxy();
        }
        Ok(Self(builder.build()?))
    }

    /// A question that is to be answered in JSON.
    pub(crate) fn get(&self, url: &Url) -> RequestBuilder {
        self.0.get(url.clone()).header(header::ACCEPT, JSON)
    }

    /// The same with a form, as it is encoded.
    pub(crate) fn post(&self, url: &Url, form: String) -> RequestBuilder {
        let request = self.0.post(url.clone()).header(header::ACCEPT, JSON);
        request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(form)
    }

    /// Puts a question of this client.
    pub(crate) async fn ask(&self, request: RequestBuilder) -> Result<Answer, HttpError> {
        let mut response = self.0.execute(request.build()?).await?;
        let status = response.status();
        if status.is_redirection() {
            return Err(HttpError::Redirect(status));
        }
        if status.is_server_error() {
            return Err(HttpError::Down(status));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            if body.len() + chunk.len() > LONGEST_ANSWER {
                return Err(HttpError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        let media_type = response.headers().get(header::CONTENT_TYPE).map(|kind| {
            let kind = kind.to_str().unwrap_or_default().to_lowercase();
            kind.split(';').next().unwrap_or_default().trim().to_owned()
        });
        Ok(Answer { status, media_type, body })
    }
}
