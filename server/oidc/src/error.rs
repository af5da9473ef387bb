//! What goes wrong, in the words of this crate, and how it becomes a word of the ports.
//!
//! The library's errors carry whole answers of the provider, with tokens in them. None of them leaves this module.

use openidconnect::{
    ClaimsVerificationError, DiscoveryError, RequestTokenError, StandardErrorResponse, UserInfoError,
    core::CoreErrorResponseType,
};
use ports::{Hidden, SignInError};

use crate::http::HttpError;

/// More of a provider's reason than this many characters is not for a log.
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
    IdToken(#[source] ClaimsVerificationError),
    #[error("the provider's description of itself cannot be used: {0}")]
    Discovery(String),
    #[error("the provider's answer to the code cannot be used: {0}")]
    Token(String),
    #[error("the provider's user info cannot be used: {0}")]
    UserInfo(String),
    #[error("the provider's answer cannot be used")]
    Http(#[source] HttpError),
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
            HttpError::Redirect(_) | HttpError::TooLong | HttpError::Response(_) => Misfit::Http(error).into(),
        }
    }
}

/// The provider's own reason, as far as it is printable: a browser brought it, and may have brought anything.
pub(crate) fn refused(word: &str, description: Option<&str>) -> SignInError {
    let reason = [word, description.unwrap_or_default()].join(" ");
    let printable = reason.trim().chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    SignInError::Refused(printable.take(LONGEST_REASON).collect())
}

pub(crate) fn discovery(error: DiscoveryError<HttpError>) -> SignInError {
    match error {
        DiscoveryError::Request(error) => error.into(),
        DiscoveryError::Parse(error) => Misfit::Discovery(error.to_string()).into(),
        DiscoveryError::Response(_, _, words) => Misfit::Discovery(words).into(),
        other => Misfit::Discovery(other.to_string()).into(),
    }
}

type TokenError = RequestTokenError<HttpError, StandardErrorResponse<CoreErrorResponseType>>;

pub(crate) fn token(error: TokenError, code: &Hidden) -> SignInError {
    match error {
        RequestTokenError::Request(error) => error.into(),
        RequestTokenError::ServerResponse(answer) => {
            // Some providers repeat the code.
            let description = answer.error_description().map(|words| words.replace(code.reveal(), "(code)"));
            refused(answer.error().as_ref(), description.as_deref())
        }
        // Where and of what kind, but not the parser's message, which quotes.
        RequestTokenError::Parse(error, _) => {
            Misfit::Token(format!("{:?} error at {}", error.inner().classify(), error.path())).into()
        }
        RequestTokenError::Other(words) => Misfit::Token(words).into(),
    }
}

pub(crate) fn user_info(error: UserInfoError<HttpError>) -> SignInError {
    match error {
        UserInfoError::Request(error) => error.into(),
        UserInfoError::ClaimsVerification(error) => Misfit::UserInfo(error.to_string()).into(),
        UserInfoError::Parse(error) => {
            Misfit::UserInfo(format!("{:?} error at {}", error.inner().classify(), error.path())).into()
        }
        UserInfoError::Response(_, _, words) => Misfit::UserInfo(words).into(),
        other => Misfit::UserInfo(other.to_string()).into(),
    }
}
