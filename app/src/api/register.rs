//! The register of a pipeline: its issued records with where they stand and whether they still fit, as a page shows them.

use engine::Report;
use leptos::server_fn::ServerFn;
use ports::{IssuedRecord, SavedPipeline, access::Rights};
use report::{
    page::{
        records::{Age, Forms, Issued, LONGEST_REASON, Typed, places, records},
        sign_off,
    },
    record::{Basis, Standing, Status, moved},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    forms::DiscardDraft,
    records::{ChangeStatus, RecordsView},
    runs::RunSimulation,
};
use crate::{
    context,
    error::AppError,
    standing::{day, first_status, reference, signed, standing, unanswered},
};

/// The page under which a change of a status is kept that was not made.
pub(super) const PAGE: &str = "record";

/// A change of a status, as typed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct TypedStatus {
    /// The id of the record.
    pub(super) record: Uuid,
    /// The new status.
    pub(super) status: String,
    /// Why.
    pub(super) because: String,
}

impl TypedStatus {
    /// The status that the record of this number is to have, or why it cannot.
    pub(super) fn next(&self, number: u32, standing: &Standing) -> Result<Status, String> {
        let next = standing.next();
        let wanted = Status::from_label(&self.status);
        if let Some(newer) = &standing.superseded_by {
            return Err(format!("{number:04} is superseded by {} already, and stays so.", newer.words()));
        }
        if self.because.chars().count() > LONGEST_REASON {
            return Err(format!("Say it in at most {LONGEST_REASON} characters."));
        }
        let is = standing.status.label();
        let choices: Vec<&str> = next.iter().map(|status| status.label()).collect();
        match wanted {
            None => Err(format!("Choose the new status of {number:04}.")),
            Some(status) if next.contains(&status) => Ok(status),
            Some(status) if status == standing.status => Err(format!("{number:04} is {is} already.")),
            Some(status) => Err(format!(
                "{number:04} is {is} now: it can become {}, but not {}.",
                choices.join(" or "),
                status.label()
            )),
        }
    }
}

/// The report of the latest version, and the decision that it leads to.
pub(super) struct Today<'a>(pub(super) &'a Report, pub(super) decide::Decision);

/// What a page knows of the records of a pipeline: at the Record step all that it shows, elsewhere only which documents
/// have one.
pub(super) async fn view(
    rights: &Rights,
    saved: &SavedPipeline,
    run: Option<&Today<'_>>,
    whole: bool,
) -> Result<RecordsView, AppError> {
    let (store, read) = (context::store(), &rights.read);
    let digests = store.list_recorded(read).await?;
    let mut view =
        RecordsView { digests: digests.iter().map(|(_, digest)| digest.clone()).collect(), ..RecordsView::default() };
    if !whole {
        return Ok(view);
    }
    let draft = store.get_draft(read, PAGE).await?;
    let typed: Option<TypedStatus> = draft.and_then(|draft| serde_json::from_str(&draft.input).ok());
    let today = saved.document.digest();
    let mut issued = Vec::new();
    for summary in store.list_records(read).await? {
        let record = store.get_record(read, summary.id).await?;
        let digest = digests.iter().find(|(version, _)| *version == record.summary.version);
        let same = digest.is_some_and(|(_, digest)| *digest == today);
        issued.push(entry(&record, same, run, typed.as_ref())?);
    }
    let forms = Forms {
        pipeline: &saved.id.0.to_string(),
        version: saved.version,
        change: rights.edit.map(|_| ChangeStatus::url()),
        simulate: RunSimulation::url(),
        discard: DiscardDraft::url(),
    };
    view.version = saved.version;
    view.list = records(&issued, &forms);
    view.places = places(&issued);
    if let Some(comment) = &rights.comment {
        let (asked, all) = (store.list_deciders(comment).await?, store.list_sign_offs(comment).await?);
        let (answers, unanswered) = (signed(&all, saved.version), unanswered(&asked, &all, saved.version));
        let discussion = format!("/pipelines/{}/discussion", saved.id.0);
        view.sign_off = sign_off(saved.version, &answers, &unanswered, &discussion);
    }
    Ok(view)
}

/// A record of the list. `same`: it is of the document that is the latest; `run`: what is known of that one.
fn entry(
    record: &IssuedRecord,
    same: bool,
    run: Option<&Today<'_>>,
    typed: Option<&TypedStatus>,
) -> Result<Issued, AppError> {
    let failed = |error| context::failed(&error);
    let standing = standing(record).map_err(failed)?;
    let basis = Basis::read(&record.text.evidence);
    let typed = typed.filter(|typed| typed.record == record.summary.id.0).map(|typed| Typed {
        status: typed.status.clone(),
        because: typed.because.clone(),
        problem: typed.next(record.summary.number, &standing).err().unwrap_or_else(|| {
            format!(
                "{:04} was changed at the same moment. Look at it, and send it again if you still want to.",
                record.summary.number
            )
        }),
    });
    Ok(Issued {
        id: record.summary.id.0.to_string(),
        reference: reference(&record.summary),
        date: day(record.summary.issued_at),
        version: record.summary.version,
        first: first_status(record).map_err(failed)?,
        standing,
        supersedes: record.supersedes.as_ref().map(reference),
        has_evidence: !record.text.evidence.is_empty(),
        age: age(basis.as_ref(), same, run),
        decided_by: basis.map(|basis| basis.decided_by).unwrap_or_default(),
        typed,
    })
}

/// Whether a record still fits, given what it rests on and what is known today.
fn age(then: Option<&Basis>, same: bool, now: Option<&Today<'_>>) -> Age {
    match (then, now) {
        (Some(then), Some(Today(report, decision))) => {
            moved((&then.report, then.decision()), (report, *decision)).map_or(Age::UpToDate, Age::Moved)
        }
        _ if same => Age::UpToDate,
        (Some(_), None) => Age::Unknown,
        // What it rests on cannot be read any more, so no figure can be told.
        (None, _) => Age::Moved("Out of date: the pipeline has changed since.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use report::record::Reference;

    use super::*;

    #[test]
    fn a_change_that_may_not_be_says_what_may() {
        let standing = |status| Standing { status, superseded_by: None, changes: Vec::new() };
        let typed =
            |status: &str| TypedStatus { record: Uuid::nil(), status: status.to_owned(), because: String::new() };
        let problem = |word: &str, stands: &Standing| typed(word).next(3, stands).expect_err("it may not be");
        let accepted = standing(Status::Accepted);
        assert_eq!(typed("deprecated").next(3, &accepted), Ok(Status::Deprecated));
        assert_eq!(problem("", &accepted), "Choose the new status of 0003.");
        assert_eq!(problem("superseded", &accepted), "Choose the new status of 0003.");
        assert_eq!(problem("accepted", &accepted), "0003 is accepted already.");
        assert_eq!(problem("rejected", &accepted), "0003 is accepted now: it can become deprecated, but not rejected.");
        let proposed = standing(Status::Proposed);
        assert_eq!(
            problem("deprecated", &proposed),
            "0003 is proposed now: it can become accepted or rejected, but not deprecated."
        );
        let newer = Reference { number: 4, title: "Fork".to_owned() };
        let superseded = Standing { superseded_by: Some(newer), ..accepted.clone() };
        assert_eq!(problem("deprecated", &superseded), "0003 is superseded by 0004 Fork already, and stays so.");
        let long = TypedStatus { because: "é".repeat(LONGEST_REASON + 1), ..typed("deprecated") };
        assert_eq!(long.next(3, &accepted), Err("Say it in at most 2000 characters.".to_owned()));
    }
}
