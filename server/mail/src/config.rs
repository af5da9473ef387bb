//! What must be known about a mail server, and checked before it is called.

use std::{net::IpAddr, str::FromStr};

use lettre::{
    AsyncSmtpTransport, Tokio1Executor,
    address::AddressError,
    message::Mailbox,
    transport::smtp::{
        AsyncSmtpTransportBuilder,
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};
use ports::Hidden;

/// How to call a mail server.
#[derive(Clone, Debug)]
pub struct Config {
    /// The name of the machine, as in its certificate.
    pub host: String,
    /// The port: usually 587 with STARTTLS, 465 with TLS, 25 with neither.
    pub port: u16,
    /// How the line is encrypted.
    pub encryption: Encryption,
    /// Who calls, if the server wants to know.
    pub login: Option<Login>,
    /// Whom letters are from: `forkline@example.org` or `Forkline <forkline@example.org>`.
    pub from: String,
}

/// A name and its password.
#[derive(Clone, Debug)]
pub struct Login {
    /// The name.
    pub user: String,
    /// The password.
    pub password: Hidden,
}

/// How the line is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// Not at all.
    None,
    /// It begins in the open, and nothing is said before it is encrypted.
    StartTls,
    /// From the first byte.
    Tls,
}

/// A word that names no encryption.
#[derive(Debug, thiserror::Error)]
#[error("it is `none`, `starttls` or `tls`")]
pub struct UnknownEncryption;

impl FromStr for Encryption {
    type Err = UnknownEncryption;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "none" => Ok(Self::None),
            "starttls" => Ok(Self::StartTls),
            "tls" => Ok(Self::Tls),
            _ => Err(UnknownEncryption),
        }
    }
}

/// Why a mail server cannot be used as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// There is no host.
    #[error("the mail server's host is missing")]
    NoHost,
    /// The sender is no address.
    #[error("letters cannot be from {0}: that is not an address")]
    From(String, #[source] AddressError),
    /// Everybody on the way would read the password.
    #[error("a password is not sent to {0} in the open: use `starttls` or `tls`")]
    OpenPassword(String),
    /// The system's certificates cannot be used, for example because there are none.
    #[error("there is no way to check the mail server's certificate; on Linux, is `ca-certificates` installed?")]
    Tls(#[source] lettre::transport::smtp::Error),
}

impl Config {
    pub(crate) fn check(self) -> Result<(AsyncSmtpTransportBuilder, Mailbox), ConfigError> {
        let from = self.from.parse().map_err(|source| ConfigError::From(self.from.clone(), source))?;
        if self.host.trim().is_empty() {
            return Err(ConfigError::NoHost);
        }
        if self.encryption == Encryption::None && self.login.is_some() && !is_local(&self.host) {
            return Err(ConfigError::OpenPassword(self.host));
        }
        let parameters = || TlsParameters::new(self.host.clone()).map_err(ConfigError::Tls);
        let tls = match self.encryption {
            Encryption::None => Tls::None,
            Encryption::StartTls => Tls::Required(parameters()?),
            Encryption::Tls => Tls::Wrapper(parameters()?),
        };
        // "Dangerous" because it begins without encryption, which is chosen here in each case.
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(self.host).port(self.port).tls(tls);
        if let Some(login) = self.login {
            builder = builder.credentials(Credentials::new(login.user, login.password.reveal().to_owned()));
        }
        Ok((builder, from))
    }
}

fn is_local(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{Config, ConfigError, Encryption, Hidden, Login};
    use crate::Smtp;

    fn config() -> Config {
        Config {
            host: "mail.example.org".to_owned(),
            port: 587,
            encryption: Encryption::StartTls,
            login: Some(Login { user: "forkline".to_owned(), password: Hidden::from("open sesame") }),
            from: "Forkline <forkline@example.org>".to_owned(),
        }
    }

    #[test]
    fn a_password_needs_an_encrypted_line() {
        let open = Config { encryption: Encryption::None, ..config() };
        assert!(matches!(Smtp::new(open.clone()), Err(ConfigError::OpenPassword(_))));
        Smtp::new(Config { login: None, ..open.clone() }).unwrap();
        Smtp::new(Config { host: "127.0.0.1".to_owned(), ..open }).unwrap();
        Smtp::new(config()).unwrap();
        Smtp::new(Config { encryption: Encryption::Tls, ..config() }).unwrap();
    }

    #[test]
    fn what_cannot_be_used_is_said() {
        assert!(matches!(Smtp::new(Config { host: " ".to_owned(), ..config() }), Err(ConfigError::NoHost)));
        for from in ["", "Forkline", "a@b\r\nBcc: c@d", "a@b.example, c@d.example"] {
            let smtp = Smtp::new(Config { from: from.to_owned(), ..config() });
            assert!(matches!(smtp, Err(ConfigError::From(..))), "{from:?}");
        }
        assert_eq!("starttls".parse::<Encryption>().unwrap(), Encryption::StartTls);
        assert_eq!("ssl".parse::<Encryption>().unwrap_err().to_string(), "it is `none`, `starttls` or `tls`");
    }

    #[test]
    fn the_password_is_not_shown() {
        let shown = format!("{:?} {:?}", config(), Smtp::new(config()).unwrap());
        assert!(!shown.contains("sesame"), "{shown}");
    }
}
