//! What people say about a pipeline, and whether those who are asked approve.

use leptos::prelude::*;
use uuid::Uuid;

#[cfg(feature = "ssr")]
use ports::{
    Because, CommentId, CommentOn, NewComment, PersonId, Position, Said, StoreError, Subject,
    access::{CanComment, CanEdit, MayBeAsked, to_ask, to_sign_off},
};

#[cfg(feature = "ssr")]
use super::to_its_end;
use super::wire::Wire;
#[cfg(feature = "ssr")]
use crate::context::{done, store, visitor::may};
use crate::error::AppError;

/// Says something of a version: about `about`, or in answer to a comment. It tells those who are ticked (`tell[<number>]`),
/// and those whom the text calls by `@` and their name or address. What was sent twice with the same `token` is said once.
#[server(endpoint = "discussion/comment", output = Wire)]
pub async fn comment(
    id: Uuid,
    version: u64,
    #[server(default)] about: String,
    #[server(default)] answers: Option<Uuid>,
    #[server(default)] token: Option<Uuid>,
    body: String,
    #[server(default)] tell: Vec<Uuid>,
) -> Result<(), AppError> {
    let may: CanComment = may(id).await?;
    // What was typed comes back in the address of the page, which has its limits.
    let typed = if body.len() > super::LONGEST_IN_ADDRESS { "" } else { &body };
    let answered = answers.map(|first| first.to_string()).unwrap_or_default();
    let kept = |error: AppError| error.with_typed(&[("body", typed), ("about", &about), ("answers", &answered)]);
    let wrong = |wrong: ports::NotReadable| kept(AppError::invalid(format!("{wrong} Nothing was said.")));
    let said: Said = body.parse().map_err(wrong)?;
    let to = match answers {
        Some(first) => CommentOn::Comment(CommentId(first)),
        None => CommentOn::Subject(known(&may, about.parse().map_err(wrong)?).await.map_err(kept)?),
    };
    let store = store();
    let colleagues = store.list_colleagues(&may).await?;
    let (called, unknown) = (said.calls(&colleagues), said.calls_nobody(&colleagues));
    let told: std::collections::BTreeSet<PersonId> = tell.into_iter().map(PersonId).chain(called).collect();
    let mut mentions: Vec<MayBeAsked> = Vec::new();
    for person in told {
        mentions.push(to_ask(store.as_ref(), &may, person).await.map_err(|refused| kept(refused.into()))?);
    }
    let new = NewComment { id: CommentId(token.unwrap_or_else(Uuid::now_v7)), to, version, said, mentions };
    let made = to_its_end(async move { store.comment(&may, new).await }).await.map_err(kept)?;
    if unknown.is_empty() {
        leptos_axum::redirect(&format!("/pipelines/{id}/discussion#comment-{}", made.0));
    } else {
        // The top of the page says so, which the comment itself would scroll away.
        done(format!("It is said, but {} tells nobody: no teammate is called so.", unknown.join(", ")));
        leptos_axum::redirect(&format!("/pipelines/{id}/discussion"));
    }
    Ok(())
}

/// A subject that there is in the latest version.
#[cfg(feature = "ssr")]
async fn known(may: &CanComment, subject: Subject) -> Result<Subject, AppError> {
    let there = match &subject {
        Subject::Pipeline | Subject::Record => true,
        Subject::Step(id) => store().get_pipeline(may).await?.document.step_index(id).is_some(),
        Subject::Finding(rule) => decide::RULES.iter().any(|known| known.id == rule),
    };
    if there { Ok(subject) } else { Err(StoreError::NotFound(subject.kind()).into()) }
}

/// Settles a comment with its answers, or takes that back.
#[server(endpoint = "discussion/resolve", output = Wire)]
pub async fn resolve(id: Uuid, comment: Uuid, resolved: bool) -> Result<(), AppError> {
    let may: CanComment = may(id).await?;
    let store = store();
    to_its_end(async move { store.resolve(&may, CommentId(comment), resolved).await }).await?;
    done(if resolved { "The comment is resolved." } else { "The comment is open again." });
    leptos_axum::redirect(&format!("/pipelines/{id}/discussion"));
    Ok(())
}

/// Asks somebody to sign off.
#[server(endpoint = "discussion/name-decider", output = Wire)]
pub async fn name_decider(id: Uuid, person: Uuid) -> Result<(), AppError> {
    let edit: CanEdit = may(id).await?;
    let store = store();
    let asked = to_ask(store.as_ref(), &edit, PersonId(person)).await?;
    to_its_end(async move { store.name_decider(&edit, &asked).await }).await?;
    done("They are asked to sign off, as their home page tells them.");
    Ok(())
}

/// Asks somebody no more.
#[server(endpoint = "discussion/release-decider", output = Wire)]
pub async fn release_decider(id: Uuid, person: Uuid) -> Result<(), AppError> {
    let edit: CanEdit = may(id).await?;
    let store = store();
    to_its_end(async move { store.release_decider(&edit, PersonId(person)).await }).await?;
    done("They are asked no more.");
    Ok(())
}

/// Answers, about a version, whether one approves.
#[server(endpoint = "discussion/sign-off", output = Wire)]
pub async fn sign_off(
    id: Uuid,
    version: u64,
    #[server(default)] position: String,
    #[server(default)] because: String,
) -> Result<(), AppError> {
    let may: CanComment = may(id).await?;
    let signs = to_sign_off(store().as_ref(), &may).await?;
    let answered = position.clone();
    let wrong = |message: &str| {
        AppError::invalid(format!("{message} Nothing was signed off."))
            .with_typed(&[("position", &answered), ("because", &because)])
    };
    let position = Position::from_word(&position).ok_or_else(|| wrong("Choose whether you approve or object."))?;
    let why: Because = because.parse().map_err(|error: ports::NotReadable| wrong(&error.to_string()))?;
    if position == Position::Objects && why.as_str().is_empty() {
        return Err(wrong("Say why you object."));
    }
    let store = store();
    to_its_end(async move { store.sign_off(&signs, version, position, &why).await }).await?;
    done(format!("Your answer about version {version} is kept."));
    Ok(())
}
