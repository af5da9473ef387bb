//! Connections: how long they may take, how many there are, and how they end.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, extract::ConnectInfo};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto::Builder, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
};
use tower::ServiceExt as _;

/// Whoever has not sent the head of a request by then wants to keep the connection from others.
const HEAD_TAKES: Duration = Duration::from_secs(10);
/// More connections wait until others end.
const MOST_CONNECTIONS: usize = 1_024;
/// When the program is to end, requests under way have this long.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// Serves until `stop` is done; requests under way are finished, and streams are told to end by `stopping`.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    stopping: &watch::Sender<bool>,
    stop: impl Future<Output = ()> + Send,
) -> std::io::Result<()> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TAKES);
    builder.http2().timer(TokioTimer::new()).max_concurrent_streams(100);
    let (graceful, places) = (GracefulShutdown::new(), Arc::new(Semaphore::new(MOST_CONNECTIONS)));
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        // A connection that ended before it was taken, or no file left for one, says nothing of those to come.
        let Ok((connection, peer)) = accepted else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { break };
        let service = router.clone().map_request(move |mut request: axum::http::Request<hyper::body::Incoming>| {
            request.extensions_mut().insert(ConnectInfo::<SocketAddr>(peer));
            request.map(axum::body::Body::new)
        });
        let serving =
            builder.serve_connection_with_upgrades(TokioIo::new(connection), TowerToHyperService::new(service));
        let serving = graceful.watch(serving.into_owned());
        tokio::spawn(async move {
            // What goes wrong with one connection is its client's to see.
            let _ = serving.await;
            drop(place);
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
