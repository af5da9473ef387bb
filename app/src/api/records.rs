//! Issuing decision records, and what becomes of them.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[cfg(feature = "ssr")]
use ports::access::{CanEdit, CanRead};

use super::wire::Wire;
#[cfg(feature = "ssr")]
use crate::context::{store, visitor::may};
use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::standing::{reference, signed, standing, unanswered};
#[cfg(feature = "ssr")]
use report::record::{Decided, Format, Issue, RecordInput, Reference, Status, render};

/// The issued records of a pipeline.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RecordsView {
    /// The version of the pipeline at which this was written; 0: nothing is written yet.
    pub version: u64,
    /// The digests of the documents for which records are issued.
    pub digests: Vec<String>,
    /// The list, as HTML.
    pub list: String,
    /// Who has signed this version off and who has not, as HTML; empty where nobody was asked.
    pub sign_off: String,
    /// The field in which the record is chosen in whose place a new one comes, as HTML; empty where there is none.
    pub places: String,
}

/// Issues a record for a version, in the place of an older one if one is named. The server's own run is its evidence.
#[server(endpoint = "records/issue", output = Wire)]
pub async fn issue_record(id: Uuid, version: u64, supersedes: Option<String>) -> Result<(), AppError> {
    let edit: CanEdit = may(id).await?;
    let older = match supersedes.as_deref().unwrap_or_default() {
        "" => None,
        named => Some(may_be_superseded(&edit, named).await?),
    };
    let (revision, mut run) = super::runs::certified_run(*edit, version).await?;
    let document = revision.document;
    if run.bought.is_empty() {
        // The server may have been too busy when it kept the run.
        run.bought = super::runs::purchases(&document, run.report.clone()).await?;
    }
    let verdict = run.verdict(&document);
    let today = crate::context::today();
    let (decision, expected_failure) = super::decisions::latest(&edit).await?;
    let decided = match decision.filter(|decision| decision.version == version) {
        Some(decision) => decision.decided,
        None => Decided { expected_failure, ..Decided::default() },
    };
    let (asked, all) = (store().list_deciders(&edit).await?, store().list_sign_offs(&edit).await?);
    let (sign_offs, unanswered) = (signed(&all, version), unanswered(&asked, &all, version));
    let links: Vec<Reference> = older.iter().map(|older| reference(&older.summary)).collect();
    let named = older.as_ref().map(|older| older.summary.id.0.to_string());
    let supersedes = older.map(|older| older.seen());
    let write = move |number: Option<u32>| {
        let input = RecordInput {
            document: &document,
            report: &run.report,
            verdict: &verdict,
            version: Some(version),
            date: &today,
            status: Status::Proposed,
        };
        let issue =
            Issue { number, supersedes: &links, sign_offs: &sign_offs, unanswered: &unanswered, ..decided.of(input) };
        let text = number.map(|_| ports::RecordText {
            markdown: render(Format::Madr, &issue),
            evidence: render(Format::Json, &issue),
        });
        (issue.title(), text.unwrap_or_default())
    };
    let title = write(None).0;
    let record = ports::NewRecord::new(version, title, move |number| write(Some(number)).1);
    let record = ports::NewRecord { supersedes, ..record };
    // The simulation waited for its turn: whoever may not change the pipeline any more issues nothing.
    let edit: CanEdit = may(id).await?;
    let store = store();
    let known = store.list_records(&edit).await?;
    let issued = super::to_its_end(async move {
        match store.issue_record(&edit, record).await {
            Err(ports::StoreError::Overtaken(_)) => Ok(None),
            issued => issued.map(Some),
        }
    })
    .await?;
    match (issued, named) {
        (None, Some(named)) => {
            // Somebody was faster; as it stands now it may be refused with the reason.
            may_be_superseded(&edit, &named).await?;
            Err(AppError::invalid(
                "The older record was changed at the same moment. Nothing was issued; try again.".to_owned(),
            ))
        }
        (Some(issued), _) if known.iter().any(|record| record.id == issued.id) => Err(AppError::invalid(format!(
            "{:04} says exactly this already, so nothing was issued. Give that one another status first, or change something.",
            issued.number
        ))),
        _ => Ok(()),
    }
}

/// The record of a pipeline in whose place another may come.
#[cfg(feature = "ssr")]
async fn may_be_superseded(read: &CanRead, named: &str) -> Result<ports::IssuedRecord, AppError> {
    let missing = || AppError::from(ports::StoreError::NotFound("record"));
    let older = record_of(read, Uuid::try_parse(named).map_err(|_| missing())?).await?;
    let stands = standing(&older).map_err(|error| crate::context::failed(&error))?;
    if stands.may_be_superseded() {
        return Ok(older);
    }
    let name = reference(&older.summary).words();
    let why = match &stands.superseded_by {
        Some(newer) => format!("{name} is superseded by {} already", newer.words()),
        None => format!("{name} is {}, so there is nothing to take the place of", stands.words()),
    };
    Err(AppError::overtaken(format!("{why}. Nothing was issued; choose again what the new record takes the place of.")))
}

#[cfg(feature = "ssr")]
async fn record_of(read: &CanRead, record: Uuid) -> Result<ports::IssuedRecord, AppError> {
    Ok(store().get_record(read, ports::RecordId(record)).await?)
}

/// Gives an issued record another status, where it had so many (`seen`) when it was looked at. What may not be is said by the
/// page, which keeps what was typed.
#[server(endpoint = "records/status", output = Wire)]
pub async fn change_status(id: Uuid, record: Uuid, seen: u32, status: String, because: String) -> Result<(), AppError> {
    let edit: CanEdit = may(id).await?;
    let latest = store().get_pipeline(&edit).await?.version;
    let issued = record_of(&edit, record).await?;
    let stands = standing(&issued).map_err(|error| crate::context::failed(&error))?;
    let typed = super::register::TypedStatus { record, status, because };
    let next = typed.next(issued.summary.number, &stands);
    let kept = serde_json::to_string(&typed).map_err(|error| crate::context::failed(&error))?;
    let (store, page) = (store(), super::register::PAGE);
    super::to_its_end(async move {
        let changed = match next {
            Ok(next) => {
                store
                    .change_status(
                        &edit,
                        ports::SeenRecord { changes: seen, ..issued.seen() },
                        next.label(),
                        typed.because.trim(),
                    )
                    .await
            }
            Err(_) => Err(ports::StoreError::Overtaken("record")),
        };
        match changed {
            Ok(()) => store.drop_draft(&edit, page, None).await,
            // What has changed meanwhile is seen when the page is shown, and may fit or not.
            Err(ports::StoreError::Overtaken(_)) => store.keep_draft(&edit, page, latest, &kept).await,
            Err(error) => Err(error),
        }
    })
    .await
}
