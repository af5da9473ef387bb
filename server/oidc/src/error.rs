//! What goes wrong, in the words of this crate, and how it becomes a word of the ports.
//!
//! What a provider answers has tokens in it. No answer is quoted as a whole, and of a token no more than a word.

use ports::SignInError;

use crate::http::HttpError;

/// More of a provider's words than this many characters is not for a log.
const LONGEST_REASON: usize = 300;

/// What does not fit.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Misfit {
    #[error("the state is not the one of the question")]
    State,
    #[error("another issuer answers")]
    OtherIssuer,
    #[error("there is neither a code nor an error")]
    NoCode,
    #[error("the provider does not say where its token endpoint is")]
    NoTokenEndpoint,
    #[error("the provider gives no ID token")]
    NoIdToken,
    #[error("the ID token is not valid")]
    IdToken(#[source] Flaw),
    #[error("the provider's description of itself cannot be used: {0}")]
    Discovery(String),
    #[error("the provider's answer to the code cannot be used: {0}")]
    Token(String),
    #[error("the provider's user info cannot be used: {0}")]
    UserInfo(String),
    #[error("the provider's answer cannot be used")]
    Http(#[source] HttpError),
}

/// Why a token is not believed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Flaw {
    #[error("it has no readable {0}")]
    Form(&'static str),
    #[error("the `{0}` in its header is not supported")]
    Header(&'static str),
    #[error("No signature found")]
    Unsigned,
    #[error("algorithm `{0}` is not one of: {1}")]
    Algorithm(String, String),
    #[error("no key fits its header")]
    NoKey,
    #[error("Signature verification failed")]
    Signature,
    #[error("its claims cannot be read: {0}")]
    Claims(String),
    #[error("Invalid issuer: expected `{expected}` (found `{found}`)")]
    Issuer { expected: String, found: String },
    #[error("Invalid audiences: must contain `{expected}` (found audiences: {found})")]
    Audience { expected: String, found: String },
    #[error("Invalid audiences: `{0}` is not a trusted audience")]
    OtherAudience(String),
    #[error("it was given to `{0}`")]
    OtherParty(String),
    #[error("ID token expired")]
    Expired,
    #[error("missing nonce claim")]
    NoNonce,
    #[error("nonce mismatch")]
    Nonce,
}

impl From<Misfit> for SignInError {
    fn from(misfit: Misfit) -> Self {
        SignInError::DoesNotFit(misfit.into())
    }
}

impl From<HttpError> for SignInError {
    fn from(error: HttpError) -> Self {
        match error {
            // The request could not even be made, as when an https provider has an http endpoint.
            HttpError::Request(cause) if cause.is_builder() => Misfit::Http(cause.into()).into(),
            HttpError::Request(_) | HttpError::Down(_) => SignInError::Unreachable(error.into()),
            HttpError::Redirect(_) | HttpError::TooLong => Misfit::Http(error).into(),
        }
    }
}

/// The provider's own reason, as far as it is printable: a browser brought it, and may have brought anything.
pub(crate) fn refused(word: &str, description: Option<&str>) -> SignInError {
    let reason = [word, description.unwrap_or_default()].join(" ");
    SignInError::Refused(printable(&reason))
}

/// As much of a text from outside as may stand in a log.
pub(crate) fn printable(text: &str) -> String {
    let printable = text.trim().chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    printable.take(LONGEST_REASON).collect()
}
