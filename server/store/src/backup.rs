//! A copy of the database, taken while others use it.

use std::{
    io,
    path::{Path, PathBuf},
};

use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::{files::Unfinished, open::DATABASE};

/// Why there is no copy. The message says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is no database to copy.
    #[error("there is no database in {}; name the data directory with --data", .0.display())]
    NoDatabase(PathBuf),
    /// A backup never takes the place of another file.
    #[error("{} is there already; choose another name", .0.display())]
    Exists(PathBuf),
    /// The copy is not what it should be.
    #[error("the copy is damaged ({problems}); check the disk, and the original by another backup elsewhere")]
    Damaged {
        /// What SQLite says about it.
        problems: String,
    },
    /// SQLite could not read the original or write the copy.
    #[error("the database cannot be copied")]
    Failed(#[from] sqlx::Error),
    /// The copy could not be brought to the disk.
    #[error("the copy cannot be written")]
    Disk(#[from] io::Error),
}

/// Copies the database of a data directory into a new file, as it is at one moment, and checks the copy; its size in bytes. The
/// file has its name only once it is whole.
///
/// It is safe while a server uses the directory: the copy holds every write that was answered before it began. The file is a
/// data directory's `forkline.db`; put into an empty directory, it is served like the original. On Unix nobody but this user may
/// read it, as it holds everything.
///
/// # Errors
///
/// Where there is no database, the file exists, or the copy cannot be made or is not sound.
pub async fn backup(data_dir: &Path, to: &Path) -> Result<u64, BackupError> {
    let database = data_dir.join(DATABASE);
    if !database.try_exists()? {
        return Err(BackupError::NoDatabase(data_dir.to_owned()));
    }
    if to.try_exists()? {
        return Err(BackupError::Exists(to.to_owned()));
    }
    copy_whole(&database, to).await
}

/// Copies a database into a file that has its name once the copy is whole; its size in bytes.
pub(crate) async fn copy_whole(database: &Path, to: &Path) -> Result<u64, BackupError> {
    let unfinished = Unfinished::of(to)?;
    copy(database, unfinished.path()).await?;
    Ok(unfinished.finish(to)?)
}

/// Copies a database into an empty file, and checks the copy.
pub(crate) async fn copy(database: &Path, to: &Path) -> Result<(), BackupError> {
    let mut original = SqliteConnectOptions::new().filename(database).read_only(true).connect().await?;
    sqlx::query("VACUUM INTO ?").bind(to.to_string_lossy()).execute(&mut original).await?;
    original.close().await?;
    let mut copy = SqliteConnectOptions::new().filename(to).read_only(true).connect().await?;
    let problems = problems(&mut copy).await?;
    copy.close().await?;
    if problems.is_empty() { Ok(()) } else { Err(BackupError::Damaged { problems: problems.join("; ") }) }
}

/// What SQLite finds wrong with a database.
pub(crate) async fn problems(copy: &mut SqliteConnection) -> Result<Vec<String>, sqlx::Error> {
    let mut found: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut *copy).await?;
    found.retain(|line| line != "ok");
    let dangling: i64 = sqlx::query_scalar("SELECT count(*) FROM pragma_foreign_key_check").fetch_one(copy).await?;
    if dangling > 0 {
        found.push(format!("{dangling} references lead nowhere"));
    }
    Ok(found)
}
