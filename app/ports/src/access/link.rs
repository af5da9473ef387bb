//! What a share link opens.

use super::Refused;
use crate::{
    clock::UnixMillis,
    link::{LinkFacts, LinkId},
    pipeline::PipelineId,
    secret::Secret,
    session::PasswordHash,
    store::Facts,
};

/// May see what a share link shows: one pipeline as it stands, or one version of it. It is less than
/// [`CanRead`](super::CanRead), which shows all versions, records and whatever is said about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CanFollow {
    pipeline: PipelineId,
    version: Option<u64>,
    downloads: bool,
}

/// May take along what a share link shows, as a file or as a pipeline of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CanTake(CanFollow);

/// May open a share link by its password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanUnlock {
    link: LinkId,
    password: PasswordHash,
}

/// What whoever has a link that is good finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Followed {
    /// It is open.
    Open(CanFollow),
    /// It asks for a password first.
    Locked(CanUnlock),
}

/// What somebody finds who follows a link; `unlocked` is what their browser was given when they last said a password. `links`
/// says whether this instance has links at all.
///
/// # Errors
///
/// Where the link is not good (any more), and where the store fails.
pub async fn by_link(
    facts: &(impl Facts + ?Sized),
    links: bool,
    secret: &Secret,
    unlocked: Option<&Secret>,
    now: UnixMillis,
) -> Result<Followed, Refused> {
    let unlocked = unlocked.map(Secret::digest);
    let found = facts.link(&secret.digest(), unlocked.as_ref()).await?;
    found.and_then(|found| followed(found, links, now)).ok_or(Refused::Missing("link"))
}

/// What a link opens at a moment; nothing: nobody must know that it is there.
fn followed(facts: LinkFacts, links: bool, now: UnixMillis) -> Option<Followed> {
    let before = |end: Option<UnixMillis>| end.is_none_or(|end| now < end);
    if !links || facts.revoked_at.is_some() || !before(facts.ends_at) {
        return None;
    }
    Some(match facts.password {
        Some(password) if facts.unlocked_until.is_none_or(|until| now >= until) => {
            Followed::Locked(CanUnlock { link: facts.id, password })
        }
        _ => Followed::Open(CanFollow { pipeline: facts.pipeline, version: facts.version, downloads: facts.downloads }),
    })
}

impl Followed {
    /// The right to see what the link shows.
    ///
    /// # Errors
    ///
    /// Where its password was not said: there is nothing to see then.
    pub fn open(self) -> Result<CanFollow, Refused> {
        match self {
            Followed::Open(follow) => Ok(follow),
            Followed::Locked(_) => Err(Refused::Missing("link")),
        }
    }
}

impl CanFollow {
    /// Which pipeline.
    pub fn pipeline(&self) -> PipelineId {
        self.pipeline
    }

    /// The one version that may be seen; none: whichever is the latest.
    pub fn version(&self) -> Option<u64> {
        self.version
    }

    /// The right to take it along.
    ///
    /// # Errors
    ///
    /// Where whoever made the link did not want that: there is nothing to download then.
    pub fn takes(self) -> Result<CanTake, Refused> {
        if self.downloads { Ok(CanTake(self)) } else { Err(Refused::Missing("link")) }
    }
}

impl std::ops::Deref for CanTake {
    type Target = CanFollow;

    fn deref(&self) -> &CanFollow {
        &self.0
    }
}

impl CanUnlock {
    /// Which link.
    pub fn link(&self) -> LinkId {
        self.link
    }

    /// What is kept of its password.
    pub fn password(&self) -> &PasswordHash {
        &self.password
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const NOW: UnixMillis = UnixMillis(1_000);
    const LATER: Option<UnixMillis> = Some(UnixMillis(1_001));

    fn facts() -> LinkFacts {
        LinkFacts {
            id: LinkId(Uuid::from_u128(1)),
            pipeline: PipelineId(Uuid::from_u128(2)),
            version: None,
            downloads: false,
            ends_at: None,
            revoked_at: None,
            password: None,
            unlocked_until: None,
        }
    }

    fn follow(facts: LinkFacts) -> CanFollow {
        followed(facts, true, NOW).expect("it is good").open().expect("it is open")
    }

    #[test]
    fn a_link_opens_what_it_was_made_for() {
        let live = follow(facts());
        assert_eq!((live.pipeline(), live.version()), (facts().pipeline, None));
        assert!(live.takes().is_err(), "nothing may be taken along unless its maker wanted that");
        let fixed = follow(LinkFacts { version: Some(3), downloads: true, ends_at: LATER, ..facts() });
        assert_eq!(fixed.version(), Some(3));
        assert_eq!(fixed.takes().map(|take| *take).ok(), Some(fixed));
    }

    #[test]
    fn a_link_that_was_revoked_or_has_ended_is_not_there() {
        for (gone, why) in [
            (LinkFacts { revoked_at: Some(UnixMillis(999)), ..facts() }, "revoked"),
            (LinkFacts { revoked_at: LATER, ..facts() }, "revoked by a clock that was set back"),
            (LinkFacts { ends_at: Some(NOW), ..facts() }, "ended"),
            (LinkFacts { ends_at: Some(UnixMillis(999)), ..facts() }, "ended before"),
        ] {
            assert_eq!(followed(gone.clone(), true, NOW), None, "{why}");
            // Not even its password is asked for.
            let locked = LinkFacts { password: Some(PasswordHash("hash".to_owned())), ..gone };
            assert_eq!(followed(locked, true, NOW), None, "{why}, with a password");
        }
        assert_eq!(followed(facts(), false, NOW), None, "this instance has no links");
    }

    #[test]
    fn a_link_with_a_password_is_open_to_who_has_said_it_for_a_while() {
        let locked = LinkFacts { password: Some(PasswordHash("hash".to_owned())), downloads: true, ..facts() };
        for until in [None, Some(NOW), Some(UnixMillis(999))] {
            let found = followed(LinkFacts { unlocked_until: until, ..locked.clone() }, true, NOW);
            let Some(Followed::Locked(unlock)) = found.clone() else { panic!("{found:?}") };
            assert_eq!((unlock.link(), unlock.password().0.as_str()), (facts().id, "hash"));
            assert!(found.expect("it is there").open().is_err());
        }
        let open = follow(LinkFacts { unlocked_until: LATER, ..locked });
        assert!(open.takes().is_ok());
    }
}
