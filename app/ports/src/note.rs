//! What a team says about results: noted once, never changed, and overtaken by what is said later.

use serde::{Deserialize, Serialize};

use crate::clock::UnixMillis;

/// What a note is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteKind {
    /// That the verdict is accepted, or overruled and why.
    Decision,
    /// Which failure is expected, before an outage is looked at.
    Expectation,
}

impl NoteKind {
    /// The word by which it is stored.
    pub fn word(self) -> &'static str {
        match self {
            NoteKind::Decision => "decision",
            NoteKind::Expectation => "expectation",
        }
    }
}

/// The latest note of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The version it was said of.
    pub version: u64,
    /// What was said, in the form of the page that says it.
    pub body: String,
    /// Which note it is: whoever says something else names the last one they saw.
    pub place: u64,
    /// When it was said.
    pub noted_at: UnixMillis,
}
