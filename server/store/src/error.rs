//! What goes wrong, in the words of this crate, and how it becomes a word of the ports.

use std::path::PathBuf;

use ports::StoreError;

use crate::backup::BackupError;

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a data directory could not be opened. The message says what to do about it; sources say why.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It could not be created, or its lock file could not be used.
    #[error("the data directory {} cannot be used", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// Two processes must not serve one directory.
    #[error(
        "another forkline process uses the data directory {}; stop it, or give this one a directory of its own",
        .0.display()
    )]
    InUse(PathBuf),
    /// A directory with other files and no database is likely the wrong one.
    #[error(
        "there is no database (forkline.db) in {}, and the directory is not empty; name the right one with --data, or \
         begin a new instance there with --new",
        .0.display()
    )]
    NoDatabase(PathBuf),
    /// A log without its database.
    #[error(
        "{} is there without its database (forkline.db); put both where they belong, or restore a backup into an empty \
         directory: forkline restore BACKUP --data DIRECTORY",
        .0.display()
    )]
    LogAlone(PathBuf),
    /// An empty file, or one of another kind.
    #[error(
        "{} is not a database (nothing was changed); move it away and restore a backup: forkline restore BACKUP --data \
         DIRECTORY",
        .0.display()
    )]
    NotADatabase(PathBuf),
    /// A file whose end is missing.
    #[error(
        "the end of {} is missing (nothing was changed); move it away and restore a backup: forkline restore BACKUP --data \
         DIRECTORY",
        .0.display()
    )]
    Truncated(PathBuf),
    /// A database that was in use when it was copied, without its log.
    #[error(
        "{} was in use when it was stopped or copied, and its log {} is not there: writes may be missing (nothing was \
         changed); put the log beside it, restore a copy by `forkline backup`, or take the database as it is with --without-log",
        database.display(), log.display()
    )]
    LogMissing {
        /// The database.
        database: PathBuf,
        /// Where its log should be.
        log: PathBuf,
    },
    /// A log that is not this database's.
    #[error(
        "{} is the log of another database than {} (nothing was changed); move the log away if the database is the one \
         that you want",
        log.display(), database.display()
    )]
    ForeignLog {
        /// The database.
        database: PathBuf,
        /// The log.
        log: PathBuf,
    },
    /// Its contents are not sound.
    #[error(
        "the database {} is damaged ({problems}); restore a backup into an empty directory: forkline restore BACKUP --data \
         DIRECTORY",
        database.display()
    )]
    Damaged {
        /// The database.
        database: PathBuf,
        /// What SQLite says about it.
        problems: String,
    },
    /// No copy could be made before the schema changes.
    #[error("the database cannot be copied before its schema is changed (nothing was changed)")]
    NoCopy(#[source] BackupError),
    /// The SQLite in this program may lose commits.
    #[error(
        "this program was built with SQLite {0}, which may lose commits in write-ahead-log mode; \
         build it with SQLite 3.51.3 or later"
    )]
    UnsafeSqlite(String),
    /// A newer program has been here.
    #[error(
        "the database was last used by a newer forkline: migration {0} is unknown to this one; \
         start that version or a later one (nothing was changed)"
    )]
    NewerSchema(i64),
    /// The database was made by other migrations than this program's.
    #[error("migration {0} of the database is not the one this program knows under that number (nothing was changed)")]
    OtherSchema(i64),
    /// SQLite failed.
    #[error("the database cannot be opened")]
    Failed(#[source] Cause),
}

impl From<sqlx::Error> for OpenError {
    fn from(error: sqlx::Error) -> Self {
        OpenError::Failed(error.into())
    }
}

/// Why a read or a write of an open store came to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("there is no such {0}")]
    Missing(&'static str),
    #[error("this {0} has been changed in the meantime")]
    Overtaken(&'static str),
    #[error("a stored {what} cannot be read")]
    Unreadable { what: &'static str, source: Cause },
    #[error("SQLite failed")]
    Sqlite(#[from] sqlx::Error),
    #[error("the disk is full")]
    Full,
    #[error("the lock file cannot be used")]
    Lock(#[from] std::io::Error),
    #[error("a write did not come to its end")]
    CutShort(#[from] tokio::task::JoinError),
}

/// Whether SQLite found no room: `SQLITE_FULL`, or `SQLITE_IOERR_SHMSIZE` where the index of the log cannot grow.
fn is_full(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code());
    matches!(code.as_deref(), Some("13" | "4874"))
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match error {
            Error::Missing(what) => StoreError::NotFound(what),
            Error::Overtaken(what) => StoreError::Overtaken(what),
            Error::Full => StoreError::Full,
            Error::Sqlite(error) if is_full(&error) => StoreError::Full,
            Error::Unreadable { .. } | Error::Sqlite(_) | Error::Lock(_) | Error::CutShort(_) => {
                StoreError::Failed(error.into())
            }
        }
    }
}
