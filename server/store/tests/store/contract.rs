//! The promises of `ports`, kept on files.

use std::cell::Cell;

use ports::contract::keeps_the_contract;

use crate::open;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_store_in_sqlite_keeps_the_contract() {
    let data_dirs = tempfile::tempdir().unwrap();
    let count = Cell::new(0);
    keeps_the_contract(async || {
        count.set(count.get() + 1);
        open(&data_dirs.path().join(count.get().to_string())).await
    })
    .await;
}
