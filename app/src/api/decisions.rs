//! What a team says about results: its decision, and what it expects.

use leptos::prelude::*;
use report::record::Decided;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[cfg(feature = "ssr")]
use ports::{
    NoteKind, StoreError,
    access::{CanEdit, CanRead},
};

use super::wire::Wire;
#[cfg(feature = "ssr")]
use crate::context::visitor::may;
use crate::{error::AppError, steps::decide::DecisionForm};

/// What a team has decided, and of which version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionView {
    /// The version that was decided on.
    pub version: u64,
    /// What was decided.
    pub decided: Decided,
    /// Which decision it is: another one names it as the last that was seen.
    pub place: u64,
}

/// Notes that the verdict on a version is accepted, or overruled and why, by somebody who saw this decision as the latest, or
/// none (0). What is missing, or that somebody else has decided since, is said by the page, which keeps what was typed.
#[server(endpoint = "decide/note", output = Wire)]
pub async fn note_decision(
    id: Uuid,
    version: u64,
    #[server(default)] seen: u64,
    form: DecisionForm,
) -> Result<(), AppError> {
    let edit: CanEdit = may(id).await?;
    let (store, page) = (crate::context::store(), crate::steps::decide::PAGE);
    let (decided, input) = (form.decided().ok(), in_json(&form)?);
    let body = decided.map(|decided| in_json(&decided)).transpose()?;
    super::to_its_end(async move {
        let noted = match body {
            Some(body) => store.note(&edit, NoteKind::Decision, version, last(seen), &body).await,
            None => Err(StoreError::Overtaken("decision")),
        };
        match noted {
            Ok(()) => store.drop_draft(&edit, page, None).await,
            Err(StoreError::Overtaken(_)) => store.keep_draft(&edit, page, version, &input).await,
            Err(error) => Err(error),
        }
    })
    .await
}

/// Notes which failure a team expects, before it looks at an outage; `seen` is what it expected until now.
#[server(endpoint = "prototype/expect", output = Wire)]
pub async fn note_expectation(
    id: Uuid,
    version: u64,
    #[server(default)] seen: String,
    expected: String,
) -> Result<(), AppError> {
    let edit: CanEdit = may(id).await?;
    let (store, kind) = (crate::context::store(), NoteKind::Expectation);
    let latest = store.get_note(&edit, kind).await?;
    let (place, said) = latest.map_or_else(Default::default, |note| (note.place, note.body));
    let overtaken = |said: &str| {
        AppError::overtaken(format!(
            "Somebody else has noted meanwhile: “{said}”. You wrote “{expected}”, which is not noted."
        ))
    };
    if said != seen {
        return Err(overtaken(&said));
    }
    let noted = expected.trim().to_owned();
    let noting = async move {
        match store.note(&edit, kind, version, last(place), &noted).await {
            Err(StoreError::Overtaken(_)) => Ok(false),
            noted => noted.map(|()| true),
        }
    };
    if super::to_its_end(noting).await? { Ok(()) } else { Err(overtaken("something else")) }
}

/// The last note that somebody saw; 0 is none.
#[cfg(feature = "ssr")]
fn last(seen: u64) -> Option<u64> {
    (seen > 0).then_some(seen)
}

#[cfg(feature = "ssr")]
fn in_json(value: &impl Serialize) -> Result<String, AppError> {
    serde_json::to_string(value).map_err(|error| crate::context::failed(&error))
}

/// The latest decision, with what the team expected to fail.
#[cfg(feature = "ssr")]
pub(super) async fn latest(read: &CanRead) -> Result<(Option<DecisionView>, String), AppError> {
    let store = crate::context::store();
    let expected = store.get_note(read, NoteKind::Expectation).await?.map(|note| note.body).unwrap_or_default();
    let Some(note) = store.get_note(read, NoteKind::Decision).await? else { return Ok((None, expected)) };
    let decided: Decided = serde_json::from_str(&note.body).map_err(|error| crate::context::failed(&error))?;
    let decided = Decided { expected_failure: expected.clone(), ..decided };
    Ok((Some(DecisionView { version: note.version, decided, place: note.place }), expected))
}
