//! Promises about what becomes of issued records.

use uuid::Uuid;

use super::{created, is_missing, is_overtaken, records::new};
use ports::{
    IssuedRecord, NewRecord, PipelineId, RecordId, RecordSummary, SUPERSEDED, SeenRecord, StoreError, fake::Desk,
};

pub(super) fn instead_of(seen: SeenRecord, title: &str) -> NewRecord {
    NewRecord { supersedes: Some(seen), ..new(1, title) }
}

async fn issued(store: &Desk, pipeline: PipelineId) -> IssuedRecord {
    let summary = store.issue_record(pipeline, new(1, "Fork")).await.expect("it is issued");
    read(store, &summary).await
}

async fn read(store: &Desk, summary: &RecordSummary) -> IssuedRecord {
    store.get_record(summary.id).await.expect("it is read")
}

pub(super) async fn a_status_that_is_given_later_stands_beside_the_record(store: &Desk) {
    let id = created(store, "1").await.id;
    let record = issued(store, id).await;
    let other = store.issue_record(id, new(1, "Stay")).await.expect("it is issued");
    let other = read(store, &other).await;
    assert_eq!((&record.changes, &record.supersedes), (&Vec::new(), &None));
    let given = [("accepted", "All agree.\r\n\u{1F374}"), ("deprecated", ""), ("accepted", "again")];
    for (place, (status, because)) in given.into_iter().enumerate() {
        let seen = read(store, &record.summary).await.seen();
        assert_eq!(seen.changes as usize, place);
        store.change_status(seen, status, because).await.expect("nobody was first");
    }
    let now = read(store, &record.summary).await;
    let told: Vec<_> = now.changes.iter().map(|change| (change.status.as_str(), change.because.as_str())).collect();
    assert_eq!(told, given, "in the order in which they were given");
    assert!(now.changes.iter().all(|change| change.superseded_by.is_none()));
    assert_eq!((now.summary, now.text), (record.summary, record.text), "what was issued is what it was");
    assert_eq!(read(store, &other.summary).await, other, "others are as they were");
}

pub(super) async fn a_record_that_comes_in_the_place_of_another_supersedes_it(store: &Desk) {
    let id = created(store, "1").await.id;
    let older = issued(store, id).await;
    store.change_status(older.seen(), "accepted", "").await.expect("nobody was first");
    let seen = read(store, &older.summary).await.seen();
    let newer = store.issue_record(id, instead_of(seen, "Join")).await.expect("it is issued");
    assert_eq!(newer.number, 2);
    assert_eq!(read(store, &newer).await.supersedes.as_ref(), Some(&older.summary));
    let now = read(store, &older.summary).await;
    let last = now.changes.last().expect("it has another status");
    assert_eq!((now.changes.len(), last.status.as_str(), &last.superseded_by), (2, SUPERSEDED, &Some(newer.clone())));
    assert_eq!((now.text, now.supersedes), (older.text, None), "what was issued is what it was");
    // What has come in the place of one may itself be superseded.
    let third = instead_of(read(store, &newer).await.seen(), "Fork again");
    let third = store.issue_record(id, third).await.expect("it is issued");
    let middle = read(store, &newer).await;
    assert_eq!(middle.supersedes, Some(older.summary));
    assert_eq!(middle.changes.last().and_then(|change| change.superseded_by.clone()), Some(third));
}

pub(super) async fn a_superseded_record_keeps_its_status(store: &Desk) {
    let id = created(store, "1").await.id;
    let older = issued(store, id).await;
    store.issue_record(id, instead_of(older.seen(), "Join")).await.expect("it is issued");
    let now = read(store, &older.summary).await;
    assert!(is_overtaken(&store.change_status(now.seen(), "deprecated", "").await));
    assert!(is_overtaken(&store.issue_record(id, instead_of(now.seen(), "Third")).await));
    assert_eq!(read(store, &older.summary).await, now);
    assert_eq!(store.list_records(id).await.expect("they are listed").len(), 2, "nothing else was issued");
    // What was refused took no number.
    assert_eq!(issued(store, id).await.summary.number, 3);
}

pub(super) async fn nobody_adds_to_statuses_they_have_not_seen(store: &Desk) {
    let id = created(store, "1").await.id;
    let record = issued(store, id).await;
    store.change_status(record.seen(), "rejected", "too dear").await.expect("nobody was first");
    let now = read(store, &record.summary).await;
    for changes in [0, 2, u32::MAX] {
        let seen = SeenRecord { changes, ..now.seen() };
        assert!(is_overtaken(&store.change_status(seen, "accepted", "").await), "{changes}");
        assert!(is_overtaken(&store.issue_record(id, instead_of(seen, "Join")).await), "{changes}");
    }
    // Superseding takes a record that is issued.
    for word in [SUPERSEDED, ""] {
        assert!(matches!(store.change_status(now.seen(), word, "").await, Err(StoreError::Failed(_))));
    }
    assert_eq!(read(store, &record.summary).await, now);
    assert_eq!(store.list_records(id).await.expect("it is listed"), [record.summary]);
}

pub(super) async fn a_record_supersedes_none_of_another_pipeline(store: &Desk) {
    let (id, other) = (created(store, "1").await.id, created(store, "2").await.id);
    let record = issued(store, id).await;
    assert!(is_missing(&store.issue_record(other, instead_of(record.seen(), "Join")).await));
    let nothing = SeenRecord { id: RecordId(Uuid::now_v7()), changes: 0 };
    assert!(is_missing(&store.issue_record(id, instead_of(nothing, "Join")).await));
    assert!(is_missing(&store.change_status(nothing, "accepted", "").await));
    let late = NewRecord { version: 2, ..instead_of(record.seen(), "Join") };
    assert!(is_missing(&store.issue_record(id, late).await), "a missing version supersedes nothing");
    assert_eq!(read(store, &record.summary).await, record);
    assert_eq!(store.list_records(other).await.expect("there are none"), []);
}
