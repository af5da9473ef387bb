//! SQLite behind the ports.
//!
//! **Invariant:** all SQL of the program is in this crate and in `migrations/`, and no row leaves it: what goes out
//! are the domain values of [`ports`], checked again as they are read.
//!
//! # How a write goes
//!
//! There is one connection that writes. Writes queue for it in the order in which they come, each is one transaction
//! that takes the write lock when it begins, and each runs in a task of its own: a request whose client has left is
//! dropped in the middle, a write is not. It answers after its commit has reached the disk.
//!
//! # How it fails
//!
//! Whatever SQLite reports (a full disk, a lock held by somebody's tool, a damaged file) becomes
//! [`StoreError::Failed`] in `error.rs`, and nothing of the write is kept. A stored document or report that this
//! program cannot read is a failure too and not an absence. After `kill -9` at any moment, the next
//! [`SqliteStore::open`] finds every write that was answered and no half of any other.

mod connections;
mod directory;
mod drafts;
mod error;
mod notes;
mod open;
mod pipelines;
mod records;
mod runs;
mod save;
mod schema;
mod statuses;

use std::sync::Arc;

use async_trait::async_trait;
use engine::Report;
use model::Document;
use ports::{
    Draft, IssuedRecord, NewRecord, Note, NoteKind, Origin, PipelineId, PipelineSummary, RecordId, RecordSummary,
    SaveOutcome, SavedPipeline, SeenRecord, Store, StoreError,
};

pub use self::error::OpenError;
use self::{connections::Connections, error::Error};

/// The pipelines, runs and records of one data directory. Clones share it; the directory is free for another
/// process when the last of them is gone.
#[derive(Clone, Debug)]
pub struct SqliteStore(Arc<Connections>);

impl SqliteStore {
    /// Finishes the writes under way, folds the write-ahead log into the database and closes it. The store answers
    /// everything that comes afterwards with a failure.
    pub async fn close(&self) {
        self.0.close().await;
    }

    /// Runs a write to its end, even when nobody waits for it any more.
    async fn write<T, W>(&self, work: impl FnOnce(Arc<Connections>) -> W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let task = tokio::spawn(work(Arc::clone(&self.0)));
        Ok(task.await.map_err(Error::from)??)
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn list_pipelines(&self) -> Result<Vec<PipelineSummary>, StoreError> {
        Ok(pipelines::list(self.0.reader()).await?)
    }

    async fn create_pipeline(&self, document: &Document, origin: Origin) -> Result<SavedPipeline, StoreError> {
        let document = document.clone();
        self.write(|connections| save::create(connections, document, origin)).await
    }

    async fn get_pipeline(&self, id: PipelineId) -> Result<SavedPipeline, StoreError> {
        Ok(pipelines::latest(self.0.reader(), id).await?)
    }

    async fn get_revision(&self, id: PipelineId, version: u64) -> Result<SavedPipeline, StoreError> {
        Ok(pipelines::revision(self.0.reader(), id, version).await?)
    }

    async fn save_pipeline(
        &self,
        id: PipelineId,
        expected_version: u64,
        document: &Document,
    ) -> Result<SaveOutcome, StoreError> {
        let document = document.clone();
        self.write(|connections| save::save(connections, id, expected_version, document)).await
    }

    async fn delete_pipeline(&self, id: PipelineId) -> Result<(), StoreError> {
        self.write(|connections| pipelines::delete(connections, id)).await
    }

    async fn get_draft(&self, id: PipelineId, page: &str) -> Result<Option<Draft>, StoreError> {
        Ok(drafts::get(self.0.reader(), id, page).await?)
    }

    async fn keep_draft(&self, id: PipelineId, page: &str, base_version: u64, input: &str) -> Result<(), StoreError> {
        let (page, input) = (page.to_owned(), input.to_owned());
        self.write(|connections| drafts::keep(connections, id, page, base_version, input)).await
    }

    async fn drop_draft(&self, id: PipelineId, page: &str) -> Result<(), StoreError> {
        let page = page.to_owned();
        self.write(|connections| drafts::discard(connections, id, page)).await
    }

    async fn keep_run(&self, id: PipelineId, version: u64, report: &Report) -> Result<(), StoreError> {
        let report = report.clone();
        self.write(|connections| runs::keep(connections, id, version, report)).await
    }

    async fn get_run(&self, id: PipelineId, version: u64) -> Result<Option<Report>, StoreError> {
        Ok(runs::get(self.0.reader(), id, version).await?)
    }

    async fn note(&self, id: PipelineId, kind: NoteKind, version: u64, body: &str) -> Result<(), StoreError> {
        let body = body.to_owned();
        self.write(|connections| notes::note(connections, id, kind, version, body)).await
    }

    async fn get_note(&self, id: PipelineId, kind: NoteKind) -> Result<Option<Note>, StoreError> {
        Ok(notes::get(self.0.reader(), id, kind).await?)
    }

    async fn issue_record(&self, record: NewRecord) -> Result<RecordSummary, StoreError> {
        self.write(|connections| records::issue(connections, record)).await
    }

    async fn change_status(&self, record: SeenRecord, status: &str, because: &str) -> Result<(), StoreError> {
        let (status, because) = (status.to_owned(), because.to_owned());
        self.write(|connections| statuses::change(connections, record, status, because)).await
    }

    async fn list_records(&self, pipeline: PipelineId) -> Result<Vec<RecordSummary>, StoreError> {
        Ok(records::list(self.0.reader(), pipeline).await?)
    }

    async fn get_record(&self, id: RecordId) -> Result<IssuedRecord, StoreError> {
        Ok(records::get(self.0.reader(), id).await?)
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.write(connections::check).await
    }
}
