//! The pipeline that is being worked on: one document, what is known of it, and how it is saved.
//!
//! Editors hand a changed document to [`Workspace::change`]. The workspace remembers the one before (undo),
//! saves the new one after a short pause, and simulates it. Everything else only reads.
//!
//! How it fails: while the server cannot be reached, saving is tried again every few seconds; when somebody
//! else has saved in the meantime, nothing is overwritten until a person has chosen.

mod history;
mod preview;
mod saving;
#[cfg(feature = "hydrate")]
mod unsaved;

use std::collections::BTreeMap;

use leptos::prelude::*;
use model::Document;
use report::page::{Shown, Sketch};
use uuid::Uuid;

use self::preview::experiments::Experiments;
#[cfg(feature = "ssr")]
pub(crate) use self::preview::what_if::WHAT_IF;
pub(crate) use self::preview::{experiments::Standing, what_if::Asked};
use crate::{
    api::{
        decisions::DecisionView,
        pipeline::{DraftView, PipelineView},
        records::RecordsView,
    },
    error::AppError,
    steps::{Facts, StepForm},
};

/// Where the latest change stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SaveState {
    /// It is stored, durably.
    Saved,
    /// It is on its way.
    Saving,
    /// It is kept as typed and becomes a version once it is put right; so many fields are wrong.
    Kept(usize),
    /// Somebody else has saved this version in the meantime.
    Conflict {
        /// Their version.
        version: u64,
        /// Their document.
        theirs: Box<Document>,
    },
    /// The server cannot be reached; saving is tried again.
    Offline,
    /// The server answered that it cannot.
    Failed(AppError),
}

/// The pipeline that is being worked on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Workspace {
    pub(crate) id: Uuid,
    /// Whether the visitor may see it and not change it.
    pub(crate) read_only: bool,
    /// The document as it stands on this screen.
    pub(crate) document: RwSignal<Document>,
    /// The latest version that the server has confirmed.
    pub(crate) version: RwSignal<u64>,
    pub(crate) state: RwSignal<SaveState>,
    /// Counts how often the document was replaced other than by an editor, so that editors start over.
    pub(crate) replaced: RwSignal<u32>,
    pub(crate) records: RwSignal<RecordsView>,
    /// What the team has said about a verdict.
    pub(crate) decision: RwSignal<Option<DecisionView>>,
    /// Which failure the team expects; empty: it has not said.
    pub(crate) expected: RwSignal<String>,
    #[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "the worker is told"))]
    today: StoredValue<String>,
    /// The digest of the document for which the server keeps a report.
    pub(crate) certified: RwSignal<Option<String>>,
    /// The latest results: the server's, or this browser's.
    shown: RwSignal<Option<Shown>>,
    /// What is shown of the document alone at the step that is open.
    pub(crate) sketch: RwSignal<Sketch>,
    /// The guided step that is open.
    step: StoredValue<String>,
    /// The digest of the document that the worker has.
    #[cfg_attr(not(feature = "hydrate"), allow(dead_code, reason = "there is no worker on the server"))]
    beside: StoredValue<String>,
    /// Share of the preview that is done, while one is under way.
    pub(crate) previewing: RwSignal<Option<f64>>,
    experiments: Experiments,
    /// Where the comparison with a change of one input stands.
    pub(crate) what_if: RwSignal<Standing>,
    /// Which change that is.
    pub(crate) asked: RwSignal<Asked>,
    drafts: StoredValue<BTreeMap<String, DraftView>>,
    past: RwSignal<Vec<Document>>,
    future: RwSignal<Vec<Document>>,
    /// What was undone or redone last, in words; empty after any other change.
    pub(crate) travelled: RwSignal<String>,
    /// Counts changes, so that what was started for an older one can tell that it is late.
    changes: StoredValue<u32>,
    /// Whether a save is under way.
    saving: StoredValue<bool>,
    /// The page whose draft the server is being told to keep or to drop. One at a time, so that none overtakes another, and no
    /// save before it is answered: what is saved is not met by a draft that comes late.
    drafting: StoredValue<Option<&'static str>>,
    /// Under what the server keeps what met another version here, and is not settled yet.
    unsaved: StoredValue<Option<i64>>,
}

/// How many steps undo goes back: more than anybody remembers, few enough to hold in memory.
const DEEPEST_UNDO: usize = 200;

impl Workspace {
    pub(crate) fn new(view: PipelineView) -> Self {
        let (asked, what_if) = preview::what_if::standing(view.experiment.as_ref());
        Self {
            id: view.id,
            read_only: view.read_only,
            document: RwSignal::new(view.document),
            version: RwSignal::new(view.version),
            state: RwSignal::new(SaveState::Saved),
            replaced: RwSignal::new(0),
            records: RwSignal::new(view.records),
            decision: RwSignal::new(view.decision),
            expected: RwSignal::new(view.expected),
            today: StoredValue::new(view.today),
            certified: RwSignal::new(view.certified),
            step: StoredValue::new(view.shown.as_ref().map(|shown| shown.step.clone()).unwrap_or_default()),
            shown: RwSignal::new(view.shown),
            sketch: RwSignal::new(view.sketch),
            beside: StoredValue::new(String::new()),
            previewing: RwSignal::new(None),
            experiments: preview::experiments::standing(view.experiment.as_ref()),
            what_if: RwSignal::new(what_if),
            asked: RwSignal::new(asked),
            drafts: StoredValue::new(view.drafts),
            past: RwSignal::new(Vec::new()),
            future: RwSignal::new(Vec::new()),
            travelled: RwSignal::new(String::new()),
            changes: StoredValue::new(0),
            saving: StoredValue::new(false),
            drafting: StoredValue::new(None),
            unsaved: StoredValue::new(None),
        }
    }

    /// The workspace of the page around this component.
    pub(crate) fn current() -> Self {
        expect_context()
    }

    /// The results for the document as it stands, if there are any.
    pub(crate) fn results(self) -> Option<Shown> {
        let digest = self.document.with(Document::digest);
        self.shown.get().filter(|shown| shown.digest == digest)
    }

    /// Whether the latest verdict has conditions, also while the next one is computed.
    pub(crate) fn has_conditions(self) -> bool {
        self.shown.with(|shown| shown.as_ref().is_some_and(|shown| !shown.conditions.is_empty()))
    }

    /// Whether the server keeps a report for the document as it stands.
    pub(crate) fn is_certified(self) -> bool {
        let digest = self.document.with(Document::digest);
        self.certified.with(|certified| certified.as_ref() == Some(&digest))
    }

    /// The address of the pipeline, without a slash at its end.
    pub(crate) fn address(self) -> String {
        format!("/pipelines/{}", self.id)
    }

    /// Calls `read` with what the status of a step is made of.
    pub(crate) fn with_facts<T>(self, read: impl FnOnce(Facts<'_>) -> T) -> T {
        let version = self.version.get();
        let digest = self.document.with(Document::digest);
        let (recorded, recorded_before) =
            self.records.with(|records| (records.digests.contains(&digest), !records.digests.is_empty()));
        let results = self.results();
        let simulated = results.is_some();
        let chosen = results.is_some_and(|shown| shown.choice.is_some());
        let decided =
            self.decision.with(|decision| decision.as_ref().is_some_and(|decision| decision.version == version));
        let expected = self.expected.with(|expected| !expected.is_empty());
        self.document
            .with(|document| read(Facts { document, simulated, chosen, expected, decided, recorded, recorded_before }))
    }

    /// What a draft keeps of a page's form, and the version on which that was based.
    pub(crate) fn draft<T: serde::de::DeserializeOwned>(self, page: &str) -> Option<(T, u64)> {
        self.drafts.with_value(|drafts| {
            let draft = drafts.get(page)?;
            Some((serde_json::from_str(&draft.input).ok()?, draft.base_version))
        })
    }

    /// The pages that keep something as it was typed.
    pub(crate) fn kept(self) -> Vec<&'static str> {
        let title = |page: &String| Some(crate::steps::find(page)?.1.title);
        self.drafts.with_value(|drafts| drafts.keys().filter_map(title).collect())
    }

    /// The form of a step: what a draft keeps of it, or what the document says.
    pub(crate) fn form<F: StepForm>(self) -> (F, Option<u64>) {
        match self.draft(F::PAGE) {
            Some((form, base_version)) => (form, Some(base_version)),
            None => (self.document.with_untracked(F::of), None),
        }
    }

    /// Takes over what an editor has changed, and saves it.
    pub(crate) fn change(self, document: Document) {
        if self.document.with_untracked(|before| *before == document) {
            // A field was put right by putting it back: what was kept as typed is obsolete.
            if matches!(self.state.get_untracked(), SaveState::Kept(_)) {
                self.save_soon();
            }
            return;
        }
        let before = self.document.get_untracked();
        self.past.update(|past| {
            past.push(before);
            let surplus = past.len().saturating_sub(DEEPEST_UNDO);
            past.drain(..surplus);
        });
        self.future.update(Vec::clear);
        self.travelled.update(String::clear);
        self.document.set(document);
        self.save_soon();
        self.preview_soon();
    }

    /// Settles a conflict: their document stands, and one's own can be had back by undo.
    pub(crate) fn take_theirs(self, version: u64, theirs: Document) {
        let mine = self.document.get_untracked();
        self.past.update(|past| past.push(mine));
        self.version.set(version);
        self.replace(theirs);
        self.forget();
        self.discard_mine();
        self.state.set(SaveState::Saved);
    }

    /// Settles a conflict: one's own document becomes the version after theirs, which stays in the history.
    pub(crate) fn keep_mine(self, version: u64) {
        self.version.set(version);
        self.discard_mine();
        self.save_soon();
    }

    fn replace(self, document: Document) {
        self.document.set(document);
        self.replaced.update(|count| *count += 1);
        self.preview_soon();
    }

    /// Takes over what the server alone changes.
    pub(crate) fn refresh(self) {
        leptos::task::spawn_local(async move {
            // No step: its results are shown by the worker, so the server need not draw them.
            if let Ok(view) = crate::api::pipeline::get_pipeline(self.id, String::new()).await {
                self.records.set(view.records);
                self.certified.set(view.certified);
                // What was typed and met another decision is shown with it, by the server.
                if view.drafts.contains_key("decide") {
                    let _ = window().location().reload();
                }
                self.decision.set(view.decision);
                self.expected.set(view.expected);
                self.show(&self.step.get_value());
            }
        });
    }
}
