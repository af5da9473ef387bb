//! Saved pipelines.

use model::Document;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::UnixMillis;

/// The id of a saved pipeline, a UUID of version 7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PipelineId(pub Uuid);

/// Where a pipeline comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Somebody made it here.
    Made,
    /// It is one of the examples that come with the program, under this name. It is never changed by hand.
    Example(String),
}

/// A pipeline in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipelineSummary {
    /// Which pipeline.
    pub id: PipelineId,
    /// Its name.
    pub name: String,
    /// Where it comes from.
    pub origin: Origin,
    /// How many steps it has.
    pub steps: u32,
    /// Its latest version.
    pub version: u64,
    /// When that was saved.
    pub saved_at: UnixMillis,
}

/// One version of a saved pipeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedPipeline {
    /// Which pipeline.
    pub id: PipelineId,
    /// Where it comes from.
    pub origin: Origin,
    /// Which version, counted from 1 without gaps.
    pub version: u64,
    /// When it was saved.
    pub saved_at: UnixMillis,
    /// What was saved.
    pub document: Document,
}

/// The answer to a save.
#[derive(Clone, Debug, PartialEq)]
pub enum SaveOutcome {
    /// It is stored, durably, as this version.
    Saved {
        /// The new version.
        version: u64,
        /// When it was saved.
        saved_at: UnixMillis,
    },
    /// Somebody saved another version in the meantime; nothing was changed.
    Conflict(Box<SavedPipeline>),
}

/// Input that could not be saved as a document yet: kept as typed, so that nothing is lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The version on which the input was based.
    pub base_version: u64,
    /// The input, in the form of the page that keeps it.
    pub input: String,
    /// When it was kept.
    pub kept_at: UnixMillis,
}
