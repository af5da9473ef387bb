//! What the app needs from outside, as traits; and who may have it.
//!
//! **Invariant:** this crate knows no database, no web framework and no user interface; it holds words, not
//! deeds. What the store does with a pipeline it does for who holds a value that [`access`] alone can make.

pub mod access;
mod activity;
mod clock;
mod discussion;
#[cfg(feature = "fake")]
pub mod fake;
mod hidden;
mod limits;
mod link;
mod mail;
mod note;
mod passwords;
mod person;
mod pipeline;
mod record;
mod run;
mod secret;
mod session;
mod sign_in;
mod simulator;
mod store;
mod team;

pub use activity::{Activity, Deed};
pub use clock::{Clock, UnixMillis};
pub use discussion::{
    Because, Comment, CommentId, CommentOn, NewComment, Position, Said, SignOff, Subject, Waiting, latest_of_each,
};
pub use hidden::Hidden;
pub use limits::{Caller, Demand, Limits, TooManyAttempts, TooMuch};
pub use link::{LinkFacts, LinkId, NewLink, ShareLink, Shared};
pub use mail::{Letter, Mail, MailError};
pub use note::{Note, NoteKind};
pub use passwords::Passwords;
pub use person::{Email, Name, NotReadable, Person, PersonId, PersonState};
pub use pipeline::{Draft, Milestone, Owner, PipelineId, PipelineSummary, Revision, SaveOutcome, SavedPipeline};
pub use record::{
    IssuedRecord, NewRecord, RecordId, RecordSummary, RecordText, SUPERSEDED, SeenRecord, StatusChange, WriteRecord,
};
pub use run::Run;
pub use secret::{Digest, Secret};
pub use session::{
    CameBy, Invitation, Login, NewAccount, NewSession, PasswordHash, Purpose, Session, SessionId, Ticket,
};
pub use sign_in::{Answer, Begun, Connection, Identity, IdentityProvider, Pending, SignInError};
pub use simulator::{Prepare, SimulateError, Simulator};
pub use store::{Accounts, Discussion, Facts, History, Links, Pipelines, Store, StoreError, Teams};
pub use team::{Member, MemberState, Membership, Role, Team, TeamId};
