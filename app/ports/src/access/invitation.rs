//! What a visitor may do with an invitation.
//!
//! An address is no proof of anything: anybody may have signed up under it. What shows that somebody is the one who was invited
//! is the link, which the one who invites hands on. So nobody comes into a team without it.

use super::{Refused, Visitor};
use crate::{
    clock::UnixMillis,
    person::PersonId,
    secret::{Digest, Secret},
    session::Invitation,
    store::Facts,
    team::{MemberState, Membership, TeamId},
};

/// Was asked into a team, has the link, and may come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvitedTo {
    team: TeamId,
    person: PersonId,
    ticket: Digest,
}

/// What somebody is invited to who has the secret of a link, as long as it is good.
///
/// # Errors
///
/// Where it is not good, and where the store fails.
pub async fn by_invitation(
    facts: &(impl Facts + ?Sized),
    secret: &Secret,
    now: UnixMillis,
) -> Result<Invitation, Refused> {
    let invitation = facts.invitation(&secret.digest()).await?.ok_or(Refused::Missing("link"))?;
    let stands = invitation.team.as_ref().is_none_or(|(_, membership)| is_asked(membership, now));
    if now < invitation.ends_at && stands { Ok(invitation) } else { Err(Refused::Missing("link")) }
}

/// Whether a visitor may come into the team of an invitation: whoever was asked to, in time, and has the link.
///
/// # Errors
///
/// Where they were not, or the link is another, and where the store fails.
pub async fn accept_in(
    facts: &(impl Facts + ?Sized),
    visitor: &Visitor,
    secret: &Secret,
    now: UnixMillis,
) -> Result<InvitedTo, Refused> {
    let person = visitor.account().ok_or(Refused::NotSignedIn)?.id;
    let invitation = by_invitation(facts, secret, now).await?;
    let (team, _) = invitation.team.filter(|_| invitation.person.id == person).ok_or(Refused::Missing("link"))?;
    Ok(InvitedTo { team: team.id, person, ticket: secret.digest() })
}

fn is_asked(membership: &Membership, now: UnixMillis) -> bool {
    membership.state == MemberState::Invited && membership.invited_until.is_some_and(|until| now < until)
}

impl InvitedTo {
    /// Which team.
    pub fn team(&self) -> TeamId {
        self.team
    }

    /// Who.
    pub fn person(&self) -> PersonId {
        self.person
    }

    /// By what the link is recognised.
    pub fn ticket(&self) -> &Digest {
        &self.ticket
    }
}
