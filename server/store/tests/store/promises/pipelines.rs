//! Promises about pipelines and their versions.

use super::{created, document, is_missing, nobody, saved};
use ports::{
    Name, SaveOutcome,
    access::{CanManage, to_pipeline},
    fake::Desk,
};

pub(super) async fn what_is_created_is_version_one(store: &Desk) {
    let pipeline = created(store, "Fork?").await;
    assert_eq!((pipeline.version, pipeline.saved_by.as_ref().map(Name::as_str)), (1, Some("Guest")));
    assert_eq!(pipeline.document, document("Fork?"));
    assert_eq!(pipeline.id.0.get_version_num(), 7);
    assert_eq!(store.get_pipeline(pipeline.id).await.expect("it is there"), pipeline);
}

pub(super) async fn versions_count_from_one_without_gaps(store: &Desk) {
    let (id, other) = (created(store, "1").await.id, created(store, "other").await.id);
    for version in 2..=5 {
        assert_eq!(saved(store, id, version - 1, &version.to_string()).await, version);
        // Neither a conflict nor a save of another pipeline takes a number.
        let late = store.save_pipeline(id, version - 1, &document("late")).await;
        assert!(matches!(late, Ok(SaveOutcome::Conflict(_))), "{late:?}");
        assert_eq!(saved(store, other, version - 1, &version.to_string()).await, version);
    }
    for missing in [0, 6, u64::MAX] {
        assert!(is_missing(&store.get_revision(id, missing).await), "version {missing} must not exist");
    }
}

pub(super) async fn every_saved_version_stays(store: &Desk) {
    let first = created(store, "1").await;
    for version in 2..=4 {
        saved(store, first.id, version - 1, &version.to_string()).await;
    }
    for version in 1..=4 {
        let revision = store.get_revision(first.id, version).await.expect("every version stays");
        assert_eq!((revision.id, revision.version), (first.id, version));
        assert_eq!(revision.document, document(&version.to_string()));
    }
    assert_eq!(store.get_revision(first.id, 1).await.expect("the first stays"), first);
}

pub(super) async fn a_conflict_answers_with_the_current_version_and_changes_nothing(store: &Desk) {
    let id = created(store, "1").await.id;
    saved(store, id, 1, "2").await;
    let current = store.get_pipeline(id).await.expect("it is there");
    for expected in [0, 1, 3, u64::MAX] {
        let outcome = store.save_pipeline(id, expected, &document("mine")).await.expect("a conflict is no failure");
        assert_eq!(outcome, SaveOutcome::Conflict(Box::new(current.clone())), "with {expected} expected");
    }
    assert_eq!(store.get_pipeline(id).await.expect("it is there"), current);
    assert!(is_missing(&store.get_revision(id, 3).await), "nothing was added");
}

pub(super) async fn saving_the_latest_document_again_makes_no_new_version(store: &Desk) {
    let id = created(store, "1").await.id;
    saved(store, id, 1, "2").await;
    let current = store.get_pipeline(id).await.expect("it is there");
    // Whoever expected another version loses nothing either: what is stored is what they wanted to store.
    for expected in [2, 1, 7] {
        let outcome = store.save_pipeline(id, expected, &current.document).await.expect("it is saved already");
        assert_eq!(outcome, SaveOutcome::Saved { version: 2, saved_at: current.saved_at });
    }
    assert_eq!(store.get_pipeline(id).await.expect("it is there"), current);
}

pub(super) async fn an_earlier_document_saved_again_is_a_new_version(store: &Desk) {
    let id = created(store, "1").await.id;
    saved(store, id, 1, "2").await;
    assert_eq!(saved(store, id, 2, "1").await, 3);
}

pub(super) async fn the_pipeline_saved_last_is_listed_first(store: &Desk) {
    assert_eq!(store.list_pipelines().await.expect("nothing is listed"), []);
    let a = created(store, "a").await.id;
    let b = created(store, "b").await.id;
    let c = created(store, "c").await.id;
    saved(store, b, 1, "b again").await;
    saved(store, a, 1, "a").await; // Saves nothing new, so moves nothing.
    let list = store.list_pipelines().await.expect("three are listed");
    assert_eq!(list.iter().map(|summary| summary.id).collect::<Vec<_>>(), [b, c, a]);
    let latest = store.get_pipeline(b).await.expect("it is there");
    assert_eq!((list[0].name.as_str(), list[0].steps, list[0].version), ("Order intake", 1, 2));
    assert_eq!((list[0].archived_at, list[0].saved_at), (None, latest.saved_at));
}

pub(super) async fn an_example_is_kept_once_and_is_nobodys(desk: &Desk) {
    let store = &desk.store;
    for question in ["?", "?", "another"] {
        store.keep_example("checkout", &document(question)).await.expect("it is kept");
        assert_eq!(store.get_example("checkout").await.expect("it is there"), document(question));
    }
    let names = [("checkout".to_owned(), "Order intake".to_owned())];
    assert_eq!(store.list_examples().await.expect("one is listed"), names);
    assert_eq!(desk.list_pipelines().await.expect("none is listed"), []);
    assert!(is_missing(&store.get_example("nothing").await));
}

pub(super) async fn what_is_put_away_can_be_taken_back(desk: &Desk) {
    let id = created(desk, "1").await.id;
    let manage: CanManage = to_pipeline(desk.store.as_ref(), desk.visitor(), id).await.expect("it is theirs");
    for away in [true, true, false, false] {
        desk.store.archive_pipeline(&manage, away).await.expect("it is put there");
        let list = desk.list_pipelines().await.expect("it is listed");
        assert_eq!(list.iter().map(|summary| summary.archived_at.is_some()).collect::<Vec<_>>(), [away]);
    }
}

pub(super) async fn a_missing_pipeline_is_not_found(store: &Desk) {
    let (nobody, there) = (nobody(), created(store, "there").await.id);
    assert!(is_missing(&store.get_pipeline(nobody).await));
    assert!(is_missing(&store.get_revision(nobody, 1).await));
    assert!(is_missing(&store.get_revision(there, 2).await));
    assert!(is_missing(&store.save_pipeline(nobody, 1, &document("?")).await));
}
