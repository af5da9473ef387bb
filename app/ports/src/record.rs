//! Issued decision records. They never change; what becomes of them is told beside them.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{clock::UnixMillis, pipeline::PipelineId};

/// The id of an issued record, a UUID of version 7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordId(pub Uuid);

/// A record about to be issued.
pub struct NewRecord {
    /// The version of the pipeline it decides on.
    pub version: u64,
    /// Its title.
    pub title: String,
    /// The record in whose place it comes, which is superseded in the same moment.
    pub supersedes: Option<SeenRecord>,
    /// Writes it once its number is known.
    pub write: WriteRecord,
}

/// Writes a record under its number.
pub type WriteRecord = Box<dyn Fn(u32) -> RecordText + Send>;

impl NewRecord {
    /// A record of a version of a pipeline.
    pub fn new(version: u64, title: impl Into<String>, write: impl Fn(u32) -> RecordText + Send + 'static) -> Self {
        Self { version, title: title.into(), supersedes: None, write: Box::new(write) }
    }
}

impl fmt::Debug for NewRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { version, title, supersedes, .. } = self;
        f.debug_struct("NewRecord")
            .field("version", version)
            .field("title", title)
            .field("supersedes", supersedes)
            .finish_non_exhaustive()
    }
}

/// What is kept of a record: the text that was issued, and what it rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordText {
    /// The record as MADR Markdown.
    pub markdown: String,
    /// The whole evidence as JSON, from which the other formats are written; empty for records from before there were
    /// others.
    pub evidence: String,
}

/// An issued record in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordSummary {
    /// Which record.
    pub id: RecordId,
    /// Its number, counted from 1 over all records of the workspace: the NNNN of its file name.
    pub number: u32,
    /// The pipeline it decides on.
    pub pipeline: PipelineId,
    /// The version of the pipeline it decides on.
    pub version: u64,
    /// Its title.
    pub title: String,
    /// When it was issued.
    pub issued_at: UnixMillis,
}

/// An issued record with its text, and what has become of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedRecord {
    /// What lists show of it.
    pub summary: RecordSummary,
    /// What is kept of it.
    pub text: RecordText,
    /// The record in whose place it came.
    pub supersedes: Option<RecordSummary>,
    /// The statuses it was given after it was issued, the latest last. The one it was issued with is in its text.
    pub changes: Vec<StatusChange>,
}

impl IssuedRecord {
    /// Itself, with all that has become of it until now.
    pub fn seen(&self) -> SeenRecord {
        SeenRecord { id: self.summary.id, changes: u32::try_from(self.changes.len()).unwrap_or(u32::MAX) }
    }
}

/// An issued record, and how much of what became of it somebody knows who wants to add to that.
///
/// Whether a status may follow another is for those to judge who know the statuses; the store sees to it that nobody
/// adds to what they have not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenRecord {
    /// Which record.
    pub id: RecordId,
    /// How many changes of its status are known.
    pub changes: u32,
}

/// The status of a record in whose place another has come. It is the last one.
pub const SUPERSEDED: &str = "superseded";

/// A status that an issued record was given later. It never changes either.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusChange {
    /// The word for it: [`SUPERSEDED`], or one that records print.
    pub status: String,
    /// Why, in somebody's words; may be empty.
    pub because: String,
    /// The record that came in its place, where it is superseded.
    pub superseded_by: Option<RecordSummary>,
    /// When it was given.
    pub changed_at: UnixMillis,
}
