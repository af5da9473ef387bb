//! What is stopped, copied or restored is whole, and what is not whole is refused with its remedy and left as it is.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::Path,
    sync::Arc,
};

use ports::{Pipelines, UnixMillis, fake::FixedClock};
use sqlx::{Connection, Executor};
use store::{Accept, OpenError, RestoreError, SqliteStore, backup, restore};

use crate::{document, open, tool, try_open};

const NOW: UnixMillis = UnixMillis(1_700_000_000_000);

/// Every file of a directory with its content, but for the lock.
fn files(data_dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(data_dir).expect("it works").map(|entry| entry.expect("it works"));
    let named = entries
        .map(|entry| (entry.file_name().into_string().expect("it works"), fs::read(entry.path()).expect("it works")));
    named.filter(|(name, _)| name != "forkline.lock").collect()
}

/// A directory with a database that was closed.
async fn closed(question: &str) -> tempfile::TempDir {
    let data_dir = tempfile::tempdir().expect("it works");
    let store = open(data_dir.path()).await;
    store.keep_example("checkout", &document(question)).await.expect("it works");
    store.close().await.expect("it works");
    data_dir
}

/// A directory as a killed program leaves it: with a log that holds what was saved last.
async fn killed(question: &str) -> tempfile::TempDir {
    let (served, left) = (tempfile::tempdir().expect("it works"), tempfile::tempdir().expect("it works"));
    let store = open(served.path()).await;
    store.keep_example("checkout", &document(question)).await.expect("it works");
    for name in ["forkline.db", "forkline.db-wal", "forkline.lock"] {
        fs::copy(served.path().join(name), left.path().join(name)).expect("it works");
    }
    left
}

/// What opening says of a directory, which it must not change.
async fn refusal(data_dir: &Path) -> OpenError {
    let before = files(data_dir);
    let refused = try_open(data_dir).await.expect_err("it is refused");
    assert!(files(data_dir) == before, "{refused}: the files were touched");
    refused
}

async fn question_in(data_dir: &Path) -> String {
    let store = open(data_dir).await;
    let question = store.get_example("checkout").await.expect("it works").question;
    store.close().await.expect("it works");
    question
}

#[tokio::test]
async fn a_clean_stop_leaves_one_file_and_a_kill_is_made_good() {
    let data_dir = closed("?").await;
    assert_eq!(files(data_dir.path()).into_keys().collect::<Vec<_>>(), ["forkline.db"]);
    let data_dir = killed("!").await;
    let clock = Arc::new(FixedClock::at(NOW));
    let (store, opening) = SqliteStore::open_accepting(data_dir.path(), clock, Accept::default()).await.unwrap();
    assert!(opening.was_in_use && !opening.is_new && opening.copy.is_none(), "{opening:?}");
    assert_eq!(store.get_example("checkout").await.unwrap().question, "!");
}

#[tokio::test]
async fn a_database_that_was_in_use_is_refused_without_its_log() {
    let data_dir = killed("!").await;
    fs::remove_file(data_dir.path().join("forkline.db-wal")).unwrap();
    let refused = refusal(data_dir.path()).await;
    assert!(matches!(refused, OpenError::LogMissing { .. }), "{refused:?}");
    assert!(refused.to_string().contains("--without-log"), "{refused}");
    // The lock file is not what tells: a copy of the database alone is refused as well.
    fs::remove_file(data_dir.path().join("forkline.lock")).unwrap();
    assert!(matches!(refusal(data_dir.path()).await, OpenError::LogMissing { .. }));
    let elsewhere = tempfile::tempdir().unwrap();
    let copy = data_dir.path().join("forkline.db");
    let refused = restore(&copy, elsewhere.path(), Accept::default(), NOW).await;
    assert!(matches!(refused, Err(RestoreError::Unfit(OpenError::LogMissing { .. }))), "{refused:?}");
    let accept = Accept { missing_log: true, ..Accept::default() };
    let clock = Arc::new(FixedClock::at(NOW));
    let (store, _) = SqliteStore::open_accepting(data_dir.path(), clock, accept).await.unwrap();
    assert!(store.get_example("checkout").await.is_err(), "what was in the log is lost");
}

#[tokio::test]
async fn a_log_of_another_database_is_refused() {
    let (data_dir, another) = (closed("mine").await, killed("another's").await);
    let log = |of: &tempfile::TempDir| of.path().join("forkline.db-wal");
    fs::copy(log(&another), log(&data_dir)).unwrap();
    let refused = refusal(data_dir.path()).await;
    assert!(matches!(refused, OpenError::ForeignLog { .. }), "{refused:?}");
    fs::remove_file(log(&data_dir)).unwrap();
    assert_eq!(question_in(data_dir.path()).await, "mine");
    // A log without any database.
    fs::remove_file(data_dir.path().join("forkline.db")).unwrap();
    fs::copy(log(&another), log(&data_dir)).unwrap();
    assert!(matches!(refusal(data_dir.path()).await, OpenError::LogAlone(_)));
}

#[tokio::test]
async fn an_empty_or_truncated_database_is_refused() {
    let data_dir = closed("?").await;
    let file = data_dir.path().join("forkline.db");
    let whole = fs::read(&file).unwrap();
    for length in [0, 50, 99] {
        fs::write(&file, &whole[..length]).unwrap();
        let refused = refusal(data_dir.path()).await;
        assert!(matches!(refused, OpenError::NotADatabase(_)), "{length}: {refused:?}");
    }
    for length in [100, 4_096, whole.len() / 2, whole.len() - 1] {
        fs::write(&file, &whole[..length]).unwrap();
        let refused = refusal(data_dir.path()).await;
        assert!(matches!(refused, OpenError::Truncated(_)), "{length}: {refused:?}");
        assert!(refused.to_string().contains("forkline restore"), "{refused}");
    }
    fs::write(&file, &whole).unwrap();
    assert_eq!(question_in(data_dir.path()).await, "?");
}

#[tokio::test]
async fn a_database_that_was_damaged_meanwhile_is_refused_where_it_was_not_closed() {
    let data_dir = killed("?").await;
    // The log holds all of it but the first pages.
    let log = data_dir.path().join("forkline.db-wal");
    let another = killed("a longer question, so that it is another log").await;
    fs::copy(another.path().join("forkline.db-wal"), &log).unwrap();
    let mut database = fs::read(data_dir.path().join("forkline.db")).unwrap();
    database[4_096..].iter_mut().for_each(|byte| *byte = byte.wrapping_add(1));
    fs::write(data_dir.path().join("forkline.db"), database).unwrap();
    let refused = try_open(data_dir.path()).await.unwrap_err();
    assert!(matches!(refused, OpenError::Damaged { .. } | OpenError::Failed(_)), "{refused:?}");
}

#[tokio::test]
async fn a_new_instance_begins_where_nothing_is_and_nowhere_else() {
    let data_dir = tempfile::tempdir().unwrap();
    fs::write(data_dir.path().join("letter.txt"), "dear to somebody").unwrap();
    let refused = refusal(data_dir.path()).await;
    assert!(matches!(refused, OpenError::NoDatabase(_)), "{refused:?}");
    assert!(refused.to_string().contains("--data") && refused.to_string().contains("--new"), "{refused}");
    let accept = Accept { other_files: true, ..Accept::default() };
    let clock = Arc::new(FixedClock::at(NOW));
    let (store, opening) = SqliteStore::open_accepting(data_dir.path(), clock, accept).await.unwrap();
    assert!(opening.is_new, "{opening:?}");
    store.close().await.unwrap();
    // A file that was killed on its way is no other file.
    let begun = tempfile::tempdir().unwrap();
    fs::write(begun.path().join("forkline.db.unfinished"), "half").unwrap();
    open(begun.path()).await.close().await.unwrap();
    assert_eq!(files(begun.path()).into_keys().collect::<Vec<_>>(), ["forkline.db"]);
}

#[tokio::test]
async fn a_copy_is_made_before_the_schema_changes() {
    let data_dir = closed("?").await;
    // As the program before the last migration has left it.
    let mut tool = tool(data_dir.path()).await;
    tool.execute("DELETE FROM _sqlx_migrations WHERE version = 15; ALTER TABLE runs DROP COLUMN bought").await.unwrap();
    tool.close().await.unwrap();
    let before = fs::read(data_dir.path().join("forkline.db")).unwrap();
    let clock = Arc::new(FixedClock::at(NOW));
    let (store, opening) = SqliteStore::open_accepting(data_dir.path(), clock, Accept::default()).await.unwrap();
    assert_eq!((opening.schema_before, opening.schema), (14, 15));
    let copy = opening.copy.expect("there is a copy");
    assert_eq!(copy, data_dir.path().join("forkline.db.before-migration-15"));
    assert!(fs::metadata(&copy).unwrap().len() > before.len() as u64 / 2);
    store.close().await.unwrap();
    // It is a backup like any other.
    let elsewhere = tempfile::tempdir().unwrap();
    restore(&copy, elsewhere.path(), Accept::default(), NOW).await.unwrap();
    assert_eq!(question_in(elsewhere.path()).await, "?");
}

#[tokio::test]
async fn a_restored_backup_takes_the_place_of_nothing_that_is_not_kept() {
    let (data_dir, elsewhere) = (closed("before").await, tempfile::tempdir().unwrap());
    let copy = elsewhere.path().join("copy.db");
    backup(data_dir.path(), &copy).await.unwrap();
    let store = open(data_dir.path()).await;
    store.keep_example("checkout", &document("after")).await.unwrap();
    let in_use = restore(&copy, data_dir.path(), Accept { other_files: true, ..Accept::default() }, NOW).await;
    assert!(matches!(in_use, Err(RestoreError::Directory(OpenError::InUse(_)))), "{in_use:?}");
    store.close().await.unwrap();
    drop(store);
    let refused = restore(&copy, data_dir.path(), Accept::default(), NOW).await.unwrap_err();
    assert!(matches!(refused, RestoreError::HoldsData(_)) && refused.to_string().contains("--replace"), "{refused}");
    assert_eq!(question_in(data_dir.path()).await, "after");
    let accept = Accept { other_files: true, ..Accept::default() };
    let restored = restore(&copy, data_dir.path(), accept, NOW).await.unwrap();
    assert_eq!(question_in(data_dir.path()).await, "before");
    let kept = restored.kept.expect("it is kept");
    let again = tempfile::tempdir().unwrap();
    restore(&kept, again.path(), Accept::default(), NOW).await.unwrap();
    assert_eq!(question_in(again.path()).await, "after");
}

#[tokio::test]
async fn a_damaged_directory_is_what_a_backup_is_for() {
    let (data_dir, elsewhere) = (killed("!").await, tempfile::tempdir().unwrap());
    let good = closed("good").await;
    let copy = elsewhere.path().join("copy.db");
    backup(good.path(), &copy).await.unwrap();
    File::options().write(true).open(data_dir.path().join("forkline.db")).unwrap().set_len(200).unwrap();
    let accept = Accept { other_files: true, ..Accept::default() };
    restore(&copy, data_dir.path(), accept, NOW).await.unwrap();
    assert_eq!(question_in(data_dir.path()).await, "good");
    assert!(!data_dir.path().join("forkline.db-wal").exists(), "the log of what was there went with it");
}

#[tokio::test]
async fn a_backup_that_is_none_is_refused_and_nothing_is_touched() {
    let (data_dir, elsewhere) = (tempfile::tempdir().unwrap(), closed("?").await);
    let file = elsewhere.path().join("forkline.db");
    let whole = fs::read(&file).unwrap();
    let spoilt = |bytes: &[u8]| {
        let path = elsewhere.path().join("spoilt.db");
        fs::write(&path, bytes).unwrap();
        path
    };
    let mut damaged = whole.clone();
    damaged[4_096..8_192].fill(0xff);
    for bytes in [&b""[..], &whole[..99], &whole[..whole.len() - 4_096], &damaged] {
        let refused = restore(&spoilt(bytes), data_dir.path(), Accept::default(), NOW).await;
        assert!(refused.is_err(), "{} bytes", bytes.len());
        assert!(files(data_dir.path()).is_empty(), "{refused:?}");
    }
    let nothing = restore(&elsewhere.path().join("none.db"), data_dir.path(), Accept::default(), NOW).await;
    assert!(matches!(nothing, Err(RestoreError::NoBackup(_))), "{nothing:?}");
}

#[tokio::test]
async fn a_killed_backup_is_no_backup() {
    let (data_dir, elsewhere) = (closed("?").await, tempfile::tempdir().unwrap());
    let copy = elsewhere.path().join("copy.db");
    // What a backup leaves that is killed: it has another name.
    fs::write(elsewhere.path().join("copy.db.unfinished"), "half a copy").unwrap();
    assert!(!copy.exists());
    let restored = restore(&elsewhere.path().join("copy.db"), data_dir.path(), Accept::default(), NOW).await;
    assert!(matches!(restored, Err(RestoreError::NoBackup(_))), "{restored:?}");
    backup(data_dir.path(), &copy).await.unwrap();
    assert_eq!(files(elsewhere.path()).into_keys().collect::<Vec<_>>(), ["copy.db"], "and is no obstacle to the next");
}

#[tokio::test]
async fn a_restored_backup_lets_nobody_in_who_was_let_out() {
    let (data_dir, elsewhere) = (closed("?").await, tempfile::tempdir().unwrap());
    let mut tool = tool(data_dir.path()).await;
    let id = |last: char| format!("00000000-0000-7000-8000-00000000000{last}");
    for (person, state, email) in [('1', "active", Some("ann@example.org")), ('2', "guest", None)] {
        sqlx::query("INSERT INTO people (id, name, email, state, since) VALUES (?, 'Ann', ?, ?, 0)")
            .bind(id(person))
            .bind(email)
            .bind(state)
            .execute(&mut tool)
            .await
            .unwrap();
        sqlx::query(
            "INSERT INTO sessions (id, digest, person_id, agent, begun_at, seen_at, ends_at, idle_ms)
             VALUES (?, ?, ?, '', 0, 0, 9999999999999, 9999999999999)",
        )
        .bind(id(person))
        .bind(person.to_string().repeat(64))
        .bind(id(person))
        .execute(&mut tool)
        .await
        .unwrap();
    }
    tool.close().await.unwrap();
    let copy = elsewhere.path().join("copy.db");
    backup(data_dir.path(), &copy).await.unwrap();
    let restored_dir = elsewhere.path().join("restored");
    let restored = restore(&copy, &restored_dir, Accept::default(), NOW).await.unwrap();
    assert_eq!(restored.sessions, 1);
    let mut tool = crate::tool(&restored_dir).await;
    let left: Vec<String> = sqlx::query_scalar("SELECT person_id FROM sessions").fetch_all(&mut tool).await.unwrap();
    assert_eq!(left, [id('2')], "a guest has nothing else");
}
