//! SMTP behind a port.
//!
//! **Invariant:** a letter has one recipient and the headers that are written here. Text from outside cannot add to
//! them: addresses are parsed, and a subject is one line.
//!
//! # How it fails
//!
//! A letter that cannot be one is refused before anybody is called. Everything else ends after twenty seconds, also
//! with a server that stops in the middle. With STARTTLS or TLS nothing is said in the open: a server that does not
//! offer it, or has a certificate that the operating system does not trust, gets neither password nor letter.

mod config;
mod letter;

use std::time::Duration;

use async_trait::async_trait;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor, message::Mailbox};
use ports::{Letter, Mail, MailError};

pub use self::config::{Config, ConfigError, Encryption, Login, UnknownEncryption};

/// How long one letter may take, from the call to the answer. Lettre's own limit covers the call only.
const PATIENCE: Duration = Duration::from_secs(20);

/// A mail server, as it was configured. Each letter is a connection of its own, since letters are rare here.
#[derive(Debug)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Smtp {
    /// A mail server that is first called when there is a letter.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        let (builder, from) = config.check()?;
        Ok(Self { transport: builder.timeout(Some(PATIENCE)).build(), from })
    }
}

#[async_trait]
impl Mail for Smtp {
    async fn send(&self, letter: Letter) -> Result<(), MailError> {
        let message = letter::write(letter, &self.from).map_err(|flaw| MailError::NotALetter(flaw.into()))?;
        match tokio::time::timeout(PATIENCE, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            // What lettre calls the client's fault is something that the server does not offer.
            Ok(Err(error)) if error.is_permanent() || error.is_client() => Err(MailError::Refused(error.into())),
            Ok(Err(error)) => Err(MailError::Unreachable(error.into())),
            Err(elapsed) => Err(MailError::Unreachable(elapsed.into())),
        }
    }
}
