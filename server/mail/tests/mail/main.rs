//! Letters to a mail server that runs here.

mod sink;

use std::time::Duration;

use mail::{Config, Encryption, Login, Smtp};
use ports::{Hidden, Letter, Mail, MailError};
use tokio::net::TcpListener;

use sink::{Manner, Sink};

fn smtp(port: u16, encryption: Encryption) -> Smtp {
    Smtp::new(Config {
        host: "127.0.0.1".to_owned(),
        port,
        encryption,
        login: Some(Login { user: "forkline".to_owned(), password: Hidden::from("open sesame") }),
        from: "Forkline <forkline@example.org>".to_owned(),
    })
    .expect("it can be used")
}

fn letter(to: &str) -> Letter {
    Letter { to: to.to_owned(), subject: "Grüße ✓".to_owned(), text: "Dear Ada,\n.\nüber alles\n".to_owned() }
}

#[tokio::test]
async fn a_letter_arrives() {
    let sink = Sink::start(Manner::Takes).await;
    smtp(sink.port(), Encryption::None).send(letter("ada@example.org")).await.unwrap();
    let [mail] = sink.mails().try_into().unwrap();
    assert_eq!(
        (mail.from.as_str(), mail.to.as_slice()),
        ("<forkline@example.org>", &["<ada@example.org>".to_owned()][..])
    );
    // "\0forkline\0open sesame" in base64.
    assert!(sink.said("AUTH PLAIN AGZvcmtsaW5lAG9wZW4gc2VzYW1l"), "it says who it is");
    let (headers, body) = mail.text.split_once("\r\n\r\n").unwrap();
    for header in [
        "From: Forkline <forkline@example.org>",
        "To: ada@example.org",
        "Subject: =?utf-8?b?R3LDvMOfZSDinJM=?=",
        "Auto-Submitted: auto-generated",
        "Content-Type: text/plain; charset=utf-8",
    ] {
        assert!(headers.lines().any(|line| line == header), "{header} in {headers}");
    }
    assert!(headers.contains("\r\nDate: ") && headers.contains("@example.org>"), "{headers}");
    assert!(mail.text.is_ascii(), "it passes through old servers");
    assert_eq!(body.replace("=C3=BC", "ü").replace("\r\n", "\n").trim_end(), "Dear Ada,\n.\nüber alles");
}

#[tokio::test]
async fn what_is_no_letter_is_told_to_nobody() {
    let sink = Sink::start(Manner::Takes).await;
    let smtp = smtp(sink.port(), Encryption::None);
    let good = letter("ada@example.org");
    for bad in [
        letter("ada@example.org\r\nRCPT TO:<eve@example.org>"),
        letter("ada@example.org>\r\nDATA"),
        letter("eve@example.org, ada@example.org"),
        letter("nobody"),
        Letter { subject: "Hello\r\nBcc: eve@example.org".to_owned(), ..good },
    ] {
        let error = smtp.send(bad.clone()).await.unwrap_err();
        assert!(matches!(error, MailError::NotALetter(_)), "{bad:?}: {error:?}");
    }
    assert!(!sink.said("EHLO"), "the server was not even called");
}

#[tokio::test]
async fn a_refusal_is_told_from_a_delay() {
    let sink = Sink::start(Manner::Refuses).await;
    let error = smtp(sink.port(), Encryption::None).send(letter("ada@example.org")).await.unwrap_err();
    assert!(matches!(error, MailError::Refused(_)), "{error:?}");
    assert!(!format!("{error:?}").contains("sesame"));

    let sink = Sink::start(Manner::Delays).await;
    let error = smtp(sink.port(), Encryption::None).send(letter("ada@example.org")).await.unwrap_err();
    assert!(matches!(error, MailError::Unreachable(_)), "{error:?}");
    assert!(sink.mails().is_empty());
}

#[tokio::test]
async fn a_server_that_is_down_is_said_to_be() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let error = smtp(port, Encryption::None).send(letter("ada@example.org")).await.unwrap_err();
    assert!(matches!(error, MailError::Unreachable(_)), "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_silent_is_not_waited_for_long() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let smtp = smtp(listener.local_addr().unwrap().port(), Encryption::None);
    let start = tokio::time::Instant::now();
    let error = smtp.send(letter("ada@example.org")).await.unwrap_err();
    assert!(matches!(error, MailError::Unreachable(_)), "{error:?}");
    assert!(start.elapsed() < Duration::from_secs(21), "{:?}", start.elapsed());
}

#[tokio::test]
async fn nothing_is_said_in_the_open_when_it_must_be_encrypted() {
    // Whoever sits on the line can hide that the server offers STARTTLS.
    let sink = Sink::start(Manner::Takes).await;
    let error = smtp(sink.port(), Encryption::StartTls).send(letter("ada@example.org")).await.unwrap_err();
    assert!(matches!(error, MailError::Refused(_)), "{error:?}");
    assert!(sink.said("EHLO") && !sink.said("AUTH") && !sink.said("MAIL"));

    let sink = Sink::start(Manner::Takes).await;
    let error = smtp(sink.port(), Encryption::Tls).send(letter("ada@example.org")).await.unwrap_err();
    assert!(matches!(error, MailError::Unreachable(_)), "{error:?}");
    assert!(!sink.said("EHLO") && !sink.said("AUTH"));
}
