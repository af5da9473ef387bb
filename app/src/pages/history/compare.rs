//! Two versions side by side: what the document says, and what comes of it.

use leptos::prelude::*;
use leptos_meta::Title;
use model::difference::differences;
use ports::{SavedPipeline, access::CanRead};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    super::{address::named, instead::instead},
    table,
};
use crate::{
    api::what_if::compared,
    components::SiteHeader,
    context::{query, store, visitor::may},
    error::AppError,
    standing::moment,
};

/// Two versions of a pipeline side by side.
#[component]
pub(crate) fn ComparePage() -> impl IntoView {
    let id = named("pipeline");
    Suspend::new(async move {
        match compare(id).await {
            Ok(shown) => compare_view(&shown).into_any(),
            Err(error) => instead(error),
        }
    })
}

#[derive(Deserialize)]
struct Asked {
    from: u64,
    to: u64,
}

struct Shown {
    id: Uuid,
    before: SavedPipeline,
    after: SavedPipeline,
    /// The figures of both, met by the same requests with the same luck, as HTML; nothing where both are the same.
    results: Option<Result<String, AppError>>,
}

async fn compare(id: Result<Uuid, AppError>) -> Result<Shown, AppError> {
    let id = id?;
    let read: CanRead = may(id).await?;
    let Asked { from, to } =
        query().ok_or_else(|| AppError::invalid("Choose two versions to compare, on the page of the history."))?;
    let store = store();
    let before = store.get_revision(&read, from.min(to)).await?;
    let after = store.get_revision(&read, from.max(to)).await?;
    let results = if before.document == after.document {
        None
    } else {
        let label = format!("From version {} to version {}", before.version, after.version);
        Some(compared(before.document.clone(), after.document.clone(), label, before.version).await)
    };
    crate::context::beside::say(id).await?;
    Ok(Shown { id, before, after, results })
}

fn compare_view(shown: &Shown) -> impl IntoView + use<> {
    let Shown { id, before, after, results } = shown;
    let [older, newer] = [before, after].map(|version| format!("Version {}", version.version));
    let title = format!("Versions {} and {}", before.version, after.version);
    let changes = differences(&before.document, &after.document);
    let said = if changes.is_empty() {
        view! { <p>"Both say the same."</p> }.into_any()
    } else {
        table("What the versions say", older, newer, &changes).into_any()
    };
    let results = results.as_ref().map(|results| {
        let found = match results {
            Ok(html) => view! { <div class="compared" inner_html=html.clone()></div> }.into_any(),
            Err(error) => view! { <p class="notice">{error.message.clone()}</p> }.into_any(),
        };
        view! {
            <section aria-labelledby="results-heading">
                <h2 id="results-heading">"What comes of it"</h2>
                {found}
            </section>
        }
    });
    view! {
        <Title text=format!("{title}: {}", after.document.name) />
        <SiteHeader />
        <main class="page">
            <p><a href=format!("/pipelines/{id}/history") rel="external">"History of "<bdi>{after.document.name.clone()}</bdi></a></p>
            <h1>{title}</h1>
            <dl class="pair sides">{saved(before)}{saved(after)}</dl>
            <section aria-labelledby="model-heading">
                <h2 id="model-heading">"What they say"</h2>
                {said}
            </section>
            {results}
        </main>
    }
}

/// When a version was saved, and by whom.
fn saved(version: &SavedPipeline) -> impl IntoView + use<> {
    let by = version.saved_by.as_ref().map(|by| view! { " by "<bdi>{by.to_string()}</bdi> });
    view! {
        <div>
            <dt>{format!("Version {}", version.version)}</dt>
            <dd>{format!("{} UTC", moment(version.saved_at))}{by}</dd>
        </div>
    }
}
