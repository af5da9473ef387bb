//! Serving the workbench.

use std::{io::IsTerminal as _, net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::Context;
use app::context::Admission;
use clap::Parser;
use ipnet::IpNet;
use tracing_subscriber::EnvFilter;

use super::{output, outside::Outside};
use crate::application::{Application, Configuration};

/// How the workbench is served.
#[derive(Debug, clap::Args)]
pub(super) struct ServeArguments {
    /// Where to keep the database. Default: the data folder of this user, `forkline` in it.
    #[arg(long, env = "FORKLINE_DATA", value_name = "DIRECTORY")]
    data: Option<PathBuf>,
    /// Begin a new instance although the directory holds other files.
    #[arg(long)]
    new: bool,
    /// Take a database as it is although it was in use and its log is missing, because another program has folded it in.
    #[arg(long)]
    without_log: bool,
    /// Address and port to listen on; port 0 takes a free one.
    #[arg(long, env = "FORKLINE_LISTEN", default_value = "127.0.0.1:3000")]
    listen: SocketAddr,
    /// Seconds that one simulation may take before it is refused, 1 to 25.
    #[arg(long, env = "FORKLINE_PATIENCE", value_name = "SECONDS", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=25))]
    patience: u32,
    /// The address as people type it, where that is not the one listened on: `https://forkline.example.org` behind a proxy.
    #[arg(long, env = "FORKLINE_URL", value_name = "URL", value_parser = public_url)]
    url: Option<String>,
    /// Who may make an account: open (anybody), invitation (whoever was invited) or closed (nobody).
    #[arg(long, env = "FORKLINE_SIGN_UP", value_name = "WHO", default_value = "open", value_parser = sign_up)]
    sign_up: Admission,
    /// Let people try things without an account, in a private sandbox that is kept by cookie.
    #[arg(long, env = "FORKLINE_SANDBOX", value_name = "YES", default_value_t = true, action = clap::ArgAction::Set)]
    sandbox: bool,
    /// Let people share pipelines by links that need no account; false: none works, and no page offers them.
    #[arg(long, env = "FORKLINE_LINKS", value_name = "YES", default_value_t = true, action = clap::ArgAction::Set)]
    links: bool,
    /// Days after which a session ends, however much it is used.
    #[arg(long, env = "FORKLINE_SESSION_DAYS", value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=400))]
    session_days: u32,
    /// Days without use after which a session ends.
    #[arg(long, env = "FORKLINE_SESSION_IDLE_DAYS", value_name = "DAYS", default_value_t = 14, value_parser = clap::value_parser!(u32).range(1..=400))]
    session_idle_days: u32,
    /// How many times the usual everybody may ask for; 0: no limits.
    #[arg(long, env = "FORKLINE_LIMITS", value_name = "TIMES", default_value_t = 1, value_parser = clap::value_parser!(u32).range(0..=1000))]
    limits: u32,
    /// Networks of your own proxies, separated by commas: only they are believed where a request comes from, and only
    /// they may have as many connections as there are.
    #[arg(long, env = "FORKLINE_PROXIES", value_name = "NETWORKS", value_delimiter = ',')]
    proxies: Vec<IpNet>,
    #[command(flatten)]
    outside: Outside,
    /// Write the log as JSON, a line an event.
    #[arg(long, env = "FORKLINE_LOG_JSON")]
    log_json: bool,
}

impl ServeArguments {
    /// The arguments as the environment and the defaults give them.
    pub(super) fn from_environment() -> anyhow::Result<Self> {
        #[derive(Debug, Parser)]
        struct Alone {
            #[command(flatten)]
            arguments: ServeArguments,
        }
        Ok(Alone::try_parse_from(["forkline"])?.arguments)
    }
}

pub(super) fn serve(arguments: ServeArguments) -> anyhow::Result<()> {
    start_log(arguments.log_json);
    let data = data_folder(arguments.data)?;
    // A page that takes long to make holds a thread; with more threads than cores the others are answered meanwhile.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4 * cores).enable_all().build()?;
    runtime.block_on(async {
        // Before anything is opened: what is open is closed.
        let stop = stop_signal().context("the program cannot hear when it is to stop")?;
        let patience = Duration::from_secs(arguments.patience.into());
        let days = |days: u32| Duration::from_secs(u64::from(days) * 24 * 60 * 60);
        let configuration = Configuration {
            data,
            accept: store::Accept { other_files: arguments.new, missing_log: arguments.without_log },
            listen: arguments.listen,
            patience,
            url: arguments.url,
            sign_up: arguments.sign_up,
            sandbox: arguments.sandbox,
            mail: arguments.outside.mail()?,
            provider: arguments.outside.provider()?,
            limits: arguments.limits,
            proxies: arguments.proxies,
            links: arguments.links,
            session_lasts: days(arguments.session_days),
            session_idle: days(arguments.session_idle_days),
        };
        let application = Application::build(&configuration).await?;
        output::print(&format!(
            "Forkline serves on http://{} (data in {}); stop it with Ctrl+C.\n",
            application.address(),
            configuration.data.display()
        ))?;
        if let Some(link) = application.set_up_link() {
            output::print(&format!(
                "Nobody looks after this instance yet. Its first administrator opens, once:\n  {link}\n"
            ))?;
        }
        log_start(&application, &configuration);
        let stopped = application.run_until(stop).await;
        if stopped.is_ok() {
            tracing::info!("stopped");
        }
        stopped
    })
}

/// What whoever runs the instance wants to know of a start: which program, with which settings, on which data. The settings
/// hold no secrets: those of mail and of a provider are left out.
fn log_start(application: &Application, configuration: &Configuration) {
    let store::Opening { is_new, was_in_use, schema_before, schema, copy } = application.opening();
    if *is_new {
        tracing::info!(data = %configuration.data.display(), "a new instance begins here");
    }
    if *was_in_use {
        tracing::warn!("the last program did not stop cleanly; its log was played back, and the database is sound");
    }
    if !is_new && schema_before < schema {
        let copy = copy.as_ref().map(|copy| copy.display().to_string()).unwrap_or_default();
        tracing::info!(from = schema_before, to = schema, copy, "the schema was brought up to date");
    }
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        engine = engine::VERSION,
        schema,
        data = %configuration.data.display(),
        listen = %application.address(),
        url = configuration.url.as_deref().unwrap_or("none"),
        sign_up = ?configuration.sign_up,
        sandbox = configuration.sandbox,
        links = configuration.links,
        limits = configuration.limits,
        patience_s = configuration.patience.as_secs(),
        proxies = ?configuration.proxies,
        mail = configuration.mail.is_some(),
        provider = configuration.provider.is_some(),
        "started"
    );
}

fn sign_up(word: &str) -> Result<Admission, String> {
    match word {
        "open" => Ok(Admission::Open),
        "invitation" => Ok(Admission::Invitation),
        "closed" => Ok(Admission::Closed),
        _ => Err("choose open, invitation or closed".to_owned()),
    }
}

fn public_url(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    match host.map(|host| host.trim_end_matches('/')) {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', ' ']) => Ok(text.to_owned()),
        _ => Err("write it as in https://forkline.example.org, without a path".to_owned()),
    }
}

/// The log goes to standard error; what is said there is chosen by `FORKLINE_LOG`, as in `debug`.
fn start_log(json: bool) {
    let filter = EnvFilter::try_from_env("FORKLINE_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    // A file, or a collector that reads lines, has no use for colours.
    let colours = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours);
    if json { log.json().init() } else { log.with_target(false).init() }
}

/// The data folder that was named, or this user's.
pub(super) fn data_folder(named: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    named.or_else(default_data).context("cannot find this user's data folder; name one with --data")
}

/// The folder where programs of this user keep data, by the conventions of the system.
fn default_data() -> Option<PathBuf> {
    let from_environment = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = from_environment.or_else(|| {
        let home = std::env::home_dir()?;
        Some(if cfg!(target_os = "macos") {
            home.join("Library/Application Support")
        } else {
            home.join(".local/share")
        })
    })?;
    Some(folder.join("forkline"))
}

/// Ends when somebody presses Ctrl+C or the system asks the program to end. From when this is called, neither ends the program
/// by itself.
#[cfg(unix)]
fn stop_signal() -> std::io::Result<impl Future<Output = ()> + Send> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ends when somebody presses Ctrl+C.
#[cfg(not(unix))]
fn stop_signal() -> std::io::Result<impl Future<Output = ()> + Send> {
    Ok(async {
        // Without the handler the signal ends the program anyway.
        let _ = tokio::signal::ctrl_c().await;
    })
}
