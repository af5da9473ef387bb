//! Map: every step the data really touches, and which needs which.

mod dependencies;
mod editor;
mod ends;
mod intents;
mod kinds;
mod sheet;
mod step_table;

pub use sheet::Sheet;

pub(crate) use editor::OlderDraft;

use ::decide::lacks_reason;
use leptos::prelude::*;

use super::{Facts, GuidedStep, Status};

pub(super) static STEP: GuidedStep = GuidedStep {
    slug: "map",
    title: "Map",
    question: "Every step the data really touches, not the happy path: which needs which, and why?",
    why: "The path that is forgotten is the one that fails: retries, auth calls, database writes, third parties and logs take time and break too.",
    changes: "Steps and their times make the latency of each topology. A strict dependency is kept in all of them; a loose one is today's order, and parallel drops it.",
    example: "Authorise payment, then Capture payment: strict, because a capture needs the authorisation's number. Capture, then Notify: loose, because the mail could go out later.",
    status,
    page: super::apart::apart!(map, view! { <editor::MapPage /> }),
};

fn status(facts: &Facts<'_>) -> Status {
    match facts.document.steps.len() {
        0 => Status::NotStarted,
        1 => Status::InProgress("a second step".into()),
        _ if facts.document.dependencies.is_empty() => Status::InProgress("which step needs which".into()),
        _ => match facts.document.dependencies.iter().filter(|dependency| lacks_reason(dependency)).count() {
            0 => Status::Completed,
            1 => Status::InProgress("a reason for one dependency".into()),
            many => Status::InProgress(format!("reasons for {many} dependencies").into()),
        },
    }
}
