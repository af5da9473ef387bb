//! Issuing decision records.

use leptos::prelude::*;
use uuid::Uuid;

use super::wire::Wire;
use crate::error::AppError;
#[cfg(feature = "ssr")]
use report::record::{Decided, Format, Issue, RecordInput, Status, render};

/// Issues a record for a version. The server's own run is its evidence.
#[server(endpoint = "records/issue", output = Wire)]
pub async fn issue_record(id: Uuid, version: u64) -> Result<(), AppError> {
    let id = super::open(id).await?.id;
    let (revision, run) = super::runs::certified_run(id, version).await?;
    let document = revision.document;
    let verdict = decide::verdict(&document, &run);
    let title = report::record::title(&document, &verdict);
    let today = crate::context::today();
    let (decision, expected_failure) = super::decisions::latest(id).await?;
    let decided = match decision.filter(|decision| decision.version == version) {
        Some(decision) => decision.decided,
        None => Decided { expected_failure, ..Decided::default() },
    };
    let record = ports::NewRecord::new(id, version, title, move |number| {
        let input = RecordInput {
            document: &document,
            report: &run,
            verdict: &verdict,
            version: Some(version),
            date: &today,
            status: Status::Proposed,
        };
        let issue = Issue { number: Some(number), ..decided.of(input) };
        ports::RecordText { markdown: render(Format::Madr, &issue), evidence: render(Format::Json, &issue) }
    });
    let store = crate::context::store();
    super::to_its_end(async move { store.issue_record(record).await }).await?;
    Ok(())
}
