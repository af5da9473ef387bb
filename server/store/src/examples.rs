//! The examples that come with the program.

use std::sync::Arc;

use model::Document;
use ports::PipelineId;
use sqlx::{SqliteExecutor, SqlitePool};
use uuid::{Uuid, fmt::Hyphenated};

use crate::{
    connections::Connections,
    error::Error,
    pipelines,
    save::{Stored, insert_pipeline, save_in},
};

pub(crate) async fn list(executor: impl SqliteExecutor<'_>) -> Result<Vec<(String, String)>, Error> {
    Ok(sqlx::query_as("SELECT example, name FROM pipelines WHERE example IS NOT NULL").fetch_all(executor).await?)
}

async fn find(executor: impl SqliteExecutor<'_>, slug: &str) -> Result<Option<PipelineId>, Error> {
    let id: Option<Hyphenated> =
        sqlx::query_scalar("SELECT id FROM pipelines WHERE example = ?").bind(slug).fetch_optional(executor).await?;
    Ok(id.map(|id| PipelineId(id.into_uuid())))
}

pub(crate) async fn get(reader: &SqlitePool, slug: &str) -> Result<Document, Error> {
    let id = find(reader, slug).await?.ok_or(Error::Missing("example"))?;
    Ok(pipelines::latest(reader, id).await?.document)
}

pub(crate) async fn keep(connections: Arc<Connections>, slug: String, document: Document) -> Result<(), Error> {
    let stored = Stored::of(&document);
    let mut transaction = connections.begin().await?;
    let now = connections.now();
    match find(&mut *transaction, &slug).await? {
        None => {
            let id = PipelineId(Uuid::now_v7());
            insert_pipeline(&mut transaction, id, &stored, Some(&slug), None, now).await?;
        }
        Some(id) => {
            let latest = pipelines::latest(&mut *transaction, id).await?;
            save_in(&mut transaction, id, latest.version, &stored, None, now).await?;
        }
    }
    transaction.commit().await?;
    Ok(())
}
