//! A process that is killed keeps what it has answered.
//!
//! The tests run themselves as another process, which opens a store, saves, and notes each answer in a ledger.

use std::{
    env,
    fs::{self, File},
    io::Write,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use ports::{Pipelines, SaveOutcome};
use sqlx::Connection;

use crate::{desk, desk_with, document, open, tool};

const TO_KILL: &str = "FORKLINE_TEST_DATA_DIR_TO_KILL";

#[tokio::test]
async fn a_kill_while_the_directory_is_made_leaves_one_that_opens() {
    if let Some(data_dir) = env::var_os(TO_KILL) {
        save_until_killed(Path::new(&data_dir)).await;
    }
    let data_dirs = tempfile::tempdir().unwrap();
    // From before the process does anything to about its first saves.
    for round in 0..24_u64 {
        let data_dir = data_dirs.path().join(round.to_string());
        fs::create_dir(&data_dir).unwrap();
        let child = start("killed::a_kill_while_the_directory_is_made_leaves_one_that_opens", &data_dir);
        thread::sleep(Duration::from_micros(500 + 700 * round));
        kill(child);
        answers_are_kept(&data_dir).await;
    }
}

#[tokio::test]
async fn after_a_kill_every_answered_save_is_there_and_none_is_half() {
    if let Some(data_dir) = env::var_os(TO_KILL) {
        save_until_killed(Path::new(&data_dir)).await;
    }
    let data_dir = tempfile::tempdir().unwrap();
    for round in 0..12_u64 {
        let before = answered(data_dir.path()).len();
        let mut child = start("killed::after_a_kill_every_answered_save_is_there_and_none_is_half", data_dir.path());
        while answered(data_dir.path()).len() == before {
            assert_eq!(child.try_wait().unwrap(), None, "it saves until it is killed");
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(Duration::from_micros(3_700 * round));
        kill(child);
        answers_are_kept(data_dir.path()).await;
    }
}

/// Runs a test of this file as a process that saves.
fn start(test: &str, data_dir: &Path) -> Child {
    Command::new(env::current_exe().expect("a test knows its program"))
        .args(["--exact", test])
        .env(TO_KILL, data_dir)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts")
}

fn kill(mut child: Child) {
    assert_eq!(child.try_wait().expect("it is our child"), None, "it saves until it is killed");
    child.kill().expect("it is killed");
    child.wait().expect("it ends");
}

/// The versions that processes had the answer for before they were killed.
fn answered(data_dir: &Path) -> Vec<u64> {
    let ledger = fs::read_to_string(data_dir.join("ledger")).unwrap_or_default();
    ledger.lines().map(|line| line.parse().expect("lines are written whole")).collect()
}

async fn save_until_killed(data_dir: &Path) {
    let store = desk(data_dir).await;
    let list = store.list_pipelines().await.expect("they are listed");
    let mut latest = match list.first() {
        Some(summary) => store.get_pipeline(summary.id).await.expect("it is read"),
        None => store.create_pipeline(&document("1")).await.expect("it is created"),
    };
    let mut ledger = File::options().append(true).create(true).open(data_dir.join("ledger")).expect("the ledger opens");
    loop {
        latest.document.question = (latest.version + 1).to_string();
        let outcome = store.save_pipeline(latest.id, latest.version, &latest.document).await.expect("it is saved");
        let SaveOutcome::Saved { version, .. } = outcome else { panic!("nobody else saves") };
        latest.version = version;
        ledger.write_all(format!("{version}\n").as_bytes()).expect("the ledger is written");
    }
}

/// Compares the store with the ledger.
async fn answers_are_kept(data_dir: &Path) {
    let answered = answered(data_dir);
    let store = open(data_dir).await;
    let desk = desk_with(store.clone(), data_dir).await;
    let list = desk.list_pipelines().await.expect("they are listed");
    let version = list.first().map_or(0, |summary| summary.version);
    assert!(answered.last().is_none_or(|&last| last <= version), "{answered:?} were answered, {version} is the latest");
    for version in 1..=version {
        let revision = desk.get_revision(list[0].id, version).await.expect("every version is read");
        assert_eq!(revision.document.question, version.to_string());
    }
    store.check().await.expect("it reads and writes");
    store.close().await.expect("it closes");
    drop((desk, store));
    let mut tool = tool(data_dir).await;
    let integrity: String =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut tool).await.expect("SQLite checks it");
    assert_eq!(integrity, "ok");
    tool.close().await.expect("it closes");
}
