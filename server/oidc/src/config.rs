//! What must be known about a provider, and checked before it is used.

use std::net::IpAddr;

use ports::Hidden;
use url::Url;

/// How this program is known to a provider, and how the provider is known here.
#[derive(Clone, Debug)]
pub struct Config {
    /// The issuer, to the letter as the provider writes it: a slash at the end makes a difference.
    pub issuer: String,
    /// The name that the provider has given to this program.
    pub client_id: String,
    /// The password that goes with it.
    pub client_secret: Hidden,
    /// Where the provider sends the browser back to, as it is registered there.
    pub redirect_url: String,
    /// What people call the provider.
    pub name: String,
}

/// Why a provider cannot be used as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Something is left empty.
    #[error("the provider's {0} is missing")]
    Missing(&'static str),
    /// Something is no URL.
    #[error("the provider's {0} is not a URL")]
    NotAUrl(&'static str, #[source] url::ParseError),
    /// The provider's keys would come over an open line, and then anybody on it can sign in as anybody.
    #[error("the issuer {0} must be an https URL; http is for a provider on this machine only")]
    Open(String),
    /// The system's certificates cannot be used, for example because there are none.
    #[error("there is no way to check the provider's certificate; on Linux, is `ca-certificates` installed?")]
    Http(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A configuration that can be used.
#[derive(Debug)]
pub(crate) struct Checked {
    /// As it was written, for it is compared to the letter.
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    pub(crate) client_secret: Hidden,
    /// As it was written, for the provider compares it to the letter.
    pub(crate) redirect_url: String,
    pub(crate) name: String,
    /// Whether the provider is on this machine.
    pub(crate) local: bool,
    /// Whether the provider must be spoken to over TLS only.
    pub(crate) encrypted: bool,
}

impl Config {
    pub(crate) fn check(self) -> Result<Checked, ConfigError> {
        let Self { issuer, client_id, client_secret, redirect_url, name } = self;
        for (what, text) in
            [("client id", client_id.as_str()), ("client secret", client_secret.reveal()), ("name", &name)]
        {
            if text.trim().is_empty() {
                return Err(ConfigError::Missing(what));
            }
        }
        let url = Url::parse(&issuer).map_err(|source| ConfigError::NotAUrl("issuer", source))?;
        Url::parse(&redirect_url).map_err(|source| ConfigError::NotAUrl("redirect URL", source))?;
        let local = url.host_str().is_some_and(is_local);
        let encrypted = url.scheme() == "https";
        let open_but_here = local && url.scheme() == "http";
        if !(encrypted || open_but_here) {
            return Err(ConfigError::Open(issuer));
        }
        Ok(Checked { issuer, client_id, client_secret, redirect_url, name, local, encrypted })
    }
}

fn is_local(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{Config, ConfigError, Hidden};

    fn config(issuer: &str) -> Config {
        Config {
            issuer: issuer.to_owned(),
            client_id: "forkline".to_owned(),
            client_secret: Hidden::from("open sesame"),
            redirect_url: "https://forkline.example/sign-in/answer".to_owned(),
            name: "Example".to_owned(),
        }
    }

    #[test]
    fn an_open_line_is_for_this_machine_only() {
        for issuer in ["https://id.example", "http://127.0.0.1:8080", "http://[::1]:8080", "http://localhost/realm"] {
            assert!(config(issuer).check().is_ok(), "{issuer}");
        }
        for issuer in ["http://id.example", "http://localhost.example", "http://10.0.0.1", "ftp://localhost"] {
            assert!(matches!(config(issuer).check(), Err(ConfigError::Open(_))), "{issuer}");
        }
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = Config { client_secret: Hidden::from(" "), ..config("https://id.example") }.check().unwrap_err();
        assert_eq!(error.to_string(), "the provider's client secret is missing");
        assert!(matches!(config("id.example").check(), Err(ConfigError::NotAUrl("issuer", _))));
    }

    #[test]
    fn the_secret_is_not_shown() {
        let config = config("https://id.example");
        assert!(!format!("{config:?} {:?}", config.clone().check()).contains("sesame"));
    }
}
