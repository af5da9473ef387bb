//! The schema of the database, as the migrations of the top-level folder `migrations` make it.

use std::path::Path;

use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    migrate::{MigrateError, Migrator},
    sqlite::{SqliteConnectOptions, SqlitePool},
};

use crate::error::OpenError;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// SQLite's result code for a file that would have to be written: `SQLITE_READONLY`.
const READONLY: u32 = 8;

/// Refuses a database that has migrations this program does not know, before anything is written to it.
///
/// The migrator would refuse it as well, but only on a connection that has already set the journal mode.
pub(crate) async fn refuse_unknown(file: &Path) -> Result<(), OpenError> {
    if !file.try_exists().map_err(|error| OpenError::Failed(error.into()))? {
        return Ok(());
    }
    let mut connection = SqliteConnectOptions::new().filename(file).read_only(true).connect().await?;
    let applied = match applied(&mut connection).await {
        // A crash before the first migration left a rollback journal, which only a writer can play back.
        Err(error) if would_write(&error) => Vec::new(),
        applied => applied?,
    };
    connection.close().await?;
    for (version, checksum) in applied {
        match MIGRATIONS.iter().find(|known| known.version == version) {
            None => return Err(OpenError::NewerSchema(version)),
            Some(known) if known.checksum != checksum => return Err(OpenError::OtherSchema(version)),
            Some(_) => {}
        }
    }
    Ok(())
}

/// Applies the migrations that are missing, each in a transaction of its own.
pub(crate) async fn bring_up_to_date(writer: &SqlitePool) -> Result<(), OpenError> {
    MIGRATIONS.run(writer).await.map_err(|error| match error {
        MigrateError::VersionMissing(version) => OpenError::NewerSchema(version),
        MigrateError::VersionMismatch(version) => OpenError::OtherSchema(version),
        other => OpenError::Failed(other.into()),
    })
}

async fn applied(connection: &mut SqliteConnection) -> Result<Vec<(i64, Vec<u8>)>, sqlx::Error> {
    let started: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_master WHERE name = '_sqlx_migrations'")
        .fetch_one(&mut *connection)
        .await?;
    if started == 0 {
        return Ok(Vec::new());
    }
    sqlx::query_as("SELECT version, checksum FROM _sqlx_migrations ORDER BY version DESC").fetch_all(connection).await
}

/// The extended code keeps the primary one in its lowest byte.
fn would_write(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code()).and_then(|code| code.parse::<u32>().ok());
    code.is_some_and(|code| code & 0xff == READONLY)
}
