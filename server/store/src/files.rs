//! The files of a data directory before anything opens them: whether they are whole, and belong together.
//!
//! SQLite keeps what it has not yet folded into the database in a log beside it. A database that is served is marked as one
//! that has a log; a clean stop folds the log, takes the mark off and leaves one file. So a marked database without a log has
//! lost writes, and an unmarked one beside a log has got another's. SQLite itself tells neither.

use std::{
    ffi::OsStr,
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use ports::UnixMillis;

use crate::{
    directory::{self, LOCK, Lock},
    error::OpenError,
    open::DATABASE,
};

/// What is taken as it is, although it may be a mistake.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accept {
    /// A directory that is not empty and has no database: a new instance begins in it.
    pub other_files: bool,
    /// A database that was in use and has no log: another program has folded it in, or the writes in it are given up.
    pub missing_log: bool,
}

/// What is in a data directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// No database: a new instance begins.
    Nothing,
    /// A database that was closed, or that an earlier program left without closing it.
    Database {
        /// Whether it was in use when its program ended, so that its log has to be played back.
        in_use: bool,
    },
}

/// What the head of a database file says (<https://sqlite.org/fileformat.html#the_database_header>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    /// Whether there is a write-ahead log beside it.
    has_log: bool,
    /// How long the file should be \[bytes\], where no log says otherwise.
    length: u64,
}

const MAGIC: &[u8; 16] = b"SQLite format 3\0";

impl Header {
    /// The header of a file; nothing where it is no database.
    fn of(file: &Path) -> io::Result<Option<Self>> {
        let mut head = [0; 100];
        match File::open(file)?.read_exact(&mut head) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            read => read?,
        }
        let page = match u64::from(u16::from_be_bytes([head[16], head[17]])) {
            1 => 65_536,
            page => page,
        };
        let pages = u64::from(u32::from_be_bytes([head[28], head[29], head[30], head[31]]));
        let header = Header { has_log: head[18] == 2, length: page * pages };
        Ok((head.starts_with(MAGIC)).then_some(header))
    }
}

/// Looks at a data directory that is this process's, and refuses what would lose something.
pub(crate) fn inspect(data_dir: &Path, lock: &Lock, accept: Accept) -> Result<Found, OpenError> {
    inspected(data_dir, lock, accept)
        .unwrap_or_else(|source| Err(OpenError::Directory { path: data_dir.to_owned(), source }))
}

fn inspected(data_dir: &Path, lock: &Lock, accept: Accept) -> io::Result<Result<Found, OpenError>> {
    let database = data_dir.join(DATABASE);
    let log = beside(&database, "-wal");
    let log_length = match fs::metadata(&log) {
        Ok(metadata) => Some(metadata.len()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    if !database.try_exists()? {
        return Ok(if log_length.is_some_and(|length| length > 0) {
            Err(OpenError::LogAlone(log))
        } else if !accept.other_files && holds_other_files(data_dir)? {
            Err(OpenError::NoDatabase(data_dir.to_owned()))
        } else {
            Ok(Found::Nothing)
        });
    }
    let Some(header) = Header::of(&database)? else { return Ok(Err(OpenError::NotADatabase(database))) };
    // A transaction of the older kind was under way, and is taken back when the database is opened.
    let journal = beside(&database, "-journal").try_exists()?;
    let log_is_empty = log_length.is_none_or(|length| length == 0);
    Ok(if !header.has_log && !log_is_empty {
        Err(OpenError::ForeignLog { database, log })
    } else if header.has_log && log_length.is_none() && !lock.was_closed() && !accept.missing_log {
        Err(OpenError::LogMissing { database, log })
    } else if log_is_empty && !journal && fs::metadata(&database)?.len() < header.length {
        Err(OpenError::Truncated(database))
    } else {
        Ok(Found::Database { in_use: !log_is_empty })
    })
}

/// The file that SQLite keeps beside a database.
fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Refuses a file that is no backup: no database, without its end, or one whose log is missing.
pub(crate) fn refuse_unfit(backup: &Path, accept: Accept) -> Result<(), OpenError> {
    let look = || -> io::Result<Result<(), OpenError>> {
        let Some(header) = Header::of(backup)? else { return Ok(Err(OpenError::NotADatabase(backup.to_owned()))) };
        let log = beside(backup, "-wal");
        Ok(if header.has_log && !accept.missing_log && !log.try_exists()? {
            Err(OpenError::LogMissing { database: backup.to_owned(), log })
        } else if !header.has_log && fs::metadata(backup)?.len() < header.length {
            Err(OpenError::Truncated(backup.to_owned()))
        } else {
            Ok(())
        })
    };
    look().unwrap_or_else(|source| Err(OpenError::Directory { path: backup.to_owned(), source }))
}

/// Moves a database and its log aside; where the database is then, if there was one.
pub(crate) fn move_aside(database: &Path, now: UnixMillis) -> io::Result<Option<PathBuf>> {
    let aside = beside(database, &format!(".replaced-{}", now.0));
    // The log first: a database without it is told to be incomplete, and a log alone is not taken for another's.
    for suffix in ["-wal", "-shm", "-journal"] {
        let from = beside(database, suffix);
        if from.try_exists()? {
            fs::rename(&from, beside(&aside, suffix))?;
        }
    }
    if !database.try_exists()? {
        return Ok(None);
    }
    fs::rename(database, &aside)?;
    sync_directory(database)?;
    Ok(Some(aside))
}

/// Whether there is anything in a directory that this program has not put there.
fn holds_other_files(data_dir: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(data_dir)? {
        let name = entry?.file_name();
        let ours = |own: &str| name == *OsStr::new(own);
        // A file system of its own has a directory for what was lost and found.
        let expected = ours(LOCK) || ours("lost+found") || name.to_string_lossy().starts_with(DATABASE);
        if !expected {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A file beside the one that is made, under which it grows until it is whole. One that a killed program has left is removed.
pub(crate) struct Unfinished {
    path: PathBuf,
}

impl Unfinished {
    /// The unfinished `target`, as an empty file that only this user may read.
    pub(crate) fn of(target: &Path) -> io::Result<Self> {
        let path = beside(target, ".unfinished");
        for leftover in [&path, &beside(&path, "-journal"), &beside(&path, "-wal"), &beside(&path, "-shm")] {
            match fs::remove_file(leftover) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        directory::private().create_new(true).open(&path)?;
        Ok(Unfinished { path })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Brings it to the disk and gives it the name of the target, which does not exist; its size \[bytes\].
    pub(crate) fn finish(self, target: &Path) -> io::Result<u64> {
        let file = File::options().write(true).open(&self.path)?;
        file.sync_all()?;
        fs::rename(&self.path, target)?;
        sync_directory(target)?;
        Ok(file.metadata()?.len())
    }
}

impl Drop for Unfinished {
    /// What is not finished is of no use to anybody, and would be in the way of the next.
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Brings the name of a file to the disk.
fn sync_directory(of: &Path) -> io::Result<()> {
    let parent = of.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(parent)?.sync_all() } else { Ok(()) }
}
