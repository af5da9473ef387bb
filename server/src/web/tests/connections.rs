//! Connections as they are on a wire: whoever keeps one and does nothing does not keep others out.

use std::{net::SocketAddr, time::Duration};

use axum::{Router, body::Body, routing::get};
use futures_util::stream;
use ipnet::IpNet;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{oneshot, watch},
    task::JoinHandle,
    time::{sleep, timeout},
};

use crate::web::serving::{Door, Patience, serve};

/// No test waits longer for what is to come.
const SOON: Duration = Duration::from_secs(20);
const SHORT: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_secs(3_600);
const LENGTH: usize = 50_000_000;
/// How a client of HTTP/2 begins, with an empty frame of settings.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
/// The same, with settings by which nothing of an answer may be sent.
const TAKES_NOTHING: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\x06\x04\0\0\0\0\0\0\x04\0\0\0\0";
const PING: &[u8] = b"\0\0\x08\x06\0\0\0\0\0whatever";

struct Served {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<std::io::Result<()>>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// A door through which so many come, and that has no patience.
fn door(most: usize) -> Door {
    let patience = Patience { first: SHORT, rests: SHORT, takes: SHORT };
    Door { most, most_of_address: usize::MAX, proxies: Vec::new(), patience, unheard: LONG }
}

fn patient(most: usize) -> Door {
    Door { patience: Patience { first: LONG, rests: LONG, takes: LONG }, ..door(most) }
}

async fn served(door: Door) -> Served {
    let router = Router::new()
        .route("/", get(async || "hello"))
        .route("/long", get(async || vec![b'x'; LENGTH]))
        .route("/stream", get(async || Body::from_stream(stream::pending::<std::io::Result<&str>>())));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(async move {
        serve(listener, router, door, &watch::channel(false).0, async { drop(stopped.await) }).await
    });
    Served { address, stop: Some(stop), serving }
}

impl Served {
    /// A connection on which this has been said.
    async fn says(&self, said: &[u8]) -> TcpStream {
        let mut connection = TcpStream::connect(self.address).await.expect("a connection");
        connection.write_all(said).await.expect("it is sent");
        connection
    }

    /// What a client that asks and reads is answered; nothing if it is not.
    async fn answers(&self) -> Option<String> {
        let asked = async {
            let mut connection = self.says(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
            let mut answer = String::new();
            connection.read_to_string(&mut answer).await.ok()?;
            answer.ends_with("hello").then_some(answer)
        };
        timeout(SOON, asked).await.ok().flatten()
    }
}

/// Asks for a path over HTTP/2, after the preface.
fn asks(path: &str) -> Vec<u8> {
    // GET, http and an authority by the table that everybody has, and the path in full.
    let mut block = vec![0x82, 0x86, 0x01, 0x01, b'x', 0x04, u8::try_from(path.len()).expect("a short path")];
    block.extend(path.bytes());
    let length = u8::try_from(block.len()).expect("a short request");
    [vec![0, 0, length, 0x01, 0x05, 0, 0, 0, 1], block].concat()
}

/// Asks, and stays when it has been answered.
async fn asks_and_stays(connection: &mut TcpStream) -> bool {
    let asked = async {
        connection.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.ok()?;
        let mut answer = Vec::new();
        while !answer.ends_with(b"hello") {
            (connection.read_buf(&mut answer).await.ok()? > 0).then_some(())?;
        }
        Some(())
    };
    timeout(SOON, asked).await.ok().flatten().is_some()
}

/// Whether the server ends a connection, whatever it says before.
async fn is_ended(connection: &mut TcpStream) -> bool {
    // That it is reset is an end as well.
    timeout(SOON, connection.read_to_end(&mut Vec::new())).await.is_ok()
}

const SILENT: [&[u8]; 7] = [
    b"",
    b"P",
    b"PRI * HTTP/2.0\r\n",
    b"GET / HTTP/1.1\r\nho",
    PREFACE,
    b"GET / HTTP/1.1\r\nhost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nhost: x\r\n\r\nGET / HT",
];

#[tokio::test]
async fn whoever_says_nothing_is_not_waited_for() {
    let served = served(door(100)).await;
    for said in SILENT {
        let mut connection = served.says(said).await;
        assert!(is_ended(&mut connection).await, "{}", said.escape_ascii());
    }
}

#[tokio::test]
async fn silent_connections_do_not_keep_others_out() {
    let served = served(door(2 * SILENT.len())).await;
    let mut silent = Vec::new();
    for said in SILENT.into_iter().cycle().take(4 * SILENT.len()) {
        silent.push(served.says(said).await);
    }
    assert!(served.answers().await.is_some());
}

#[tokio::test]
async fn a_client_that_takes_nothing_of_an_answer_is_not_waited_for() {
    let served = served(door(1)).await;
    let _silent = served.says(b"GET /long HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(served.answers().await.is_some(), "over HTTP/1");
    // Over HTTP/2 the socket can be busy meanwhile, and another answer be taken.
    let mut busy = served.says(&[TAKES_NOTHING, &asks("/long")].concat()).await;
    let busy = tokio::spawn(async move {
        while busy.write_all(PING).await.is_ok() {
            sleep(SHORT / 10).await;
        }
    });
    assert!(served.answers().await.is_some(), "over HTTP/2");
    busy.abort();
}

#[tokio::test]
async fn a_client_that_takes_an_answer_slowly_gets_all_of_it() {
    let served = served(door(1)).await;
    let mut connection = served.says(b"GET /long HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    let mut taken = 0;
    let taking = async {
        let mut buffer = vec![0; 1_000_000];
        while let Ok(read @ 1..) = connection.read(&mut buffer).await {
            taken += read;
            // Altogether this takes several times as long as it may do nothing.
            sleep(SHORT * u32::try_from(read).expect("a short piece") / 10_000_000).await;
        }
    };
    timeout(SOON, taking).await.expect("it has an end");
    assert!(taken > LENGTH, "{taken}");
}

#[tokio::test]
async fn a_client_waits_for_the_server_as_long_as_it_takes() {
    let served = served(door(2)).await;
    let mut waiting = served.says(b"GET /stream HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let mut over_2 = served.says(&[PREFACE, &asks("/stream")].concat()).await;
    let (mut said, mut said_over_2) = (Vec::new(), Vec::new());
    let ended = async {
        tokio::select! {
            _ = waiting.read_to_end(&mut said) => {}
            _ = over_2.read_to_end(&mut said_over_2) => {}
        }
    };
    assert!(timeout(4 * SHORT, ended).await.is_err());
}

#[tokio::test]
async fn a_client_of_http_2_that_has_gone_is_not_waited_for() {
    let served = served(Door { unheard: SHORT, ..door(1) }).await;
    // It never says that it is still there.
    let mut gone = served.says(&[PREFACE, &asks("/stream")].concat()).await;
    assert!(is_ended(&mut gone).await);
    assert!(served.answers().await.is_some());
}

#[tokio::test]
async fn one_address_has_a_part_of_the_connections() {
    let served = served(Door { most_of_address: 2, ..patient(10) }).await;
    let (mut first, mut second) = (served.says(b"").await, served.says(b"").await);
    assert!(asks_and_stays(&mut first).await && asks_and_stays(&mut second).await);
    assert!(is_ended(&mut served.says(b"").await).await, "there is no third");
    assert!(asks_and_stays(&mut second).await, "the others stay");
    drop(first);
    let free = async {
        while served.answers().await.is_none() {
            sleep(SHORT / 10).await;
        }
    };
    timeout(SOON, free).await.expect("there is a place again");
}

#[tokio::test]
async fn everybody_behind_a_proxy_has_one_address() {
    let proxies: Vec<IpNet> = vec!["127.0.0.0/8".parse().expect("a network")];
    let served = served(Door { most_of_address: 2, proxies, ..patient(10) }).await;
    let mut connections = Vec::new();
    for _ in 0..10 {
        let mut connection = served.says(b"").await;
        assert!(asks_and_stays(&mut connection).await);
        connections.push(connection);
    }
}

#[tokio::test]
async fn a_full_server_can_be_stopped() {
    let mut served = served(patient(1)).await;
    let mut connection = served.says(b"").await;
    assert!(asks_and_stays(&mut connection).await);
    let _waiting = served.says(b"").await;
    served.stop.take().expect("it was not stopped").send(()).expect("it serves");
    let ended = timeout(SOON, &mut served.serving).await.expect("it ends").expect("it does not panic");
    assert!(ended.is_ok());
}
