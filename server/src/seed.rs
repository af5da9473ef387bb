//! The examples, stored so that a workspace is never empty.

use ports::{Pipelines, StoreError};

/// Stores each example that is not there yet, and a new version of each that has changed with the program.
pub(crate) async fn seed_examples(store: &dyn Pipelines) -> Result<(), StoreError> {
    for example in &model::EXAMPLES {
        store.keep_example(example.slug, &example.document()).await?;
    }
    Ok(())
}
