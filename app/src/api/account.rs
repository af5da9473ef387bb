//! Accounts: coming in, going out, and what is one's own.

use leptos::prelude::*;
use uuid::Uuid;

#[cfg(feature = "ssr")]
use ports::{CameBy, Email, Name, NewAccount, PasswordHash, Person, PersonState, Purpose, StoreError, TooManyAttempts};

use super::wire::Wire;
#[cfg(feature = "ssr")]
use super::{tickets, to_its_end};
#[cfg(feature = "ssr")]
use crate::context::{
    Admission, AppContext, done,
    visitor::{let_in, let_in_by, let_out, visitor},
};
use crate::error::AppError;

/// How long a password is at least: shorter ones are guessed, whatever they are made of.
#[cfg(feature = "ssr")]
const SHORTEST_PASSWORD: usize = 12;
/// How long it is at most. Longer ones are cut by nobody; hashing them would cost the server more than they are worth.
#[cfg(feature = "ssr")]
const LONGEST_PASSWORD: usize = 1_000;

/// Lets in who has this address and this password. What does not fit is told the same way, whichever it is.
#[server(endpoint = "account/sign-in", output = Wire)]
pub async fn sign_in(
    email: String,
    password: String,
    next: Option<String>,
    take_along: Option<String>,
) -> Result<(), AppError> {
    let app = expect_context::<AppContext>();
    // Where they want to go afterwards comes along as long as they try.
    let mut typed = vec![("email", email.as_str())];
    typed.extend(next.as_deref().map(|next| ("next", next)));
    let address = email.parse::<Email>();
    let login = match &address {
        Ok(address) => app.store.login(address).await?,
        Err(_) => None,
    };
    let of = address.as_ref().map_or(email.as_str(), Email::as_str);
    let tried = crate::context::try_password(of).map_err(|refused| {
        if let (TooManyAttempts::ForThisAccount { tell: true, .. }, Some(login)) = (refused, &login) {
            tell_of_tries(&login.person);
        }
        AppError::from(refused).with_typed(&typed)
    })?;
    let login = login.filter(|login| login.person.state == PersonState::Active);
    let kept = login.as_ref().and_then(|login| login.password.clone());
    let fits = app.passwords.fits(password, kept).await?;
    let shown = login.filter(|_| fits).and_then(|login| Some((login.person.id, login.password?)));
    let comes = match shown {
        // The check took its time: the password may have been changed meanwhile.
        Some((person, password)) => let_in_by(person, CameBy::Password(password), take_along.is_some()).await?,
        None => false,
    };
    if !comes {
        let message = "There is no account with this address and this password.";
        return Err(AppError::invalid(message).with_typed(&typed));
    }
    tried.was_right();
    leptos_axum::redirect(next.as_deref().filter(|next| is_here(next)).unwrap_or("/"));
    Ok(())
}

/// Ends the session of this browser.
#[server(endpoint = "account/sign-out", output = Wire)]
pub async fn sign_out() -> Result<(), AppError> {
    if let Some(session) = visitor()?.session_id() {
        let_out(session).await?;
    }
    leptos_axum::redirect("/");
    Ok(())
}

/// Makes an account, where this instance lets anybody have one. A sandbox comes along.
#[server(endpoint = "account/sign-up", output = Wire)]
pub async fn sign_up(name: String, email: String, password: String) -> Result<(), AppError> {
    let app = expect_context::<AppContext>();
    let fields = [("name", name.as_str()), ("email", email.as_str())];
    if app.instance.admission != Admission::Open {
        return Err(AppError::invalid("Accounts are made by invitation here: ask an administrator for a link.")
            .with_typed(&fields));
    }
    crate::context::take(ports::Demand::Person).map_err(|error| error.with_typed(&fields))?;
    let account = new_account(&name, &email, password).await.map_err(|error| error.with_typed(&fields))?;
    let store = app.store;
    let person = taken(to_its_end(async move { not_taken(store.open_account(account).await) }).await?, &fields)?;
    let_in(person).await?;
    leptos_axum::redirect("/");
    Ok(())
}

/// Makes the account of the first administrator.
#[server(endpoint = "account/set-up", output = Wire)]
pub async fn set_up(ticket: String, name: String, email: String, password: String) -> Result<(), AppError> {
    let fields = [("name", name.as_str()), ("email", email.as_str())];
    let secret = tickets::tried(&ticket).await.map_err(|error| error.with_typed(&fields))?;
    let digest = tickets::good_for(&secret, |purpose| *purpose == Purpose::SetUp).await?;
    let account = new_account(&name, &email, password).await.map_err(|error| error.with_typed(&fields))?;
    let store = crate::context::store();
    let made = to_its_end(async move { not_taken(store.set_up(&digest, account).await) }).await?;
    let_in(taken(made, &fields)?).await?;
    leptos_axum::redirect("/");
    Ok(())
}

/// Lets somebody come in who was invited and has no account yet.
#[server(endpoint = "account/join", output = Wire)]
pub async fn join(ticket: String, name: String, password: String) -> Result<(), AppError> {
    let app = expect_context::<AppContext>();
    let fields = [("name", name.as_str())];
    if app.instance.admission == Admission::Closed {
        return Err(AppError::invalid("This instance takes nobody new. Ask its administrator.").with_typed(&fields));
    }
    let secret = tickets::tried(&ticket).await.map_err(|error| error.with_typed(&fields))?;
    if tickets::invitation(&secret).await?.person.state != PersonState::Invited {
        return Err(AppError::overtaken(
            "There is an account with this address already. Sign in to it, and open the link again.".to_owned(),
        )
        .with_typed(&fields));
    }
    let called: Name =
        name.parse().map_err(|wrong: ports::NotReadable| AppError::invalid(wrong.to_string()).with_typed(&fields))?;
    let password = accepted(password, &[&name]).await.map_err(|error| error.with_typed(&fields))?;
    let guest = visitor()?.takes_along();
    let digest = secret.digest();
    let person = to_its_end(async move { app.store.join(&digest, called, password, guest).await }).await?;
    let_in(person).await?;
    leptos_axum::redirect("/");
    Ok(())
}

/// Sends a link for a new password to an address, if somebody has an account with it: whether somebody has, is not told.
#[server(endpoint = "account/forgot", output = Wire)]
pub async fn forgot_password(email: String) -> Result<(), AppError> {
    let app = expect_context::<AppContext>();
    if app.mail.is_none() {
        return Err(StoreError::NotFound("page").into());
    }
    let typed = [("email", email.as_str())];
    let address: Email =
        email.parse().map_err(|wrong: ports::NotReadable| AppError::invalid(wrong.to_string()).with_typed(&typed))?;
    // Counted apart from passwords: who has forgotten theirs has tried many.
    let letters = format!("a link to {address}");
    drop(crate::context::try_password(&letters).map_err(|refused| AppError::from(refused).with_typed(&typed))?);
    let login = app.store.login(&address).await?;
    if let Some(login) = login.filter(|login| login.person.state == PersonState::Active) {
        // Making and sending it takes a while, by which one could tell that there is an account.
        let owner = Owner::current().unwrap_or_default();
        tokio::spawn(async move {
            owner.with(|| ScopedFuture::new(async move { super::people::reset_link_for(&login.person).await })).await
        });
    }
    leptos_axum::redirect("/forgot?sent=yes");
    Ok(())
}

/// Gives somebody the password they chose by a link they were sent, and lets them in.
#[server(endpoint = "account/reset", output = Wire)]
pub async fn reset_password(ticket: String, password: String) -> Result<(), AppError> {
    let secret = tickets::tried(&ticket).await?;
    let digest = tickets::good_for(&secret, |purpose| matches!(purpose, Purpose::Reset(_))).await?;
    let password = accepted(password, &[]).await?;
    let store = crate::context::store();
    to_its_end(async move { store.reset_password(&digest, password).await }).await?;
    leptos_axum::redirect("/sign-in?changed=password");
    Ok(())
}

/// Changes how one is called.
#[server(endpoint = "account/rename", output = Wire)]
pub async fn rename(name: String) -> Result<(), AppError> {
    let myself = visitor()?.myself()?;
    let called: Name = name
        .parse()
        .map_err(|wrong: ports::NotReadable| AppError::invalid(wrong.to_string()).with_typed(&[("name", &name)]))?;
    let store = crate::context::store();
    let new = called.clone();
    to_its_end(async move { store.rename(&myself, called).await }).await?;
    done(format!("You are called {new} now."));
    Ok(())
}

/// Changes one's password. All sessions end, and this browser gets a new one.
#[server(endpoint = "account/change-password", output = Wire)]
pub async fn change_password(current: String, password: String) -> Result<(), AppError> {
    let myself = visitor()?.myself()?;
    let AppContext { store, passwords, .. } = expect_context::<AppContext>();
    let login = store.myself(&myself).await?;
    let tried = crate::context::try_password(login.person.email.as_ref().map(Email::as_str).unwrap_or_default())?;
    let wrong = || AppError::invalid("That is not your present password. Nothing was changed.");
    let fits = passwords.fits(current, login.password.clone()).await?;
    let present = login.password.filter(|_| fits).ok_or_else(wrong)?;
    tried.was_right();
    let about = about(&login.person);
    let password = accepted(password, &about.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    let chosen = password.clone();
    let changed = to_its_end(async move {
        match store.change_password(&myself, &present, chosen).await {
            // Another was chosen while this one waited to be checked.
            Err(StoreError::Overtaken("password")) => Ok(false),
            changed => changed.map(|()| true),
        }
    });
    if !changed.await? {
        return Err(wrong());
    }
    let comes = let_in_by(myself.id(), CameBy::Password(password), false).await?;
    if !comes {
        return Err(AppError::not_signed_in());
    }
    // Said by the address: the session for which something could be kept has just ended.
    leptos_axum::redirect("/account?changed=password");
    Ok(())
}

/// Ends one of one's own sessions.
#[server(endpoint = "account/revoke-session", output = Wire)]
pub async fn revoke_session(session: Uuid) -> Result<(), AppError> {
    let myself = visitor()?.myself()?;
    let store = crate::context::store();
    to_its_end(async move { store.revoke_session(&myself, ports::SessionId(session)).await }).await?;
    done("The session has ended.");
    Ok(())
}

/// Tells the owner of an account that many wrong passwords were tried for it, where this instance can send mail.
#[cfg(feature = "ssr")]
fn tell_of_tries(owner_of_account: &Person) {
    let Some(email) = owner_of_account.email.clone() else { return };
    // Sending takes a while, by which one could tell that there is an account.
    let owner = Owner::current().unwrap_or_default();
    tokio::spawn(async move {
        owner.with(|| ScopedFuture::new(async move { crate::context::letters::tell_of_tries(&email).await })).await
    });
}

/// What somebody asks for who makes an account; the password is hashed on the way.
#[cfg(feature = "ssr")]
async fn new_account(name: &str, email: &str, password: String) -> Result<NewAccount, AppError> {
    let wrong = |wrong: ports::NotReadable| AppError::invalid(wrong.to_string());
    let (called, address): (Name, Email) = (name.parse().map_err(wrong)?, email.parse().map_err(wrong)?);
    let password = Some(accepted(password, &[name, email]).await?);
    let guest = visitor()?.takes_along();
    Ok(NewAccount { email: address, name: called, password, guest })
}

/// What stands on every page is what comes to mind first, to people and to those who guess.
#[cfg(feature = "ssr")]
const WORDS_OF_THE_SITE: [&str; 12] = [
    "forkline",
    "pipeline",
    "topology",
    "sequential",
    "parallel",
    "staged",
    "decision",
    "record",
    "budget",
    "latency",
    "prototype",
    "workbench",
];

/// The hash of a password that is good enough.
#[cfg(feature = "ssr")]
pub(super) async fn accepted(password: String, about: &[&str]) -> Result<PasswordHash, AppError> {
    let length = password.chars().count();
    if !(SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&length) {
        return Err(AppError::invalid(format!(
            "A password has at least {SHORTEST_PASSWORD} characters. Several words do well."
        )));
    }
    let passwords = expect_context::<AppContext>().passwords;
    let about = about.iter().chain(&WORDS_OF_THE_SITE).map(|word| (*word).to_owned()).collect();
    if passwords.is_common(password.clone(), about).await? {
        return Err(AppError::invalid(
            "This password is among the first that anybody guesses. Choose another: several words that have nothing to do with each other do well.".to_owned(),
        ));
    }
    Ok(passwords.hash(password).await?)
}

/// What a guesser may know of somebody.
#[cfg(feature = "ssr")]
fn about(person: &Person) -> Vec<String> {
    std::iter::once(person.name.to_string()).chain(person.email.as_ref().map(ToString::to_string)).collect()
}

/// Tells an address that is taken from other failures.
#[cfg(feature = "ssr")]
fn not_taken<T>(made: Result<T, StoreError>) -> Result<Option<T>, StoreError> {
    match made {
        Err(StoreError::Overtaken("e-mail address")) => Ok(None),
        made => made.map(Some),
    }
}

#[cfg(feature = "ssr")]
fn taken<T>(made: Option<T>, fields: &[(&str, &str)]) -> Result<T, AppError> {
    made.ok_or_else(|| {
        AppError::invalid(
            "This address has an account or an invitation already. Sign in, or open the link you were sent.",
        )
        .with_typed(fields)
    })
}

/// Whether an address to go to afterwards is one of this instance: a path, not another host in disguise.
#[cfg(feature = "ssr")]
pub(crate) fn is_here(next: &str) -> bool {
    let rest = next.strip_prefix('/');
    rest.is_some_and(|rest| !rest.starts_with(['/', '\\']) && !next.chars().any(|c| c.is_control() || c == '\\'))
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere_after_signing_in() {
        for here in ["/", "/teams", "/pipelines/1/map?x=y#z"] {
            assert!(is_here(here), "{here}");
        }
        for elsewhere in
            ["", "teams", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb", "/\t/evil.example"]
        {
            assert!(!is_here(elsewhere), "{elsewhere:?}");
        }
    }
}
