//! Issued decision records. They never change.

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
    /// The pipeline it decides on.
    pub pipeline: PipelineId,
    /// The version of the pipeline it decides on.
    pub version: u64,
    /// Its title.
    pub title: String,
    /// Writes it once its number is known.
    pub write: WriteRecord,
}

/// Writes a record under its number.
pub type WriteRecord = Box<dyn FnOnce(u32) -> RecordText + Send>;

impl NewRecord {
    /// A record of a version of a pipeline.
    pub fn new(
        pipeline: PipelineId,
        version: u64,
        title: impl Into<String>,
        write: impl FnOnce(u32) -> RecordText + Send + 'static,
    ) -> Self {
        Self { pipeline, version, title: title.into(), write: Box::new(write) }
    }
}

impl fmt::Debug for NewRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pipeline, version, title, .. } = self;
        f.debug_struct("NewRecord")
            .field("pipeline", pipeline)
            .field("version", version)
            .field("title", title)
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

/// An issued record with its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedRecord {
    /// What lists show of it.
    pub summary: RecordSummary,
    /// What is kept of it.
    pub text: RecordText,
}
