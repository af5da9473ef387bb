//! Issuing decision records.

use leptos::prelude::*;
use uuid::Uuid;

use super::wire::Wire;
use crate::error::AppError;

/// Issues a record for a version. The server's own run is its evidence.
#[server(endpoint = "records/issue", output = Wire)]
pub async fn issue_record(id: Uuid, version: u64) -> Result<(), AppError> {
    let id = super::open(id).await?.id;
    let (revision, run) = super::runs::certified_run(id, version).await?;
    let document = &revision.document;
    let verdict = decide::verdict(document, &run);
    let today = crate::context::today();
    let record = ports::NewRecord {
        pipeline: id,
        version,
        title: report::record::title(document, &verdict),
        markdown: report::record::madr(&report::record::RecordInput {
            document,
            report: &run,
            verdict: &verdict,
            version: Some(version),
            date: &today,
            status: report::record::Status::Proposed,
        }),
    };
    let store = crate::context::store();
    super::to_its_end(async move { store.issue_record(record).await }).await?;
    Ok(())
}
