//! Promises about issued records.

use uuid::Uuid;

use super::{created, is_missing, nobody, saved};
use ports::{NewRecord, RecordId, RecordText, fake::Desk};

pub(super) fn new(version: u64, title: &str) -> NewRecord {
    let written = title.to_owned();
    NewRecord::new(version, title, move |number| text(number, &written))
}

fn text(number: u32, title: &str) -> RecordText {
    RecordText {
        markdown: format!("# {number}. {title}\n\nWe fork. é\n"),
        evidence: format!("{{\"number\":{number}}}"),
    }
}

pub(super) async fn records_are_numbered_from_one_over_all_pipelines(store: &Desk) {
    let (a, b) = (created(store, "a").await.id, created(store, "b").await.id);
    saved(store, a, 1, "2").await;
    assert_eq!(store.list_records(a).await.expect("there are none"), []);
    let mut issued = Vec::new();
    for (place, (pipeline, version)) in [(a, 1), (b, 1), (a, 2), (a, 2)].into_iter().enumerate() {
        let title = format!("Decision {place}");
        let summary = store.issue_record(pipeline, new(version, &title)).await.expect("it is issued");
        assert_eq!(summary.number as usize, place + 1);
        assert_eq!((summary.pipeline, summary.version, &summary.title), (pipeline, version, &title));
        assert_eq!(summary.id.0.get_version_num(), 7);
        let record = store.get_record(summary.id).await.expect("it is read");
        assert_eq!(
            (&record.summary, record.text),
            (&summary, text(summary.number, &title)),
            "written under its number"
        );
        issued.push(summary);
    }
    let [first, second, third, fourth] = issued.try_into().expect("four were issued");
    assert_eq!(store.list_records(a).await.expect("they are listed"), [fourth, third, first], "the latest first");
    assert_eq!(store.list_records(b).await.expect("it is listed"), [second]);
}

pub(super) async fn a_form_that_was_sent_twice_issues_one_record(desk: &Desk) {
    let (id, other) = (created(desk, "1").await.id, created(desk, "2").await.id);
    let issue =
        async |id, version, title: &str| desk.issue_record(id, new(version, title)).await.expect("it is issued").number;
    assert_eq!((issue(id, 1, "Fork").await, issue(id, 1, "Fork").await), (1, 1));
    assert_eq!(issue(other, 1, "Fork").await, 2, "that of another pipeline is another");
    assert_eq!(issue(id, 1, "Fork").await, 1, "and does not come between");
    assert_eq!(
        (issue(id, 1, "Stay").await, issue(id, 1, "Fork").await),
        (3, 4),
        "each says something else than the last"
    );
    let last = desk.list_records(id).await.expect("a list").remove(0);
    let seen = ports::SeenRecord { id: last.id, changes: 0 };
    desk.change_status(seen, "rejected", "").await.expect("it is changed");
    assert_eq!(issue(id, 1, "Fork").await, 5, "what was rejected can be proposed again");
    saved(desk, id, 1, "2").await;
    assert_eq!(issue(id, 2, "Fork").await, 6);
    let read = ports::access::to_pipeline(desk.store.as_ref(), desk.visitor(), id).await.expect("it is theirs");
    let recorded = desk.store.list_recorded(&read).await.expect("a list");
    let digest = async |version| desk.get_revision(id, version).await.expect("it is there").document.digest();
    assert_eq!(recorded, [(2, digest(2).await), (1, digest(1).await)]);
}

pub(super) async fn a_record_of_a_missing_version_is_not_issued(store: &Desk) {
    let id = created(store, "1").await.id;
    assert!(is_missing(&store.issue_record(nobody(), new(1, "Fork")).await));
    assert!(is_missing(&store.issue_record(id, new(2, "Fork")).await));
    assert!(is_missing(&store.get_record(RecordId(Uuid::now_v7())).await));
    assert!(is_missing(&store.list_records(nobody()).await));
    // What was refused took no number.
    assert_eq!(store.issue_record(id, new(1, "Fork")).await.expect("it is issued").number, 1);
}
