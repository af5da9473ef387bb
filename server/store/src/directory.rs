//! The directory that holds the database, and the lock that says who serves it.

use std::{
    fs::{DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Read as _, Seek as _, Write as _},
    path::Path,
};

use crate::error::OpenError;

/// The name of the lock file in its data directory.
pub(crate) const LOCK: &str = "forkline.lock";
/// What the lock file says from when the database is being closed until it has been opened again.
const CLOSED: &str = "closed";

/// As long as it is there, no other process serves the directory.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
    was_closed: bool,
}

impl Lock {
    /// Whether the last process that had it closed the database, or was about to, or had not yet opened it. A log may be
    /// missing then.
    pub(crate) fn was_closed(&self) -> bool {
        self.was_closed
    }

    /// Notes that the database is about to be closed.
    pub(crate) fn note_closed(&self) -> io::Result<()> {
        self.note(CLOSED)
    }

    /// Notes that the database is open, and has its log beside it.
    pub(crate) fn note_open(&self) -> io::Result<()> {
        self.note("open")
    }

    /// The lock file, which is where the database is.
    #[cfg(unix)]
    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    fn note(&self, state: &str) -> io::Result<()> {
        let mut file = &self.file;
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{state}")?;
        file.sync_all()
    }
}

impl Drop for Lock {
    /// Closing the file would do, were it not for a child process that has been forked and not started yet: it
    /// still has the file open.
    fn drop(&mut self) {
        let _ = self.file.unlock();
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
    let mut file = private().read(true).create(true).truncate(false).open(data_dir.join(LOCK)).map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => {
            let mut state = String::new();
            file.read_to_string(&mut state).map_err(unusable)?;
            Ok(Lock { file, was_closed: state.trim_end() == CLOSED })
        }
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(data_dir.to_owned())),
        Err(TryLockError::Error(source)) => Err(unusable(source)),
    }
}
