//! The connections to the database: one that writes, a few that read.
//!
//! Several writers would not be faster, since SQLite lets one write at a time, and its way of making the others wait
//! is unfair: under load some wait until they fail. The queue of the pool is fair.

use std::{path::Path, sync::Arc, time::Duration};

use ports::{Clock, PersonId, PipelineId, TeamId, UnixMillis};
use sqlx::{
    Connection, Sqlite, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous},
};
use uuid::fmt::Hyphenated;

use crate::{
    directory::Lock,
    error::{Error, OpenError},
    schema,
};

/// How long a write waits for a lock that another program holds, for example somebody's backup.
const BUSY: Duration = Duration::from_secs(5);
/// How long a request queues for a connection before it is told that the store failed.
const QUEUE: Duration = Duration::from_secs(10);
const READERS: u32 = 4;

#[derive(Debug)]
pub(crate) struct Connections {
    writer: SqlitePool,
    reader: SqlitePool,
    clock: Arc<dyn Clock>,
    /// Comes last, because it is dropped last: the directory is free only when nothing uses it.
    lock: Lock,
}

impl Connections {
    /// The writer comes first: it creates the file, switches it to write-ahead logging and migrates it, none of
    /// which a reader can.
    pub(crate) async fn open(file: &Path, clock: Arc<dyn Clock>, lock: Lock) -> Result<Self, OpenError> {
        let options = SqliteConnectOptions::new().filename(file).busy_timeout(BUSY).foreign_keys(true);
        let writing = options
            .clone()
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let writer = pool(1).connect_with(writing).await?;
        schema::bring_up_to_date(&writer).await?;
        // All of them now: later there may be no file left for one.
        let reader = pool(READERS).min_connections(READERS).connect_with(options.read_only(true)).await?;
        let connections = Self { writer, reader, clock, lock };
        connections.lock.note_open().map_err(|error| OpenError::Failed(error.into()))?;
        Ok(connections)
    }

    /// The room that is left on the disk \[bytes\].
    fn room(&self) -> Result<u64, Error> {
        #[cfg(unix)]
        {
            let found = rustix::fs::fstatvfs(self.lock.file()).map_err(std::io::Error::from)?;
            Ok(found.f_bavail.saturating_mul(found.f_frsize))
        }
        #[cfg(not(unix))]
        Ok(u64::MAX)
    }

    pub(crate) fn reader(&self) -> &SqlitePool {
        &self.reader
    }

    /// A transaction that holds the write lock from its beginning. One that reads first and asks for the lock later
    /// fails at once when somebody has written in between, however long it would be willing to wait.
    ///
    /// Dropped without a commit, it is rolled back.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, Error> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    pub(crate) fn now(&self) -> UnixMillis {
        self.clock.now()
    }

    /// The writer is closed last, because only a writer can fold the write-ahead log into the database. Then the database is
    /// marked as one without a log.
    pub(crate) async fn close(&self) -> Result<(), Error> {
        self.reader.close().await;
        let noted = self.lock.note_closed();
        let folded = match self.writer.acquire().await {
            Ok(mut writer) => sqlx::query("PRAGMA journal_mode = DELETE").execute(&mut *writer).await.map(drop),
            Err(error) => Err(error),
        };
        self.writer.close().await;
        folded?;
        Ok(noted?)
    }
}

/// Connections stay open for as long as the program runs: opening the writer again would cost the next write.
fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(QUEUE)
        .idle_timeout(None)
        .max_lifetime(None)
        // SQLite ends a transaction by itself when the disk is full. sqlx 0.9 then fails to roll it back, still
        // counts it as open and refuses to begin another on this connection for ever. Such a connection is replaced.
        .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
}

/// Less room than this is no room: a save, its log and the index of the log have to fit \[bytes\].
const LEAST_ROOM: u64 = 8_000_000;

/// Reads a page, takes and gives back the write lock, and looks for room on the disk.
pub(crate) async fn check(connections: Arc<Connections>) -> Result<(), Error> {
    if connections.room()? < LEAST_ROOM {
        return Err(Error::Full);
    }
    sqlx::query("SELECT 1 FROM pipelines LIMIT 1").fetch_optional(connections.reader()).await?;
    connections.begin().await?.rollback().await?;
    Ok(())
}

/// An id as the tables hold it.
pub(crate) fn stored_id(id: PipelineId) -> Hyphenated {
    id.0.hyphenated()
}

/// The id of a person as the tables hold it.
pub(crate) fn stored_person(id: PersonId) -> Hyphenated {
    id.0.hyphenated()
}

/// The id of a team as the tables hold it.
pub(crate) fn stored_team(id: TeamId) -> Hyphenated {
    id.0.hyphenated()
}

/// A version as the tables hold it. The largest that fits stands for those that do not, which no pipeline reaches.
pub(crate) fn stored_version(version: u64) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use ports::{Pipelines, StoreError, fake::FixedClock};

    use super::*;
    use crate::SqliteStore;

    async fn opened(data_dir: &Path) -> SqliteStore {
        SqliteStore::open(data_dir, Arc::new(FixedClock::at(UnixMillis(0)))).await.unwrap()
    }

    #[tokio::test]
    async fn the_writer_is_durable_and_keeps_references() {
        let data_dir = tempfile::tempdir().unwrap();
        let store = opened(data_dir.path()).await;
        let pragma = async |name: &'static str| -> String {
            let sql = sqlx::AssertSqlSafe(format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}"));
            sqlx::query_scalar(sql).fetch_one(&store.0.writer).await.unwrap()
        };
        assert_eq!(pragma("journal_mode").await, "wal");
        assert_eq!(pragma("synchronous").await, "2");
        assert_eq!(pragma("foreign_keys").await, "1");
        let busy: i64 = sqlx::query_scalar("PRAGMA busy_timeout").fetch_one(&store.0.writer).await.unwrap();
        assert_eq!(busy, 5_000);
    }

    #[tokio::test]
    async fn a_reader_cannot_write() {
        let data_dir = tempfile::tempdir().unwrap();
        let store = opened(data_dir.path()).await;
        let written = sqlx::query("DELETE FROM pipelines").execute(store.0.reader()).await;
        assert!(written.unwrap_err().to_string().contains("readonly"));
    }

    #[tokio::test]
    async fn the_writer_works_again_after_the_disk_was_full() {
        let data_dir = tempfile::tempdir().unwrap();
        let store = opened(data_dir.path()).await;
        let mut document = model::Document::new("Order intake");
        store.keep_example("checkout", &document).await.unwrap();
        // The smallest limit that SQLite accepts is the present size.
        sqlx::query("PRAGMA max_page_count = 1").execute(&store.0.writer).await.unwrap();
        let before = document.clone();
        document.question = "?".repeat(10_000);
        let full = store.keep_example("checkout", &document).await;
        assert!(matches!(full, Err(StoreError::Full)), "{full:?}");
        assert_eq!(store.get_example("checkout").await.unwrap(), before);
        sqlx::query("PRAGMA max_page_count = 1000").execute(&store.0.writer).await.unwrap();
        store.check().await.unwrap();
        store.keep_example("checkout", &document).await.unwrap();
        assert_eq!(store.get_example("checkout").await.unwrap(), document);
    }

    #[tokio::test]
    async fn a_connection_whose_transaction_sqlite_ended_by_itself_is_replaced() {
        let data_dir = tempfile::tempdir().unwrap();
        let store = opened(data_dir.path()).await;
        let mut transaction = store.0.begin().await.unwrap();
        // What SQLite does when it cannot go on: sqlx hears nothing of it.
        sqlx::query("ROLLBACK").execute(&mut *transaction).await.unwrap();
        drop(transaction);
        store.check().await.unwrap();
    }
}
