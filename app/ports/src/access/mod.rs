//! Who may do what: the one place where that is decided.
//!
//! What the store does with a pipeline, a record or a team it does only for who holds a value of this module: [`CanRead`],
//! [`CanEdit`] and so on. Nobody else can make one, so a server function that forgets to ask does not compile. Each is made
//! from what the store knows about the visitor and the thing (a [`Standing`], a [`Session`]), by a pure function.
//!
//! # What may be known
//!
//! Whoever may not see a thing is told what they would be told if it did not exist ([`Refused::Missing`]). Whoever may see it
//! and wants more than they may is told so ([`Refused::Forbidden`]).

mod discussion;
mod invitation;
mod link;
mod pipeline;
mod team;
mod visitor;

pub use discussion::{MayBeAsked, SignsOff, to_ask, to_sign_off};
pub use invitation::{InvitedTo, accept_in, by_invitation};
pub use link::{CanFollow, CanTake, CanUnlock, Followed, by_link};
pub use pipeline::{
    CanComment, CanEdit, CanManage, CanRead, PipelineRight, Rights, Standing, rights, to_pipeline, to_record,
};
pub use team::{CanCreate, InTeam, OwnsTeam, TeamRight, Workspace, create_in, to_team, workspace_of, workspaces};
pub use visitor::{Administers, Myself, TakesAlong, Visitor};

use crate::store::StoreError;

/// Why somebody does not get what they asked for.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// There is no such thing, or it is not for them: they must not learn which.
    #[error("there is no such {0}")]
    Missing(&'static str),
    /// They may see it, and not do this. It says who may.
    #[error("only {0} may do this")]
    Forbidden(&'static str),
    /// It is for people who have come in.
    #[error("this is for people who are signed in")]
    NotSignedIn,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
