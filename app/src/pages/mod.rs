//! Pages: what an address shows.

pub(crate) mod failure;
#[cfg(feature = "ssr")]
pub(crate) mod glossary;
#[cfg(feature = "ssr")]
pub(crate) mod home;
pub(crate) mod not_found;
#[cfg(feature = "ssr")]
pub(crate) mod rules;
#[cfg(feature = "ssr")]
pub(crate) mod self_check;
pub(crate) mod workbench;
