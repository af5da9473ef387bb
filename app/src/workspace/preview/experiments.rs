//! Experiments on the document as it stands: one at a time, in a worker of its own.
//!
//! An edit ends the one under way, because it would answer for a document that nobody sees any more. What others have
//! found stays, and the page says of which document it is.

use engine::experiment::Question;
use leptos::prelude::*;

use crate::{api::runs::ExperimentView, workspace::Workspace};

/// Where each experiment stands, in the order of [`Question::ALL`].
pub(crate) type Experiments = [RwSignal<Standing>; Question::ALL.len()];

/// Where an experiment stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Standing {
    /// The share that is done and what is being compared, while it is under way.
    pub(crate) under_way: Option<(f64, String)>,
    /// What it has found: the digest of the document, and HTML.
    pub(crate) found: Option<(String, String)>,
    /// Why it ended without a result.
    pub(crate) ended: String,
}

impl Standing {
    /// What the server has found.
    pub(super) fn of(view: &ExperimentView) -> Self {
        match &view.found {
            Ok(html) => Standing { found: Some((view.digest.clone(), html.clone())), ..Standing::default() },
            Err(error) => Standing { ended: error.to_string(), ..Standing::default() },
        }
    }

    /// The share that is done, as an attribute.
    pub(crate) fn share(&self) -> String {
        self.under_way.as_ref().map_or_else(String::new, |(share, _)| share.to_string())
    }

    /// How far it is, and what is being compared.
    pub(crate) fn doing(&self) -> String {
        let told = self.under_way.as_ref().map(|(share, doing)| format!("{:.0} %: {doing}", (share * 100.0).floor()));
        told.unwrap_or_default()
    }

    /// What it has found.
    pub(crate) fn html(&self) -> String {
        self.found.as_ref().map_or_else(String::new, |(_, html)| html.clone())
    }
}

/// All experiments, with what the server has found in one of them.
pub(in crate::workspace) fn standing(view: Option<&ExperimentView>) -> Experiments {
    Question::ALL.map(|question| {
        let view = view.filter(|view| view.experiment == question.slug());
        RwSignal::new(view.map(Standing::of).unwrap_or_default())
    })
}

impl Workspace {
    /// Where an experiment stands, by its place in [`Question::ALL`].
    pub(crate) fn experiment(self, place: usize) -> RwSignal<Standing> {
        self.experiments[place]
    }

    /// Whether any experiment is under way.
    pub(crate) fn is_experimenting(self) -> bool {
        self.standings().any(|standing| standing.with(|standing| standing.under_way.is_some()))
    }

    /// All that takes turns in the worker for experiments.
    fn standings(self) -> impl Iterator<Item = RwSignal<Standing>> {
        self.experiments.into_iter().chain([self.what_if])
    }

    /// Runs an experiment here; `false` where only the server can.
    #[cfg(feature = "hydrate")]
    pub(crate) fn run_experiment(self, place: usize) -> bool {
        self.conduct(self.experiments[place], &[("experiment", Question::ALL[place].slug())])
    }

    /// Has a worker find what is asked of the document as it stands.
    #[cfg(feature = "hydrate")]
    pub(super) fn conduct(self, standing: RwSignal<Standing>, asked: &[(&str, &str)]) -> bool {
        use super::beside::{Heard, conduct};

        let (json, digest) = self.document.with_untracked(|document| (document.to_json(), document.digest()));
        let begun = conduct(&json, self.version.get_untracked(), asked, move |heard| {
            // Whoever has left this page has taken its signals along.
            standing.try_update(|standing| match heard {
                Heard::Share(share, doing) => standing.under_way = Some((share, doing)),
                Heard::Found(html) => {
                    *standing = Standing { found: Some((digest.clone(), html)), ..Standing::default() }
                }
                Heard::Failure(reason) => {
                    standing.under_way = None;
                    standing.ended = format!("It could not be run here. {reason}");
                }
            });
        });
        if begun {
            standing.update(|standing| {
                standing.under_way = Some((0.0, String::new()));
                standing.ended.clear();
            });
        }
        begun
    }

    /// On the server an experiment runs when the page's address asks for it.
    #[cfg(not(feature = "hydrate"))]
    pub(crate) fn run_experiment(self, _: usize) -> bool {
        false
    }

    /// Ends the experiment under way, if any, and says why; what it had found before stays.
    pub(crate) fn end_experiment(self, because: &str) {
        #[cfg(feature = "hydrate")]
        super::beside::end_experiment();
        for standing in self.standings() {
            if standing.with_untracked(|standing| standing.under_way.is_some()) {
                standing.update(|standing| {
                    standing.under_way = None;
                    standing.ended = because.to_owned();
                });
            }
        }
    }
}
