//! The examples, stored so that a workspace is never empty.

use ports::{Origin, Store, StoreError};

/// Stores each example that is not there yet, and a new version of each that has changed with the program.
pub(crate) async fn seed_examples(store: &dyn Store) -> Result<(), StoreError> {
    let stored = store.list_pipelines().await?;
    for example in &model::EXAMPLES {
        let document = example.document();
        let origin = Origin::Example(example.slug.to_owned());
        match stored.iter().find(|pipeline| pipeline.origin == origin) {
            None => {
                store.create_pipeline(&document, origin).await?;
            }
            Some(pipeline) => {
                store.save_pipeline(pipeline.id, pipeline.version, &document).await?;
            }
        }
    }
    Ok(())
}
