//! Where issued records stand: what the store keeps of them, as values of `report`.

use ports::{IssuedRecord, RecordSummary, SUPERSEDED, UnixMillis};
use report::record::{Change, Reference, SignOff, Standing, Status, issued_status};

/// A kept record whose status this program does not know.
#[derive(Debug, thiserror::Error)]
#[error("record {number} has the status {status:?}, which this program does not know")]
pub struct UnknownStatus {
    number: u32,
    status: String,
}

/// The status with which a record was issued.
///
/// # Errors
///
/// Where its text has none that this program knows.
pub fn first_status(record: &IssuedRecord) -> Result<Status, UnknownStatus> {
    let unknown = || UnknownStatus { number: record.summary.number, status: String::new() };
    issued_status(&record.text.markdown).ok_or_else(unknown)
}

/// Where a record stands today.
///
/// # Errors
///
/// Where one of its statuses is none that this program knows.
pub fn standing(record: &IssuedRecord) -> Result<Standing, UnknownStatus> {
    let mut standing = Standing { status: first_status(record)?, superseded_by: None, changes: Vec::new() };
    for change in &record.changes {
        if change.status == SUPERSEDED {
            standing.superseded_by = change.superseded_by.as_ref().map(reference);
            continue;
        }
        let Some(status) = Status::from_label(&change.status) else {
            return Err(UnknownStatus { number: record.summary.number, status: change.status.clone() });
        };
        standing.status = status;
        standing.changes.push(Change { date: day(change.changed_at), status, because: change.because.clone() });
    }
    Ok(standing)
}

/// A record as others link to it.
pub fn reference(record: &RecordSummary) -> Reference {
    Reference { number: record.number, title: record.title.clone() }
}

/// What people have signed off about a version, as its record carries it: of each what they answered last about it.
pub fn signed(all: &[ports::SignOff], version: u64) -> Vec<SignOff> {
    let about_it: Vec<ports::SignOff> = all.iter().filter(|answer| answer.version == version).cloned().collect();
    let carried = |answer: &ports::SignOff| SignOff {
        name: answer.by.1.to_string(),
        approves: answer.position == ports::Position::Approves,
        because: answer.because.clone(),
        date: day(answer.at),
    };
    ports::latest_of_each(&about_it).into_iter().map(carried).collect()
}

/// Who was asked to sign off and has not answered about a version, by name.
pub fn unanswered(asked: &[ports::Person], all: &[ports::SignOff], version: u64) -> Vec<String> {
    let answered =
        |person: &ports::Person| all.iter().any(|answer| answer.version == version && answer.by.0 == person.id);
    asked.iter().filter(|person| !answered(person)).map(|person| person.name.to_string()).collect()
}

/// The day of a moment in UTC, as in `2026-11-24`.
pub fn day(moment: UnixMillis) -> String {
    let moment = jiff::Timestamp::from_millisecond(moment.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    moment.strftime("%Y-%m-%d").to_string()
}

/// A moment in UTC, to the minute, as in `2026-11-24 09:05`.
pub fn moment(moment: UnixMillis) -> String {
    let moment = jiff::Timestamp::from_millisecond(moment.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    moment.strftime("%Y-%m-%d %H:%M").to_string()
}
