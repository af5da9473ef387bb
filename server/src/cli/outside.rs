//! Whom the server speaks to: a provider that vouches for people, and a mail server.

use std::{fs, path::PathBuf};

use anyhow::Context;
use mail::{Encryption, Login};
use ports::Hidden;

/// Whom the server speaks to. Secrets come by the environment or from a file, so that no list of processes shows them.
#[derive(Debug, clap::Args)]
pub(super) struct Outside {
    /// Sign-in: the issuer of an `OpenID Connect` provider, to the letter as the provider writes it.
    #[arg(long, env = "FORKLINE_OIDC_ISSUER", value_name = "URL", requires = "oidc_client_id")]
    oidc_issuer: Option<String>,
    /// Sign-in: what the provider calls this instance.
    #[arg(long, env = "FORKLINE_OIDC_CLIENT_ID", value_name = "ID", requires = "oidc_issuer")]
    oidc_client_id: Option<String>,
    /// Sign-in: a file with the secret that goes with it. Or put the secret into `FORKLINE_OIDC_CLIENT_SECRET`.
    #[arg(long, env = "FORKLINE_OIDC_CLIENT_SECRET_FILE", value_name = "FILE")]
    oidc_client_secret_file: Option<PathBuf>,
    /// Sign-in: what people call the provider.
    #[arg(long, env = "FORKLINE_OIDC_NAME", value_name = "NAME", default_value = "your organisation")]
    oidc_name: String,
    /// Mail: the host that takes letters.
    #[arg(long, env = "FORKLINE_SMTP_HOST", value_name = "HOST", requires = "smtp_from")]
    smtp_host: Option<String>,
    /// Mail: its port.
    #[arg(long, env = "FORKLINE_SMTP_PORT", value_name = "PORT", default_value_t = 587)]
    smtp_port: u16,
    /// Mail: how the line is encrypted: starttls, tls or none.
    #[arg(long, env = "FORKLINE_SMTP_TLS", value_name = "HOW", default_value = "starttls")]
    smtp_tls: Encryption,
    /// Mail: who sends, where the host wants to know.
    #[arg(long, env = "FORKLINE_SMTP_USER", value_name = "NAME")]
    smtp_user: Option<String>,
    /// Mail: a file with the password that goes with it. Or put the password into `FORKLINE_SMTP_PASSWORD`.
    #[arg(long, env = "FORKLINE_SMTP_PASSWORD_FILE", value_name = "FILE")]
    smtp_password_file: Option<PathBuf>,
    /// Mail: whom letters are from, as in `Forkline <forkline@example.org>`.
    #[arg(long, env = "FORKLINE_SMTP_FROM", value_name = "ADDRESS")]
    smtp_from: Option<String>,
}

impl Outside {
    /// The provider, without where it sends the browser back to.
    pub(super) fn provider(&self) -> anyhow::Result<Option<oidc::Config>> {
        let (Some(issuer), Some(client_id)) = (self.oidc_issuer.clone(), self.oidc_client_id.clone()) else {
            return Ok(None);
        };
        let client_secret = secret("FORKLINE_OIDC_CLIENT_SECRET", self.oidc_client_secret_file.as_ref())?;
        let (redirect_url, name) = (String::new(), self.oidc_name.clone());
        Ok(Some(oidc::Config { issuer, client_id, client_secret, redirect_url, name }))
    }

    /// The mail server.
    pub(super) fn mail(&self) -> anyhow::Result<Option<mail::Config>> {
        let (Some(host), Some(from)) = (self.smtp_host.clone(), self.smtp_from.clone()) else { return Ok(None) };
        let login = match &self.smtp_user {
            Some(user) => {
                let password = secret("FORKLINE_SMTP_PASSWORD", self.smtp_password_file.as_ref())?;
                Some(Login { user: user.clone(), password })
            }
            None => None,
        };
        Ok(Some(mail::Config { host, port: self.smtp_port, encryption: self.smtp_tls, login, from }))
    }
}

/// A secret from a file, or from the environment.
fn secret(variable: &str, file: Option<&PathBuf>) -> anyhow::Result<Hidden> {
    let text = match file {
        Some(file) => fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?,
        None => {
            std::env::var(variable).with_context(|| format!("{variable} is not set, and no file is named for it"))?
        }
    };
    Ok(Hidden::from(text.trim_end_matches(['\r', '\n'])))
}
