//! How a data directory is opened.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use ports::Clock;
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};

use crate::{
    SqliteStore, backup,
    connections::Connections,
    directory,
    error::OpenError,
    files::{self, Accept, Found, Unfinished},
    schema,
};

/// The name of the database in its data directory.
pub(crate) const DATABASE: &str = "forkline.db";

/// Earlier versions may lose commits when a checkpoint meets a writer: <https://sqlite.org/wal.html#walresetbug>.
const SAFE_SQLITE: [u32; 3] = [3, 51, 3];

/// What was met when a data directory was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Whether there was nothing, and a new instance has begun.
    pub is_new: bool,
    /// Whether the database was in use when its program ended: its log was played back, and it was checked.
    pub was_in_use: bool,
    /// The last migration that the database had.
    pub schema_before: i64,
    /// The last migration that it has now.
    pub schema: i64,
    /// The copy that was made of it before migrations.
    pub copy: Option<PathBuf>,
}

impl SqliteStore {
    /// Opens the database in `data_dir`, creates both where they are absent, and brings the schema up to date. What is not
    /// empty and has no database is refused.
    ///
    /// # Errors
    ///
    /// When the directory is in use or unusable, when this program's SQLite is not safe, when the files in it are not whole
    /// or do not belong together, and when the database is newer than this program. None of these changes the database.
    pub async fn open(data_dir: &Path, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        Ok(Self::open_accepting(data_dir, clock, Accept::default()).await?.0)
    }

    /// The same, with what is accepted although it may be a mistake.
    ///
    /// # Errors
    ///
    /// As [`SqliteStore::open`].
    pub async fn open_accepting(
        data_dir: &Path,
        clock: Arc<dyn Clock>,
        accept: Accept,
    ) -> Result<(Self, Opening), OpenError> {
        refuse_unsafe_sqlite().await?;
        let lock = directory::take(data_dir)?;
        let unusable = |source| OpenError::Directory { path: data_dir.to_owned(), source };
        let file = data_dir.join(DATABASE);
        let found = files::inspect(data_dir, &lock, accept)?;
        let was_in_use = found == Found::Database { in_use: true };
        if found == Found::Nothing {
            let new = Unfinished::of(&file).map_err(unusable)?;
            schema::create(new.path()).await?;
            new.finish(&file).map_err(unusable)?;
        }
        let schema_before = schema::refuse_unknown(&file).await?;
        lock.note_closed().map_err(unusable)?;
        if was_in_use {
            refuse_damaged(&file).await?;
        }
        let copy = match schema_before {
            before if before < schema::LATEST && before > 0 => Some(copy_before_migrations(&file, before).await?),
            _ => None,
        };
        let connections = Connections::open(&file, clock, lock).await?;
        let is_new = found == Found::Nothing;
        let opening = Opening { is_new, was_in_use, schema_before, schema: schema::LATEST, copy };
        Ok((SqliteStore(Arc::new(connections)), opening))
    }
}

/// A log that was played back may be another database's, or half of one.
async fn refuse_damaged(file: &Path) -> Result<(), OpenError> {
    let mut connection = SqliteConnectOptions::new().filename(file).connect().await?;
    let problems = backup::problems(&mut connection).await.unwrap_or_else(|error| vec![error.to_string()]);
    connection.close().await?;
    match problems.as_slice() {
        [] => Ok(()),
        problems => Err(OpenError::Damaged { database: file.to_owned(), problems: problems.join("; ") }),
    }
}

/// Copies the database into a file beside it, in the place of the copy before the last migrations.
async fn copy_before_migrations(file: &Path, schema: i64) -> Result<PathBuf, OpenError> {
    let copy = file.with_file_name(format!("{DATABASE}.before-migration-{}", schema + 1));
    backup::copy_whole(file, &copy).await.map_err(OpenError::NoCopy)?;
    Ok(copy)
}

/// Asks a database in memory, so that an unsafe SQLite never touches the file.
async fn refuse_unsafe_sqlite() -> Result<(), OpenError> {
    let mut memory = SqliteConnectOptions::new().in_memory(true).connect().await?;
    let version: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&mut memory).await?;
    if is_safe(&version) { Ok(()) } else { Err(OpenError::UnsafeSqlite(version)) }
}

fn is_safe(version: &str) -> bool {
    let parts: Result<Vec<u32>, _> = version.split('.').map(str::parse).collect();
    parts.is_ok_and(|parts| parts.as_slice() >= SAFE_SQLITE.as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_sqlite_in_this_program_is_safe() {
        refuse_unsafe_sqlite().await.unwrap();
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        for safe in ["3.51.3", "3.51.10", "3.53.0", "3.100.0", "4.0.0"] {
            assert!(is_safe(safe), "{safe}");
        }
        for unsafe_ in ["3.51.2", "3.46.0", "3.9.9", "2.99.99", "", "3.51", "3.x.1"] {
            assert!(!is_safe(unsafe_), "{unsafe_}");
        }
    }
}
