//! The history of a pipeline: names of versions, the way back to one, and the choice between what somebody could not save
//! and what others have saved.

#![cfg(feature = "ssr")]

use leptos::prelude::*;
use model::{
    Document,
    difference::{Choices, MergeError, Side, conflicts, merge},
};
use ports::{Name, NotReadable, SaveOutcome, SavedPipeline, UnixMillis, access::CanEdit};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{save_after, to_its_end, wire::Wire};
use crate::{
    context::{done, store, visitor::may},
    error::AppError,
    steps,
};

/// Names a version that was `seen` with another name or none; nothing typed takes its name away.
#[server(endpoint = "history/name", output = Wire)]
pub async fn name_version(
    id: Uuid,
    version: u64,
    #[server(default)] seen: String,
    name: String,
) -> Result<(), AppError> {
    let edit: CanEdit = may(id).await?;
    let kept = |error: AppError| error.with_typed(&[("version", &version.to_string()), ("name", &name)]);
    let refused = |wrong: NotReadable| kept(AppError::invalid(wrong.to_string()));
    let named: Option<Name> = if name.trim().is_empty() { None } else { Some(name.parse().map_err(refused)?) };
    let seen = if seen.is_empty() { None } else { Some(seen.parse().map_err(refused)?) };
    let store = store();
    let said = match &named {
        Some(named) => format!("Version {version} is called {named} now."),
        None => format!("Version {version} has no name any more."),
    };
    to_its_end(async move { store.name_milestone(&edit, version, seen, named).await }).await.map_err(kept)?;
    done(said);
    Ok(())
}

/// Makes the document of an earlier version the latest again, if nothing was saved since the page was shown.
#[server(endpoint = "history/restore", output = Wire)]
pub async fn restore_version(id: Uuid, version: u64, latest: u64) -> Result<(), AppError> {
    let edit: CanEdit = may(id).await?;
    let store = store();
    match to_its_end(async move { store.restore(&edit, version, latest).await }).await? {
        SaveOutcome::Saved { .. } => {
            done(format!("Version {version} is the latest again."));
            leptos_axum::redirect(&format!("/pipelines/{id}/history"));
            Ok(())
        }
        SaveOutcome::Conflict(latest) => Err(AppError::overtaken(format!(
            "Version {} was saved in the meantime. Nothing was changed; look at it first.",
            latest.version
        ))),
    }
}

/// Whose value was chosen for a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The path of the place.
    pub path: String,
    /// `mine` or `theirs`; anything else: not chosen yet.
    #[serde(default)]
    pub side: String,
}

/// Settles what somebody could not save: `how` is `merged`, `mine` or `theirs`. Nothing is done where `theirs` is not the
/// latest version any more, or where something else than what was `kept` then is kept by now: that has to be seen first.
#[server(endpoint = "conflict/resolve", output = Wire)]
pub async fn resolve_conflict(
    id: Uuid,
    draft: String,
    theirs: u64,
    #[server(default)] kept: i64,
    how: String,
    step: String,
    #[server(default)] choices: Vec<Choice>,
) -> Result<(), AppError> {
    let edit: CanEdit = may(id).await?;
    settle(edit, &draft, (theirs, UnixMillis(kept)), &how, &choices).await.map_err(|mut error| {
        error.typed = choices.into_iter().map(|choice| (choice.path, choice.side)).collect();
        error.typed.push((STEP.to_owned(), step.clone()));
        error
    })?;
    let step = steps::find(&step).map_or(steps::STEPS[0].slug, |(_, step)| step.slug);
    leptos_axum::redirect(&format!("/pipelines/{id}/{step}"));
    Ok(())
}

/// The field that holds where somebody came from. It is the path of nothing in a document.
pub(crate) const STEP: &str = "step";

async fn settle(
    edit: CanEdit,
    draft: &str,
    (theirs, kept): (u64, UnixMillis),
    how: &str,
    choices: &[Choice],
) -> Result<(), AppError> {
    let page = page_named(draft)?;
    let Some(Unsettled { base, mine, kept_at, latest }) = unsettled(&edit, page).await? else {
        // Nothing is kept, which is what giving it up asks for.
        return if how == "theirs" {
            Ok(())
        } else {
            Err(AppError::invalid("It has been settled already. Nothing was changed.".to_owned()))
        };
    };
    let overtaken = || {
        AppError::overtaken(
            "Another version was saved in the meantime, and nothing has been overwritten. Choose between yours and that one."
                .to_owned(),
        )
    };
    if latest.version != theirs {
        return Err(overtaken());
    }
    if kept_at != kept {
        return Err(AppError::overtaken(
            "Something else of yours is kept by now, perhaps from another window. Nothing was changed; look at it first."
                .to_owned(),
        ));
    }
    let document = match how {
        "theirs" => {
            let store = store();
            return to_its_end(async move { store.drop_draft(&edit, page, Some(kept)).await }).await;
        }
        "mine" => mine,
        "merged" => merged(&base.document, &mine, &latest.document, choices)?,
        _ => return Err(AppError::invalid("Choose what is to be saved.".to_owned())),
    };
    if save_after(edit, theirs, document, page).await? { Ok(()) } else { Err(overtaken()) }
}

fn merged(base: &Document, mine: &Document, theirs: &Document, choices: &[Choice]) -> Result<Document, AppError> {
    let side = |side: &str| match side {
        "mine" => Some(Side::Mine),
        "theirs" => Some(Side::Theirs),
        _ => None,
    };
    let chosen: Choices =
        choices.iter().filter_map(|choice| Some((choice.path.clone(), side(&choice.side)?))).collect();
    let document = merge(base, mine, theirs, &chosen).map_err(|error| match error {
        MergeError::Undecided(paths) => {
            let clashes = conflicts(base, mine, theirs).clashes.into_iter();
            let open: Vec<String> =
                clashes.filter(|clash| paths.contains(&clash.path)).map(|clash| clash.label).collect();
            AppError::invalid(format!("Choose whose stands: {}. Nothing was changed.", open.join("; ")))
        }
        MergeError::Unfit(problems) => unfit(&problems),
    })?;
    let wrong = decide::threshold::problems(&document);
    if wrong.is_empty() { Ok(document) } else { Err(unfit(&model::Problems(wrong))) }
}

fn unfit(problems: &model::Problems) -> AppError {
    let said: Vec<String> = problems.0.iter().map(ToString::to_string).collect();
    AppError::invalid(format!(
        "What you chose does not fit together: {}. Choose otherwise, or keep one of the two as it is. Nothing was changed.",
        said.join("; ")
    ))
}

/// What somebody could not save, and what stands against it.
pub(crate) struct Unsettled {
    /// The version on which it was based.
    pub(crate) base: SavedPipeline,
    /// The document that they wanted to save.
    pub(crate) mine: Document,
    /// When that was kept.
    pub(crate) kept_at: UnixMillis,
    /// The version that somebody else has saved meanwhile.
    pub(crate) latest: SavedPipeline,
}

/// What somebody could not save, kept under the name of a page; nothing where it cannot be read as a document.
pub(crate) async fn unsettled(edit: &CanEdit, page: &str) -> Result<Option<Unsettled>, AppError> {
    let store = store();
    let Some(draft) = store.get_draft(edit, page).await? else { return Ok(None) };
    let base = store.get_revision(edit, draft.base_version).await?;
    let Some(mine) = steps::drafted(page, &draft.input, &base.document) else { return Ok(None) };
    Ok(Some(Unsettled { base, mine, kept_at: draft.kept_at, latest: store.get_pipeline(edit).await? }))
}

/// The page of that name whose input is kept.
pub(crate) fn page_named(name: &str) -> Result<&'static str, AppError> {
    steps::kept_pages().find(|known| *known == name).ok_or_else(|| AppError::not_found("page"))
}
