//! Pages: what an address shows.

pub(crate) mod failure;
#[cfg(feature = "ssr")]
pub(crate) mod home;
pub(crate) mod not_found;
pub(crate) mod workbench;
