//! A progress bar on standard error, where that is a terminal.

use std::{
    io::{IsTerminal, Stderr, Write},
    sync::{Mutex, PoisonError},
};

/// A progress bar; it goes away when it is dropped.
#[derive(Debug)]
pub(super) struct Progress {
    terminal: Option<Mutex<(Stderr, String)>>,
}

/// Characters of the bar.
const WIDTH: usize = 30;
/// Characters of a line: no terminal is narrower.
const LONGEST: usize = 79;

impl Progress {
    pub(super) fn new() -> Self {
        let terminal = std::io::stderr().is_terminal().then(std::io::stderr);
        Progress { terminal: terminal.map(|terminal| Mutex::new((terminal, String::new()))) }
    }

    /// Shows that `share` of it, 0 to 1, is done, and what is being done.
    pub(super) fn show(&self, doing: &str, share: f64) {
        let Some(terminal) = &self.terminal else { return };
        let full = ((share * WIDTH as f64) as usize).min(WIDTH);
        let line = format!("[{}{}] {:3.0} % {doing}", "#".repeat(full), ".".repeat(WIDTH - full), share * 100.0);
        // A longer line would wrap, and could not be taken back.
        let line: String = line.chars().take(LONGEST).collect();
        let mut shown = terminal.lock().unwrap_or_else(PoisonError::into_inner);
        if shown.1 != line {
            // Progress that cannot be shown is not worth failing for.
            let _ = write!(shown.0, "\r\x1b[K{line}");
            shown.1 = line;
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(terminal) = &self.terminal {
            let _ = write!(terminal.lock().unwrap_or_else(PoisonError::into_inner).0, "\r\x1b[K");
        }
    }
}
