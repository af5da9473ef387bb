//! What a team says about results: its decision, and what it expects.

use leptos::prelude::*;
use report::record::Decided;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[cfg(feature = "ssr")]
use ports::access::{CanEdit, CanRead};

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
}

/// Notes that the verdict on a version is accepted, or overruled and why. What is missing is said by the page, which
/// keeps what was typed.
#[server(endpoint = "decide/note", output = Wire)]
pub async fn note_decision(id: Uuid, version: u64, form: DecisionForm) -> Result<(), AppError> {
    let edit: CanEdit = may(id).await?;
    let (store, page) = (crate::context::store(), "decide");
    let noted = match form.decided() {
        Ok(decided) => Ok(in_json(&decided)?),
        Err(_) => Err(in_json(&form)?),
    };
    super::to_its_end(async move {
        match noted {
            Ok(body) => {
                store.note(&edit, ports::NoteKind::Decision, version, &body).await?;
                store.drop_draft(&edit, page).await
            }
            Err(input) => store.keep_draft(&edit, page, version, &input).await,
        }
    })
    .await
}

/// Notes which failure a team expects, before it looks at an outage.
#[server(endpoint = "prototype/expect", output = Wire)]
pub async fn note_expectation(id: Uuid, version: u64, expected: String) -> Result<(), AppError> {
    let edit: CanEdit = may(id).await?;
    let store = crate::context::store();
    super::to_its_end(async move { store.note(&edit, ports::NoteKind::Expectation, version, expected.trim()).await })
        .await
}

#[cfg(feature = "ssr")]
fn in_json(value: &impl Serialize) -> Result<String, AppError> {
    serde_json::to_string(value).map_err(|error| crate::context::failed(&error))
}

/// The latest decision, with what the team expected to fail.
#[cfg(feature = "ssr")]
pub(super) async fn latest(read: &CanRead) -> Result<(Option<DecisionView>, String), AppError> {
    let store = crate::context::store();
    let expected = store.get_note(read, ports::NoteKind::Expectation).await?.map(|note| note.body).unwrap_or_default();
    let Some(note) = store.get_note(read, ports::NoteKind::Decision).await? else { return Ok((None, expected)) };
    let decided: Decided = serde_json::from_str(&note.body).map_err(|error| crate::context::failed(&error))?;
    let decided = Decided { expected_failure: expected.clone(), ..decided };
    Ok((Some(DecisionView { version: note.version, decided }), expected))
}
