//! Simulating in the browser: the same engine as on the server, in a worker beside the page.
//!
//! The first figures come after two replications, the fewest that have an interval; they are refined until the
//! comparison is over. A change ends what is under way for the document before it.

#[cfg(feature = "hydrate")]
mod beside;

use super::Workspace;

impl Workspace {
    /// Simulates the document as it stands, unless it is changed in the meantime.
    #[cfg(feature = "hydrate")]
    pub(crate) fn preview_soon(self) {
        use leptos::prelude::*;

        let (json, digest) = self.document.with_untracked(|document| (document.to_json(), document.digest()));
        if self.document.with_untracked(|document| document.steps.is_empty()) {
            return self.stop_preview();
        }
        self.previewing.set(Some(0.0));
        let begun = beside::simulate(&json, move |told: beside::Told| {
            // Whoever has left this page has taken its signals along.
            if self.document.try_with_untracked(model::Document::digest).as_ref() != Some(&digest) {
                return;
            }
            if let Some(report) = told.report {
                self.preview.set(Some(report));
            }
            self.previewing.set((!told.over).then_some(told.share));
        });
        if !begun {
            self.previewing.set(None);
        }
    }

    /// Ends the simulation under way; what it has shown so far stays.
    #[cfg(feature = "hydrate")]
    pub(crate) fn stop_preview(self) {
        use leptos::prelude::*;

        beside::stop();
        self.previewing.set(None);
    }

    /// Nobody looks at this pipeline any more.
    #[cfg(feature = "hydrate")]
    pub(crate) fn leave(self) {
        beside::stop();
    }

    /// On the server nothing is previewed: it simulates when it is asked to keep the result.
    #[cfg(not(feature = "hydrate"))]
    pub(crate) fn preview_soon(self) {}

    /// On the server there is nothing to leave.
    #[cfg(not(feature = "hydrate"))]
    pub(crate) fn leave(self) {}

    /// On the server there is nothing to stop.
    #[cfg(not(feature = "hydrate"))]
    pub(crate) fn stop_preview(self) {}
}
