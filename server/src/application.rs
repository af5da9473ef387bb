//! A server that is ready to listen: its data opened, its examples seeded, its port bound.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use anyhow::Context;
use store::SqliteStore;
use tokio::net::TcpListener;

use crate::{clock::SystemClock, cores::Cores, seed, web};

/// How a server is run.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// Where it keeps its data.
    pub data: PathBuf,
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// How long one simulation may take before it is refused.
    pub patience: Duration,
}

/// A server that is ready to listen.
#[derive(Debug)]
pub struct Application {
    listener: TcpListener,
    router: axum::Router,
    address: SocketAddr,
}

impl Application {
    /// Opens the data, seeds the examples and binds the port.
    ///
    /// # Errors
    ///
    /// When the data cannot be opened or the port cannot be had, with what to do about it.
    pub async fn build(configuration: &Configuration) -> anyhow::Result<Self> {
        let clock = Arc::new(SystemClock);
        let store = SqliteStore::open(&configuration.data, clock.clone())
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
        let router = web::router(Arc::new(store), Arc::new(Cores::new(configuration.patience)), clock)?;
        Ok(Self { listener, router, address })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is done; requests under way are finished.
    ///
    /// # Errors
    ///
    /// When the operating system takes the socket away.
    pub async fn run_until(self, stop: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        axum::serve(self.listener, self.router).with_graceful_shutdown(stop).await
    }
}
