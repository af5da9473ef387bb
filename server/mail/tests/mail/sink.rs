//! A mail server that keeps what it gets, and delivers nothing.

use std::sync::{Arc, Mutex, MutexGuard};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// How the server behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// It takes every letter.
    Takes,
    /// It knows no recipient.
    Refuses,
    /// It asks to come again later.
    Delays,
}

/// A letter that it got.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    pub(crate) text: String,
}

#[derive(Debug, Default)]
struct Heard {
    lines: Vec<String>,
    mails: Vec<Delivery>,
}

/// A mail server that is running. It stops when it is dropped.
#[derive(Debug)]
pub(crate) struct Sink {
    port: u16,
    heard: Arc<Mutex<Heard>>,
    task: JoinHandle<()>,
}

impl Sink {
    pub(crate) async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let port = listener.local_addr().expect("a listener has an address").port();
        let heard = Arc::new(Mutex::new(Heard::default()));
        let shared = Arc::clone(&heard);
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("a caller");
                // Whoever hangs up in the middle is no concern of the next one.
                let _ = talk(stream, manner, &shared).await;
            }
        });
        Self { port, heard, task }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn mails(&self) -> Vec<Delivery> {
        self.heard().mails.clone()
    }

    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().expect("nobody panics")
    }

    /// Whether a line that begins like this was heard.
    pub(crate) fn said(&self, start: &str) -> bool {
        self.heard().lines.iter().any(|line| line.starts_with(start))
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One conversation, to its end.
async fn talk(stream: TcpStream, manner: Manner, heard: &Mutex<Heard>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 sink\r\n").await?;
    let (mut from, mut to) = (String::new(), Vec::new());
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        heard.lock().expect("nobody panics").lines.push(line.trim_end().to_owned());
        let answer = match line.trim_end().split_once([' ', ':']).unwrap_or((line.trim_end(), "")) {
            ("EHLO", _) => "250-sink\r\n250-AUTH PLAIN\r\n250 8BITMIME\r\n",
            ("AUTH", _) => "235 welcome\r\n",
            ("MAIL", _) if manner == Manner::Delays => "451 later\r\n",
            ("MAIL", rest) => {
                from = path(rest);
                "250 ok\r\n"
            }
            ("RCPT", _) if manner == Manner::Refuses => "550 nobody of that name\r\n",
            ("RCPT", rest) => {
                to.push(path(rest));
                "250 ok\r\n"
            }
            ("DATA", _) => {
                stream.write_all(b"354 go on\r\n").await?;
                let text = text(&mut stream).await?;
                let delivery = Delivery { from: std::mem::take(&mut from), to: std::mem::take(&mut to), text };
                heard.lock().expect("nobody panics").mails.push(delivery);
                "250 kept\r\n"
            }
            ("QUIT", _) => {
                stream.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "502 what?\r\n",
        };
        stream.write_all(answer.as_bytes()).await?;
    }
}

/// The address in `FROM:<address> PARAMETERS`.
fn path(rest: &str) -> String {
    rest.split_once(':').map_or("", |(_, path)| path).split(' ').next().unwrap_or_default().to_owned()
}

/// The lines up to a single dot, with the dots taken back that were doubled for the way.
async fn text(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 || line == ".\r\n" {
            return Ok(text);
        }
        text.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}
