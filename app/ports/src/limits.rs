//! How much somebody may ask for, so that nobody takes the server away from others or guesses passwords.

use std::{net::IpAddr, time::Duration};

use crate::person::PersonId;

/// Who asks, as far as limits are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Caller {
    /// Somebody who is known, from wherever.
    Person(PersonId),
    /// Somebody who is not, from an address.
    Address(IpAddr),
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
    /// Takes what is asked for off what a caller may have.
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
