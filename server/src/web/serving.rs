//! Connections: how long they may take, how many there are, and how they end.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
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
        Door { most: 1_024, most_of_address: 128, proxies, patience, unheard: Duration::from_secs(20) }
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
        let Ok((connection, peer)) = accepted else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
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
