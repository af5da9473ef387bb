//! Percentiles that somebody measured, for the steps of a pipeline.

#![cfg(feature = "ssr")]

use leptos::prelude::*;
use server_fn::codec::{MultipartData, MultipartFormData};
use uuid::Uuid;

use super::wire::Wire;
use crate::{
    error::AppError,
    steps::budget::measured::{Kept, PAGE},
};

/// Takes over a table of percentiles (a file or text), and where they were measured, and goes back to the Budget step.
/// What cannot be read changes nothing; it is kept with what is wrong, and shown again.
#[server(endpoint = "budget/measured", input = MultipartFormData, output = Wire)]
pub async fn bring_measured(data: MultipartData) -> Result<(), AppError> {
    let unreadable = |_| AppError::invalid("The file could not be read. Choose it again.".to_owned());
    let mut parts = data.into_inner().ok_or_else(|| AppError::invalid("Nothing was sent.".to_owned()))?;
    let (mut id, mut version, mut brought) = (None, None, Kept::default());
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        let name = part.name().map(str::to_owned).unwrap_or_default();
        let content = part.text().await.map_err(unreadable)?;
        match name.as_str() {
            "id" => id = Uuid::try_parse(&content).ok(),
            "version" => version = content.parse::<u64>().ok(),
            "place" => brought.place = content,
            // Of a file and a text the one that says something counts.
            _ if content.trim().is_empty() => {}
            _ => brought.text = content,
        }
    }
    let id = id.ok_or_else(|| AppError::not_found("pipeline"))?;
    let edit: ports::access::CanEdit = crate::context::visitor::may(id).await?;
    let store = crate::context::store();
    let latest = store.get_pipeline(&edit).await?;
    leptos_axum::redirect(&format!("/pipelines/{id}/budget#measured"));
    if brought.text.trim().is_empty() && brought.place.trim().is_empty() {
        return super::to_its_end(async move { store.drop_draft(&edit, PAGE, None).await }).await;
    }
    let read = report::import::measured(&brought.text, &brought.place, &latest.document);
    let problems: Vec<String> = match read {
        Ok(document) => {
            if version == Some(latest.version) && super::save_after(edit, latest.version, document, PAGE).await? {
                return Ok(());
            }
            vec![
                "Another version was saved meanwhile: look at it, and take them over again if they still count."
                    .to_owned(),
            ]
        }
        Err(problems) => problems.0.iter().map(ToString::to_string).collect(),
    };
    let kept = serde_json::to_string(&Kept { problems, ..brought }).map_err(|error| crate::context::failed(&error))?;
    super::to_its_end(async move { store.keep_draft(&edit, PAGE, latest.version, &kept).await }).await
}

#[cfg(test)]
mod tests {
    use leptos::server_fn::ServerFn;

    use super::*;

    #[test]
    fn the_form_is_sent_to_where_it_is_read() {
        assert_eq!(BringMeasured::url(), crate::steps::budget::measured::ADDRESS);
    }
}
