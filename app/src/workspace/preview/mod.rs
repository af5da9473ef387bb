//! Simulating in the browser: the same engine as on the server, in a worker beside the page.
//!
//! The first figures come after two replications, the fewest that have an interval; they are refined until the
//! comparison is over. A change ends what is under way for the document before it. The worker sends what is to be shown,
//! ready to be put into the page, so that the page itself needs neither the engine nor the rules nor the charts.

#[cfg(feature = "hydrate")]
mod beside;
pub(super) mod experiments;
pub(super) mod what_if;

use super::Workspace;

impl Workspace {
    /// Simulates the document, which has just changed; an experiment on the one before is not worth its time any more.
    #[cfg(feature = "hydrate")]
    pub(crate) fn preview_soon(self) {
        use leptos::prelude::*;

        // What was said of an earlier change is not true of this one.
        self.what_if.update(|standing| standing.ended.clear());
        self.end_experiment("Stopped, because the pipeline was changed.");
        self.preview();
    }

    /// Simulates the document as it stands, unless it is changed in the meantime.
    #[cfg(feature = "hydrate")]
    fn preview(self) {
        use leptos::prelude::*;

        self.document.with_untracked(|document| self.sketch(document));

        let (json, digest) = self.document.with_untracked(|document| (document.to_json(), document.digest()));
        if self.document.with_untracked(|document| document.steps.is_empty()) {
            return self.stop_preview();
        }
        self.previewing.set(Some(0.0));
        self.beside.set_value(digest.clone());
        let begun = beside::simulate(&json, &self.place(), move |told: beside::Told| {
            // Whoever has left this page has taken its signals along.
            if self.document.try_with_untracked(model::Document::digest).as_ref() != Some(&digest) {
                return;
            }
            if let Some(shown) = told.shown {
                self.shown.set(Some(shown));
            }
            self.previewing.set((!told.over).then_some(told.share));
        });
        if !begun {
            self.previewing.set(None);
        }
    }

    /// Has the results shown at the step that is open now, if they are not there yet.
    #[cfg(feature = "hydrate")]
    pub(crate) fn show(self, step: &str) {
        use leptos::prelude::*;

        self.step.set_value(step.to_owned());
        if self.sketch.with_untracked(|sketch| sketch.step != step) {
            self.document.with_untracked(|document| self.sketch(document));
        }
        let digest = self.document.with_untracked(model::Document::digest);
        if self
            .shown
            .with_untracked(|shown| shown.as_ref().is_some_and(|shown| shown.digest == digest && shown.step == step))
        {
            return;
        }
        if self.beside.with_value(|known| *known == digest) {
            beside::show(&self.place());
        } else {
            self.preview();
        }
    }

    /// Has the page show what it shows of a document alone: of the one that is being typed, which need not be saved yet.
    #[cfg(feature = "hydrate")]
    pub(crate) fn sketch(self, document: &model::Document) {
        beside::sketch(&document.to_json(), &self.place(), self.sketch);
    }

    /// Starts the worker, which will soon be asked for something.
    #[cfg(feature = "hydrate")]
    pub(crate) fn warm_up(self) {
        beside::warm_up();
    }

    /// Where results are shown, as the worker reads it.
    #[cfg(feature = "hydrate")]
    fn place(self) -> String {
        use leptos::prelude::*;

        let place = report::page::Place {
            step: self.step.get_value(),
            pipeline: self.address(),
            version: self.version.get_untracked(),
            today: self.today.get_value(),
            decided: self.decided_on_this(),
        };
        serde_json::to_string(&place).unwrap_or_default()
    }

    /// What the team has said about the verdict on the version as it stands.
    #[cfg(feature = "hydrate")]
    fn decided_on_this(self) -> Option<report::record::Decided> {
        use leptos::prelude::*;

        let version = self.version.get_untracked();
        let decision = self.decision.get_untracked().filter(|decision| decision.version == version);
        decision.map(|decision| decision.decided)
    }

    /// Ends the simulation under way; what it has shown so far stays.
    #[cfg(feature = "hydrate")]
    pub(crate) fn stop_preview(self) {
        use leptos::prelude::*;

        beside::stop();
        self.beside.set_value(String::new());
        self.previewing.set(None);
    }

    /// Nobody looks at this pipeline any more.
    #[cfg(feature = "hydrate")]
    pub(crate) fn leave(self) {
        beside::stop();
        beside::end_experiment();
    }

    /// On the server nothing is previewed: it simulates when it is asked to keep the result.
    #[cfg(not(feature = "hydrate"))]
    pub(crate) fn preview_soon(self) {}

    /// On the server a page is made with the results of its step.
    #[cfg(not(feature = "hydrate"))]
    pub(crate) fn show(self, _: &str) {}

    /// On the server a page is made with the sketch of what is saved.
    #[cfg(not(feature = "hydrate"))]
    pub(crate) fn sketch(self, _: &model::Document) {}

    /// On the server there is nothing to start.
    #[cfg(not(feature = "hydrate"))]
    pub(crate) fn warm_up(self) {}

    /// On the server there is nothing to leave.
    #[cfg(not(feature = "hydrate"))]
    pub(crate) fn leave(self) {}

    /// On the server there is nothing to stop.
    #[cfg(not(feature = "hydrate"))]
    pub(crate) fn stop_preview(self) {}
}
