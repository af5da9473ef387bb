//! The store as others use it, on files.

mod backed_up;
mod contract;
mod dropped;
mod killed;
mod opened;
mod promises;
mod unchangeable;
mod whole;

use std::{fs, path::Path, sync::Arc};

use model::Document;
use ports::{
    Secret, UnixMillis,
    fake::{Desk, FixedClock},
};
use sqlx::{ConnectOptions, SqliteConnection, sqlite::SqliteConnectOptions};
use store::{OpenError, SqliteStore};

async fn try_open(data_dir: &Path) -> Result<SqliteStore, OpenError> {
    SqliteStore::open(data_dir, Arc::new(FixedClock::at(UnixMillis(1_700_000_000_000)))).await
}

async fn open(data_dir: &Path) -> SqliteStore {
    try_open(data_dir).await.expect("the data directory opens")
}

/// The desk of somebody whose store is in this directory. Whoever was there first gets it again.
async fn desk(data_dir: &Path) -> Desk {
    desk_with(open(data_dir).await, data_dir).await
}

/// The same with a store that is open.
async fn desk_with(store: SqliteStore, data_dir: &Path) -> Desk {
    let store = Arc::new(store);
    let kept = data_dir.join("secret");
    if let Some(secret) = fs::read_to_string(&kept).ok().and_then(|secret| Secret::parse(&secret)) {
        return Desk::of(store, &secret).await.expect("they are recognised");
    }
    let desk = Desk::of_guest(store).await.expect("a guest is made");
    fs::write(kept, desk.secret().reveal()).expect("the secret is kept");
    desk
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
