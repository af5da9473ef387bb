//! What waits for somebody, as the home page and the pages of teams say it: what they are asked to sign off, and where they were
//! mentioned.

use leptos::prelude::*;
use ports::{
    Comment, PipelineId, TeamId, Waiting,
    access::{CanComment, Refused, Visitor, to_pipeline},
};

use crate::{
    context::{store, visitor::visitor},
    error::AppError,
    standing::moment,
};

/// So many of a kind are shown.
const SHOWN: usize = 20;

/// What waits for the visitor.
#[derive(Default)]
pub(super) struct Awaited {
    sign_offs: Vec<Waiting>,
    mentions: Vec<(Waiting, Comment)>,
}

/// What waits for the visitor in pipelines that they may still see; of one team, or of all.
pub(super) async fn awaited(team: Option<TeamId>) -> Result<Awaited, AppError> {
    let (visitor, store) = (visitor()?, store());
    let Ok(myself) = visitor.myself() else { return Ok(Awaited::default()) };
    let mut found = Awaited::default();
    for waiting in store.unsigned_by(&myself, team).await? {
        if found.sign_offs.len() >= SHOWN {
            break;
        }
        if seen(&visitor, waiting.pipeline).await?.is_some() {
            found.sign_offs.push(waiting);
        }
    }
    for waiting in store.mentioned_in(&myself, team).await? {
        if found.mentions.len() >= SHOWN {
            break;
        }
        let Some(may) = seen(&visitor, waiting.pipeline).await? else { continue };
        found.mentions.extend(store.mentions(&may).await?.into_iter().map(|comment| (waiting.clone(), comment)));
    }
    found.mentions.truncate(SHOWN);
    Ok(found)
}

/// That the visitor may still see a pipeline and say something about it.
async fn seen(visitor: &Visitor, pipeline: PipelineId) -> Result<Option<CanComment>, AppError> {
    match to_pipeline(store().as_ref(), visitor, pipeline).await {
        Ok(may) => Ok(Some(may)),
        // They were in its team once.
        Err(Refused::Missing(_)) => Ok(None),
        Err(refused) => Err(refused.into()),
    }
}

/// The lists; nothing where nothing waits.
pub(super) fn awaited_view(awaited: &Awaited) -> impl IntoView + use<> {
    let Awaited { sign_offs, mentions } = awaited;
    let asked = sign_offs.iter().map(|Waiting { pipeline: id, name, version }| {
        view! {
            <li>
                <a href=format!("/pipelines/{}/discussion#answer-heading", id.0) rel="external"><bdi>{name.clone()}</bdi></a>
                <small>{format!("version {version}")}</small>
            </li>
        }
    });
    let asked = asked.collect_view();
    let mentioned = mentions.iter().map(|(Waiting { pipeline: id, name, .. }, comment)| {
        view! {
            <li>
                <a href=format!("/pipelines/{}/discussion#comment-{}", id.0, comment.id.0) rel="external">
                    <bdi>{comment.by.to_string()}</bdi>" on "<bdi>{name.clone()}</bdi>
                </a>
                <small>{moment(comment.at)}" UTC"</small>
            </li>
        }
    });
    let mentioned = mentioned.collect_view();
    view! {
        {(!sign_offs.is_empty()).then(|| view! {
            <section aria-labelledby="unsigned">
                <h2 id="unsigned">"You are asked to sign off"</h2>
                <ul class="rows plain">{asked}</ul>
            </section>
        })}
        {(!mentions.is_empty()).then(|| view! {
            <section aria-labelledby="mentioned">
                <h2 id="mentioned">"You were mentioned"</h2>
                <ul class="rows plain">{mentioned}</ul>
            </section>
        })}
    }
}
