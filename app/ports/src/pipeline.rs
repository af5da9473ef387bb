//! Saved pipelines.

use model::Document;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    clock::UnixMillis,
    person::{Name, PersonId},
    team::TeamId,
};

/// The id of a saved pipeline, a UUID of version 7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PipelineId(pub Uuid);

/// To whom a pipeline belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// It is one of the examples that come with the program. They are copied, never opened or changed by hand.
    Program,
    /// It was made before there were people here. The first administrator gets it.
    Nobody,
    /// It is somebody's own.
    Person(PersonId),
    /// It is a team's.
    Team(TeamId),
}

/// A pipeline in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PipelineSummary {
    /// Which pipeline.
    pub id: PipelineId,
    /// Its name.
    pub name: String,
    /// How many steps it has.
    pub steps: u32,
    /// Its latest version.
    pub version: u64,
    /// When that was saved.
    pub saved_at: UnixMillis,
    /// When it was put away, where it was.
    pub archived_at: Option<UnixMillis>,
}

/// One version of a saved pipeline.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedPipeline {
    /// Which pipeline.
    pub id: PipelineId,
    /// Which version, counted from 1 without gaps.
    pub version: u64,
    /// When it was saved.
    pub saved_at: UnixMillis,
    /// Who saved it; nobody: the program, or somebody before there were people here.
    pub saved_by: Option<Name>,
    /// What was saved.
    pub document: Document,
}

/// One version of a pipeline in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// Which version.
    pub version: u64,
    /// When it was saved.
    pub saved_at: UnixMillis,
    /// Who saved it; nobody: the program, or somebody before there were people here.
    pub saved_by: Option<Name>,
    /// The digest of its document.
    pub digest: String,
    /// What it is called, where somebody named it.
    pub milestone: Option<Milestone>,
}

/// The name of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Milestone {
    /// The name.
    pub name: Name,
    /// Who gave it.
    pub by: Name,
    /// When.
    pub at: UnixMillis,
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The version on which the input was based.
    pub base_version: u64,
    /// The input, in the form of the page that keeps it.
    pub input: String,
    /// When it was kept.
    pub kept_at: UnixMillis,
}
