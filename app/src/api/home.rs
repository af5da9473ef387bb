//! The list of pipelines, and the ways to make one.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::wire::Wire;
use crate::error::AppError;
#[cfg(feature = "ssr")]
use server_fn::codec::{MultipartData, MultipartFormData};

/// What the home page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HomeView {
    /// The examples, in the order in which they teach.
    pub examples: Vec<ExampleItem>,
    /// This workspace's own pipelines, the one saved last first.
    pub pipelines: Vec<PipelineItem>,
}

/// An example in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExampleItem {
    /// Its name in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What it shows.
    pub shows: String,
}

/// A pipeline in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PipelineItem {
    /// Which pipeline.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// How many steps it has.
    pub steps: u32,
    /// Its latest version.
    pub version: u64,
}

/// The examples and this workspace's pipelines.
#[server(endpoint = "home/list", output = Wire)]
pub async fn list_home() -> Result<HomeView, AppError> {
    let pipelines = crate::context::store().list_pipelines().await?;
    let stored = |slug: &str| {
        pipelines.iter().find(|pipeline| matches!(&pipeline.origin, ports::Origin::Example(name) if name == slug))
    };
    let examples = model::EXAMPLES.iter().filter_map(|example| {
        Some(ExampleItem {
            slug: example.slug.to_owned(),
            name: stored(example.slug)?.name.clone(),
            shows: example.shows.to_owned(),
        })
    });
    Ok(HomeView {
        examples: examples.collect(),
        pipelines: pipelines
            .iter()
            .filter(|pipeline| pipeline.origin == ports::Origin::Made)
            .map(|pipeline| PipelineItem {
                id: pipeline.id.0,
                name: pipeline.name.clone(),
                steps: pipeline.steps,
                version: pipeline.version,
            })
            .collect(),
    })
}

/// Makes an empty pipeline and goes to its first step.
#[server(endpoint = "home/create", output = Wire)]
pub async fn create_pipeline(name: String) -> Result<(), AppError> {
    let name = if name.trim().is_empty() { "New pipeline" } else { name.trim() };
    let document = model::Document::new(name).checked().map_err(|problems| AppError::Invalid(problems.to_string()))?;
    make_and_open(document, "frame").await
}

/// Makes a pipeline of what somebody brings (a file or text: JSON of a pipeline or of a record, a table of steps as CSV)
/// and opens it. What cannot be read is refused with its place, and nothing is made.
#[cfg(feature = "ssr")]
#[server(endpoint = "home/import", input = MultipartFormData, output = Wire)]
pub async fn import_pipeline(data: MultipartData) -> Result<(), AppError> {
    let unreadable = |_| AppError::Invalid("The file could not be read. Choose it again.".to_owned());
    let mut parts = data.into_inner().ok_or_else(|| AppError::Invalid("Nothing was sent.".to_owned()))?;
    let (mut name, mut text) = ("Imported pipeline".to_owned(), String::new());
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        let file = part.file_name().map(str::to_owned);
        let content = part.text().await.map_err(unreadable)?;
        if content.trim().is_empty() {
            continue;
        }
        if let Some(stem) = file.as_deref().and_then(|file| file.rsplit_once('.')).map(|(stem, _)| stem) {
            stem.clone_into(&mut name);
        }
        text = content;
    }
    let mut document = report::import::import(&text, &name)
        .map_err(|problems| AppError::Invalid(format!("It was not imported, and nothing was changed. {problems}")))?;
    let pipelines = crate::context::store().list_pipelines().await?;
    document.name = free_name(&document.name, &pipelines);
    make_and_open(document, "map").await
}

/// Copies an example into this workspace and opens it.
#[server(endpoint = "home/try-example", output = Wire)]
pub async fn try_example(slug: String) -> Result<(), AppError> {
    let store = crate::context::store();
    let wanted = ports::Origin::Example(slug);
    let pipelines = store.list_pipelines().await?;
    let Some(example) = pipelines.iter().find(|pipeline| pipeline.origin == wanted) else {
        return Err(AppError::from(ports::StoreError::NotFound("example")));
    };
    let mut document = store.get_pipeline(example.id).await?.document;
    document.name = free_name(&document.name, &pipelines);
    make_and_open(document, "map").await
}

/// The name, or the name with a number where one's own pipelines have it already.
#[cfg(feature = "ssr")]
fn free_name(name: &str, pipelines: &[ports::PipelineSummary]) -> String {
    let taken = |wanted: &str| pipelines.iter().any(|own| own.origin == ports::Origin::Made && own.name == wanted);
    let numbered = (2..).map(|number| format!("{name} {number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(|wanted| !taken(wanted)).unwrap_or_default()
}

#[cfg(feature = "ssr")]
async fn make_and_open(document: model::Document, step: &str) -> Result<(), AppError> {
    let store = crate::context::store();
    let saved = super::to_its_end(async move { store.create_pipeline(&document, ports::Origin::Made).await }).await?;
    leptos_axum::redirect(&format!("/pipelines/{}/{step}", saved.id.0));
    Ok(())
}
