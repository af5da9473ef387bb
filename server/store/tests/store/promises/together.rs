//! Promises about what happens at the same time.

use std::{collections::BTreeSet, sync::Arc};

use tokio::task::JoinSet;

use super::{created, records, statuses};
use ports::{PipelineId, SaveOutcome, StoreError, fake::Desk};

const TASKS: u64 = 8;
const SAVES_EACH: u64 = 25;

/// Adds a line to the question of whatever is the latest version, until that succeeds; answers the version.
async fn add_line(store: &Desk, id: PipelineId, line: &str) -> u64 {
    let mut current = store.get_pipeline(id).await.expect("it is read");
    loop {
        let mut document = current.document;
        document.question += line;
        match store.save_pipeline(id, current.version, &document).await.expect("a conflict is no failure") {
            SaveOutcome::Saved { version, .. } => return version,
            SaveOutcome::Conflict(latest) => current = *latest,
        }
    }
}

pub(super) async fn no_save_is_lost_among_many_at_the_same_time(store: Arc<Desk>) {
    let id = created(&store, "").await.id;
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            let mut versions = Vec::new();
            for save in 0..SAVES_EACH {
                versions.push(add_line(&store, id, &format!("{task}.{save}\n")).await);
            }
            versions
        });
    }
    let versions: BTreeSet<u64> = tasks.join_all().await.into_iter().flatten().collect();
    let last = 1 + TASKS * SAVES_EACH;
    assert!(versions.into_iter().eq(2..=last), "each save made a version of its own");
    let latest = store.get_pipeline(id).await.expect("it is read");
    assert_eq!(latest.version, last);
    let lines: BTreeSet<&str> = latest.document.question.lines().collect();
    assert_eq!(lines.len() as u64, TASKS * SAVES_EACH, "each line is in the last version");
}

pub(super) async fn records_issued_at_the_same_time_get_different_numbers(store: Arc<Desk>) {
    let id = created(&store, "1").await.id;
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            let record = records::new(1, &format!("Decision {task}"));
            store.issue_record(id, record).await.expect("it is issued").number
        });
    }
    let numbers: BTreeSet<u32> = tasks.join_all().await.into_iter().collect();
    assert!(numbers.into_iter().map(u64::from).eq(1..=TASKS));
}

pub(super) async fn of_records_that_take_the_same_place_one_is_issued(store: Arc<Desk>) {
    let id = created(&store, "1").await.id;
    let older = store.issue_record(id, records::new(1, "Fork")).await.expect("it is issued");
    let seen = store.get_record(older.id).await.expect("it is read").seen();
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let store = Arc::clone(&store);
        tasks.spawn(async move { store.issue_record(id, statuses::instead_of(seen, &format!("Join {task}"))).await });
    }
    let (issued, refused): (Vec<_>, Vec<_>) = tasks.join_all().await.into_iter().partition(Result::is_ok);
    assert!(refused.iter().all(|refused| matches!(refused, Err(StoreError::Overtaken(_)))), "{refused:?}");
    let [Ok(newer)] = issued.as_slice() else { panic!("one is issued: {issued:?}") };
    let older = store.get_record(older.id).await.expect("it is read");
    assert_eq!(older.changes.len(), 1);
    assert_eq!(older.changes[0].superseded_by.as_ref(), Some(newer));
    assert_eq!(store.list_records(id).await.expect("they are listed"), [newer.clone(), older.summary]);
}
