//! Pages: what an address shows.

#[cfg(feature = "ssr")]
pub(crate) mod account;
#[cfg(feature = "ssr")]
mod address;
#[cfg(feature = "ssr")]
mod awaited;
#[cfg(feature = "ssr")]
pub(crate) mod discussion;
#[cfg(feature = "ssr")]
mod failure;
#[cfg(feature = "ssr")]
pub(crate) mod glossary;
#[cfg(feature = "ssr")]
pub(crate) mod history;
#[cfg(feature = "ssr")]
pub(crate) mod home;
pub(crate) mod instead;
#[cfg(feature = "ssr")]
mod listed;
#[cfg(feature = "ssr")]
mod not_found;
#[cfg(feature = "ssr")]
mod ownerless;
#[cfg(feature = "ssr")]
pub(crate) mod people;
#[cfg(feature = "ssr")]
pub(crate) mod place;
#[cfg(feature = "ssr")]
pub(crate) mod rules;
#[cfg(feature = "ssr")]
pub(crate) mod self_check;
#[cfg(feature = "ssr")]
pub(crate) mod share;
#[cfg(feature = "ssr")]
pub(crate) mod shared;
#[cfg(feature = "ssr")]
pub(crate) mod teams;
pub(crate) mod workbench;
