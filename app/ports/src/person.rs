//! People: those who have an account, those who were asked to come, and guests who only try things.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::UnixMillis;

/// The id of a person, a UUID of version 7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonId(pub Uuid);

/// Whether somebody may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PersonState {
    /// They try things in a private sandbox that is kept by cookie, and have no account.
    Guest,
    /// They were asked to come, and have not come yet.
    Invited,
    /// They have an account.
    Active,
    /// They have an account and may not use it.
    Disabled,
}

impl PersonState {
    /// All of them.
    pub const ALL: [PersonState; 4] =
        [PersonState::Guest, PersonState::Invited, PersonState::Active, PersonState::Disabled];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            PersonState::Guest => "guest",
            PersonState::Invited => "invited",
            PersonState::Active => "active",
            PersonState::Disabled => "disabled",
        }
    }
}

/// Somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// How they are called.
    pub name: Name,
    /// By what they sign in. Guests have none.
    pub email: Option<Email>,
    /// Whether they may come in.
    pub state: PersonState,
    /// Whether they look after the accounts of this instance. It lets nobody see other people's pipelines.
    pub administrator: bool,
    /// Since when they are known here.
    pub since: UnixMillis,
}

/// What a name of a person, a team or a milestone is: 1 to 100 characters on one line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(String);

/// An e-mail address, in small letters, so that nobody has two accounts by one address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Email(String);

/// Why a text is no name or no address; the message says what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotReadable(pub(crate) &'static str);

const LONGEST_NAME: usize = 100;
/// RFC 5321, section 4.5.3.1.3, without the angle brackets.
const LONGEST_EMAIL: usize = 254;

impl FromStr for Name {
    type Err = NotReadable;

    fn from_str(text: &str) -> Result<Self, NotReadable> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > LONGEST_NAME || text.chars().any(char::is_control) {
            return Err(NotReadable("A name has 1 to 100 characters on one line."));
        }
        Ok(Self(text.to_owned()))
    }
}

impl FromStr for Email {
    type Err = NotReadable;

    /// Whether there is a mailbox behind it, only a mail can tell; this refuses what cannot be an address.
    fn from_str(text: &str) -> Result<Self, NotReadable> {
        let text = text.trim().to_lowercase();
        let plain = |part: &str| {
            !part.is_empty()
                && part.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"<>()[],;:\\\"@".contains(c))
        };
        match text.rsplit_once('@') {
            Some((local, domain)) if text.len() <= LONGEST_EMAIL && plain(local) && plain(domain) => Ok(Self(text)),
            _ => Err(NotReadable("Write an e-mail address such as ann@example.org.")),
        }
    }
}

impl Name {
    /// A guest's.
    pub fn guest() -> Self {
        Self("Guest".to_owned())
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Email {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_in_small_letters() {
        assert_eq!(" Ann@Example.ORG ".parse::<Email>().map(|email| email.0), Ok("ann@example.org".to_owned()));
        for wrong in ["", "ann", "@example.org", "ann@", "a b@example.org", "a@b@c", "a\n@b", "Ann <ann@example.org>"] {
            assert!(wrong.parse::<Email>().is_err(), "{wrong}");
        }
        assert!(format!("{}@b", "a".repeat(300)).parse::<Email>().is_err());
    }

    #[test]
    fn a_name_is_one_short_line() {
        assert_eq!(" Ann ".parse::<Name>().map(|name| name.0), Ok("Ann".to_owned()));
        for wrong in ["", "  ", "a\nb", "a\0b", &"a".repeat(101)] {
            assert!(wrong.parse::<Name>().is_err(), "{wrong:?}");
        }
    }
}
