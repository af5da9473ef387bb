//! A server that is ready to listen: its data opened, its examples seeded, its port bound.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context;
use app::context::{Admission, AppContext, Instance};
use ipnet::IpNet;
use ports::{Accounts, Clock, IdentityProvider, Limits, Mail, Purpose, Secret, StoreError, Ticket, UnixMillis};
use store::SqliteStore;
use tokio::{net::TcpListener, sync::watch};

use crate::{
    clock::SystemClock,
    cores::Cores,
    limits::{Counters, Unlimited},
    passwords::Argon2id,
    seed, web,
};

/// Whoever starts an instance sets it up within a week, or starts it again.
const SET_UP_LASTS_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

/// How a server is run.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// Where it keeps its data.
    pub data: PathBuf,
    /// What is taken as it is when the data are opened, although it may be a mistake.
    pub accept: store::Accept,
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// How long one simulation may take before it is refused.
    pub patience: Duration,
    /// Its address as people type it; none: where it listens.
    pub url: Option<String>,
    /// Who may make an account.
    pub sign_up: Admission,
    /// Whether people may try things without an account.
    pub sandbox: bool,
    /// How many times the usual everybody may ask for; 0: there are no limits.
    pub limits: u32,
    /// Whose word about where a request comes from is believed.
    pub proxies: Vec<IpNet>,
    /// How mail is sent, where it is.
    pub mail: Option<mail::Config>,
    /// Who vouches for people that have an account elsewhere, where somebody does. Where it sends the browser back to follows
    /// from the address of this instance.
    pub provider: Option<oidc::Config>,
    /// Whether pipelines may be shared by links that need no account.
    pub links: bool,
    /// How long a session lasts at most.
    pub session_lasts: Duration,
    /// After how long without use a session ends.
    pub session_idle: Duration,
}

/// A server that is ready to listen.
#[derive(Debug)]
pub struct Application {
    store: SqliteStore,
    opening: store::Opening,
    listener: TcpListener,
    router: axum::Router,
    door: web::serving::Door,
    stopping: watch::Sender<bool>,
    address: SocketAddr,
    set_up: Option<String>,
}

impl Application {
    /// Opens the data, seeds the examples and binds the port.
    ///
    /// # Errors
    ///
    /// When the data cannot be opened or the port cannot be had, with what to do about it.
    pub async fn build(configuration: &Configuration) -> anyhow::Result<Self> {
        let clock = Arc::new(SystemClock);
        let (store, opening) = SqliteStore::open_accepting(&configuration.data, clock.clone(), configuration.accept)
            .await
            .with_context(|| format!("cannot open the data in {}", configuration.data.display()))?;
        seed::seed_examples(&store).await.context("cannot store the examples")?;
        let listener = TcpListener::bind(configuration.listen).await.with_context(|| {
            format!(
                "cannot listen on {}; if another program does, choose another address with --listen",
                configuration.listen
            )
        })?;
        let address = listener.local_addr().context("the port was bound but has no address")?;
        let url = configuration.url.clone().unwrap_or_else(|| format!("http://{address}"));
        let instance = Instance {
            url: url.trim_end_matches('/').to_owned(),
            admission: configuration.sign_up,
            sandbox: configuration.sandbox,
            links: configuration.links,
            session_lasts_ms: milliseconds(configuration.session_lasts),
            session_idle_ms: milliseconds(configuration.session_idle),
        };
        let set_up = set_up_link(&store, clock.now(), &instance).await.context("cannot make the set-up link")?;
        let mail =
            configuration.mail.clone().map(mail::Smtp::new).transpose().context("mail cannot be sent like this")?;
        let mail = mail.map(|smtp| Arc::new(smtp) as Arc<dyn Mail>);
        let provider = configuration.provider.clone().map(|provider| {
            let redirect_url = format!("{}/sign-in/answer", instance.url);
            oidc::OpenIdProvider::new(oidc::Config { redirect_url, ..provider })
        });
        let provider = provider.transpose().context("nobody can sign in with this provider")?;
        let provider = provider.map(|provider| Arc::new(provider) as Arc<dyn IdentityProvider>);
        let (stopping, heard) = watch::channel(false);
        let context = AppContext {
            store: Arc::new(store.clone()),
            simulator: Arc::new(Cores::new(configuration.patience)),
            clock,
            passwords: Arc::new(Argon2id::new()),
            instance: Arc::new(instance),
            mail,
            provider,
            limits: limits(configuration.limits),
            links: Arc::default(),
            done: Arc::default(),
            assets: Arc::new(web::assets::addresses()),
        };
        let around = web::Around {
            stopping: heard,
            proxies: configuration.proxies.clone(),
            url: configuration.url.clone(),
            exports: web::Turns::default(),
        };
        let router = web::router(context, around)?;
        let door = web::serving::Door::new(configuration.proxies.clone());
        Ok(Self { store, opening, listener, router, door, stopping, address, set_up })
    }

    /// The one-time link by which the first administrator makes an account, as long as there is none.
    pub fn set_up_link(&self) -> Option<&str> {
        self.set_up.as_deref()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What was met when its data were opened.
    pub fn opening(&self) -> &store::Opening {
        &self.opening
    }

    /// Serves until `stop` is done; requests under way are finished, and the data are closed.
    ///
    /// # Errors
    ///
    /// When the operating system takes the socket away, or the data cannot be closed.
    pub async fn run_until(self, stop: impl Future<Output = ()> + Send + 'static) -> anyhow::Result<()> {
        let served = web::serving::serve(self.listener, self.router, self.door, &self.stopping, stop).await;
        self.store
            .close()
            .await
            .context("the data could not be closed; they are whole, and the next start reads the log")?;
        served.context("the server stopped")
    }
}

/// A new link at each start: an earlier one that was seen by somebody else is worth nothing then.
async fn set_up_link(store: &dyn Accounts, now: UnixMillis, instance: &Instance) -> Result<Option<String>, StoreError> {
    if store.has_administrator().await? {
        return Ok(None);
    }
    let secret = Secret::new();
    let ends_at = UnixMillis(now.0.saturating_add(SET_UP_LASTS_MS));
    store.keep_ticket(Ticket { digest: secret.digest(), purpose: Purpose::SetUp, ends_at }).await?;
    Ok(Some(format!("{}/set-up?ticket={}", instance.url, secret.reveal())))
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// Who keeps count, with so many times the usual allowance.
pub(crate) fn limits(times: u32) -> Arc<dyn Limits> {
    match Counters::new(times) {
        Some(counters) => Arc::new(counters),
        None => Arc::new(Unlimited),
    }
}
