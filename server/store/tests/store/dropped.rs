//! A request whose client has left is dropped wherever it waits.

use std::time::Duration;

use ports::{
    SaveOutcome,
    access::{CanEdit, to_pipeline},
};

use crate::{desk, document};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_save_that_is_dropped_lands_whole() {
    let data_dir = tempfile::tempdir().unwrap();
    let store = desk(data_dir.path()).await;
    let id = store.create_pipeline(&document("0")).await.unwrap().id;
    let edit: CanEdit = to_pipeline(store.store.as_ref(), store.visitor(), id).await.unwrap();
    for round in 1..=60_u64 {
        let question = round.to_string();
        let text = document(&question);
        let save = store.store.save_pipeline(&edit, round, &text);
        // At first hardly long enough to begin, at last long enough to end.
        let _ = tokio::time::timeout(Duration::from_micros((round - 1) * 50), save).await;
        // Writes queue, so this one answers after the one before; and it finds a writer that works.
        let again = store.store.save_pipeline(&edit, round, &text).await.unwrap();
        assert!(matches!(again, SaveOutcome::Saved { version, .. } if version == round + 1), "{again:?}");
        let latest = store.get_pipeline(id).await.unwrap();
        assert_eq!((latest.version, latest.document.question), (round + 1, question));
    }
}

#[tokio::test]
async fn a_save_that_was_polled_once_needs_nobody_who_waits() {
    let data_dir = tempfile::tempdir().unwrap();
    let store = desk(data_dir.path()).await;
    let id = store.create_pipeline(&document("1")).await.unwrap().id;
    let edit: CanEdit = to_pipeline(store.store.as_ref(), store.visitor(), id).await.unwrap();
    let _ = tokio::time::timeout(Duration::ZERO, store.store.save_pipeline(&edit, 1, &document("2"))).await;
    // Another write queues behind it.
    store.keep_draft(id, "steps", 2, "typed").await.unwrap();
    assert_eq!(store.get_pipeline(id).await.unwrap().document, document("2"));
}
