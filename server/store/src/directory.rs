//! The directory that holds the database, and the lock that says who serves it.

use std::{
    fs::{self, File, TryLockError},
    path::Path,
};

use crate::error::OpenError;

/// As long as it is there, no other process serves the directory.
#[derive(Debug)]
pub(crate) struct Lock(File);

impl Drop for Lock {
    /// Closing the file would do, were it not for a child process that has been forked and not started yet: it
    /// still has the file open.
    fn drop(&mut self) {
        let _ = self.0.unlock();
    }
}

/// Creates the directory where it is absent and takes it for this process, until the answer is dropped.
///
/// The operating system gives the lock back when the process ends, however it ends, so there is no stale lock to
/// remove. The file itself stays: deleting it would let two processes lock two files of the same name.
pub(crate) fn take(data_dir: &Path) -> Result<Lock, OpenError> {
    let unusable = |source| OpenError::Directory { path: data_dir.to_owned(), source };
    fs::create_dir_all(data_dir).map_err(unusable)?;
    let lock = data_dir.join("forkline.lock");
    let lock = File::options().write(true).create(true).truncate(false).open(lock).map_err(unusable)?;
    match lock.try_lock() {
        Ok(()) => Ok(Lock(lock)),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(data_dir.to_owned())),
        Err(TryLockError::Error(source)) => Err(unusable(source)),
    }
}
