//! Going from step to step: the next one is shown when its part of the module is there; until then the one before stays.

use leptos::prelude::*;

use super::find;
use crate::workspace::{SaveState, Workspace};

/// Which step is shown, and which one is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opening {
    /// The slug in the address.
    wanted: Memo<String>,
    /// The slug of the step on the screen.
    pub(crate) shown: RwSignal<String>,
    /// Whether the wanted step could not be loaded.
    stuck: RwSignal<bool>,
}

impl Opening {
    /// The step of the address is there already: the page was made with it.
    pub(crate) fn new(wanted: Memo<String>) -> Self {
        let opening = Self { wanted, shown: RwSignal::new(wanted.get_untracked()), stuck: RwSignal::new(false) };
        Effect::new(move |_| {
            wanted.track();
            opening.go();
        });
        opening
    }

    /// Whether a step is on its way.
    pub(crate) fn busy(self) -> bool {
        !self.stuck.get() && self.wanted.get() != self.shown.get()
    }

    /// Shows the wanted step as soon as it is there.
    #[cfg(feature = "hydrate")]
    fn go(self) {
        self.stuck.set(false);
        let slug = self.wanted.get_untracked();
        if slug == self.shown.get_untracked() {
            return;
        }
        leptos::task::spawn_local(async move {
            let there = match find(&slug) {
                Some((_, step)) => (step.page.load)().await,
                None => true,
            };
            // In the meantime one may have wanted another step, or have left.
            if self.wanted.try_get_untracked().as_ref() != Some(&slug) {
                return;
            }
            if there {
                self.shown.set(slug);
            } else {
                self.stuck.set(true);
            }
        });
    }

    /// On the server every step is there.
    #[cfg(not(feature = "hydrate"))]
    fn go(self) {}
}

/// Says that the wanted step could not be loaded, and what to do about it; there only while that is so.
#[component]
pub(crate) fn Stuck(opening: Opening) -> impl IntoView {
    let workspace = Workspace::current();
    // Loading the whole page loses what is on this screen alone.
    let safe = move || matches!(workspace.state.get(), SaveState::Saved | SaveState::Kept(_));
    move || {
        let (_, step) = find(&opening.wanted.get()).filter(|_| opening.stuck.get())?;
        Some(view! {
            <div class="notice" role="alert">
                <p>
                    <strong>{format!("{} could not be loaded. ", step.title)}</strong>
                    "The server cannot be reached, or it was updated in the meantime. What you typed stays on this page and is saved as soon as it can be."
                </p>
                <p class="actions">
                    <button type="button" on:click=move |_| opening.go()>"Try again"</button>
                    {move || safe().then(|| view! {
                        <a class="button" rel="external" href=format!("{}/{}", workspace.address(), step.slug)>"Load the page anew"</a>
                    })}
                </p>
            </div>
        })
    }
}

/// Loads what the step of the page's address needs. Whether it is there.
#[cfg(feature = "hydrate")]
pub(crate) async fn load_first() -> bool {
    let path = window().location().pathname().unwrap_or_default();
    match path.split('/').nth(3).and_then(find) {
        Some((_, step)) => (step.page.load)().await,
        None => true,
    }
}
