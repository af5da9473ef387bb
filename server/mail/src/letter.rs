//! How a letter becomes a mail.

use lettre::{
    Address, Message,
    address::AddressError,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
};
use ports::Letter;
use uuid::Uuid;

/// Why a letter is none.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Flaw {
    #[error("the recipient is not an address")]
    Recipient(#[from] AddressError),
    #[error("the recipient has control characters")]
    UnprintableRecipient,
    #[error("the subject is more than one line")]
    Subject,
    #[error("it cannot be written as a mail")]
    Message(#[from] lettre::error::Error),
}

pub(crate) fn write(letter: Letter, from: &Mailbox) -> Result<Message, Flaw> {
    if letter.to.chars().any(char::is_control) {
        return Err(Flaw::UnprintableRecipient);
    }
    if letter.subject.chars().any(char::is_control) {
        return Err(Flaw::Subject);
    }
    // An address and not a mailbox, which may have a name: nobody is called what a form says.
    let to: Address = letter.to.parse()?;
    let message = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(letter.subject)
        // Lettre would name this machine, which is nobody's business.
        .message_id(Some(format!("<{}@{}>", Uuid::now_v7(), from.email.domain())))
        // Whoever is on holiday need not tell a program (RFC 3834).
        .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()))
        .header(ContentType::TEXT_PLAIN)
        .body(letter.text)?;
    Ok(message)
}

#[cfg(test)]
mod tests {
    use super::{Letter, write};

    fn written(to: &str, subject: &str) -> Option<String> {
        let letter = Letter { to: to.to_owned(), subject: subject.to_owned(), text: "Hello".to_owned() };
        let message = write(letter, &"Forkline <forkline@example.org>".parse().unwrap()).ok()?;
        Some(String::from_utf8(message.formatted()).unwrap())
    }

    #[test]
    fn a_header_cannot_be_added() {
        for line in ["\r\nBcc: eve@example.org", "\nBcc: eve@example.org", "\rBcc: eve@example.org", "\u{85}x", "\0"] {
            assert_eq!(written("ada@example.org", &format!("Hello{line}")), None, "{line:?}");
            assert_eq!(written(&format!("ada@example.org{line}"), "Hello"), None, "{line:?}");
            assert_eq!(written(&format!("\"ada{line}\"@example.org"), "Hello"), None, "{line:?}");
        }
    }

    #[test]
    fn a_recipient_is_one_bare_address() {
        for to in [
            "",
            "ada",
            "@example.org",
            "ada@",
            "ada@example.org, eve@example.org",
            "Ada <ada@example.org>",
            "<ada@example.org>",
            "ada@example.org> SIZE=1",
            "ada@exam ple.org",
        ] {
            assert_eq!(written(to, "Hello"), None, "{to:?}");
        }
        assert!(written("ada+forkline@example.org", "Hello").unwrap().contains("\r\nTo: ada+forkline@example.org\r\n"));
    }

    #[test]
    fn a_long_subject_stays_one_header() {
        let mail = written("ada@example.org", &"Bcc: eve@example.org ".repeat(20)).unwrap();
        assert!(!mail.contains("\r\nBcc:"), "{mail}");
        assert_eq!(mail.lines().filter(|line| line.starts_with("Subject:")).count(), 1);
    }
}
