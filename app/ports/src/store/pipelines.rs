//! Pipelines with their versions, drafts, runs, notes and records.

use std::collections::BTreeMap;

use async_trait::async_trait;
use model::Document;

use super::StoreError;
use crate::{
    access::{CanComment, CanCreate, CanEdit, CanManage, CanRead, Workspace},
    clock::UnixMillis,
    note::{Note, NoteKind},
    person::Name,
    pipeline::{Draft, PipelineSummary, SaveOutcome, SavedPipeline},
    record::{IssuedRecord, NewRecord, RecordId, RecordSummary, SeenRecord},
    run::Run,
};

/// Where pipelines, runs and records are kept.
#[async_trait]
pub trait Pipelines: Send + Sync {
    /// The pipelines of a workspace, the one saved last first.
    async fn list_pipelines(&self, of: &Workspace) -> Result<Vec<PipelineSummary>, StoreError>;

    /// Stores a new pipeline as version 1.
    async fn create_pipeline(&self, to: &CanCreate, document: &Document) -> Result<SavedPipeline, StoreError>;

    /// The names of the examples that come with the program, by their slugs.
    async fn list_examples(&self) -> Result<Vec<(String, String)>, StoreError>;

    /// An example, by its slug.
    async fn get_example(&self, slug: &str) -> Result<Document, StoreError>;

    /// Keeps an example in place of what it was in an earlier program.
    async fn keep_example(&self, slug: &str, document: &Document) -> Result<(), StoreError>;

    /// The latest version of a pipeline.
    async fn get_pipeline(&self, of: &CanRead) -> Result<SavedPipeline, StoreError>;

    /// Which version of a pipeline is the latest, and who saved it.
    async fn latest_version(&self, of: &CanRead) -> Result<(u64, Option<Name>), StoreError>;

    /// One version of a pipeline.
    async fn get_revision(&self, of: &CanRead, version: u64) -> Result<SavedPipeline, StoreError>;

    /// Stores the next version of a pipeline, if `expected_version` is the latest. Saving what is already the
    /// latest document makes no new version.
    async fn save_pipeline(
        &self,
        to: &CanEdit,
        expected_version: u64,
        document: &Document,
    ) -> Result<SaveOutcome, StoreError>;

    /// Puts a pipeline where somebody may put it.
    async fn move_pipeline(&self, what: &CanManage, to: &CanCreate) -> Result<(), StoreError>;

    /// Puts a pipeline away, or takes it back. It stays what it is either way.
    async fn archive_pipeline(&self, what: &CanManage, away: bool) -> Result<(), StoreError>;

    /// The input that a page keeps for a pipeline and the person who typed it, if any.
    async fn get_draft(&self, of: &CanRead, page: &str) -> Result<Option<Draft>, StoreError>;

    /// Keeps a page's input in place of what it kept before for the same person.
    async fn keep_draft(&self, to: &CanComment, page: &str, base_version: u64, input: &str) -> Result<(), StoreError>;

    /// Drops what a page keeps for a person, if anything; where it is said what was seen, known by when it was kept, nothing else.
    async fn drop_draft(&self, of: &CanComment, page: &str, seen: Option<UnixMillis>) -> Result<(), StoreError>;

    /// Keeps work that could not be saved, where the page keeps nothing but what was seen, known by when it was kept. Answers
    /// when this was kept; [`StoreError::Overtaken`] where the page keeps something else: nobody loses what they have not seen.
    async fn keep_unsaved(
        &self,
        to: &CanComment,
        page: &str,
        base_version: u64,
        input: &str,
        seen: Option<UnixMillis>,
    ) -> Result<UnixMillis, StoreError>;

    /// All that pages keep for a pipeline and the person who typed it, by page.
    async fn list_drafts(&self, of: &CanRead) -> Result<BTreeMap<String, Draft>, StoreError>;

    /// Keeps the run of a version, in place of an earlier one. Whoever may say something about a pipeline may have it
    /// simulated: the report is the engine's, not theirs.
    async fn keep_run(&self, of: &CanComment, version: u64, run: &Run) -> Result<(), StoreError>;

    /// The run that this version of the engine made and that was kept for a version, if any.
    async fn get_run(&self, of: &CanRead, version: u64) -> Result<Option<Run>, StoreError>;

    /// Notes what is said of a version of a pipeline by somebody who saw this note as the latest of its kind, or none.
    /// [`StoreError::Overtaken`] where there is another by now: nobody speaks over what they have not seen.
    async fn note(
        &self,
        to: &CanEdit,
        kind: NoteKind,
        version: u64,
        seen: Option<u64>,
        body: &str,
    ) -> Result<(), StoreError>;

    /// The latest note of a kind, if any.
    async fn get_note(&self, of: &CanRead, kind: NoteKind) -> Result<Option<Note>, StoreError>;

    /// Issues a record under the next number. A record in whose place it comes is superseded in the same moment; it must
    /// be of the same pipeline. Where its status has changed since it was seen, or it is superseded already, nothing is
    /// issued ([`StoreError::Overtaken`]). Where the latest record of the pipeline says the same already, that one is the answer:
    /// a form that was sent twice makes one record.
    async fn issue_record(&self, to: &CanEdit, record: NewRecord) -> Result<RecordSummary, StoreError>;

    /// Gives an issued record of a pipeline another status, beside those it had. It fails with [`StoreError::Overtaken`]
    /// where the status has changed since it was seen, or the record is superseded.
    async fn change_status(
        &self,
        to: &CanEdit,
        record: SeenRecord,
        status: &str,
        because: &str,
    ) -> Result<(), StoreError>;

    /// Issued records of a pipeline, the latest first.
    async fn list_records(&self, of: &CanRead) -> Result<Vec<RecordSummary>, StoreError>;

    /// The versions of a pipeline that have a record, with the digests of their documents.
    async fn list_recorded(&self, of: &CanRead) -> Result<Vec<(u64, String)>, StoreError>;

    /// One issued record of a pipeline.
    async fn get_record(&self, of: &CanRead, id: RecordId) -> Result<IssuedRecord, StoreError>;

    /// Whether the store can read and write right now.
    async fn check(&self) -> Result<(), StoreError>;
}
