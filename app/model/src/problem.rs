//! What is wrong with a document, and where.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One thing that is wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The place, as a path into the document: `steps[2].latency.p99_ms`. Empty for the whole text.
    pub path: String,
    /// What is wrong there and what to do about it, as one or two sentences.
    pub message: String,
}

impl Problem {
    /// A problem at `path`.
    pub fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() { f.write_str(&self.message) } else { write!(f, "{}: {}", self.path, self.message) }
    }
}

/// Everything that is wrong with a document; never empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{}", self.lines())]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    fn lines(&self) -> String {
        self.0.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n")
    }
}
