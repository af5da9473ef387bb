//! Putting a backup in the place of a database.

use std::{
    io,
    path::{Path, PathBuf},
};

use ports::UnixMillis;
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};

use crate::{
    backup::{self, BackupError},
    directory,
    error::OpenError,
    files::{self, Accept, Found, Unfinished},
    open::DATABASE,
    schema,
};

/// Why nothing was restored. The message says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// There is no such file.
    #[error("there is no backup {}", .0.display())]
    NoBackup(PathBuf),
    /// The backup is not one, or not of this program.
    #[error("the backup cannot be restored")]
    Unfit(#[source] OpenError),
    /// The backup is not sound, or cannot be copied.
    #[error("the backup cannot be copied")]
    Copy(#[source] BackupError),
    /// There is something already.
    #[error(
        "{} holds data already; restore into an empty directory, or give --replace to move what is there aside",
        .0.display()
    )]
    HoldsData(PathBuf),
    /// The data directory is in use, or what is in it cannot be made sense of.
    #[error("nothing can be restored there")]
    Directory(#[source] OpenError),
    /// A file could not be written or moved.
    #[error("the data directory cannot be written")]
    Disk(#[from] io::Error),
}

/// What was restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// The size of the database \[bytes\].
    pub size: u64,
    /// Where the database is that was there before.
    pub kept: Option<PathBuf>,
    /// How many sessions of accounts have ended by it.
    pub sessions: u64,
}

/// Makes a backup the database of a data directory that nothing serves. The backup is checked before anything is touched, and
/// whole on the disk before it has its name. What was there is moved aside where other files are accepted, and refused otherwise.
///
/// # Errors
///
/// Where the backup is not sound or of a newer program, the directory is in use or holds data, or a file cannot be written.
pub async fn restore(
    backup: &Path,
    data_dir: &Path,
    accept: Accept,
    now: UnixMillis,
) -> Result<Restored, RestoreError> {
    if !backup.try_exists()? {
        return Err(RestoreError::NoBackup(backup.to_owned()));
    }
    files::refuse_unfit(backup, accept).map_err(RestoreError::Unfit)?;
    schema::refuse_unknown(backup).await.map_err(RestoreError::Unfit)?;
    let lock = directory::take(data_dir).map_err(RestoreError::Directory)?;
    let database = data_dir.join(DATABASE);
    // What is damaged is what a backup is for; only a directory that is somebody else's is refused in any case.
    let found = files::inspect(data_dir, &lock, accept);
    let is_empty = matches!(found, Ok(Found::Nothing));
    if !is_empty && !accept.other_files {
        return Err(match found {
            Err(error @ OpenError::NoDatabase(_)) => RestoreError::Directory(error),
            _ => RestoreError::HoldsData(data_dir.to_owned()),
        });
    }
    let unfinished = Unfinished::of(&database)?;
    backup::copy(backup, unfinished.path()).await.map_err(RestoreError::Copy)?;
    let sessions = end_sessions(unfinished.path()).await.map_err(|error| RestoreError::Copy(error.into()))?;
    let kept = if is_empty { None } else { files::move_aside(&database, now)? };
    let size = unfinished.finish(&database)?;
    lock.note_closed()?;
    Ok(Restored { size, kept, sessions })
}

/// Ends what was under way when the backup was made: sessions that were ended since, and links that were used since, would be
/// good again. A guest has nothing but a session, and keeps it. How many ended.
async fn end_sessions(database: &Path) -> Result<u64, sqlx::Error> {
    let mut connection = SqliteConnectOptions::new().filename(database).connect().await?;
    let ended = sqlx::query("DELETE FROM sessions WHERE person_id IN (SELECT id FROM people WHERE state <> 'guest')")
        .execute(&mut connection)
        .await;
    let ended = match ended {
        Ok(ended) => ended.rows_affected(),
        // A backup from before there were people has no sessions.
        Err(error) if error.as_database_error().is_some_and(|error| error.message().starts_with("no such table")) => 0,
        Err(error) => return Err(error),
    };
    if ended > 0 {
        sqlx::query("DELETE FROM tickets").execute(&mut connection).await?;
    }
    connection.close().await?;
    Ok(ended)
}
