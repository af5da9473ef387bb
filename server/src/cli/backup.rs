//! Copying the data of an instance, and putting a copy in their place.

use std::path::{Path, PathBuf};

use ports::Clock as _;
use store::Accept;

use super::{output, serve::data_folder};
use crate::clock::SystemClock;

/// Copies the database into a new file and says how large it is.
pub(super) fn backup(data: Option<PathBuf>, to: &Path) -> anyhow::Result<()> {
    let data = data_folder(data)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let size = runtime.block_on(store::backup(&data, to))?;
    output::print(&format!(
        "{} holds everything in {} ({:.1} MB, checked). To restore it: forkline restore {} --data DIRECTORY\n",
        to.display(),
        data.display(),
        size as f64 / 1e6,
        to.display(),
    ))
}

/// Makes a backup the data of an instance that is not running.
pub(super) fn restore(backup: &Path, data: Option<PathBuf>, accept: Accept) -> anyhow::Result<()> {
    let data = data_folder(data)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let restored = runtime.block_on(store::restore(backup, &data, accept, SystemClock.now()))?;
    let kept = match restored.kept {
        Some(kept) => format!(" What was there before is {}.", kept.display()),
        None => String::new(),
    };
    output::print(&format!(
        "{} holds everything in {} ({:.1} MB, checked).{kept} Everybody who has an account signs in again: {} sessions have \
         ended, and links that were sent for invitations and new passwords are good no more. Serve it: forkline serve --data \
         {}\n",
        data.display(),
        backup.display(),
        restored.size as f64 / 1e6,
        restored.sessions,
        data.display(),
    ))
}
