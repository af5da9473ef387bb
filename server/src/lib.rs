//! The program `forkline`: command line, axum, configuration, exports.
//!
//! **Invariant:** this crate puts the others together and decides nothing that they decide: it holds no SQL,
//! no view, no figure and no rule.
//!
//! Reading order: [`cli`] is what a person types; [`application`] is a server that is ready to listen;
//! `web` is what it answers with.

pub mod application;
mod checks;
pub mod cli;
mod clock;
mod cores;
mod cpu_share;
mod limits;
mod password_attempts;
mod passwords;
mod seed;
mod simulation_queue;
mod web;
