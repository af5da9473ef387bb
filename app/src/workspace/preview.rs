//! Simulating in the browser: the same engine as on the server, in slices, so that typing never stutters.

use super::Workspace;

#[cfg(feature = "hydrate")]
use leptos::prelude::*;

/// Events between two looks at what the person does: some milliseconds on a slow machine.
#[cfg(feature = "hydrate")]
const SLICE: u64 = 20_000;

impl Workspace {
    /// Simulates the document as it stands, unless it is changed in the meantime.
    #[cfg(feature = "hydrate")]
    pub(crate) fn preview_soon(self) {
        let document = self.document.get_untracked();
        let started_for = document.digest();
        let Ok(mut comparison) = engine::Comparison::new(document, engine::Settings::default()) else {
            self.previewing.set(None);
            return;
        };
        self.previewing.set(Some(0.0));
        leptos::task::spawn_local(async move {
            loop {
                let over = comparison.advance(SLICE);
                gloo_timers::future::TimeoutFuture::new(0).await;
                let current = self.document.try_with_untracked(model::Document::digest);
                if current.as_ref() != Some(&started_for) {
                    return;
                }
                if over {
                    break;
                }
                let (over, known) = comparison.progress();
                self.previewing.set(Some(over as f64 / known.max(1) as f64));
            }
            self.previewing.set(None);
            self.preview.set(Some(comparison.report()));
        });
    }

    /// On the server nothing is previewed: it simulates when it is asked to keep the result.
    #[cfg(not(feature = "hydrate"))]
    pub(crate) fn preview_soon(self) {}
}
