//! Downloads of what a share link shows, where its maker lets people take it along.

use app::context::{AppContext, Unlocked};
use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use ports::{
    Secret, Shared,
    access::{Refused, by_link},
};
use report::{page::chart_file, record::document_file_name};

use super::{
    charts,
    exports::{file, refused},
    request_id::RequestId,
};

/// The document that a link shows.
pub(super) async fn document(
    State(app): State<AppContext>,
    request_id: RequestId,
    Extension(unlocked): Extension<Unlocked>,
    Path(secret): Path<String>,
) -> Response {
    match taken(&app, &secret, &unlocked).await {
        Ok(Shared { saved, .. }) => {
            file(&document_file_name(&saved.document), "application/json", saved.document.to_pretty_json())
        }
        Err(refusal) => refused(&refusal, &request_id),
    }
}

/// A chart that a link shows as `<name>.svg`, or the table beneath it as `<name>.csv`.
pub(super) async fn chart(
    State(app): State<AppContext>,
    request_id: RequestId,
    Extension(unlocked): Extension<Unlocked>,
    Path((secret, chart)): Path<(String, String)>,
) -> Response {
    let Shared { saved, run } = match taken(&app, &secret, &unlocked).await {
        Ok(shared) => shared,
        Err(refusal) => return refused(&refusal, &request_id),
    };
    let found = chart.split_once('.').and_then(|(name, extension)| {
        Some((chart_file(&saved.document, &run?.report, saved.version, name)?, extension.to_owned()))
    });
    match found {
        Some((chart, extension)) => charts::as_file(chart, &extension),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn taken(app: &AppContext, secret: &str, Unlocked(unlocked): &Unlocked) -> Result<Shared, Refused> {
    let secret = Secret::parse(secret).ok_or(Refused::Missing("link"))?;
    let (store, now) = (app.store.as_ref(), app.clock.now());
    let take = by_link(store, app.instance.links, &secret, unlocked.as_ref(), now).await?.open()?.takes()?;
    Ok(store.get_shared(&take).await?)
}
