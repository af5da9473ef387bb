//! What was done in a team, and by whom.

use crate::{clock::UnixMillis, person::Name, pipeline::PipelineId};

/// What somebody did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Made a pipeline.
    Created,
    /// Brought a pipeline in from elsewhere.
    BroughtIn,
    /// Took a pipeline out of the team.
    TookOut,
    /// Put a pipeline away.
    Archived,
    /// Took a pipeline back that was put away.
    TookBack,
    /// Made an earlier version the latest again.
    Restored,
    /// Issued a record.
    Issued,
    /// Gave a record another status.
    ChangedStatus,
    /// Made a share link to a pipeline.
    MadeLink,
    /// Gave a share link another secret.
    RotatedLink,
    /// Ended a share link.
    RevokedLink,
    /// Said something about a pipeline.
    Commented,
    /// Settled a comment.
    Resolved,
    /// Took that back.
    Reopened,
    /// Asked somebody to sign off.
    NamedDecider,
    /// Asked them no more.
    ReleasedDecider,
    /// Approved of a pipeline.
    Approved,
    /// Objected to a pipeline.
    Objected,
    /// Asked somebody in.
    Invited,
    /// Came in.
    Accepted,
    /// Gave a member another role.
    ChangedRole,
    /// Let a member do nothing any more, or took an invitation back.
    DisabledMember,
    /// Let a member do things again.
    EnabledMember,
    /// Left.
    Left,
    /// Gave the team another name.
    Renamed,
}

/// Each with the word by which it is kept, and with the words that stand between who did it and what about.
const DEEDS: [(Deed, &str, &str); 25] = [
    (Deed::Created, "created", "made the pipeline"),
    (Deed::BroughtIn, "brought-in", "brought in the pipeline"),
    (Deed::TookOut, "took-out", "took the pipeline out of the team:"),
    (Deed::Archived, "archived", "archived"),
    (Deed::TookBack, "took-back", "took back from the archive"),
    (Deed::Restored, "restored", "restored"),
    (Deed::Issued, "issued", "issued a record on"),
    (Deed::ChangedStatus, "changed-status", "changed the status of a record on"),
    (Deed::MadeLink, "made-link", "made a share link to"),
    (Deed::RotatedLink, "rotated-link", "replaced a share link to"),
    (Deed::RevokedLink, "revoked-link", "revoked a share link to"),
    (Deed::Commented, "commented", "commented on"),
    (Deed::Resolved, "resolved", "resolved a comment on"),
    (Deed::Reopened, "reopened", "reopened a comment on"),
    (Deed::NamedDecider, "named-decider", "asked for a sign-off on"),
    (Deed::ReleasedDecider, "released-decider", "no longer asks for a sign-off on"),
    (Deed::Approved, "approved", "approved"),
    (Deed::Objected, "objected", "objected to"),
    (Deed::Invited, "invited", "invited"),
    (Deed::Accepted, "accepted", "accepted the invitation"),
    (Deed::ChangedRole, "changed-role", "changed the role of"),
    (Deed::DisabledMember, "disabled-member", "disabled the membership of"),
    (Deed::EnabledMember, "enabled-member", "enabled the membership of"),
    (Deed::Left, "left", "left the team"),
    (Deed::Renamed, "renamed", "renamed the team to"),
];

impl Deed {
    fn row(self) -> (&'static str, &'static str) {
        DEEDS.iter().find(|(deed, ..)| *deed == self).map_or(("", ""), |(_, word, words)| (word, words))
    }

    /// The word by which it is kept. It never changes.
    pub fn word(self) -> &'static str {
        self.row().0
    }

    /// The deed of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        DEEDS.iter().find(|(_, kept, _)| *kept == word).map(|(deed, ..)| *deed)
    }

    /// The words that stand between who did it and what about.
    pub fn words(self) -> &'static str {
        self.row().1
    }
}

/// Something that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Who did it.
    pub by: Name,
    /// What.
    pub deed: Deed,
    /// To which pipeline, with its present name as long as it is the team's.
    pub pipeline: Option<(PipelineId, Option<String>)>,
    /// More about it; may be empty.
    pub about: String,
    /// When.
    pub at: UnixMillis,
}
