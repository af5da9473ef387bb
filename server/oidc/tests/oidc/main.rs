//! Sign-ins against a provider that runs here.

mod believed;
mod fails;
mod succeeds;
mod user_info;

use oidc::{OpenIdProvider, fake::FakeProvider};
use ports::{Identity, IdentityProvider, SignInError};

/// The page of this program that the provider sends the browser back to.
const REDIRECT: &str = "https://forkline.example/sign-in/answer";

/// A provider, and this program as it is configured for it.
async fn start() -> (FakeProvider, OpenIdProvider) {
    let provider = FakeProvider::start().await;
    let client = OpenIdProvider::new(provider.config(REDIRECT)).expect("it can be used");
    (provider, client)
}

/// A whole sign-in, with everything that a browser does.
async fn sign_in(provider: &FakeProvider, client: &OpenIdProvider) -> Result<Identity, SignInError> {
    let begun = client.begin().await?;
    let answer = provider.visit(&begun.redirect).await;
    client.finish(begun.pending, answer).await
}

/// An error with all its causes, as a log has it.
fn log(error: &SignInError) -> String {
    let mut text = format!("{error:?} | {error}");
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        text = format!("{text} < {cause}");
        next = cause.source();
    }
    text
}
