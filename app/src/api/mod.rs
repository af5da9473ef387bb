//! Server functions: the public door to everything that is stored.
//!
//! Each is a public address that anybody may post to. It asks who is asking, parses what it is given, makes one call, and
//! maps the error. Each has an address of its own choosing, so that a page stays usable over an update.

pub mod account;
pub mod appointments;
pub mod arranging;
pub mod connections;
pub mod decisions;
pub mod discussion;
pub mod forms;
pub mod history;
pub mod home;
pub mod links;
pub mod measured;
pub mod people;
pub mod pipeline;
pub mod records;
#[cfg(feature = "ssr")]
mod register;
pub mod runs;
pub mod teams;
#[cfg(feature = "ssr")]
pub(crate) mod tickets;
pub mod what_if;
pub mod wire;
#[cfg(feature = "ssr")]
pub(crate) mod workspaces;

#[cfg(feature = "ssr")]
use crate::{context, error::AppError};

/// Longer texts are not brought back to be corrected: that goes by the address of the page \[bytes\].
#[cfg(feature = "ssr")]
const LONGEST_IN_ADDRESS: usize = 20_000;

/// Saves a document as the version after `latest`, and drops what a page keeps of it as typed. Whether it was saved: `false`
/// where somebody else was faster.
#[cfg(feature = "ssr")]
async fn save_after(
    edit: ports::access::CanEdit,
    latest: u64,
    document: model::Document,
    page: &'static str,
) -> Result<bool, AppError> {
    let store = context::store();
    to_its_end(async move {
        let saved = matches!(store.save_pipeline(&edit, latest, &document).await?, ports::SaveOutcome::Saved { .. });
        if saved {
            store.drop_draft(&edit, page, None).await?;
        }
        Ok(saved)
    })
    .await
}

/// Runs a use case that writes to its end, even if its client goes away: a dropped handler must not stop
/// between two of its writes.
#[cfg(feature = "ssr")]
pub(crate) async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, ports::StoreError>> + Send + 'static,
) -> Result<T, AppError> {
    match tokio::spawn(work).await {
        Ok(result) => result.map_err(AppError::from),
        Err(error) => Err(context::failed(&error)),
    }
}
