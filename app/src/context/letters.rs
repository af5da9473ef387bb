//! What this instance writes to people, where it can send mail.

use leptos::prelude::expect_context;
use ports::{Email, Letter};

use super::{AppContext, Link, failed};

/// Sends a link to whom it is for. Whether it was sent: where it was not, somebody hands it on.
pub(crate) async fn send(to: &Email, link: &Link) -> bool {
    let Some(mail) = expect_context::<AppContext>().mail else { return false };
    let text = format!(
        "{}:\n\n{}\n\nIf you do not expect this letter, do nothing: without you the link is good for nothing.\n",
        link.what, link.address
    );
    let letter = Letter { to: to.to_string(), subject: "Forkline: a link for you".to_owned(), text };
    match mail.send(letter).await {
        Ok(()) => true,
        Err(error) => {
            failed(&error);
            false
        }
    }
}
