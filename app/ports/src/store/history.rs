//! What became of a pipeline: its versions, the names of some, and the way back to one.

use async_trait::async_trait;

use super::StoreError;
use crate::{
    access::{CanEdit, CanRead},
    person::Name,
    pipeline::{Revision, SaveOutcome},
};

/// Where the history of pipelines is kept. The documents themselves are read by
/// [`get_revision`](super::Pipelines::get_revision).
#[async_trait]
pub trait History: Send + Sync {
    /// Versions of a pipeline, the latest first, so many at most; where a version is named, only those before it.
    async fn list_revisions(
        &self,
        of: &CanRead,
        before: Option<u64>,
        at_most: u32,
    ) -> Result<Vec<Revision>, StoreError>;

    /// Gives a version a name in place of the one it was seen to have; none takes that away. [`StoreError::Overtaken`] where it
    /// has another by now, and nothing where it is the same.
    async fn name_milestone(
        &self,
        to: &CanEdit,
        version: u64,
        seen: Option<Name>,
        name: Option<Name>,
    ) -> Result<(), StoreError>;

    /// Stores the document of an earlier version as the next one, if `expected_version` is the latest. Restoring what is
    /// already the latest document makes no new version.
    async fn restore(&self, to: &CanEdit, version: u64, expected_version: u64) -> Result<SaveOutcome, StoreError>;
}
