//! Share links: whoever has one sees a pipeline, and nothing else.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    clock::UnixMillis,
    person::Name,
    pipeline::{PipelineId, SavedPipeline},
    run::Run,
    secret::Digest,
    session::PasswordHash,
};

/// The id of a share link, a UUID of version 7. It opens nothing; its secret does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LinkId(pub Uuid);

/// A share link, for who may manage its pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareLink {
    /// Which.
    pub id: LinkId,
    /// What its maker calls it, if anything. Whoever follows it does not see this.
    pub label: Option<Name>,
    /// The version that it shows; none: whichever is the latest.
    pub version: Option<u64>,
    /// Whether whoever follows it may take the pipeline along: download or copy it.
    pub downloads: bool,
    /// Whether it asks for a password.
    pub has_password: bool,
    /// When it ends by itself.
    pub ends_at: Option<UnixMillis>,
    /// Who made it.
    pub made_by: Name,
    /// When.
    pub made_at: UnixMillis,
    /// When it was revoked.
    pub revoked_at: Option<UnixMillis>,
}

/// A share link about to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLink {
    /// By what it is recognised.
    pub digest: Digest,
    /// What its maker calls it, if anything.
    pub label: Option<Name>,
    /// The version that it shows; none: whichever is the latest.
    pub version: Option<u64>,
    /// Whether whoever follows it may take the pipeline along.
    pub downloads: bool,
    /// When it ends by itself.
    pub ends_at: Option<UnixMillis>,
    /// What is kept of the password that it asks for.
    pub password: Option<PasswordHash>,
}

/// What is known of a share link that somebody follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkFacts {
    /// Which.
    pub id: LinkId,
    /// To which pipeline.
    pub pipeline: PipelineId,
    /// The version that it shows; none: whichever is the latest.
    pub version: Option<u64>,
    /// Whether whoever follows it may take the pipeline along.
    pub downloads: bool,
    /// When it ends by itself.
    pub ends_at: Option<UnixMillis>,
    /// When it was revoked.
    pub revoked_at: Option<UnixMillis>,
    /// What is kept of the password that it asks for.
    pub password: Option<PasswordHash>,
    /// Until when the browser that follows it need not say the password again, where it has said it.
    pub unlocked_until: Option<UnixMillis>,
}

/// What a share link shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Shared {
    /// The version, without the names of who saved it, decides on it and is called at night.
    pub saved: SavedPipeline,
    /// The run that this version of the engine made and that was kept for it, if any.
    pub run: Option<Run>,
}
