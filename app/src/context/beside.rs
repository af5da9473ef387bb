//! What stands beside a pipeline: pages about it that are no step.

use leptos::prelude::{expect_context, provide_context, use_context};
use ports::access::Rights;
use uuid::Uuid;

use super::{AppContext, store, visitor::rights};
use crate::error::AppError;

/// The pipeline that a page is about, once it is known that the visitor may see it. Nobody else gets a link, so that a page
/// that is not there says the same of every pipeline.
#[derive(Clone, Copy, Debug)]
struct Beside {
    pipeline: Uuid,
    /// Whether something is kept that the visitor could not save, because others had saved meanwhile.
    unsaved: bool,
    /// How many comments on it are open, where the visitor may take part.
    open_comments: Option<u32>,
    /// Whether the visitor may see it only.
    read_only: bool,
    /// Whether the visitor may share it by links, and the instance has any.
    shares: bool,
}

/// Has the page say what stands beside a pipeline, for whoever may see it, and says what they may do with it.
pub(crate) async fn say(pipeline: Uuid) -> Result<Rights, AppError> {
    let rights = rights(pipeline).await?;
    let store = store();
    let unsaved = store.get_draft(&rights.read, crate::steps::CONFLICT).await?.is_some();
    let open_comments = match &rights.comment {
        Some(right) => Some(store.count_open_comments(right).await?),
        None => None,
    };
    let read_only = rights.edit.is_none();
    let shares = rights.manage.is_some() && expect_context::<AppContext>().instance.links;
    provide_context(Beside { pipeline, unsaved, open_comments, read_only, shares });
    Ok(rights)
}

/// The pages beside the pipeline that this page is about: the words of their links, and their addresses.
pub(super) fn pages() -> impl Iterator<Item = (String, String)> {
    let beside = use_context::<Beside>();
    let of = |Beside { pipeline, unsaved, open_comments, shares, .. }| {
        let address = move |page: &str| format!("/pipelines/{pipeline}/{page}");
        let discussion = open_comments.map(|open| match open {
            0 => "Discussion".to_owned(),
            open => format!("Discussion ({open} open)"),
        });
        [
            unsaved.then(|| ("Not saved yet".to_owned(), address("conflict"))),
            Some(("History".to_owned(), address("history"))),
            discussion.map(|words| (words, address("discussion"))),
            shares.then(|| ("Share".to_owned(), address("share"))),
            Some(("Move or copy".to_owned(), address("place"))),
        ]
    };
    beside.map(of).into_iter().flatten().flatten()
}

/// Why the visitor may not change the pipeline that this page is about, where they may only see it.
pub(super) fn why_read_only() -> Option<&'static str> {
    let beside = use_context::<Beside>().filter(|beside| beside.read_only)?;
    Some(match beside.open_comments {
        Some(_) => "You may see this and comment, not change it.",
        None => "You may see this. Sign in to go on with it.",
    })
}
