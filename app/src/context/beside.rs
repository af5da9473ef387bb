//! What stands beside a pipeline: pages about it that are no step.

use axum::http::request::Parts;
use leptos::prelude::use_context;
use uuid::Uuid;

/// What the server knows of the pipeline whose page is asked for, by somebody who may talk about it. It puts this into the
/// request; nobody else gets a link, so that a page that is not there says the same of every pipeline.
#[derive(Clone, Copy, Debug)]
pub struct BesidePipeline {
    /// Which pipeline.
    pub id: Uuid,
    /// How many comments on it are open.
    pub open_comments: u32,
}

/// The pages beside the pipeline that the address is about: what they are called, and where they are.
pub(super) fn about_pipeline() -> Vec<(String, String)> {
    let request = use_context::<Parts>();
    let Some(beside) = request.and_then(|request| request.extensions.get::<BesidePipeline>().copied()) else {
        return Vec::new();
    };
    let BesidePipeline { id, open_comments } = beside;
    let open = if open_comments == 0 { String::new() } else { format!(" ({open_comments} open)") };
    vec![(format!("Discussion{open}"), format!("/pipelines/{id}/discussion"))]
}
