//! Pipelines in a list, as the home page and the pages of teams show them.

use leptos::prelude::*;

use crate::api::workspaces::PipelineItem;

/// The list; pipelines that are archived stand apart.
pub(super) fn listed(pipelines: Vec<PipelineItem>) -> impl IntoView {
    let (away, here): (Vec<_>, Vec<_>) = pipelines.into_iter().partition(|pipeline| pipeline.archived);
    let rows = |pipelines: Vec<PipelineItem>| {
        let rows = pipelines.into_iter().map(|pipeline| {
            let steps = if pipeline.steps == 1 { "1 step".to_owned() } else { format!("{} steps", pipeline.steps) };
            view! {
                <li>
                    <a href=format!("/pipelines/{}/frame", pipeline.id)><bdi>{pipeline.name}</bdi></a>
                    <small>{steps}", version "{pipeline.version}</small>
                </li>
            }
        });
        view! { <ul class="rows plain">{rows.collect_view()}</ul> }
    };
    let away = (!away.is_empty()).then(|| {
        let summary = format!("Archived ({})", away.len());
        view! { <details><summary>{summary}</summary>{rows(away)}</details> }
    });
    (rows(here), away)
}
