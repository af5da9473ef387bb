//! What a person types.
//!
//! Exit codes: 0 all went well, 1 the input or the machine did not allow it, 2 the command was not understood.

mod backup;
mod experiments;
mod input;
mod output;
mod outside;
mod progress;
mod self_check;
mod serve;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::{Parser, Subcommand};
use engine::{
    Comparison, DEFAULT_REPLICATIONS, DEFAULT_SEED, Settings,
    experiment::{Findings, Outcome, Question, Study},
};
use model::{Document, TopologyKind};
use report::chart::{Table, tail_table};
use serde::Serialize;

use crate::cores::{self, Watch};
use experiments::Experiments;
use progress::Progress;

/// Simulate an integration pipeline in sequence, in parallel and in between, and decide which it should be.
///
/// A pipeline is a JSON document (see `forkline schema`). The workbench edits it in the browser; these
/// commands read it from a file, or from standard input where the file is `-`.
#[derive(Debug, Parser)]
#[command(name = "forkline", version, propagate_version = true)]
struct Cli {
    /// What to do; without a command: serve.
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the workbench.
    Serve(Box<serve::ServeArguments>),
    /// Simulate a pipeline and print its figures.
    ///
    /// The same document, seed and number of replications give the same bytes with --json on every machine.
    #[command(
        after_help = "Examples:\n  forkline simulate checkout.json\n  forkline simulate checkout.json --topology sequential,parallel --seed 7 --json\n  curl -s http://127.0.0.1:3000/pipelines/ID/document.json | forkline simulate -"
    )]
    Simulate {
        /// The pipeline's JSON document, or `-` for standard input.
        file: PathBuf,
        #[command(flatten)]
        run: RunArguments,
        /// Replay this request of the first replication, counted from 0, in each topology.
        #[arg(long, value_name = "REQUEST", conflicts_with = "experiment")]
        trace: Option<u64>,
        /// What to vary: compare (nothing), load, spike, outage (of each step in turn), pools (their sizes), or
        /// sensitivity (one input after the other, to find each value at which the verdict flips).
        #[arg(long, default_value = "compare", value_parser = experiments::named)]
        experiment: Experiments,
        #[command(flatten)]
        format: Format,
    },
    /// Compare a pipeline with the same after a change: every figure before, after, and what the change makes of it.
    ///
    /// Both meet the same requests with the same luck, so that what differs is the change.
    #[command(after_help = "Example:\n  forkline what-if checkout.json checkout-with-keys.json")]
    WhatIf {
        /// The pipeline's JSON document as it is, or `-` for standard input.
        before: PathBuf,
        /// The same after the change.
        after: PathBuf,
        #[command(flatten)]
        run: RunArguments,
        #[command(flatten)]
        format: Format,
    },
    /// Add up the tails of a pipeline's steps: the rule of thumb beside the truth.
    ///
    /// Service times alone: nothing queues, fails or is tried again.
    Tail {
        /// The pipeline's JSON document, or `-` for standard input.
        file: PathBuf,
        #[command(flatten)]
        format: Format,
    },
    /// Simulate a pipeline and print the verdict with the rules that fired.
    #[command(
        after_help = "Examples:\n  forkline decide checkout.json\n  forkline decide checkout.json --markdown > docs/decisions/0007-checkout.md"
    )]
    Decide {
        /// The pipeline's JSON document, or `-` for standard input.
        file: PathBuf,
        #[command(flatten)]
        run: RunArguments,
        /// Print the verdict as JSON.
        #[arg(long, conflicts_with = "markdown")]
        json: bool,
        /// Print the decision record as MADR 4.0.0 Markdown.
        #[arg(long)]
        markdown: bool,
    },
    /// Copy the data of an instance into a new file. It is safe while a server uses them.
    #[command(after_help = "Example:\n  forkline backup --data /var/lib/forkline /backups/forkline-$(date +%F).db")]
    Backup {
        /// Where the data are. Default: the data folder of this user, `forkline` in it.
        #[arg(long, env = "FORKLINE_DATA", value_name = "DIRECTORY")]
        data: Option<PathBuf>,
        /// The new file.
        file: PathBuf,
    },
    /// Make a backup the data of an instance that is not running. The backup is checked before anything is touched.
    #[command(
        after_help = "Example:\n  forkline restore /backups/forkline-2026-11-30.db --data /var/lib/forkline --replace"
    )]
    Restore {
        /// The backup: a file that `forkline backup` has made.
        backup: PathBuf,
        /// Where the data are to be. Default: the data folder of this user, `forkline` in it.
        #[arg(long, env = "FORKLINE_DATA", value_name = "DIRECTORY")]
        data: Option<PathBuf>,
        /// Move what is there aside; without it, a directory that holds data is refused.
        #[arg(long)]
        replace: bool,
        /// Take the file as it is although it was in use and its log is missing.
        #[arg(long)]
        without_log: bool,
    },
    /// Print the JSON Schema of a pipeline document, or of what `simulate --json` prints.
    Schema {
        /// Print the schema of reports.
        #[arg(long)]
        report: bool,
    },
    /// Run what queueing theory knows, and print exact values beside the engine's.
    ///
    /// Each row compares one figure with its closed form. It agrees when the exact value is no further away than
    /// chance explains, with at most one false alarm in a hundred runs of the whole list.
    SelfCheck {
        /// Seed of all random numbers.
        #[arg(long, default_value_t = DEFAULT_SEED)]
        seed: u64,
    },
}

/// How figures are printed.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
struct Format {
    /// Print the whole report as JSON.
    #[arg(long)]
    json: bool,
    /// Print the tables as CSV.
    #[arg(long)]
    csv: bool,
    /// Print the tables as text; this is also what happens without any of these.
    #[arg(long)]
    table: bool,
}

#[derive(Debug, clap::Args)]
struct RunArguments {
    /// Topologies to simulate, separated by commas: sequential, parallel, staged, first-leg, custom or all.
    #[arg(long, value_delimiter = ',', default_value = "all", value_parser = topology)]
    topology: Vec<Topologies>,
    /// Seed of all random numbers.
    #[arg(long, default_value_t = DEFAULT_SEED)]
    seed: u64,
    /// Independent replications of each topology, 5 to 1000.
    #[arg(long, default_value_t = DEFAULT_REPLICATIONS)]
    replications: u32,
    /// Add replications until the half-width at the budget's percentile is within 5 %, or a limit is met.
    #[arg(long)]
    until_precise: bool,
}

#[derive(Clone, Copy, Debug)]
enum Topologies {
    All,
    One(TopologyKind),
}

fn topology(word: &str) -> Result<Topologies, String> {
    if word == "all" {
        return Ok(Topologies::All);
    }
    TopologyKind::from_slug(word)
        .map(Topologies::One)
        .ok_or_else(|| "choose sequential, parallel, staged, first-leg, custom or all".to_owned())
}

impl RunArguments {
    fn settings(&self) -> Settings {
        let kinds = self.topology.iter().flat_map(|topologies| match topologies {
            Topologies::All => TopologyKind::ALL.to_vec(),
            Topologies::One(kind) => vec![*kind],
        });
        Settings {
            seed: self.seed,
            replications: self.replications,
            until_precise: self.until_precise,
            kinds: kinds.collect(),
            ..Settings::default()
        }
    }
}

/// Simulates on all cores, to the end, and tells how far it is.
fn simulate(document: &Document, settings: Settings, done: &(dyn Fn(f64) + Sync)) -> anyhow::Result<Comparison> {
    let comparison = cores::compare(document.clone(), settings, Watch { go_on: &|| true, done })?;
    comparison.context("the simulation was stopped")
}

/// The same, told on the terminal.
fn simulate_shown(document: &Document, settings: Settings) -> anyhow::Result<Comparison> {
    let progress = Progress::new();
    simulate(document, settings, &|share| progress.show("simulating", share))
}

impl Format {
    /// Prints a result in one of the ways.
    fn print(&self, result: &impl Serialize, table: &Table) -> anyhow::Result<()> {
        output::print(&match self {
            Format { json: true, .. } => format!("{}\n", serde_json::to_string(result)?),
            Format { csv: true, .. } => output::csv(std::slice::from_ref(table)),
            Format { .. } => output::plain(table),
        })
    }
}

/// Does what the command line says.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match execute(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&error);
            ExitCode::FAILURE
        }
    }
}

fn print_found(format: &Format, document: &Document, found: Findings) -> anyhow::Result<()> {
    match found {
        Findings::Varied(report) => format.print(&report, &report::chart::experiment_table(&report)),
        Findings::Flips(report) => format.print(&report, &report::chart::sensitivity_table(&report)),
        Findings::WhatIf(found) => format.print(&found, &report::chart::what_if_table(&found)),
        Findings::Conditions(outcomes) => {
            let verdict = decide::verdict_with_purchases(document, &outcomes).context("nothing was simulated")?;
            format.print(&verdict.bought, &report::chart::conditions_table(&verdict))
        }
    }
}

fn execute(command: Option<Command>) -> anyhow::Result<()> {
    match command {
        None => serve::serve(serve::ServeArguments::from_environment()?),
        Some(Command::Serve(arguments)) => serve::serve(*arguments),
        Some(Command::Backup { data, file }) => backup::backup(data, &file),
        Some(Command::Restore { backup, data, replace, without_log }) => {
            backup::restore(&backup, data, store::Accept { other_files: replace, missing_log: without_log })
        }
        Some(Command::Schema { report: false }) => output::print(&format!("{:#}\n", model::json_schema())),
        Some(Command::Schema { report: true }) => output::print(&format!("{:#}\n", engine::report::json_schema())),
        Some(Command::SelfCheck { seed }) => self_check::run(seed),
        Some(Command::Simulate { file, run, experiment: Experiments::One(question), format, .. }) => {
            let document = input::read_document(&file)?;
            print_found(&format, &document, experiments::run(question, &document, run.settings())?)
        }
        Some(Command::WhatIf { before, after, run, format }) => {
            let label = after.display().to_string();
            let document = input::read_document(&before)?;
            let study = Study::what_if(document.clone(), input::read_document(&after)?, label)?;
            print_found(&format, &document, experiments::conduct(study, &run.settings())?)
        }
        Some(Command::Tail { file, format }) => {
            let document = input::read_document(&file)?;
            anyhow::ensure!(!document.steps.is_empty(), engine::NotRunnable::NoSteps);
            let tails = engine::tail::of_all(&document);
            format.print(&tails, &tail_table(&document, &tails))
        }
        Some(Command::Simulate { file, run, trace, format, experiment: Experiments::Compare }) => {
            let document = input::read_document(&file)?;
            let comparison = simulate_shown(&document, run.settings())?;
            let mut report = comparison.report();
            let tables = match trace {
                Some(request) => {
                    report.traces = comparison.replay(request);
                    anyhow::ensure!(
                        report.traces.iter().any(|trace| !trace.spans.is_empty()),
                        "there is no request {request} in the first replication; they are counted from 0"
                    );
                    output::trace_tables(&document, &report)
                }
                None => output::tables(&document, &report),
            };
            output::print(&match format {
                Format { json: true, .. } => format!("{}\n", report.to_json()),
                Format { csv: true, .. } => output::csv(&tables),
                Format { .. } => output::figures(&document, &report, &tables),
            })
        }
        Some(Command::Decide { file, run, json, markdown }) => {
            let document = input::read_document(&file)?;
            let found = experiments::run(Question::Conditions, &document, run.settings())?;
            let Findings::Conditions(outcomes) = found else { anyhow::bail!("another experiment was run") };
            let verdict = decide::verdict_with_purchases(&document, &outcomes);
            let (Some(verdict), Some(Outcome { report, .. })) = (verdict, outcomes.into_iter().next()) else {
                anyhow::bail!("nothing was simulated")
            };
            output::print(&if json {
                format!("{}\n", serde_json::to_string_pretty(&verdict)?)
            } else if markdown {
                output::record(&document, &report, &verdict)
            } else {
                output::verdict(&verdict)
            })
        }
    }
}
