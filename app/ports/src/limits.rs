//! How much somebody may ask for, so that nobody takes the server away from others or guesses passwords.

use std::{net::IpAddr, time::Duration};

use crate::person::PersonId;

/// Who asks, as far as limits are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Whose account they use. A guest is whoever they want to be, and counts as none.
    pub account: Option<PersonId>,
    /// Where they ask from.
    pub from: IpAddr,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Demand {
    /// An answer to a request.
    Request,
    /// A simulation.
    Simulation,
    /// A new person: a guest, or somebody with an account.
    Person,
    /// A letter to somebody who did not ask for it: an invitation.
    Letter,
}

/// It was too much. After this long there is more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too much was asked for")]
pub struct TooMuch(pub Duration);

/// Somebody who keeps count.
pub trait Limits: Send + Sync + std::fmt::Debug {
    /// Takes what is asked for off what a caller may have: off their account's share, or their address's where they use none,
    /// and off what all accounts at one address may have together. A new person is always taken off the address's share, since
    /// whoever has made one account would have another share with each.
    ///
    /// # Errors
    ///
    /// Where nothing is left for now.
    fn take(&self, caller: Caller, demand: Demand) -> Result<(), TooMuch>;

    /// Takes one try of a password off what an address may have for this account or link, and off what it may have at all.
    /// Others' tries take nothing from it: nobody locks somebody else out.
    ///
    /// # Errors
    ///
    /// Where nothing is left for now.
    fn try_password(&self, of: &str, from: IpAddr) -> Result<(), TooMuch>;
}
