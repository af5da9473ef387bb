//! A copy of the database, taken while others use it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::{directory, open::DATABASE};

/// Why there is no copy. The message says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is no database to copy.
    #[error("there is no database in {}; name the data directory with --data", .0.display())]
    NoDatabase(PathBuf),
    /// A backup never takes the place of another file.
    #[error("{} is there already; choose another name", .0.display())]
    Exists(PathBuf),
    /// The copy is not what it should be. It is left for whoever wants to look at it.
    #[error("the copy {} is damaged ({problems}); nothing is known to be wrong with the original", copy.display())]
    Damaged {
        /// The copy.
        copy: PathBuf,
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

/// Copies the database of a data directory into a new file, as it is at one moment, and checks the copy; its size in bytes.
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
    match directory::private().create_new(true).open(to) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(BackupError::Exists(to.to_owned())),
        made => made?,
    };
    let copied = copy(&database, to).await;
    if !matches!(copied, Ok(_) | Err(BackupError::Damaged { .. })) {
        // Half a copy is of no use to anybody, and would be in the way of the next.
        let _ = fs::remove_file(to);
    }
    copied
}

/// SQLite copies into a file that is there if it is empty.
async fn copy(database: &Path, to: &Path) -> Result<u64, BackupError> {
    let mut original = SqliteConnectOptions::new().filename(database).read_only(true).connect().await?;
    sqlx::query("VACUUM INTO ?").bind(to.to_string_lossy()).execute(&mut original).await?;
    original.close().await?;
    let mut copy = SqliteConnectOptions::new().filename(to).read_only(true).connect().await?;
    let problems = problems(&mut copy).await?;
    copy.close().await?;
    if !problems.is_empty() {
        return Err(BackupError::Damaged { copy: to.to_owned(), problems: problems.join("; ") });
    }
    // SQLite does not wait for the disk when it makes such a copy.
    let file = fs::File::options().write(true).open(to)?;
    file.sync_all()?;
    Ok(file.metadata()?.len())
}

async fn problems(copy: &mut SqliteConnection) -> Result<Vec<String>, sqlx::Error> {
    let mut found: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut *copy).await?;
    found.retain(|line| line != "ok");
    let dangling: i64 = sqlx::query_scalar("SELECT count(*) FROM pragma_foreign_key_check").fetch_one(copy).await?;
    if dangling > 0 {
        found.push(format!("{dangling} references lead nowhere"));
    }
    Ok(found)
}
