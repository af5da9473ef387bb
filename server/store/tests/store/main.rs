//! The store as others use it, on files.

mod contract;
mod dropped;
mod killed;
mod opened;
mod unchangeable;

use std::{path::Path, sync::Arc};

use model::Document;
use ports::{UnixMillis, fake::FixedClock};
use sqlx::{ConnectOptions, SqliteConnection, sqlite::SqliteConnectOptions};
use store::{OpenError, SqliteStore};

async fn try_open(data_dir: &Path) -> Result<SqliteStore, OpenError> {
    SqliteStore::open(data_dir, Arc::new(FixedClock::at(UnixMillis(1_700_000_000_000)))).await
}

async fn open(data_dir: &Path) -> SqliteStore {
    try_open(data_dir).await.expect("the data directory opens")
}

/// A connection past the store, as somebody with a database tool has it.
async fn tool(data_dir: &Path) -> SqliteConnection {
    let file = SqliteConnectOptions::new().filename(data_dir.join("forkline.db"));
    file.connect().await.expect("the database opens")
}

fn document(question: &str) -> Document {
    let mut document = Document::new("Order intake");
    document.question = question.to_owned();
    document
}
