//! Connections: how long they may take, how many there are, and how they end.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
};
use ipnet::IpNet;
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
};
use tower::ServiceExt as _;

pub(crate) use super::answers::Patience;
use super::{answers::Wire, client::is_ours, places::Places};
use crate::limits::household;

/// What is on its way to a client, and the head of a request, are kept in memory up to this size \[bytes\].
const KEPT: usize = 65_536;
/// When the program is to end, requests under way have this long.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Who is let in, and for how long.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    /// More connections wait until others end.
    pub(crate) most: usize,
    /// More connections from one address are closed at once, unless it is a proxy's.
    pub(crate) most_of_address: usize,
    /// Our own proxies: behind one of them is everybody.
    pub(crate) proxies: Vec<IpNet>,
    /// How long a client may do nothing.
    pub(crate) patience: Patience,
    /// A client of HTTP/2 that was not heard for so long is asked whether it is still there, and has as long to answer.
    pub(crate) unheard: Duration,
}

impl Door {
    /// What suits a server, behind such proxies or none.
    pub(crate) fn new(proxies: Vec<IpNet>) -> Self {
        let patience =
            Patience { first: Duration::from_secs(10), rests: Duration::from_secs(30), takes: Duration::from_secs(30) };
        let most = connections(files());
        Door { most, most_of_address: 128, proxies, patience, unheard: Duration::from_secs(20) }
    }

    fn builder(&self) -> Builder<TokioExecutor> {
        let mut builder = Builder::new(TokioExecutor::new());
        // This counts from one answer to the end of the next head, and the first head has its time in `patience`.
        builder.http1().timer(TokioTimer::new()).header_read_timeout(self.patience.rests).max_buf_size(KEPT);
        builder
            .http2()
            .timer(TokioTimer::new())
            .max_concurrent_streams(100)
            .keep_alive_interval(self.unheard)
            .keep_alive_timeout(self.unheard);
        builder
    }
}

/// More connections than this wait, however many files may be open.
const MOST: u64 = 1_024;
/// Files that are open beside connections: the database, its log and their readers, the lock, the log, mail and the provider.
const OTHER_FILES: u64 = 128;

/// How many connections there may be where so many files may be open.
fn connections(files: Option<u64>) -> usize {
    let most = files.map_or(MOST, |files| files.saturating_sub(OTHER_FILES).clamp(16, MOST));
    usize::try_from(most).unwrap_or(usize::MAX)
}

/// How many files this process may have open, after it has asked for as many as it may have; nothing where there is no limit.
fn files() -> Option<u64> {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let limit = getrlimit(Resource::Nofile);
        let wanted = limit.maximum.unwrap_or(u64::MAX).min(MOST + OTHER_FILES);
        if limit.current.is_some_and(|current| current < wanted) {
            // Where it is refused, there are fewer connections.
            let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: limit.maximum });
        }
        getrlimit(Resource::Nofile).current
    }
    #[cfg(not(unix))]
    None
}

/// Connections that could not be taken, which a log does not need to hear of one by one.
#[derive(Debug, Default)]
struct Refusals {
    since: Option<Instant>,
    count: u64,
}

impl Refusals {
    /// How often one is logged.
    const EVERY: Duration = Duration::from_secs(60);

    fn log(&mut self, error: &std::io::Error) {
        self.count += 1;
        if self.since.is_none_or(|since| since.elapsed() >= Self::EVERY) {
            tracing::warn!(%error, times = self.count, "a connection could not be taken");
            *self = Refusals { since: Some(Instant::now()), count: 0 };
        }
    }
}

/// Serves until `stop` is done; requests under way are finished, and streams are told to end by `stopping`.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    door: Door,
    stopping: &watch::Sender<bool>,
    stop: impl Future<Output = ()> + Send,
) -> std::io::Result<()> {
    let (builder, graceful) = (door.builder(), GracefulShutdown::new());
    let places = Arc::new(Semaphore::new(door.most));
    let of_address: Arc<Places<IpAddr>> = Places::new(door.most_of_address, usize::MAX);
    let mut stop = std::pin::pin!(stop);
    let mut refused = Refusals::default();
    loop {
        let place = tokio::select! {
            place = Arc::clone(&places).acquire_owned() => place,
            () = &mut stop => break,
        };
        let Ok(place) = place else { break };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        // A connection that ended before it was taken, or no file left for one, says nothing of those to come.
        let (connection, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                refused.log(&error);
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let theirs = of_address.take(household(peer.ip()));
        if theirs.is_none() && !is_ours(peer.ip().to_canonical(), &door.proxies) {
            continue;
        }
        let (router, wire) = (router.clone(), Wire::new());
        let asked = Arc::clone(&wire);
        let service = service_fn(move |request: Request<Incoming>| {
            let (router, answer) = (router.clone(), asked.asked());
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo::<SocketAddr>(peer));
            async move { Ok::<_, std::convert::Infallible>(router.oneshot(request).await?.map(|body| answer.with(body))) }
        });
        let serving = builder.serve_connection_with_upgrades(TokioIo::new(connection), service);
        let serving = graceful.watch(serving.into_owned());
        tokio::spawn(async move {
            // What goes wrong with one connection is its client's to see.
            tokio::select! {
                _ = serving => {}
                () = wire.is_given_up(door.patience) => {}
            }
            drop((place, theirs));
        });
    }
    drop(listener);
    stopping.send_replace(true);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(LAST_WORDS) => tracing::warn!("some connections were cut off"),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_files_for_everything_else() {
        assert_eq!(connections(Some(1_024)), 896);
        assert_eq!(connections(Some(65_536)), 1_024);
        assert_eq!(connections(Some(100)), 16);
        assert_eq!(connections(None), 1_024);
        let door = Door::new(Vec::new());
        assert!(door.most as u64 + OTHER_FILES <= files().unwrap_or(u64::MAX).max(16 + OTHER_FILES), "{}", door.most);
    }

    #[test]
    fn refused_connections_are_logged_once_a_minute() {
        let mut refused = Refusals::default();
        let error = std::io::Error::other("no file left");
        refused.log(&error);
        let first = refused.since;
        for _ in 0..1_000 {
            refused.log(&error);
        }
        assert_eq!((refused.since, refused.count), (first, 1_000));
        refused.since = Instant::now().checked_sub(Refusals::EVERY);
        refused.log(&error);
        assert_eq!(refused.count, 0);
    }
}
