//! How long and how much memory hostile and large documents take: run by `make bench`.
//!
//! Each document is run in a process of its own, because the peak of a process never goes down.

#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs, reason = "a bench prints, and fails loudly")]
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "a bench looks at the clock")]

#[path = "../tests/hostile/mod.rs"]
mod hostile;

use std::{env, process::Command, time::Instant};

use engine::{FEWEST_REPLICATIONS, Settings, compare};
use model::{Document, TopologyKind};

fn main() {
    let all = documents();
    let asked = env::args().nth(1).and_then(|argument| argument.strip_prefix("only=").map(str::to_owned));
    if let Some(asked) = asked {
        let (name, document, settings) = all.into_iter().find(|(name, ..)| *name == asked).unwrap();
        return measure(name, &document, settings);
    }
    println!("{:<44}{:>12}{:>10}{:>10}  result", "document", "attempts", "time", "peak");
    for (name, ..) in &all {
        let status = Command::new(env::current_exe().unwrap()).arg(format!("only={name}")).status().unwrap();
        assert!(status.success(), "{name} failed");
    }
    println!("(one core; the peak is that of the whole process, on Linux)");
}

fn measure(name: &str, document: &Document, settings: Settings) {
    let began = Instant::now();
    let report = compare(document, settings).unwrap();
    let took = began.elapsed();
    let attempts: u64 = report.topologies.iter().map(|topology| topology.counts.attempts).sum();
    let result = if report.cut_short { "cut short" } else { "complete" };
    println!("{name:<44}{attempts:>12}{:>8.2} s{:>7} MB  {result}", took.as_secs_f64(), peak_mb());
}

/// The most memory that this process has had at once \[MB\].
fn peak_mb() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kib.map_or_else(|| "?".to_owned(), |kib| format!("{:.0}", kib * 1.024 / 1_000.0))
}

fn documents() -> Vec<(&'static str, Document, Settings)> {
    let mut ten_million = Document::parse(include_str!("tandem.json")).unwrap();
    // 50 a second, five attempts each, five replications.
    ten_million.workload.duration_s = 7_990.0;
    let sequential =
        Settings { replications: FEWEST_REPLICATIONS, kinds: vec![TopologyKind::Sequential], ..Settings::default() };
    vec![
        ("tandem, ten million attempts", ten_million, sequential),
        ("a billion arrivals a second for ever", hostile::flood(), Settings::default()),
        ("service in no time and for ever", hostile::extremes(), Settings::default()),
        ("200 steps that depend on each other", hostile::web(), Settings::default()),
        ("a fan-out of 200, retried 3 x 3 times", hostile::storm(), Settings::default()),
    ]
}
