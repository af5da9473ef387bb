//! The promises of the store, kept on files.

use std::{cell::Cell, sync::Arc};

use ports::fake::Desk;

use crate::{open, promises};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_store_in_sqlite_keeps_its_promises() {
    let data_dirs = tempfile::tempdir().unwrap();
    let count = Cell::new(0);
    promises::are_kept(async || {
        count.set(count.get() + 1);
        let store = open(&data_dirs.path().join(count.get().to_string())).await;
        Desk::of_guest(Arc::new(store)).await.expect("a guest is made")
    })
    .await;
}
