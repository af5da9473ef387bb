//! Runs kept for versions.

use std::sync::Arc;

use ports::{PipelineId, Run};
use sqlx::SqliteExecutor;

use crate::{
    connections::{Connections, stored_id, stored_version},
    error::Error,
};

pub(crate) async fn get(executor: impl SqliteExecutor<'_>, id: PipelineId, version: u64) -> Result<Option<Run>, Error> {
    // The report of another engine is another report: its figures would not match a new run, nor its fields.
    let kept: Option<(String, String)> =
        sqlx::query_as("SELECT report, bought FROM runs WHERE pipeline_id = ? AND version = ? AND engine = ?")
            .bind(stored_id(id))
            .bind(stored_version(version))
            .bind(engine::VERSION)
            .fetch_optional(executor)
            .await?;
    let unreadable = |error: serde_json::Error| Error::Unreadable { what: "report", source: error.into() };
    let read = |(report, bought): (String, String)| {
        Ok(Run { report: serde_json::from_str(&report)?, bought: serde_json::from_str(&bought)? })
    };
    kept.map(read).transpose().map_err(unreadable)
}

pub(crate) async fn keep(
    connections: Arc<Connections>,
    id: PipelineId,
    version: u64,
    Run { report, bought }: Run,
) -> Result<(), Error> {
    let bought = serde_json::to_string(&bought)
        .map_err(|error| Error::Unreadable { what: "purchases", source: error.into() })?;
    let mut transaction = connections.begin().await?;
    // Selects no row, and so inserts none, where there is no such version.
    let kept = sqlx::query(
        "INSERT INTO runs (pipeline_id, version, document_digest, seed, engine, report, bought, kept_at)
         SELECT pipeline_id, version, ?, ?, ?, ?, ?, ? FROM revisions WHERE pipeline_id = ? AND version = ?
         ON CONFLICT (pipeline_id, version) DO UPDATE
         SET document_digest = excluded.document_digest, seed = excluded.seed, engine = excluded.engine,
             report = excluded.report, bought = excluded.bought, kept_at = excluded.kept_at",
    )
    .bind(&report.document_digest)
    .bind(report.seed.to_string())
    .bind(&report.engine)
    .bind(report.to_json())
    .bind(bought)
    .bind(connections.now().0)
    .bind(stored_id(id))
    .bind(stored_version(version))
    .execute(&mut *transaction)
    .await?;
    if kept.rows_affected() == 0 {
        return Err(Error::Missing("version"));
    }
    transaction.commit().await?;
    Ok(())
}
