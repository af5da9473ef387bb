//! Share links.

use async_trait::async_trait;

use super::StoreError;
use crate::{
    access::{CanFollow, CanManage, CanUnlock},
    clock::UnixMillis,
    link::{LinkId, NewLink, ShareLink, Shared},
    secret::Digest,
};

/// Where share links are kept. Whoever follows one gets at nothing but [`Links::get_shared`].
#[async_trait]
pub trait Links: Send + Sync {
    /// Makes a link to a pipeline.
    async fn make_link(&self, to: &CanManage, link: NewLink) -> Result<LinkId, StoreError>;

    /// The links to a pipeline, the latest first.
    async fn list_links(&self, of: &CanManage) -> Result<Vec<ShareLink>, StoreError>;

    /// Has a link be recognised by another secret; by the one before it is not any more. Fails with
    /// [`StoreError::Overtaken`] where it was revoked.
    async fn rotate_link(&self, of: &CanManage, link: LinkId, digest: Digest) -> Result<(), StoreError>;

    /// Ends a link for good. Fails like [`Links::rotate_link`].
    async fn revoke_link(&self, of: &CanManage, link: LinkId) -> Result<(), StoreError>;

    /// Keeps until when a browser need not say the password again: it is recognised by `browser` from now on, and no longer by
    /// what it was given `before`.
    async fn unlock_link(
        &self,
        link: &CanUnlock,
        browser: Digest,
        before: Option<Digest>,
        until: UnixMillis,
    ) -> Result<(), StoreError>;

    /// What a link shows: its one version, without the names of people.
    async fn get_shared(&self, by: &CanFollow) -> Result<Shared, StoreError>;
}
