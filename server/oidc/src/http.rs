//! How the provider is asked: over TLS, not for long, and nobody else in its place.

use std::{pin::Pin, sync::Arc, time::Duration};

use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::{StatusCode, redirect::Policy};
use rustls::{ClientConfig, crypto::ring};
use rustls_platform_verifier::BuilderVerifierExt;

/// How long one request may take, from the first byte to the last.
const PATIENCE: Duration = Duration::from_secs(10);

/// No description, key set or token is nearly as long, in bytes.
const LONGEST_ANSWER: usize = 1 << 20;

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
    #[error("the provider's answer cannot be read")]
    Response(#[from] openidconnect::http::Error),
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

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let mut response = self.0.execute(request.try_into()?).await?;
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
        let mut answer = HttpResponse::new(body);
        *answer.status_mut() = status;
        *answer.headers_mut() = std::mem::take(response.headers_mut());
        Ok(answer)
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}
