//! What people say about a pipeline.
//!
//! All of it takes [`CanComment`] and more, never [`CanRead`](crate::access::CanRead) alone: who follows a link sees the
//! model, and not what those who made it say to each other.

use async_trait::async_trait;

use super::StoreError;
use crate::{
    access::{CanComment, CanEdit, MayBeAsked, Myself, SignsOff},
    discussion::{Because, Comment, CommentId, NewComment, Position, SignOff, Waiting},
    person::{Person, PersonId},
    team::TeamId,
};

/// Where it is kept what people say about pipelines.
#[async_trait]
pub trait Discussion: Send + Sync {
    /// Keeps what somebody says of a version, once: where the same text was kept under this id, nothing happens. Fails with
    /// [`StoreError::NotFound`] where there is no such version, or no such comment to answer in this pipeline.
    async fn comment(&self, by: &CanComment, comment: NewComment) -> Result<CommentId, StoreError>;

    /// Settles a comment with its answers, or takes that back. Nothing happens where it is so already.
    async fn resolve(&self, by: &CanComment, comment: CommentId, resolved: bool) -> Result<(), StoreError>;

    /// All comments on a pipeline, in the order in which they were made.
    async fn list_comments(&self, of: &CanComment) -> Result<Vec<Comment>, StoreError>;

    /// How many comments on a pipeline are open, without answers.
    async fn count_open_comments(&self, of: &CanComment) -> Result<u32, StoreError>;

    /// The pipelines with open comments that mention somebody; of one team, or of all. What is archived waits for nobody.
    async fn mentioned_in(&self, myself: &Myself, team: Option<TeamId>) -> Result<Vec<Waiting>, StoreError>;

    /// The pipelines whose latest version somebody is asked to sign off and has not; of one team, or of all. What is archived
    /// waits for nobody.
    async fn unsigned_by(&self, myself: &Myself, team: Option<TeamId>) -> Result<Vec<Waiting>, StoreError>;

    /// The open comments on a pipeline that mention whoever asks, the latest first.
    async fn mentions(&self, of: &CanComment) -> Result<Vec<Comment>, StoreError>;

    /// Who may be asked about a pipeline: the active members of its team, or its owner; by name.
    async fn list_colleagues(&self, of: &CanComment) -> Result<Vec<Person>, StoreError>;

    /// Asks somebody to sign off. Nothing happens where they are asked already.
    async fn name_decider(&self, by: &CanEdit, person: &MayBeAsked) -> Result<(), StoreError>;

    /// Asks somebody no more. What they answered stays.
    async fn release_decider(&self, by: &CanEdit, person: PersonId) -> Result<(), StoreError>;

    /// Who is asked to sign off and may still do so, by name.
    async fn list_deciders(&self, of: &CanComment) -> Result<Vec<Person>, StoreError>;

    /// Keeps the answer of somebody who is asked, about a version.
    async fn sign_off(
        &self,
        by: &SignsOff,
        version: u64,
        position: Position,
        because: &Because,
    ) -> Result<(), StoreError>;

    /// All answers, the latest last.
    async fn list_sign_offs(&self, of: &CanComment) -> Result<Vec<SignOff>, StoreError>;
}
