//! What signed claims must say to be believed, and what they say of a person.

use ports::Hidden;
use serde::{Deserialize, de::DeserializeOwned};
use subtle::ConstantTimeEq;

use crate::{
    config::Checked,
    error::{Flaw, printable},
    json::{self, Flag, OneOrMany},
    moment::Moment,
};

/// Whom it is about.
#[derive(Deserialize)]
pub(crate) struct Person {
    pub(crate) sub: String,
    pub(crate) name: Option<String>,
    pub(crate) preferred_username: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) email_verified: Option<Flag>,
}

/// From whom and for whom it is.
#[derive(Deserialize)]
struct Addressed {
    iss: String,
    aud: OneOrMany,
}

/// For which question it is, and until when.
#[derive(Deserialize)]
struct Limited {
    azp: Option<String>,
    exp: Moment,
    /// Every token has it, but it says nothing about how long it is good.
    #[serde(rename = "iat")]
    _issued: Moment,
    nonce: Option<Hidden>,
}

/// Whom the claims of an ID token are about: issuer, audience, expiry and nonce are as they must be.
pub(crate) fn id_token(claims: &[u8], config: &Checked, nonce: &Hidden) -> Result<Person, Flaw> {
    read::<Addressed>(claims)?.check(config)?;
    read::<Limited>(claims)?.check(config, nonce)?;
    read(claims)
}

/// Whom the claims of signed user info are about: issuer and audience are as they must be.
pub(crate) fn user_info(claims: &[u8], config: &Checked) -> Result<Person, Flaw> {
    read::<Addressed>(claims)?.check(config)?;
    read(claims)
}

impl Addressed {
    fn check(&self, config: &Checked) -> Result<(), Flaw> {
        if self.iss != config.issuer {
            return Err(Flaw::Issuer { expected: config.issuer.clone(), found: printable(&self.iss) });
        }
        let audiences = self.aud.all();
        if !audiences.contains(&config.client_id) {
            let found: Vec<String> = audiences.iter().map(|audience| format!("`{audience}`")).collect();
            return Err(Flaw::Audience { expected: config.client_id.clone(), found: printable(&found.join(", ")) });
        }
        // Another one that has the token could hand it on to this program, as if the person had come here.
        match audiences.iter().find(|audience| **audience != config.client_id) {
            Some(other) => Err(Flaw::OtherAudience(printable(other))),
            None => Ok(()),
        }
    }
}

impl Limited {
    fn check(&self, config: &Checked, nonce: &Hidden) -> Result<(), Flaw> {
        if let Some(party) = self.azp.as_ref().filter(|party| **party != config.client_id) {
            return Err(Flaw::OtherParty(printable(party)));
        }
        if Moment::now() >= self.exp {
            return Err(Flaw::Expired);
        }
        let own = self.nonce.as_ref().ok_or(Flaw::NoNonce)?;
        if !bool::from(own.reveal().as_bytes().ct_eq(nonce.reveal().as_bytes())) {
            return Err(Flaw::Nonce);
        }
        Ok(())
    }
}

fn read<T: DeserializeOwned>(claims: &[u8]) -> Result<T, Flaw> {
    json::read(claims).map_err(|error| Flaw::Claims(json::place(&error)))
}
