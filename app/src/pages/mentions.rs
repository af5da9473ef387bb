//! Where somebody was mentioned, as the home page and the pages of teams say it.

use leptos::prelude::*;
use ports::{
    Comment, Owner, TeamId,
    access::{CanComment, Refused, to_pipeline},
};
use uuid::Uuid;

use crate::{
    context::{store, visitor::visitor},
    error::AppError,
    standing::moment,
};

/// So many are shown.
const SHOWN: usize = 20;

/// An open comment that mentions the visitor.
pub(super) struct Mention {
    pipeline: (Uuid, String),
    comment: Comment,
}

/// The open comments that mention the visitor, in pipelines that they may still see; of one team, or of all.
pub(super) async fn mentions(team: Option<TeamId>) -> Result<Vec<Mention>, AppError> {
    let (visitor, store) = (visitor()?, store());
    let Ok(myself) = visitor.myself() else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for pipeline in store.mentioned_in(&myself).await? {
        if found.len() >= SHOWN {
            break;
        }
        let may: CanComment = match to_pipeline(store.as_ref(), &visitor, pipeline).await {
            Ok(may) => may,
            // They were in its team once.
            Err(Refused::Missing(_)) => continue,
            Err(refused) => return Err(refused.into()),
        };
        let owner = store.standing(pipeline, may.by()).await?.map(|standing| standing.owner);
        if team.is_some_and(|team| owner != Some(Owner::Team(team))) {
            continue;
        }
        let name = store.get_pipeline(&may).await?.document.name;
        let comments = store.mentions(&may).await?.into_iter();
        found.extend(comments.map(|comment| Mention { pipeline: (pipeline.0, name.clone()), comment }));
    }
    found.truncate(SHOWN);
    Ok(found)
}

/// The list; nothing where nobody mentions the visitor.
pub(super) fn mentions_view(mentions: &[Mention]) -> Option<impl IntoView + use<>> {
    let rows = mentions.iter().map(|Mention { pipeline: (id, name), comment }| {
        view! {
            <li>
                <a href=format!("/pipelines/{id}/discussion#comment-{}", comment.id.0) rel="external">
                    <bdi>{comment.by.to_string()}</bdi>" on "<bdi>{name.clone()}</bdi>
                </a>
                <small>{moment(comment.at)}" UTC"</small>
            </li>
        }
    });
    let rows = rows.collect_view();
    (!mentions.is_empty()).then(|| {
        view! {
            <section aria-labelledby="mentioned">
                <h2 id="mentioned">"You were mentioned"</h2>
                <ul class="rows plain">{rows}</ul>
            </section>
        }
    })
}
