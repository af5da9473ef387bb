//! The document with one input changed, compared with the document as it stands, in the worker for experiments.

use super::experiments::Standing;
use crate::{api::runs::ExperimentView, workspace::Workspace};

/// Its name among experiments.
pub(crate) const WHAT_IF: &str = "what-if";

/// A change that is asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The path of the input; empty: nothing is asked.
    pub(crate) input: String,
    /// Its other value, as typed.
    pub(crate) value: String,
}

/// What the server was asked, and what it has found.
pub(in crate::workspace) fn standing(view: Option<&ExperimentView>) -> (Asked, Standing) {
    match view.filter(|view| view.experiment == WHAT_IF) {
        Some(view) => (Asked { input: view.input.clone(), value: view.value.clone() }, Standing::of(view)),
        None => Default::default(),
    }
}

impl Workspace {
    /// Compares here; `false` where only the server can. The result of an earlier change makes room at once, so that
    /// what is kept is what is seen.
    #[cfg(feature = "hydrate")]
    pub(crate) fn run_what_if(self, asked: Asked, after: &model::Document, label: &str) -> bool {
        use leptos::prelude::*;

        self.what_if.set(Standing::default());
        self.asked.set(asked);
        self.conduct(self.what_if, &[("experiment", WHAT_IF), ("after", &after.to_json()), ("label", label)])
    }

    /// On the server it is compared when the page's address asks for it.
    #[cfg(not(feature = "hydrate"))]
    pub(crate) fn run_what_if(self, _: Asked, _: &model::Document, _: &str) -> bool {
        false
    }
}
