//! Who sends mail.

use async_trait::async_trait;

/// A mail to one person, in plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The address, and nothing but the address: `ada@example.org`.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// Why a mail was not sent. Sources are for the log, never for a person's screen.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// It cannot be written as a mail, for example because the address is none. Nothing was sent.
    #[error("this is not a letter")]
    NotALetter(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The mail server does not take it. Trying again will not help.
    #[error("the mail server refused the letter")]
    Refused(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The mail server does not answer, or asks to try again later. It is unknown whether the mail was sent.
    #[error("the mail server cannot be reached")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Somebody who sends mail.
#[async_trait]
pub trait Mail: Send + Sync + std::fmt::Debug {
    /// Hands a letter to the mail server. That it was taken does not mean that it arrives.
    async fn send(&self, letter: Letter) -> Result<(), MailError>;
}
