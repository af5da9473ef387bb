//! Issued decision records. They never change.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{clock::UnixMillis, pipeline::PipelineId};

/// The id of an issued record, a UUID of version 7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordId(pub Uuid);

/// A record about to be issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRecord {
    /// The pipeline it decides on.
    pub pipeline: PipelineId,
    /// The version of the pipeline it decides on.
    pub version: u64,
    /// Its title.
    pub title: String,
    /// The record as MADR Markdown.
    pub markdown: String,
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
    /// The record as MADR Markdown.
    pub markdown: String,
}
