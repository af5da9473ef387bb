//! Secrets that are handed out once and never kept: session cookies, one-time links, share links.

use std::fmt;

use sha2::{Digest as _, Sha256};

/// 256 random bits that open something. Only its digest is ever stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

/// The SHA-256 of a secret, in hexadecimal digits. A secret of 256 random bits needs no slower hash: there is nothing to guess.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(String);

impl Secret {
    /// A new one, from the random numbers of the operating system.
    ///
    /// # Panics
    ///
    /// Where the operating system has none: nothing secret can be made then.
    #[expect(clippy::new_without_default, reason = "a default is something one gets twice")]
    pub fn new() -> Self {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the operating system has random numbers");
        Self(bytes)
    }

    /// Reads what [`Secret::reveal`] wrote; nothing where it is not of that form.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// The secret itself as 64 hexadecimal digits, for the one who is to have it.
    pub fn reveal(&self) -> String {
        hexadecimal(&self.0)
    }

    /// By what it is recognised.
    pub fn digest(&self) -> Digest {
        Digest(hexadecimal(&Sha256::digest(self.0)))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

impl Digest {
    /// As it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_back_and_recognised_and_not_shown() {
        let secret = Secret::new();
        assert_eq!(Secret::parse(&secret.reveal()).as_ref(), Some(&secret));
        assert_ne!(secret, Secret::new());
        assert_ne!(secret.digest().as_str(), secret.reveal());
        assert_eq!(format!("{secret:?}"), "Secret(hidden)");
        for wrong in ["", "ab", &"x".repeat(64), &"+1".repeat(32), &format!("{}0", secret.reveal()), &"é".repeat(32)] {
            assert_eq!(Secret::parse(wrong), None, "{wrong}");
        }
    }
}
