//! A small provider that runs in a test, on this machine, for the one person that the test has set.
//!
//! It speaks HTTP and checks what a real one checks: client, redirect URL, PKCE, and that a code is redeemed once.
//! [`Fault`] makes it do one thing wrong.

mod key;
mod pages;

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ports::{Answer, Hidden};
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinHandle};

use self::{key::Key, pages::State};
use crate::{Config, http::Http};

/// One thing that the provider does wrong from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The person does not want to.
    Cancelled,
    /// The token has a nonce of its own.
    Nonce,
    /// The token is for another program.
    Audience,
    /// The token is from another issuer.
    Issuer,
    /// The token is over.
    Expired,
    /// The token is signed by a key that has the right name and is another.
    ForeignKey,
    /// The token is signed with the client secret.
    SharedKey,
    /// The token is signed with the provider's public key, as if that were a secret.
    PublicKey,
    /// The token is not signed.
    Unsigned,
    /// What it tells of a person is signed by a key that has the right name and is another.
    ForeignUserInfo,
    /// There is no token.
    NoToken,
    /// Its description names another issuer.
    OtherIssuer,
    /// Its token endpoint redirects.
    Redirect,
    /// Its token endpoint says far too much.
    TooLong,
    /// Its token endpoint is out of order.
    Broken,
}

/// Whom the provider vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The provider's name for the person.
    pub subject: String,
    /// An address, and whether it is verified.
    pub email: Option<(String, bool)>,
    /// What the person is called.
    pub name: Option<String>,
    /// Whether only the user info endpoint tells address and name.
    pub reserved: bool,
}

/// How often the provider was asked for what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Visits {
    /// For its description of itself.
    pub discovery: usize,
    /// For a token.
    pub token: usize,
    /// At the place that its token endpoint redirects to, when it does.
    pub elsewhere: usize,
}

/// A provider that is running. It stops when it is dropped.
#[derive(Debug)]
pub struct FakeProvider {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

impl FakeProvider {
    /// The name of the only program that the provider knows, and its password.
    pub const CLIENT: (&str, &str) = ("forkline", "a secret / with: odd+characters");

    /// A provider on a port of its own, which vouches for Ada.
    pub async fn start() -> Self {
        Self::start_at(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await
    }

    /// A provider at an address, for example that of one that has stopped.
    pub async fn start_at(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).await.expect("the address is free");
        let address = listener.local_addr().expect("a listener has an address");
        let state = Arc::new(Mutex::new(State::new(format!("http://{address}"))));
        let pages = pages::pages(Arc::clone(&state));
        let task = tokio::spawn(async move { axum::serve(listener, pages).await.expect("the provider serves") });
        Self { address, state, task }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How this program is to be configured for it.
    pub fn config(&self, redirect_url: &str) -> Config {
        let (id, secret) = Self::CLIENT;
        Config {
            issuer: format!("http://{}", self.address),
            client_id: id.to_owned(),
            client_secret: Hidden::from(secret),
            redirect_url: redirect_url.to_owned(),
            name: "Example".to_owned(),
        }
    }

    /// Does one thing wrong from now on, or nothing any more.
    pub fn set_fault(&self, fault: Option<Fault>) {
        self.state().fault = fault;
    }

    /// Vouches for somebody else from now on.
    pub fn set_person(&self, person: Person) {
        self.state().person = person;
    }

    /// Wants the client secret in the body and not in the header.
    pub fn want_secret_in_body(&self) {
        self.state().secret_in_body = true;
    }

    /// Signs with a new key of a new name from now on.
    pub fn change_key(&self) {
        self.state().key = Key::new_ed25519();
    }

    /// Signs with this RSA key (PKCS #1, PEM) from now on.
    pub fn sign_with_rsa(&self, pem: &str) {
        self.sign_with("RS256", pem);
    }

    /// Signs by this algorithm from now on, with this key if it is one for RSA.
    pub fn sign_with(&self, algorithm: &str, rsa: &str) {
        self.state().key = Key::new(algorithm, rsa);
    }

    /// Has another key besides from now on, with which it does not sign. Its name is answered.
    pub fn publish_another_key(&self) -> String {
        let key = Key::new_ed25519();
        let name = key.name().to_owned();
        self.state().other_keys.push(key);
        name
    }

    /// Writes this into the header of every token from now on; what is null is left out.
    pub fn set_header(&self, changes: Value) {
        self.state().header = changes;
    }

    /// Writes this into the claims of every token from now on; what is null is left out.
    pub fn set_claims(&self, changes: Value) {
        self.state().claims = changes;
    }

    /// Writes this into what it tells of a person from now on; what is null is left out.
    pub fn set_user_info(&self, changes: Value) {
        self.state().user_info = changes;
    }

    /// Signs what it tells of a person from now on.
    pub fn sign_user_info(&self) {
        self.state().signs_user_info = true;
    }

    /// How often it was asked for what.
    pub fn visits(&self) -> Visits {
        self.state().visits
    }

    /// Does what a browser and a person do at the address to which a sign-in redirects: looks at the page, agrees at
    /// once, and is sent back. What it brings back is answered.
    pub async fn visit(&self, redirect: &str) -> Answer {
        let location = self.follow(redirect).await;
        let query = location.split_once('?').map_or("", |(_, query)| query);
        let query = format!("/?{query}").parse().expect("the provider redirects to a URL");
        axum::extract::Query::try_from_uri(&query).map(|axum::extract::Query(answer)| answer).expect("an answer")
    }

    /// The address to which the provider sends the browser back.
    pub async fn follow(&self, redirect: &str) -> String {
        let browser = Http::new(true, false).expect("a browser").0;
        let response = browser.get(redirect).send().await.expect("the provider answers the browser");
        let status = response.status();
        let Some(location) = response.headers().get("location").and_then(|location| location.to_str().ok()) else {
            panic!("the provider answers {status} and does not redirect");
        };
        location.to_owned()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for FakeProvider {
    fn drop(&mut self) {
        self.task.abort();
    }
}
