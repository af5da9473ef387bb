//! What a visitor may do with a pipeline, and with the records about it.

use std::ops::Deref;

use self::granted::Level;
use super::{Refused, Visitor};
use crate::{
    person::PersonId,
    pipeline::{Owner, PipelineId},
    record::RecordId,
    store::Facts,
    team::{MemberState, Membership, Role},
};

/// What the store knows of somebody and a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// To whom the pipeline belongs.
    pub owner: Owner,
    /// What they are in that team, where it belongs to one.
    pub membership: Option<Membership>,
}

/// May read a pipeline with all its versions, results and records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CanRead {
    pipeline: PipelineId,
    by: PersonId,
}

/// May also say something about it, and have it simulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CanComment(CanRead);

/// May also change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CanEdit(CanComment);

/// May also share it outside, move it and archive it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CanManage(CanEdit);

/// One of the rights to a pipeline that a person can have. None but those of this module.
pub trait PipelineRight: granted::Granted {}

mod granted {
    use super::{PersonId, PipelineId};

    /// How much somebody may do; each level includes those before it.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Level {
        Read,
        Comment,
        Edit,
        Manage,
    }

    /// How a right is made. Nobody outside can name this, so nobody outside can make one.
    pub trait Granted: Sized {
        const LEAST: Level;
        const WHO: &'static str;
        fn granted(pipeline: PipelineId, by: PersonId) -> Self;
    }
}

/// What a visitor may do with a pipeline, if it is enough.
///
/// # Errors
///
/// Where the pipeline is missing or not for them, where they may see it and not do this (a guest does nothing but read where
/// this instance has no sandbox), and where the store fails.
pub async fn to_pipeline<R: PipelineRight>(
    facts: &(impl Facts + ?Sized),
    visitor: &Visitor,
    pipeline: PipelineId,
) -> Result<R, Refused> {
    let (level, person) = reached(facts, visitor, pipeline).await?;
    if level < R::LEAST {
        return Err(Refused::Forbidden(R::WHO));
    }
    if R::LEAST > Level::Read {
        visitor.works()?;
    }
    Ok(R::granted(pipeline, person))
}

/// All that a visitor may do with a pipeline, for pages that show each what is theirs to do.
#[derive(Clone, Copy, Debug)]
pub struct Rights {
    /// That they may read it.
    pub read: CanRead,
    /// That they may say something about it, if they may.
    pub comment: Option<CanComment>,
    /// That they may change it, if they may.
    pub edit: Option<CanEdit>,
    /// That they may share, move and archive it, if they may.
    pub manage: Option<CanManage>,
}

/// All that a visitor may do with a pipeline, from one look at the facts.
///
/// # Errors
///
/// Where the pipeline is missing or not for them, and where the store fails.
pub async fn rights(facts: &(impl Facts + ?Sized), visitor: &Visitor, pipeline: PipelineId) -> Result<Rights, Refused> {
    let (level, person) = reached(facts, visitor, pipeline).await?;
    let level = if visitor.works().is_ok() { level } else { Level::Read };
    Ok(Rights {
        read: CanRead { pipeline, by: person },
        comment: up_to(level, pipeline, person),
        edit: up_to(level, pipeline, person),
        manage: up_to(level, pipeline, person),
    })
}

fn up_to<R: PipelineRight>(level: Level, pipeline: PipelineId, person: PersonId) -> Option<R> {
    (level >= R::LEAST).then(|| R::granted(pipeline, person))
}

/// How much a visitor may do with a pipeline, and who they are.
async fn reached(
    facts: &(impl Facts + ?Sized),
    visitor: &Visitor,
    pipeline: PipelineId,
) -> Result<(Level, PersonId), Refused> {
    let person = visitor.person().ok_or(Refused::Missing("pipeline"))?.id;
    let standing = facts.standing(pipeline, person).await?.ok_or(Refused::Missing("pipeline"))?;
    let level = level(&standing, person).ok_or(Refused::Missing("pipeline"))?;
    Ok((level, person))
}

/// Whether a visitor may read a record: whoever may read the pipeline that it is about.
///
/// # Errors
///
/// Where the record is missing or not for them, and where the store fails.
pub async fn to_record(facts: &(impl Facts + ?Sized), visitor: &Visitor, record: RecordId) -> Result<CanRead, Refused> {
    let pipeline = facts.pipeline_of_record(record).await?.ok_or(Refused::Missing("record"))?;
    match to_pipeline(facts, visitor, pipeline).await {
        Err(Refused::Missing(_)) => Err(Refused::Missing("record")),
        right => right,
    }
}

/// Whether somebody may see a pipeline at all.
pub(super) fn sees(standing: &Standing, person: PersonId) -> bool {
    level(standing, person).is_some()
}

/// How much somebody may do with a pipeline; nothing: they must not know of it.
fn level(standing: &Standing, person: PersonId) -> Option<Level> {
    match standing.owner {
        Owner::Person(owner) => (owner == person).then_some(Level::Manage),
        Owner::Team(_) => {
            standing.membership.filter(|member| member.state == MemberState::Active).map(|member| match member.role {
                Role::Viewer => Level::Comment,
                Role::Editor => Level::Edit,
                Role::Owner => Level::Manage,
            })
        }
        // Examples are copied, never opened; and nobody has what was made before there were people.
        Owner::Program | Owner::Nobody => None,
    }
}

impl granted::Granted for CanRead {
    const LEAST: Level = Level::Read;
    const WHO: &'static str = "people who may see it";

    fn granted(pipeline: PipelineId, by: PersonId) -> Self {
        CanRead { pipeline, by }
    }
}

impl granted::Granted for CanComment {
    const LEAST: Level = Level::Comment;
    const WHO: &'static str = "members of its team";

    fn granted(pipeline: PipelineId, by: PersonId) -> Self {
        CanComment(CanRead::granted(pipeline, by))
    }
}

impl granted::Granted for CanEdit {
    const LEAST: Level = Level::Edit;
    const WHO: &'static str = "editors and owners of its team";

    fn granted(pipeline: PipelineId, by: PersonId) -> Self {
        CanEdit(CanComment::granted(pipeline, by))
    }
}

impl granted::Granted for CanManage {
    const LEAST: Level = Level::Manage;
    const WHO: &'static str = "owners of its team";

    fn granted(pipeline: PipelineId, by: PersonId) -> Self {
        CanManage(CanEdit::granted(pipeline, by))
    }
}

impl<R: granted::Granted> PipelineRight for R {}

impl CanRead {
    /// Which pipeline.
    pub fn pipeline(&self) -> PipelineId {
        self.pipeline
    }

    /// Who.
    pub fn by(&self) -> PersonId {
        self.by
    }
}

impl Deref for CanComment {
    type Target = CanRead;

    fn deref(&self) -> &CanRead {
        &self.0
    }
}

impl Deref for CanEdit {
    type Target = CanComment;

    fn deref(&self) -> &CanComment {
        &self.0
    }
}

impl Deref for CanManage {
    type Target = CanEdit;

    fn deref(&self) -> &CanEdit {
        &self.0
    }
}
