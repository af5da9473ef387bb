//! The fake keeps the contract that it helps to check elsewhere.

use std::sync::Arc;

use ports::{
    Clock, Origin, Store, UnixMillis,
    contract::keeps_the_contract,
    fake::{FixedClock, MemoryStore},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_store_in_memory_keeps_the_contract() {
    keeps_the_contract(async || MemoryStore::new(Arc::new(FixedClock::at(UnixMillis(0))))).await;
}

#[tokio::test]
async fn the_fixed_clock_says_what_it_was_told() {
    let clock = Arc::new(FixedClock::at(UnixMillis(5)));
    let store = MemoryStore::new(Arc::clone(&clock) as Arc<dyn Clock>);
    clock.set(UnixMillis(7));
    let pipeline = store.create_pipeline(&model::Document::new("Order intake"), Origin::Made).await.unwrap();
    assert_eq!(pipeline.saved_at, UnixMillis(7));
}
