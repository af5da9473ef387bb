//! Copying the data of an instance.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::{output, serve::default_data};

/// Copies the database into a new file and says how large it is.
pub(super) fn backup(data: Option<PathBuf>, to: &Path) -> anyhow::Result<()> {
    let data = match data {
        Some(data) => data,
        None => default_data().context("cannot find this user's data folder; name one with --data")?,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let size = runtime.block_on(store::backup(&data, to))?;
    output::print(&format!(
        "{} holds everything in {} ({:.1} MB, checked). To restore it, put it into an empty folder as forkline.db and serve \
         that folder.\n",
        to.display(),
        data.display(),
        size as f64 / 1e6
    ))
}
