//! A store in memory and a clock that stands still, for tests.
//!
//! They keep the same contract as the real ones and forget everything when they are dropped.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use async_trait::async_trait;
use engine::Report;
use model::Document;
use uuid::Uuid;

use crate::{
    clock::{Clock, UnixMillis},
    note::{Note, NoteKind},
    pipeline::{Draft, Origin, PipelineId, PipelineSummary, SaveOutcome, SavedPipeline},
    record::{IssuedRecord, NewRecord, RecordId, RecordSummary, SUPERSEDED, SeenRecord, StatusChange},
    store::{Store, StoreError},
};

/// A clock that says what it was told.
#[derive(Debug)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    /// A clock that stands at `now`.
    pub fn at(now: UnixMillis) -> Self {
        Self(AtomicI64::new(now.0))
    }

    /// Puts it to another moment.
    pub fn set(&self, now: UnixMillis) {
        self.0.store(now.0, Ordering::SeqCst);
    }
}

impl Clock for FixedClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.0.load(Ordering::SeqCst))
    }
}

/// A store in memory.
#[derive(Debug)]
pub struct MemoryStore {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    pipelines: BTreeMap<PipelineId, Kept>,
    /// In the order in which they were issued: the number of a record is its place, counted from 1.
    records: Vec<IssuedRecord>,
    saves: u64,
}

/// A pipeline with all that goes with it.
#[derive(Debug)]
struct Kept {
    /// All versions, of which there is at least one: version `n` is at place `n - 1`.
    versions: Vec<SavedPipeline>,
    /// Which of all saves was the last of this pipeline. Times may be equal, this is not.
    last_save: u64,
    drafts: BTreeMap<String, Draft>,
    runs: BTreeMap<u64, Report>,
    notes: BTreeMap<NoteKind, Note>,
}

impl Kept {
    fn latest(&self) -> &SavedPipeline {
        self.versions.last().expect("a pipeline is created with its first version")
    }

    fn version(&self, version: u64) -> Option<&SavedPipeline> {
        self.versions.iter().find(|saved| saved.version == version)
    }
}

impl State {
    fn pipeline(&self, id: PipelineId) -> Result<&Kept, StoreError> {
        self.pipelines.get(&id).ok_or(StoreError::NotFound("pipeline"))
    }

    fn pipeline_mut(&mut self, id: PipelineId) -> Result<&mut Kept, StoreError> {
        self.pipelines.get_mut(&id).ok_or(StoreError::NotFound("pipeline"))
    }

    fn version(&self, id: PipelineId, version: u64) -> Result<&SavedPipeline, StoreError> {
        self.pipelines.get(&id).and_then(|kept| kept.version(version)).ok_or(StoreError::NotFound("version"))
    }

    /// A record to whose statuses somebody may add who has seen so much of them.
    fn record_mut(&mut self, seen: SeenRecord) -> Result<&mut IssuedRecord, StoreError> {
        let record = self.records.iter_mut().find(|record| record.summary.id == seen.id);
        let record = record.ok_or(StoreError::NotFound("record"))?;
        let superseded = record.changes.last().is_some_and(|change| change.superseded_by.is_some());
        if superseded || record.seen() != seen { Err(StoreError::Overtaken("record")) } else { Ok(record) }
    }

    fn count_save(&mut self) -> u64 {
        self.saves += 1;
        self.saves
    }
}

impl MemoryStore {
    /// An empty store.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, state: Mutex::default() }
    }

    /// A test that panicked while it held the state has failed already; others need not fail with it.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn list_pipelines(&self) -> Result<Vec<PipelineSummary>, StoreError> {
        let state = self.state();
        let mut kept: Vec<&Kept> = state.pipelines.values().collect();
        kept.sort_by_key(|kept| std::cmp::Reverse(kept.last_save));
        let summary = |saved: &SavedPipeline| PipelineSummary {
            id: saved.id,
            name: saved.document.name.clone(),
            origin: saved.origin.clone(),
            steps: u32::try_from(saved.document.steps.len()).unwrap_or(u32::MAX),
            version: saved.version,
            saved_at: saved.saved_at,
        };
        Ok(kept.into_iter().map(|kept| summary(kept.latest())).collect())
    }

    async fn create_pipeline(&self, document: &Document, origin: Origin) -> Result<SavedPipeline, StoreError> {
        let mut state = self.state();
        let taken = |kept: &Kept| kept.latest().origin == origin;
        if origin != Origin::Made && state.pipelines.values().any(taken) {
            return Err(StoreError::Failed("this example is here already".into()));
        }
        let id = PipelineId(Uuid::now_v7());
        let saved = SavedPipeline { id, origin, version: 1, saved_at: self.clock.now(), document: document.clone() };
        let kept = Kept {
            versions: vec![saved.clone()],
            last_save: state.count_save(),
            drafts: BTreeMap::new(),
            notes: BTreeMap::new(),
            runs: BTreeMap::new(),
        };
        state.pipelines.insert(id, kept);
        Ok(saved)
    }

    async fn get_pipeline(&self, id: PipelineId) -> Result<SavedPipeline, StoreError> {
        Ok(self.state().pipeline(id)?.latest().clone())
    }

    async fn get_revision(&self, id: PipelineId, version: u64) -> Result<SavedPipeline, StoreError> {
        self.state().version(id, version).cloned()
    }

    async fn save_pipeline(
        &self,
        id: PipelineId,
        expected_version: u64,
        document: &Document,
    ) -> Result<SaveOutcome, StoreError> {
        let mut state = self.state();
        let latest = state.pipeline(id)?.latest().clone();
        if latest.document.digest() == document.digest() {
            return Ok(SaveOutcome::Saved { version: latest.version, saved_at: latest.saved_at });
        }
        if latest.version != expected_version {
            return Ok(SaveOutcome::Conflict(Box::new(latest)));
        }
        let (version, saved_at) = (latest.version + 1, self.clock.now());
        let last_save = state.count_save();
        let kept = state.pipeline_mut(id)?;
        kept.versions.push(SavedPipeline { version, saved_at, document: document.clone(), ..latest });
        kept.last_save = last_save;
        Ok(SaveOutcome::Saved { version, saved_at })
    }

    async fn delete_pipeline(&self, id: PipelineId) -> Result<(), StoreError> {
        self.state().pipelines.remove(&id).map(|_| ()).ok_or(StoreError::NotFound("pipeline"))
    }

    async fn get_draft(&self, id: PipelineId, page: &str) -> Result<Option<Draft>, StoreError> {
        Ok(self.state().pipelines.get(&id).and_then(|kept| kept.drafts.get(page).cloned()))
    }

    async fn keep_draft(&self, id: PipelineId, page: &str, base_version: u64, input: &str) -> Result<(), StoreError> {
        let draft = Draft { base_version, input: input.to_owned(), kept_at: self.clock.now() };
        self.state().pipeline_mut(id)?.drafts.insert(page.to_owned(), draft);
        Ok(())
    }

    async fn drop_draft(&self, id: PipelineId, page: &str) -> Result<(), StoreError> {
        if let Some(kept) = self.state().pipelines.get_mut(&id) {
            kept.drafts.remove(page);
        }
        Ok(())
    }

    async fn keep_run(&self, id: PipelineId, version: u64, report: &Report) -> Result<(), StoreError> {
        let mut state = self.state();
        state.version(id, version)?;
        state.pipeline_mut(id)?.runs.insert(version, report.clone());
        Ok(())
    }

    async fn get_run(&self, id: PipelineId, version: u64) -> Result<Option<Report>, StoreError> {
        Ok(self.state().pipelines.get(&id).and_then(|kept| kept.runs.get(&version).cloned()))
    }

    async fn note(&self, id: PipelineId, kind: NoteKind, version: u64, body: &str) -> Result<(), StoreError> {
        let mut state = self.state();
        state.version(id, version)?;
        let note = Note { version, body: body.to_owned(), noted_at: self.clock.now() };
        state.pipeline_mut(id)?.notes.insert(kind, note);
        Ok(())
    }

    async fn get_note(&self, id: PipelineId, kind: NoteKind) -> Result<Option<Note>, StoreError> {
        Ok(self.state().pipelines.get(&id).and_then(|kept| kept.notes.get(&kind).cloned()))
    }

    async fn issue_record(&self, record: NewRecord) -> Result<RecordSummary, StoreError> {
        let mut state = self.state();
        state.version(record.pipeline, record.version)?;
        let summary = RecordSummary {
            id: RecordId(Uuid::now_v7()),
            number: u32::try_from(state.records.len() + 1).unwrap_or(u32::MAX),
            pipeline: record.pipeline,
            version: record.version,
            title: record.title,
            issued_at: self.clock.now(),
        };
        let supersedes = match record.supersedes {
            None => None,
            Some(seen) => {
                let older = state.record_mut(seen)?;
                if older.summary.pipeline != summary.pipeline {
                    return Err(StoreError::NotFound("record"));
                }
                older.changes.push(StatusChange {
                    status: SUPERSEDED.to_owned(),
                    because: String::new(),
                    superseded_by: Some(summary.clone()),
                    changed_at: summary.issued_at,
                });
                Some(older.summary.clone())
            }
        };
        let text = (record.write)(summary.number);
        state.records.push(IssuedRecord { summary: summary.clone(), text, supersedes, changes: Vec::new() });
        Ok(summary)
    }

    async fn change_status(&self, record: SeenRecord, status: &str, because: &str) -> Result<(), StoreError> {
        if status == SUPERSEDED || status.is_empty() {
            return Err(StoreError::Failed("a record is superseded by one that is issued in its place".into()));
        }
        let changed_at = self.clock.now();
        let mut state = self.state();
        let (status, because) = (status.to_owned(), because.to_owned());
        state.record_mut(record)?.changes.push(StatusChange { status, because, superseded_by: None, changed_at });
        Ok(())
    }

    async fn list_records(&self, pipeline: PipelineId) -> Result<Vec<RecordSummary>, StoreError> {
        let state = self.state();
        let of_pipeline = state.records.iter().rev().map(|record| &record.summary);
        Ok(of_pipeline.filter(|summary| summary.pipeline == pipeline).cloned().collect())
    }

    async fn get_record(&self, id: RecordId) -> Result<IssuedRecord, StoreError> {
        let state = self.state();
        state.records.iter().find(|record| record.summary.id == id).cloned().ok_or(StoreError::NotFound("record"))
    }

    async fn check(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
