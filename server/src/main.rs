//! The program `forkline`.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::run()
}
