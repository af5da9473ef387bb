//! What this instance writes to people, where it can send mail.

use leptos::prelude::expect_context;
use ports::{Email, Letter, Mail};

use super::{AppContext, Link, failed};

/// Sends a link to whom it is for. Whether it was sent: where it was not, somebody hands it on.
pub(crate) async fn send(to: &Email, link: &Link) -> bool {
    let Some(mail) = expect_context::<AppContext>().mail else { return false };
    let text = format!(
        "{}:\n\n{}\n\nIf you do not expect this letter, do nothing: without you the link is good for nothing.\n",
        link.what, link.address
    );
    send_letter(mail.as_ref(), Letter { to: to.to_string(), subject: "Forkline: a link for you".to_owned(), text })
        .await
}

/// Tells somebody that many wrong passwords were tried for their account.
pub(crate) async fn tell_of_tries(to: &Email) {
    let AppContext { mail, instance, .. } = expect_context::<AppContext>();
    let Some(mail) = mail else { return };
    let text = format!(
        "Somebody has tried more than a hundred wrong passwords for your account within an hour. Nobody came in by them. For \
         up to an hour, the account takes no password.\n\nIf that was not you, there is nothing to do: a long password that \
         you use nowhere else is not found that way. To come in now, have a link sent to you:\n\n{}/forgot\n",
        instance.url
    );
    let subject = "Forkline: wrong passwords for your account".to_owned();
    send_letter(mail.as_ref(), Letter { to: to.to_string(), subject, text }).await;
}

async fn send_letter(mail: &dyn Mail, letter: Letter) -> bool {
    match mail.send(letter).await {
        Ok(()) => true,
        Err(error) => {
            failed(&error);
            false
        }
    }
}
