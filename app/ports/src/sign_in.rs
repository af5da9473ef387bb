//! Who vouches for people that have an account elsewhere.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::{clock::UnixMillis, hidden::Hidden};

/// A sign-in that has begun.
pub struct Begun {
    /// Where the browser is to go now.
    pub redirect: String,
    /// What [`IdentityProvider::finish`] will need. It stays on the server.
    pub pending: Pending,
}

// The address holds the state and the nonce, so it is not shown.
impl std::fmt::Debug for Begun {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Begun").finish_non_exhaustive()
    }
}

/// What is remembered between the two halves of a sign-in: for some minutes, once, and for the browser that began it.
/// Who kept it for another browser would sign that one in as somebody else.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pending {
    /// Comes back with the browser, and shows that the answer belongs to this question.
    pub state: Hidden,
    /// Comes back inside the signed token, which therefore was made for this question.
    pub nonce: Hidden,
    /// Shown when the code is redeemed (PKCE): a stolen code is worth nothing without it.
    pub verifier: Hidden,
}

/// What the browser brings back in the query of the redirect URL, as it came: nothing of it is checked yet.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Answer {
    /// The state of the question, one hopes.
    #[serde(default)]
    pub state: Hidden,
    /// What can be redeemed for a token, once.
    pub code: Option<Hidden>,
    /// Why there is no code, as one word of the protocol.
    pub error: Option<String>,
    /// The same in a sentence.
    pub error_description: Option<String>,
    /// Who answers (RFC 9207); few providers say so.
    pub iss: Option<String>,
}

/// Who somebody is, as a provider vouches for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The provider. Together with the subject this is the key of a person, and nothing else is: an e-mail address
    /// can be given to somebody else.
    pub issuer: String,
    /// The provider's name for the person: it never changes and is never used again.
    pub subject: String,
    /// An e-mail address, if the provider tells one.
    pub email: Option<String>,
    /// Whether the provider has checked that the address is the person's own.
    pub email_verified: bool,
    /// What the person is called, if the provider tells.
    pub name: Option<String>,
}

/// That a provider vouches for somebody here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The provider.
    pub issuer: String,
    /// The provider's name for the person.
    pub subject: String,
    /// Since when.
    pub since: UnixMillis,
}

/// Why nobody was signed in. Sources are for the log, never for a person's screen.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The person cancelled, or the provider does not want to. Its reason is for the log.
    #[error("the provider refused: {0}")]
    Refused(String),
    /// What came back does not belong to the question, or cannot be trusted. To begin again is safe.
    #[error("the answer does not fit")]
    DoesNotFit(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The provider does not answer, or not in time.
    #[error("the provider cannot be reached")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Somebody who vouches for people.
#[async_trait]
pub trait IdentityProvider: Send + Sync + std::fmt::Debug {
    /// What people call it: "Sign in with ...".
    fn name(&self) -> &str;

    /// Begins a sign-in.
    async fn begin(&self) -> Result<Begun, SignInError>;

    /// Ends a sign-in with what the browser brought back. What was pending is used up, whatever the outcome.
    async fn finish(&self, pending: Pending, answer: Answer) -> Result<Identity, SignInError>;
}
