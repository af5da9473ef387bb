//! Teams, and what people are in them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    clock::UnixMillis,
    person::{Name, Person},
};

/// The id of a team, a UUID of version 7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TeamId(pub Uuid);

/// A team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Which.
    pub id: TeamId,
    /// Its name.
    pub name: Name,
}

/// What a member may do with what the team has; each role may do what those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// See it, comment on it, and sign off where asked to.
    Viewer,
    /// Change it.
    Editor,
    /// Share it outside, move and archive it, and say who is in the team.
    Owner,
}

impl Role {
    /// All of them, the one that may least first.
    pub const ALL: [Role; 3] = [Role::Viewer, Role::Editor, Role::Owner];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Role::Viewer => "viewer",
            Role::Editor => "editor",
            Role::Owner => "owner",
        }
    }

    /// The role of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}

/// Whether a membership counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberState {
    /// Asked to come, and not come yet. It counts for nothing.
    Invited,
    /// It counts.
    Active,
    /// It counts no more.
    Disabled,
}

impl MemberState {
    /// All of them.
    pub const ALL: [MemberState; 3] = [MemberState::Invited, MemberState::Active, MemberState::Disabled];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            MemberState::Invited => "invited",
            MemberState::Active => "active",
            MemberState::Disabled => "disabled",
        }
    }
}

/// What somebody is in a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// What they may do there.
    pub role: Role,
    /// Whether that counts.
    pub state: MemberState,
    /// When an invitation ends that was not accepted.
    pub invited_until: Option<UnixMillis>,
}

/// Somebody in a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub person: Person,
    /// What they are there.
    pub membership: Membership,
}
