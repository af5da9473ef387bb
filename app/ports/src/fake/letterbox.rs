//! A box into which letters fall.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;

use crate::mail::{Letter, Mail, MailError};

/// Keeps the letters that are sent.
#[derive(Debug, Default)]
pub struct Letterbox(Mutex<Vec<Letter>>);

impl Letterbox {
    /// The letters so far; they are taken out.
    pub fn empty(&self) -> Vec<Letter> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Mail for Letterbox {
    async fn send(&self, letter: Letter) -> Result<(), MailError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(letter);
        Ok(())
    }
}
