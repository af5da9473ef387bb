//! Opening a data directory: what is kept, what is refused, and that refusing changes nothing.

use std::fs;

use ports::{NewRecord, Pipelines, RecordText, StoreError};
use sqlx::{Connection, Executor};
use store::OpenError;

use crate::{desk, desk_with, document, open, tool, try_open};

#[tokio::test]
async fn opening_again_keeps_everything() {
    let parent = tempfile::tempdir().unwrap();
    let data_dir = parent.path().join("absent/until/now");
    let open_store = open(&data_dir).await;
    let store = desk_with(open_store.clone(), &data_dir).await;
    let id = store.create_pipeline(&document("1")).await.unwrap().id;
    store.save_pipeline(id, 1, &document("2")).await.unwrap();
    store.keep_draft(id, "steps", 2, "typed").await.unwrap();
    let record = NewRecord::new(2, "Fork", |_| RecordText { markdown: "# Fork\n".to_owned(), ..RecordText::default() });
    let record = store.issue_record(id, record).await.unwrap().id;
    let list = store.list_pipelines().await.unwrap();
    let (first, second) = (store.get_revision(id, 1).await.unwrap(), store.get_pipeline(id).await.unwrap());
    let (draft, issued) = (store.get_draft(id, "steps").await.unwrap(), store.get_record(record).await.unwrap());
    open_store.close().await.unwrap();
    assert!(matches!(open_store.check().await, Err(StoreError::Failed(_))), "a closed store says so");
    drop((open_store, store));
    let mut files: Vec<_> = fs::read_dir(&data_dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["forkline.db", "forkline.lock", "secret"], "all is folded into the database");

    let store = desk(&data_dir).await;
    store.store.check().await.unwrap();
    assert_eq!(store.list_pipelines().await.unwrap(), list);
    assert_eq!(store.get_revision(id, 1).await.unwrap(), first);
    assert_eq!(store.get_pipeline(id).await.unwrap(), second);
    assert_eq!(store.get_draft(id, "steps").await.unwrap(), draft);
    assert_eq!(store.get_record(record).await.unwrap(), issued);
}

#[tokio::test]
async fn a_directory_in_use_is_refused_until_it_is_free() {
    let data_dir = tempfile::tempdir().unwrap();
    let first = open(data_dir.path()).await;
    let clone = first.clone();
    drop(first);
    let second = try_open(data_dir.path()).await.unwrap_err();
    assert!(matches!(second, OpenError::InUse(_)), "{second:?}");
    assert!(second.to_string().starts_with("another forkline process uses the data directory /"), "{second}");
    clone.close().await.unwrap();
    drop(clone);
    open(data_dir.path()).await;
}

#[tokio::test]
async fn a_newer_or_another_schema_is_refused_and_left_as_it_is() {
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9999, 'from the future', TRUE, x'00', 0)";
    let other = "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 2";
    for (change, message) in [(newer, "newer forkline: migration 9999"), (other, "migration 2 of the database is not")]
    {
        let data_dir = tempfile::tempdir().unwrap();
        let store = open(data_dir.path()).await;
        store.keep_example("checkout", &document("?")).await.unwrap();
        store.close().await.unwrap();
        drop(store);
        let mut tool = tool(data_dir.path()).await;
        tool.execute(change).await.unwrap();
        tool.close().await.unwrap();

        let file = data_dir.path().join("forkline.db");
        let before = fs::read(&file).unwrap();
        let refused = try_open(data_dir.path()).await.unwrap_err();
        assert!(refused.to_string().contains(message), "{refused}");
        assert!(fs::read(&file).unwrap() == before, "the database was touched");
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_as_it_is() {
    let data_dir = tempfile::tempdir().unwrap();
    let file = data_dir.path().join("forkline.db");
    let letter = "Dear reader, this is not a database. ".repeat(200);
    fs::write(&file, &letter).unwrap();
    let refused = try_open(data_dir.path()).await.unwrap_err();
    assert!(matches!(refused, OpenError::NotADatabase(_)), "{refused:?}");
    assert_eq!(fs::read_to_string(&file).unwrap(), letter);
}

#[tokio::test]
async fn a_directory_that_is_a_file_is_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let refused = try_open(file.path()).await.unwrap_err();
    assert!(matches!(refused, OpenError::Directory { .. }), "{refused:?}");
}

/// The database is switched to write-ahead logging by a transaction of the older kind.
#[tokio::test]
async fn a_journal_left_by_a_crash_in_the_first_moment_is_played_back() {
    let (crashed, copied) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(crashed.path().join("forkline.db"), "").unwrap();
    let mut tool = tool(crashed.path()).await;
    tool.execute("CREATE TABLE half (text); PRAGMA cache_size = 1; BEGIN").await.unwrap();
    tool.execute("INSERT INTO half SELECT zeroblob(9999) FROM pragma_pragma_list").await.unwrap();
    for name in ["forkline.db", "forkline.db-journal"] {
        fs::copy(crashed.path().join(name), copied.path().join(name)).unwrap();
    }
    let store = open(copied.path()).await;
    store.check().await.unwrap();
    store.close().await.unwrap();
    let mut tool = crate::tool(copied.path()).await;
    let half: i64 = sqlx::query_scalar("SELECT count(*) FROM half").fetch_one(&mut tool).await.unwrap();
    assert_eq!(half, 0);
}

#[tokio::test]
async fn a_stored_document_that_cannot_be_read_is_a_failure() {
    let data_dir = tempfile::tempdir().unwrap();
    let store = desk(data_dir.path()).await;
    let id = store.create_pipeline(&document("?")).await.unwrap().id;
    let mut tool = tool(data_dir.path()).await;
    tool.execute("DROP TRIGGER revisions_are_not_changed; UPDATE revisions SET document = '{}'").await.unwrap();
    let read = store.get_pipeline(id).await;
    assert!(matches!(read, Err(StoreError::Failed(_))), "{read:?}");
}
