//! What is kept of passwords, and how they are compared with it.

use async_trait::async_trait;

use crate::{session::PasswordHash, store::StoreError};

/// Somebody who hashes passwords, slowly on purpose.
#[async_trait]
pub trait Passwords: Send + Sync + std::fmt::Debug {
    /// What is kept of a password.
    async fn hash(&self, password: String) -> Result<PasswordHash, StoreError>;

    /// Whether a password is the one of which this was kept. It takes the same time where nothing was kept.
    async fn fits(&self, password: String, kept: Option<PasswordHash>) -> Result<bool, StoreError>;

    /// Whether a password is among the first that anybody guesses who knows this about its owner.
    async fn is_common(&self, password: String, about: Vec<String>) -> Result<bool, StoreError>;
}
