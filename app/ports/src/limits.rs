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

/// Too many wrong passwords were tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooManyAttempts {
    /// From this address.
    #[error("too many wrong passwords were tried from here")]
    FromHere(TooMuch),
    /// For this account or link, from anywhere.
    #[error("too many wrong passwords were tried for this account")]
    ForThisAccount {
        /// After this long there is more.
        wait: TooMuch,
        /// Whether its owner has not been told of late.
        tell: bool,
    },
}

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

    /// Counts a password that is tried for an account or link from an address, before it is looked at: for the account from
    /// this address, for the account from anywhere, and for the address and its network.
    ///
    /// # Errors
    ///
    /// Where too many were wrong.
    fn try_password(&self, of: &str, from: IpAddr) -> Result<(), TooManyAttempts>;

    /// The password that was tried is right: it is counted no more.
    fn was_right(&self, of: &str, from: IpAddr);
}
