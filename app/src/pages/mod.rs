//! Pages: what an address shows.

pub(crate) mod failure;
pub(crate) mod home;
pub(crate) mod not_found;
pub(crate) mod workbench;
