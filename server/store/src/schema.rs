//! The schema of the database, as the migrations of the top-level folder `migrations` make it.

use std::{path::Path, sync::LazyLock};

use sqlx::{
    ConnectOptions, Connection, SqlSafeStr, SqliteConnection,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
    sqlite::{SqliteConnectOptions, SqlitePool},
};

use crate::error::OpenError;

/// A migration by the name of its file, and what the file says.
macro_rules! migration {
    ($name:literal) => {
        ($name, include_str!(concat!("../../../migrations/", $name, ".sql")))
    };
}

/// All migrations. `sqlx::migrate!` would find them by itself; see `row.rs` for what its crate costs.
const FILES: [(&str, &str); 15] = [
    migration!("0001_pipelines"),
    migration!("0002_drafts"),
    migration!("0003_runs"),
    migration!("0004_records"),
    migration!("0005_evidence"),
    migration!("0006_notes"),
    migration!("0007_statuses"),
    migration!("0008_people"),
    migration!("0009_activity"),
    migration!("0010_links"),
    migration!("0011_milestones"),
    migration!("0012_discussion"),
    migration!("0013_identities"),
    migration!("0014_of_a_person"),
    migration!("0015_bought"),
];

static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| {
    let migrations = FILES.iter().zip(1..).map(|(&(name, sql), version)| {
        // A name is a number of four digits, an underscore, and words with underscores between them.
        let description = name[5..].replace('_', " ");
        Migration::new(version, description.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
});

/// SQLite's result code for a file that would have to be written: `SQLITE_READONLY`.
const READONLY: u32 = 8;

/// The last migration that this program knows.
pub(crate) const LATEST: i64 = FILES.len() as i64;

/// Makes a database of the latest schema in an empty file.
pub(crate) async fn create(file: &Path) -> Result<(), OpenError> {
    let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(file)).await?;
    let made = bring_up_to_date(&pool).await;
    pool.close().await;
    made
}

/// Refuses a database that has migrations this program does not know, before anything is written to it; the last migration that
/// it has, 0 for none.
///
/// The migrator would refuse it as well, but only on a connection that has already set the journal mode.
pub(crate) async fn refuse_unknown(file: &Path) -> Result<i64, OpenError> {
    let mut connection = SqliteConnectOptions::new().filename(file).read_only(true).connect().await?;
    let applied = match applied(&mut connection).await {
        // A crash before the first migration left a rollback journal, which only a writer can play back.
        Err(error) if would_write(&error) => Vec::new(),
        applied => applied?,
    };
    connection.close().await?;
    let last = applied.first().map_or(0, |(version, _)| *version);
    for (version, checksum) in applied {
        match MIGRATIONS.iter().find(|known| known.version == version) {
            None => return Err(OpenError::NewerSchema(version)),
            Some(known) if known.checksum != checksum => return Err(OpenError::OtherSchema(version)),
            Some(_) => {}
        }
    }
    Ok(last)
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

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::FILES;

    #[test]
    fn every_migration_is_listed_under_its_number() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
        let mut files: Vec<String> = fs::read_dir(folder)
            .expect("the migrations can be listed")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .filter_map(|name| name.strip_suffix(".sql").map(str::to_owned))
            .collect();
        files.sort();
        assert_eq!(FILES.map(|(name, _)| name.to_owned()).to_vec(), files);
        for (place, name) in files.iter().enumerate() {
            assert!(name.starts_with(&format!("{:04}_", place + 1)), "{name} has another number than its place");
        }
    }
}
