//! Where pipelines, runs and records are kept.

use async_trait::async_trait;
use engine::Report;
use model::Document;

use crate::{
    note::{Note, NoteKind},
    pipeline::{Draft, Origin, PipelineId, PipelineSummary, SaveOutcome, SavedPipeline},
    record::{IssuedRecord, NewRecord, RecordId, RecordSummary, SeenRecord},
};

/// Why a store could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such thing.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Somebody else was first, and what was asked for does not fit any more. Nothing was changed.
    #[error("this {0} has been changed in the meantime")]
    Overtaken(&'static str),
    /// The store itself failed. The source says why and is for the log, never for a person's screen.
    #[error("the store failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Where pipelines, runs and records are kept.
///
/// What a method answers with is durable when it answers: a crash right afterwards loses none of it.
#[async_trait]
pub trait Store: Send + Sync + std::fmt::Debug {
    /// All pipelines, the one saved last first.
    async fn list_pipelines(&self) -> Result<Vec<PipelineSummary>, StoreError>;

    /// Stores a new pipeline as version 1.
    async fn create_pipeline(&self, document: &Document, origin: Origin) -> Result<SavedPipeline, StoreError>;

    /// The latest version of a pipeline.
    async fn get_pipeline(&self, id: PipelineId) -> Result<SavedPipeline, StoreError>;

    /// One version of a pipeline.
    async fn get_revision(&self, id: PipelineId, version: u64) -> Result<SavedPipeline, StoreError>;

    /// Stores the next version of a pipeline, if `expected_version` is the latest. Saving what is already the
    /// latest document makes no new version.
    async fn save_pipeline(
        &self,
        id: PipelineId,
        expected_version: u64,
        document: &Document,
    ) -> Result<SaveOutcome, StoreError>;

    /// Removes a pipeline with its versions, drafts, runs and notes. Issued records stay.
    async fn delete_pipeline(&self, id: PipelineId) -> Result<(), StoreError>;

    /// The input that a page keeps for a pipeline, if any.
    async fn get_draft(&self, id: PipelineId, page: &str) -> Result<Option<Draft>, StoreError>;

    /// Keeps a page's input in place of what it kept before.
    async fn keep_draft(&self, id: PipelineId, page: &str, base_version: u64, input: &str) -> Result<(), StoreError>;

    /// Drops what a page keeps, if anything.
    async fn drop_draft(&self, id: PipelineId, page: &str) -> Result<(), StoreError>;

    /// Keeps the report of a version, in place of an earlier one.
    async fn keep_run(&self, id: PipelineId, version: u64, report: &Report) -> Result<(), StoreError>;

    /// The report that this version of the engine made and that was kept for a version, if any.
    async fn get_run(&self, id: PipelineId, version: u64) -> Result<Option<Report>, StoreError>;

    /// Notes what is said of a version of a pipeline.
    async fn note(&self, id: PipelineId, kind: NoteKind, version: u64, body: &str) -> Result<(), StoreError>;

    /// The latest note of a kind, if any.
    async fn get_note(&self, id: PipelineId, kind: NoteKind) -> Result<Option<Note>, StoreError>;

    /// Issues a record under the next number. A record in whose place it comes is superseded in the same moment; it must
    /// be of the same pipeline. Where its status has changed since it was seen, or it is superseded already, nothing is
    /// issued ([`StoreError::Overtaken`]).
    async fn issue_record(&self, record: NewRecord) -> Result<RecordSummary, StoreError>;

    /// Gives an issued record another status, beside those it had. It fails with [`StoreError::Overtaken`] where the
    /// status has changed since it was seen, or the record is superseded.
    async fn change_status(&self, record: SeenRecord, status: &str, because: &str) -> Result<(), StoreError>;

    /// Issued records of a pipeline, the latest first.
    async fn list_records(&self, pipeline: PipelineId) -> Result<Vec<RecordSummary>, StoreError>;

    /// One issued record.
    async fn get_record(&self, id: RecordId) -> Result<IssuedRecord, StoreError>;

    /// Whether the store can read and write right now.
    async fn check(&self) -> Result<(), StoreError>;
}
