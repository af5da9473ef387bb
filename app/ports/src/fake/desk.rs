//! Somebody at their desk: a visitor with a store, who asks for the right to each thing they do.

use std::sync::Arc;

use model::Document;

use crate::{
    access::{self, CanEdit, CanRead, Refused, Visitor},
    clock::UnixMillis,
    note::{Note, NoteKind},
    pipeline::{Draft, Owner, PipelineId, PipelineSummary, SaveOutcome, SavedPipeline},
    record::{IssuedRecord, NewRecord, RecordId, RecordSummary, SeenRecord},
    run::Run,
    secret::Secret,
    session::{CameBy, NewSession},
    store::{Store, StoreError},
};

/// Somebody at their desk. What they may not do fails like what does not exist.
#[derive(Clone, Debug)]
pub struct Desk {
    /// What they work with.
    pub store: Arc<dyn Store>,
    visitor: Visitor,
    secret: Secret,
}

type Done<T> = Result<T, StoreError>;

fn done<T>(asked: Result<T, Refused>) -> Done<T> {
    asked.map_err(|refused| match refused {
        Refused::Store(error) => error,
        Refused::Missing(what) => StoreError::NotFound(what),
        Refused::Forbidden(_) | Refused::NotSignedIn => StoreError::NotFound("right"),
    })
}

impl Desk {
    /// The desk of whoever has a secret.
    ///
    /// # Errors
    ///
    /// Where the store fails.
    pub async fn of(store: Arc<dyn Store>, secret: &Secret) -> Done<Self> {
        // At that time every session counts.
        let visitor = Visitor::recognise(store.as_ref(), true, Some(secret), UnixMillis(i64::MIN)).await?;
        Ok(Self { store, visitor, secret: secret.clone() })
    }

    /// The desk of a new guest.
    ///
    /// # Errors
    ///
    /// Where the store fails.
    pub async fn of_guest(store: Arc<dyn Store>) -> Done<Self> {
        let (person, secret) = (store.create_guest().await?, Secret::new());
        let session = NewSession {
            person,
            by: CameBy::Beginning,
            secret: secret.clone(),
            agent: String::new(),
            lasts_ms: i64::MAX,
            idle_ms: i64::MAX,
        };
        store.begin_session(session).await?;
        Self::of(store, &secret).await
    }

    /// By what they are recognised.
    pub fn secret(&self) -> &Secret {
        &self.secret
    }

    /// Who sits there.
    pub fn visitor(&self) -> &Visitor {
        &self.visitor
    }

    async fn read(&self, id: PipelineId) -> Done<CanRead> {
        done(access::to_pipeline(self.store.as_ref(), &self.visitor, id).await)
    }

    async fn edit(&self, id: PipelineId) -> Done<CanEdit> {
        done(access::to_pipeline(self.store.as_ref(), &self.visitor, id).await)
    }

    /// Their own pipelines.
    pub async fn list_pipelines(&self) -> Done<Vec<PipelineSummary>> {
        match done(access::workspaces(self.store.as_ref(), &self.visitor).await)?.first() {
            Some(own) => self.store.list_pipelines(own).await,
            None => Ok(Vec::new()),
        }
    }

    /// Makes a pipeline of their own.
    pub async fn create_pipeline(&self, document: &Document) -> Done<SavedPipeline> {
        let person = self.visitor.person().ok_or(StoreError::NotFound("person"))?.id;
        let create = done(access::create_in(self.store.as_ref(), &self.visitor, Owner::Person(person)).await)?;
        self.store.create_pipeline(&create, document).await
    }

    /// The latest version of a pipeline.
    pub async fn get_pipeline(&self, id: PipelineId) -> Done<SavedPipeline> {
        self.store.get_pipeline(&self.read(id).await?).await
    }

    /// One version of a pipeline.
    pub async fn get_revision(&self, id: PipelineId, version: u64) -> Done<SavedPipeline> {
        self.store.get_revision(&self.read(id).await?, version).await
    }

    /// Saves a pipeline.
    pub async fn save_pipeline(&self, id: PipelineId, expected: u64, document: &Document) -> Done<SaveOutcome> {
        self.store.save_pipeline(&self.edit(id).await?, expected, document).await
    }

    /// What they typed and could not save.
    pub async fn get_draft(&self, id: PipelineId, page: &str) -> Done<Option<Draft>> {
        self.store.get_draft(&self.read(id).await?, page).await
    }

    /// Keeps that.
    pub async fn keep_draft(&self, id: PipelineId, page: &str, base_version: u64, input: &str) -> Done<()> {
        let edit = self.edit(id).await?;
        self.store.keep_draft(&edit, page, base_version, input).await
    }

    /// Drops that.
    pub async fn drop_draft(&self, id: PipelineId, page: &str) -> Done<()> {
        let edit = self.edit(id).await?;
        self.store.drop_draft(&edit, page, None).await
    }

    /// Keeps a run.
    pub async fn keep_run(&self, id: PipelineId, version: u64, run: &Run) -> Done<()> {
        let edit = self.edit(id).await?;
        self.store.keep_run(&edit, version, run).await
    }

    /// The run of a version.
    pub async fn get_run(&self, id: PipelineId, version: u64) -> Done<Option<Run>> {
        self.store.get_run(&self.read(id).await?, version).await
    }

    /// Says something of a version, knowing what was said before.
    pub async fn note(&self, id: PipelineId, kind: NoteKind, version: u64, body: &str) -> Done<()> {
        let seen = self.get_note(id, kind).await?.map(|note| note.place);
        self.note_after(id, kind, version, seen, body).await
    }

    /// Says something of a version, with this as the last that they heard.
    pub async fn note_after(
        &self,
        id: PipelineId,
        kind: NoteKind,
        version: u64,
        seen: Option<u64>,
        body: &str,
    ) -> Done<()> {
        self.store.note(&self.edit(id).await?, kind, version, seen, body).await
    }

    /// What was said last.
    pub async fn get_note(&self, id: PipelineId, kind: NoteKind) -> Done<Option<Note>> {
        self.store.get_note(&self.read(id).await?, kind).await
    }

    /// Issues a record.
    pub async fn issue_record(&self, id: PipelineId, record: NewRecord) -> Done<RecordSummary> {
        self.store.issue_record(&self.edit(id).await?, record).await
    }

    /// Gives a record another status.
    pub async fn change_status(&self, record: SeenRecord, status: &str, because: &str) -> Done<()> {
        let pipeline = self.store.pipeline_of_record(record.id).await?.ok_or(StoreError::NotFound("record"))?;
        self.store.change_status(&self.edit(pipeline).await?, record, status, because).await
    }

    /// The records of a pipeline.
    pub async fn list_records(&self, id: PipelineId) -> Done<Vec<RecordSummary>> {
        self.store.list_records(&self.read(id).await?).await
    }

    /// A record.
    pub async fn get_record(&self, id: RecordId) -> Done<IssuedRecord> {
        let read = done(access::to_record(self.store.as_ref(), &self.visitor, id).await)?;
        self.store.get_record(&read, id).await
    }
}
