//! Whom one may ask about a pipeline, and whose answer counts.

use std::ops::Deref;

use super::{CanComment, Refused, Standing, pipeline};
use crate::{
    person::PersonId,
    pipeline::{Owner, PipelineId},
    store::Facts,
};

/// Somebody who may see a pipeline, so that what is said there may be told them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MayBeAsked {
    pipeline: PipelineId,
    person: PersonId,
}

/// Says whether they approve of a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignsOff(CanComment);

/// Whether somebody may be asked about a pipeline: whoever may see it.
///
/// # Errors
///
/// Where they may not, and where the store fails.
pub async fn to_ask(facts: &(impl Facts + ?Sized), by: &CanComment, person: PersonId) -> Result<MayBeAsked, Refused> {
    let standing = facts.standing(by.pipeline(), person).await?;
    let sees = standing.is_some_and(|standing| pipeline::sees(&standing, person));
    if sees { Ok(MayBeAsked { pipeline: by.pipeline(), person }) } else { Err(Refused::Missing("person")) }
}

/// Whether somebody's answer counts: that of whoever was asked, and of a person about what is theirs alone.
///
/// # Errors
///
/// Where it does not, and where the store fails.
pub async fn to_sign_off(facts: &(impl Facts + ?Sized), by: &CanComment) -> Result<SignsOff, Refused> {
    let standing = facts.standing(by.pipeline(), by.by()).await?.ok_or(Refused::Missing("pipeline"))?;
    let asked = facts.is_decider(by.pipeline(), by.by()).await?;
    if counts(&standing, by.by(), asked) {
        Ok(SignsOff(*by))
    } else {
        Err(Refused::Forbidden("people who are asked to sign off"))
    }
}

fn counts(standing: &Standing, person: PersonId, asked: bool) -> bool {
    asked || standing.owner == Owner::Person(person)
}

impl MayBeAsked {
    /// About which pipeline.
    pub fn pipeline(&self) -> PipelineId {
        self.pipeline
    }

    /// Who.
    pub fn person(&self) -> PersonId {
        self.person
    }
}

impl Deref for SignsOff {
    type Target = CanComment;

    fn deref(&self) -> &CanComment {
        &self.0
    }
}
