//! Passwords, hashed by argon2id.

use std::sync::{Arc, LazyLock};

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc};
use async_trait::async_trait;
use ports::{PasswordHash, Passwords, StoreError};
use tokio::sync::Semaphore;

/// Memory in KiB, passes and lanes: the OWASP Password Storage Cheat Sheet's first choice for argon2id.
const COST: (u32, u32, u32) = (19_456, 2, 1);

/// Compared with where there is nothing to compare with, so that an unknown address takes as long as a wrong password.
static NOBODYS: LazyLock<Option<PasswordHash>> = LazyLock::new(|| hashed("nobody has this password").ok());

/// Hashes passwords beside the runtime, a few at a time: each takes a core and 19 MiB for tens of milliseconds.
#[derive(Debug)]
pub(crate) struct Argon2id {
    turns: Arc<Semaphore>,
}

impl Argon2id {
    pub(crate) fn new() -> Self {
        // Made with the first sign-in, it would make that one the only slow one.
        LazyLock::force(&NOBODYS);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { turns: Arc::new(Semaphore::new(cores)) }
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Broken> + Send + 'static,
    ) -> Result<T, StoreError> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|error| StoreError::Failed(error.into()))?;
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        done.await.map_err(|error| StoreError::Failed(error.into()))?.map_err(|error| StoreError::Failed(error.into()))
    }
}

/// A hash that could not be made or read. It says nothing of the password.
#[derive(Debug, thiserror::Error)]
#[error("the password could not be hashed: {0}")]
struct Broken(String);

fn argon2() -> Result<Argon2<'static>, Broken> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(|error| Broken(error.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hashed(password: &str) -> Result<PasswordHash, Broken> {
    let hash: phc::PasswordHash =
        argon2()?.hash_password(password.as_bytes()).map_err(|error| Broken(error.to_string()))?;
    Ok(PasswordHash(hash.to_string()))
}

#[async_trait]
impl Passwords for Argon2id {
    async fn hash(&self, password: String) -> Result<PasswordHash, StoreError> {
        self.in_turn(move || hashed(&password)).await
    }

    async fn fits(&self, password: String, kept: Option<PasswordHash>) -> Result<bool, StoreError> {
        self.in_turn(move || {
            let known = kept.is_some();
            let Some(kept) = kept.or_else(|| NOBODYS.clone()) else { return Ok(false) };
            let kept = phc::PasswordHash::new(&kept.0).map_err(|error| Broken(error.to_string()))?;
            let fits = argon2()?.verify_password(password.as_bytes(), &kept).is_ok();
            Ok(known && fits)
        })
        .await
    }

    async fn is_common(&self, password: String, about: Vec<String>) -> Result<bool, StoreError> {
        self.in_turn(move || Ok(is_common(&password, &about))).await
    }
}

/// Whether a password is among the first that anybody guesses: zxcvbn knows lists of common passwords, words and names, and
/// what people make of them. Below a score of 2 it takes fewer than a million tries.
fn is_common(password: &str, about: &[String]) -> bool {
    let about: Vec<&str> = about.iter().map(String::as_str).collect();
    zxcvbn::zxcvbn(password, &about).score() < zxcvbn::Score::Two
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_what_was_kept_of_it() {
        let argon2id = Argon2id::new();
        let kept = argon2id.hash("correct horse battery staple".to_owned()).await.expect("a hash");
        assert!(kept.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", kept.0);
        let again = argon2id.hash("correct horse battery staple".to_owned()).await.expect("a hash");
        assert_ne!(kept, again, "each has a salt of its own");
        for (password, kept, fits) in [
            ("correct horse battery staple", Some(kept.clone()), true),
            ("correct horse battery stapl", Some(kept.clone()), false),
            ("correct horse battery staple ", Some(kept), false),
            ("nobody has this password", None, false),
        ] {
            assert_eq!(argon2id.fits(password.to_owned(), kept).await.expect("an answer"), fits, "{password}");
        }
    }

    #[tokio::test]
    async fn a_long_password_counts_to_its_end() {
        let argon2id = Argon2id::new();
        let (long, longer) = ("x".repeat(500) + "a", "x".repeat(500) + "b");
        let kept = argon2id.hash(long.clone()).await.expect("a hash");
        assert!(argon2id.fits(long, Some(kept.clone())).await.expect("an answer"));
        assert!(!argon2id.fits(longer, Some(kept)).await.expect("an answer"));
    }

    #[test]
    fn what_everybody_guesses_first_is_common() {
        let about = ["ann@example.org".to_owned(), "Ann Brown".to_owned()];
        for common in [
            "password1234",
            "123456789012",
            "qwertyuiop12",
            "aaaaaaaaaaaa",
            "passwordpassword",
            "iloveyou1234",
            "ann@example.org",
        ] {
            assert!(is_common(common, &about), "{common}");
        }
        for good in ["correct horse battery staple", "mein Fahrrad ist gestern rot", "tfZ8-wq2L-mm0p"] {
            assert!(!is_common(good, &about), "{good}");
        }
    }
}
