//! What goes wrong, in the words of this crate, and how it becomes a word of the ports.

use std::path::PathBuf;

use ports::StoreError;

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
    #[error("a write did not come to its end")]
    CutShort(#[from] tokio::task::JoinError),
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match error {
            Error::Missing(what) => StoreError::NotFound(what),
            Error::Overtaken(what) => StoreError::Overtaken(what),
            Error::Unreadable { .. } | Error::Sqlite(_) | Error::CutShort(_) => StoreError::Failed(error.into()),
        }
    }
}
