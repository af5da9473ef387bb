//! SQLite behind the ports.
//!
//! **Invariant:** all SQL of the program is in this crate and in `migrations/`, and no row leaves it: what goes out
//! are the domain values of [`ports`], checked again as they are read. Who may have them is decided in `ports::access`: it
//! says so by the values that the methods here are given, and no SQL decides it again.
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

#[macro_use]
mod row;

mod accounts;
mod activity;
mod administrators;
mod backup;
mod comments;
mod connections;
mod directory;
mod discussion;
mod drafts;
mod error;
mod examples;
mod facts;
mod files;
mod history;
mod identities;
mod invitations;
mod links;
mod notes;
mod open;
mod owners;
mod people;
mod pipelines;
mod records;
mod restore;
mod runs;
mod save;
mod schema;
mod sessions;
mod sign_offs;
mod statuses;
mod teams;
mod tickets;

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use model::Document;
use ports::{
    Draft, IssuedRecord, Name, NewRecord, Note, NoteKind, PipelineSummary, Pipelines, RecordId, RecordSummary, Run,
    SaveOutcome, SavedPipeline, SeenRecord, StoreError, UnixMillis,
    access::{CanComment, CanCreate, CanEdit, CanManage, CanRead, Workspace},
};

pub use self::{
    backup::{BackupError, backup},
    error::OpenError,
    files::Accept,
    open::Opening,
    restore::{RestoreError, Restored, restore},
};
use self::{connections::Connections, error::Error};

/// Everything that is kept in one data directory. Clones share it; the directory is free for another
/// process when the last of them is gone.
#[derive(Clone, Debug)]
pub struct SqliteStore(Arc<Connections>);

impl SqliteStore {
    /// Finishes the writes under way, folds the write-ahead log into the database and closes it. The store answers
    /// everything that comes afterwards with a failure.
    ///
    /// # Errors
    ///
    /// Where the log cannot be folded. Nothing is lost: it is played back when the database is opened again.
    pub async fn close(&self) -> Result<(), StoreError> {
        Ok(self.0.close().await?)
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
impl Pipelines for SqliteStore {
    async fn list_pipelines(&self, of: &Workspace) -> Result<Vec<PipelineSummary>, StoreError> {
        Ok(pipelines::list(self.0.reader(), of.owner()).await?)
    }

    async fn create_pipeline(&self, to: &CanCreate, document: &Document) -> Result<SavedPipeline, StoreError> {
        let (owner, by, document) = (to.owner(), to.by(), document.clone());
        self.write(move |connections| save::create(connections, owner, by, document)).await
    }

    async fn list_examples(&self) -> Result<Vec<(String, String)>, StoreError> {
        Ok(examples::list(self.0.reader()).await?)
    }

    async fn get_example(&self, slug: &str) -> Result<Document, StoreError> {
        Ok(examples::get(self.0.reader(), slug).await?)
    }

    async fn keep_example(&self, slug: &str, document: &Document) -> Result<(), StoreError> {
        let (slug, document) = (slug.to_owned(), document.clone());
        self.write(|connections| examples::keep(connections, slug, document)).await
    }

    async fn get_pipeline(&self, of: &CanRead) -> Result<SavedPipeline, StoreError> {
        Ok(pipelines::latest(self.0.reader(), of.pipeline()).await?)
    }

    async fn latest_version(&self, of: &CanRead) -> Result<(u64, Option<Name>), StoreError> {
        Ok(pipelines::latest_version(self.0.reader(), of.pipeline()).await?)
    }

    async fn get_revision(&self, of: &CanRead, version: u64) -> Result<SavedPipeline, StoreError> {
        Ok(pipelines::revision(self.0.reader(), of.pipeline(), version).await?)
    }

    async fn save_pipeline(
        &self,
        to: &CanEdit,
        expected_version: u64,
        document: &Document,
    ) -> Result<SaveOutcome, StoreError> {
        let (id, by, document) = (to.pipeline(), to.by(), document.clone());
        self.write(move |connections| save::save(connections, id, expected_version, by, document)).await
    }

    async fn move_pipeline(&self, what: &CanManage, to: &CanCreate) -> Result<(), StoreError> {
        let (id, by, owner) = (what.pipeline(), to.by(), to.owner());
        self.write(move |connections| pipelines::change_owner(connections, id, by, owner)).await
    }

    async fn archive_pipeline(&self, what: &CanManage, away: bool) -> Result<(), StoreError> {
        let (id, by) = (what.pipeline(), what.by());
        self.write(move |connections| pipelines::archive(connections, id, by, away)).await
    }

    async fn get_draft(&self, of: &CanRead, page: &str) -> Result<Option<Draft>, StoreError> {
        Ok(drafts::get(self.0.reader(), of.pipeline(), page, of.by()).await?)
    }

    async fn keep_draft(&self, to: &CanComment, page: &str, base_version: u64, input: &str) -> Result<(), StoreError> {
        let (id, by, page, input) = (to.pipeline(), to.by(), page.to_owned(), input.to_owned());
        self.write(move |connections| drafts::keep(connections, id, page, by, base_version, input)).await
    }

    async fn drop_draft(&self, of: &CanComment, page: &str, seen: Option<UnixMillis>) -> Result<(), StoreError> {
        let (id, by, page) = (of.pipeline(), of.by(), page.to_owned());
        self.write(move |connections| drafts::discard(connections, id, page, by, seen)).await
    }

    async fn keep_unsaved(
        &self,
        to: &CanComment,
        page: &str,
        base_version: u64,
        input: &str,
        seen: Option<UnixMillis>,
    ) -> Result<UnixMillis, StoreError> {
        let (id, by, page, input) = (to.pipeline(), to.by(), page.to_owned(), input.to_owned());
        self.write(move |connections| drafts::keep_unsaved(connections, id, page, by, base_version, input, seen)).await
    }

    async fn list_drafts(&self, of: &CanRead) -> Result<BTreeMap<String, Draft>, StoreError> {
        Ok(drafts::list(self.0.reader(), of.pipeline(), of.by()).await?)
    }

    async fn keep_run(&self, of: &CanComment, version: u64, run: &Run) -> Result<(), StoreError> {
        let (id, run) = (of.pipeline(), run.clone());
        self.write(move |connections| runs::keep(connections, id, version, run)).await
    }

    async fn get_run(&self, of: &CanRead, version: u64) -> Result<Option<Run>, StoreError> {
        Ok(runs::get(self.0.reader(), of.pipeline(), version).await?)
    }

    async fn note(
        &self,
        to: &CanEdit,
        kind: NoteKind,
        version: u64,
        seen: Option<u64>,
        body: &str,
    ) -> Result<(), StoreError> {
        let (id, by, body) = (to.pipeline(), to.by(), body.to_owned());
        self.write(move |connections| notes::note(connections, id, by, (kind, seen), (version, body))).await
    }

    async fn get_note(&self, of: &CanRead, kind: NoteKind) -> Result<Option<Note>, StoreError> {
        Ok(notes::get(self.0.reader(), of.pipeline(), kind).await?)
    }

    async fn issue_record(&self, to: &CanEdit, record: NewRecord) -> Result<RecordSummary, StoreError> {
        let (id, by) = (to.pipeline(), to.by());
        self.write(move |connections| records::issue(connections, id, by, record)).await
    }

    async fn change_status(
        &self,
        to: &CanEdit,
        record: SeenRecord,
        status: &str,
        because: &str,
    ) -> Result<(), StoreError> {
        let (id, by, status, because) = (to.pipeline(), to.by(), status.to_owned(), because.to_owned());
        self.write(move |connections| statuses::change(connections, id, by, record, status, because)).await
    }

    async fn list_recorded(&self, of: &CanRead) -> Result<Vec<(u64, String)>, StoreError> {
        Ok(records::recorded(self.0.reader(), of.pipeline()).await?)
    }

    async fn list_records(&self, of: &CanRead) -> Result<Vec<RecordSummary>, StoreError> {
        Ok(records::list(self.0.reader(), of.pipeline()).await?)
    }

    async fn get_record(&self, of: &CanRead, id: RecordId) -> Result<IssuedRecord, StoreError> {
        Ok(records::get(self.0.reader(), of.pipeline(), id).await?)
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.write(connections::check).await
    }
}
