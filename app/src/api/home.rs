//! The ways to make a pipeline.

use leptos::prelude::*;

use super::wire::Wire;
#[cfg(feature = "ssr")]
use super::workspaces::{make_and_open, owner_named};
#[cfg(feature = "ssr")]
use crate::context::visitor::somebody;
use crate::error::AppError;
#[cfg(feature = "ssr")]
use server_fn::codec::{MultipartData, MultipartFormData};

/// Makes an empty pipeline and goes to its first step.
#[server(endpoint = "home/create", output = Wire)]
pub async fn create_pipeline(name: String, team: Option<String>) -> Result<(), AppError> {
    let name = if name.trim().is_empty() { "New pipeline" } else { name.trim() };
    let document = model::Document::new(name).checked().map_err(|problems| AppError::invalid(problems.to_string()))?;
    let (visitor, _) = somebody().await?;
    let owner = owner_named(team.as_deref(), &visitor)?;
    make_and_open(document, "frame", &visitor, owner).await
}

/// Makes a pipeline of what somebody brings (a file or text: JSON of a pipeline or of a record, a table of steps as CSV)
/// and opens it. What cannot be read is refused with its place, and nothing is made.
#[cfg(feature = "ssr")]
#[server(endpoint = "home/import", input = MultipartFormData, output = Wire)]
pub async fn import_pipeline(data: MultipartData) -> Result<(), AppError> {
    let unreadable = |_| AppError::invalid("The file could not be read. Choose it again.".to_owned());
    let mut parts = data.into_inner().ok_or_else(|| AppError::invalid("Nothing was sent.".to_owned()))?;
    let (mut name, mut text, mut from_file) = ("Imported pipeline".to_owned(), String::new(), false);
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        let file = part.file_name().map(str::to_owned);
        let content = part.text().await.map_err(unreadable)?;
        if content.trim().is_empty() {
            continue;
        }
        if let Some(stem) = file.as_deref().and_then(|file| file.rsplit_once('.')).map(|(stem, _)| stem) {
            stem.clone_into(&mut name);
        }
        (text, from_file) = (content, file.is_some());
    }
    let document = report::import::import(&text, &name).map_err(|problems| {
        // What was pasted comes back in the address of the page, which has its limits; a file is still where it was.
        let typed = if text.len() > super::LONGEST_IN_ADDRESS || from_file { "" } else { &text };
        AppError::invalid(format!("It was not imported, and nothing was changed. {problems}"))
            .with_typed(&[("text", typed)])
    })?;
    let (visitor, person) = somebody().await?;
    make_and_open(document, "map", &visitor, ports::Owner::Person(person.id)).await
}

/// Copies an example into this workspace and opens it.
#[server(endpoint = "home/try-example", output = Wire)]
pub async fn try_example(slug: String) -> Result<(), AppError> {
    let document = crate::context::store().get_example(&slug).await?;
    let (visitor, person) = somebody().await?;
    make_and_open(document, "map", &visitor, ports::Owner::Person(person.id)).await
}
