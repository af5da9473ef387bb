//! A backup is taken while others write.

use std::{fs, sync::Arc, time::Duration};

use ports::{Pipelines, SaveOutcome};
use store::{BackupError, backup};

use crate::{desk, desk_with, document, open};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_holds_what_was_answered_before_and_opens_like_the_original() {
    let (data_dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = Arc::new(desk(data_dir.path()).await);
    let id = store.create_pipeline(&document("1")).await.unwrap().id;
    let writer = {
        let store = Arc::clone(&store);
        tokio::spawn(async move {
            for version in 1_u64.. {
                let saved = store.save_pipeline(id, version, &document(&(version + 1).to_string())).await.unwrap();
                assert!(matches!(saved, SaveOutcome::Saved { .. }));
            }
        })
    };
    for round in 0..5 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let before = store.get_pipeline(id).await.unwrap().version;
        let copy_dir = elsewhere.path().join(round.to_string());
        fs::create_dir(&copy_dir).unwrap();
        let size = backup(data_dir.path(), &copy_dir.join("forkline.db")).await.unwrap();
        assert!(size > 10_000, "{size}");
        fs::copy(data_dir.path().join("secret"), copy_dir.join("secret")).unwrap();
        let copy = desk_with(open(&copy_dir).await, &copy_dir).await;
        let latest = copy.get_pipeline(id).await.unwrap();
        assert!(latest.version >= before, "{before} was answered before the copy, which has {}", latest.version);
        assert_eq!(latest.document.question, latest.version.to_string());
    }
    writer.abort();
}

#[tokio::test]
async fn a_backup_needs_no_server() {
    let (data_dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(data_dir.path()).await;
    store.keep_example("checkout", &document("?")).await.unwrap();
    store.close().await.unwrap();
    drop(store);
    let copy = elsewhere.path().join("forkline.db");
    backup(data_dir.path(), &copy).await.unwrap();
    assert_eq!(open(elsewhere.path()).await.get_example("checkout").await.unwrap(), document("?"));
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_kept_is_for_nobody_elses_eyes() {
    use std::os::unix::fs::PermissionsExt as _;
    let parent = tempfile::tempdir().unwrap();
    let data_dir = parent.path().join("absent/until/now");
    let store = open(&data_dir).await;
    store.keep_example("checkout", &document("?")).await.unwrap();
    let copy = parent.path().join("backup.db");
    backup(&data_dir, &copy).await.unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data_dir), 0o700);
    assert_eq!(mode(&copy), 0o600);
    for entry in fs::read_dir(&data_dir).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    // Who has let others in has had a reason.
    fs::set_permissions(data_dir.join("forkline.db"), fs::Permissions::from_mode(0o640)).unwrap();
    store.close().await.unwrap();
    drop(store);
    open(&data_dir).await;
    assert_eq!(mode(&data_dir.join("forkline.db")), 0o640);
}

#[tokio::test]
async fn a_copy_that_fails_leaves_nothing_behind() {
    let (data_dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(data_dir.path().join("forkline.db"), "no database, however long one looks at it".repeat(100)).unwrap();
    let failed = backup(data_dir.path(), &elsewhere.path().join("backup.db")).await;
    assert!(matches!(failed, Err(BackupError::Failed(_))), "{failed:?}");
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_backup_takes_the_place_of_nothing() {
    let (data_dir, empty) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    desk(data_dir.path()).await;
    let file = empty.path().join("backup.db");
    fs::write(&file, "dear to somebody").unwrap();
    assert!(matches!(backup(data_dir.path(), &file).await, Err(BackupError::Exists(_))));
    assert_eq!(fs::read_to_string(&file).unwrap(), "dear to somebody");
    let nowhere = backup(empty.path(), &empty.path().join("other.db")).await;
    assert!(matches!(nowhere, Err(BackupError::NoDatabase(_))), "{nowhere:?}");
}
