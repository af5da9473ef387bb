//! How a data directory is opened.

use std::{path::Path, sync::Arc};

use ports::Clock;
use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};

use crate::{SqliteStore, connections::Connections, directory, error::OpenError, schema};

/// The name of the database in its data directory.
pub(crate) const DATABASE: &str = "forkline.db";

/// Earlier versions may lose commits when a checkpoint meets a writer: <https://sqlite.org/wal.html#walresetbug>.
const SAFE_SQLITE: [u32; 3] = [3, 51, 3];

impl SqliteStore {
    /// Opens the database in `data_dir`, creates both where they are absent, and brings the schema up to date.
    ///
    /// # Errors
    ///
    /// When the directory is in use or unusable, when this program's SQLite is not safe, and when the database is
    /// newer than this program. None of these changes the database.
    pub async fn open(data_dir: &Path, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        refuse_unsafe_sqlite().await?;
        let lock = directory::take(data_dir)?;
        let file = data_dir.join(DATABASE);
        schema::refuse_unknown(&file).await?;
        directory::create_private(&file)
            .map_err(|source| OpenError::Directory { path: data_dir.to_owned(), source })?;
        let connections = Connections::open(&file, clock, lock).await?;
        Ok(SqliteStore(Arc::new(connections)))
    }
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
