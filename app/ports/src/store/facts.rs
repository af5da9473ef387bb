//! What [`access`](crate::access) decides by. None of it says what is in a pipeline.

use async_trait::async_trait;

use super::StoreError;
use crate::{
    access::Standing,
    link::LinkFacts,
    person::PersonId,
    pipeline::PipelineId,
    record::RecordId,
    secret::Digest,
    session::{Invitation, Session},
    team::{Membership, Team, TeamId},
};

/// Facts about who is who and what belongs to whom.
#[async_trait]
pub trait Facts: Send + Sync {
    /// The session that is recognised by this, whether or not it counts.
    async fn session(&self, digest: &Digest) -> Result<Option<Session>, StoreError>;

    /// To whom a pipeline belongs, and what somebody is in its team.
    async fn standing(&self, pipeline: PipelineId, person: PersonId) -> Result<Option<Standing>, StoreError>;

    /// Whether somebody is asked to sign off a pipeline.
    async fn is_decider(&self, pipeline: PipelineId, person: PersonId) -> Result<bool, StoreError>;

    /// The pipeline that a record is about.
    async fn pipeline_of_record(&self, record: RecordId) -> Result<Option<PipelineId>, StoreError>;

    /// The link that is recognised by this, whether or not it is good; `unlocked` is by what a browser is recognised that has
    /// said a password.
    async fn link(&self, digest: &Digest, unlocked: Option<&Digest>) -> Result<Option<LinkFacts>, StoreError>;

    /// What the one-time link that is recognised by this invites to, whether or not it still does. Nothing where the link was
    /// used or is for something else, and where the person has nothing to do with its team any more.
    async fn invitation(&self, ticket: &Digest) -> Result<Option<Invitation>, StoreError>;

    /// What somebody is in a team.
    async fn membership(&self, team: TeamId, person: PersonId) -> Result<Option<Membership>, StoreError>;

    /// All teams in which somebody is anything, by name.
    async fn memberships(&self, person: PersonId) -> Result<Vec<(Team, Membership)>, StoreError>;
}
