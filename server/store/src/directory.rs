//! The directory that holds the database, and the lock that says who serves it.

use std::{
    fs::{DirBuilder, File, OpenOptions, TryLockError},
    io,
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

/// How a file is opened for writing that nobody else on this machine may read, where it is made by that. Outside of Unix it is
/// for the folder around it to say who may.
pub(crate) fn private() -> OpenOptions {
    let mut options = File::options();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes an empty database where there is none, before SQLite makes one that everybody may read. The files that SQLite puts
/// beside it are as private as it is. One that is there stays as whoever runs the instance wants it.
pub(crate) fn create_private(file: &Path) -> io::Result<()> {
    private().create(true).truncate(false).open(file).map(drop)
}

/// Creates the directory, for this user alone, where it is absent and takes it for this process, until the answer is dropped.
///
/// The operating system gives the lock back when the process ends, however it ends, so there is no stale lock to
/// remove. The file itself stays: deleting it would let two processes lock two files of the same name.
pub(crate) fn take(data_dir: &Path) -> Result<Lock, OpenError> {
    let unusable = |source| OpenError::Directory { path: data_dir.to_owned(), source };
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(data_dir).map_err(unusable)?;
    let lock = data_dir.join("forkline.lock");
    let lock = private().create(true).truncate(false).open(lock).map_err(unusable)?;
    match lock.try_lock() {
        Ok(()) => Ok(Lock(lock)),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(data_dir.to_owned())),
        Err(TryLockError::Error(source)) => Err(unusable(source)),
    }
}
