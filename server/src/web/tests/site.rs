//! A site in one process, without a port, and a browser that keeps its cookie.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use app::context::{Admission, AppContext, Instance};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, Response, StatusCode, header},
};
use ports::{
    IdentityProvider, Mail, Passwords, Secret, Simulator, UnixMillis,
    fake::{Desk, FixedClock},
};
use store::SqliteStore;
use tempfile::TempDir;
use tokio::sync::watch;
use tower::ServiceExt;

use crate::{cores::Cores, passwords::Argon2id, web};

/// A moment in November 2025.
pub(crate) const NOW: UnixMillis = UnixMillis(1_764_000_000_000);
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A site with the examples in it, on a database of its own.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) router: Router,
    pub(crate) store: SqliteStore,
    pub(crate) clock: Arc<FixedClock>,
    /// What the browser sends along.
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
    data: Arc<TempDir>,
    stopping: Arc<watch::Sender<bool>>,
    /// Whose turn it is to take everything a team has along.
    pub(crate) exports: web::Turns,
}

/// How a site is run where a test does not say otherwise.
pub(crate) fn instance() -> Instance {
    Instance {
        url: "http://forkline.test".to_owned(),
        admission: Admission::Open,
        sandbox: true,
        links: true,
        session_lasts_ms: 30 * DAY_MS,
        session_idle_ms: 14 * DAY_MS,
    }
}

/// How a site is set up where a test does not say otherwise.
pub(crate) struct SetUp {
    pub(crate) instance: Instance,
    /// How many times the usual everybody may ask for; 0: there are no limits.
    pub(crate) limits: u32,
    pub(crate) mail: Option<Arc<dyn Mail>>,
    pub(crate) provider: Option<Arc<dyn IdentityProvider>>,
    pub(crate) passwords: Arc<dyn Passwords>,
    pub(crate) simulator: Arc<dyn Simulator>,
}

impl Default for SetUp {
    fn default() -> Self {
        Self {
            instance: instance(),
            limits: 0,
            mail: None,
            provider: None,
            passwords: Arc::new(Argon2id::new()),
            simulator: Arc::new(Cores::new(std::time::Duration::from_secs(600))),
        }
    }
}

impl Site {
    pub(crate) async fn new() -> Self {
        Self::set_up(SetUp::default()).await
    }

    pub(crate) async fn run(instance: Instance) -> Self {
        Self::set_up(SetUp { instance, ..SetUp::default() }).await
    }

    pub(crate) async fn set_up(set_up: SetUp) -> Self {
        Self::open(tempfile::tempdir().expect("a directory"), set_up).await
    }

    /// A site on a copy of a database that nobody has open.
    pub(crate) async fn on_copy_of(template: &Path) -> Self {
        let data = tempfile::tempdir().expect("a directory");
        fs::copy(template.join("forkline.db"), data.path().join("forkline.db")).expect("a copy");
        Self::open(data, SetUp::default()).await
    }

    async fn open(data: TempDir, set_up: SetUp) -> Self {
        let clock = Arc::new(FixedClock::at(NOW));
        let store = SqliteStore::open(data.path(), clock.clone()).await.expect("the database opens");
        crate::seed::seed_examples(&store).await.expect("the examples are stored");
        let (stopping, heard) = watch::channel(false);
        let exports = web::Turns::default();
        let router = router(&store, &clock, set_up, heard, &exports);
        Self {
            router,
            store,
            clock,
            cookies: Arc::default(),
            data: Arc::new(data),
            stopping: Arc::new(stopping),
            exports,
        }
    }

    /// The same site run otherwise, in a browser that nobody has used.
    pub(crate) fn run_otherwise(&self, instance: Instance) -> Self {
        let set_up = SetUp { instance, ..SetUp::default() };
        Self {
            router: router(&self.store, &self.clock, set_up, self.stopping.subscribe(), &self.exports),
            ..self.other_browser()
        }
    }

    /// Another browser, which nobody has used.
    pub(crate) fn other_browser(&self) -> Self {
        Self { cookies: Arc::default(), ..self.clone() }
    }

    /// The cookie of the browser's session: `name=value`.
    pub(crate) fn cookie(&self) -> Option<String> {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        let session = cookies.iter().find(|(name, _)| name.ends_with("forkline"));
        session.map(|(name, value)| format!("{name}={value}"))
    }

    /// The secret of the browser's session.
    pub(crate) fn secret(&self) -> Option<Secret> {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        Secret::parse(cookies.get("forkline")?)
    }

    /// Tells one state of the database from those after a write: how much its log of writes holds, and since when; none where
    /// nothing has been written.
    pub(crate) fn last_write(&self) -> Option<(u64, SystemTime)> {
        let log = fs::metadata(self.data.path().join("forkline.db-wal")).ok()?;
        Some((log.len(), log.modified().expect("files have a time")))
    }

    /// The desk of whoever uses the browser; a guest sits down where nobody does.
    pub(crate) async fn desk(&self) -> Desk {
        let store = Arc::new(self.store.clone());
        if let Some(secret) = self.secret() {
            return Desk::of(store, &secret).await.expect("they are recognised");
        }
        let desk = Desk::of_guest(store).await.expect("a guest is made");
        self.come_with(desk.secret());
        desk
    }

    /// Has the browser send this secret along.
    pub(crate) fn come_with(&self, secret: &Secret) {
        self.keep(&format!("forkline={}", secret.reveal()));
    }

    /// Keeps a cookie, or forgets it where it is empty.
    fn keep(&self, cookie: &str) {
        let (name, value) = cookie.split_once('=').expect("a name and a value");
        let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        match value {
            "" => cookies.remove(name),
            value => cookies.insert(name.to_owned(), value.to_owned()),
        };
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> (Response<()>, String) {
        let (response, bytes) = self.send_for_bytes(request).await;
        (response, String::from_utf8_lossy(&bytes).into_owned())
    }

    pub(crate) async fn send_for_bytes(&self, mut request: Request<Body>) -> (Response<()>, Vec<u8>) {
        for (name, value) in &*self.cookies.lock().unwrap_or_else(PoisonError::into_inner) {
            let cookie = format!("{name}={value}").parse().expect("a header");
            request.headers_mut().append(header::COOKIE, cookie);
        }
        let response = self.router.clone().oneshot(request).await.expect("a router always answers");
        let (parts, body) = response.into_parts();
        for set in parts.headers.get_all(header::SET_COOKIE) {
            self.keep(set.to_str().expect("text").split(';').next().unwrap_or_default());
        }
        // A stream has no end.
        let streams = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        let body = if streams { Body::empty() } else { body };
        let bytes = to_bytes(body, 40_000_000).await.expect("an answer has an end");
        (Response::from_parts(parts, ()), bytes.to_vec())
    }
}

fn router(
    store: &SqliteStore,
    clock: &Arc<FixedClock>,
    set_up: SetUp,
    stopping: watch::Receiver<bool>,
    exports: &web::Turns,
) -> Router {
    let context = AppContext {
        store: Arc::new(store.clone()),
        simulator: set_up.simulator,
        clock: Arc::<FixedClock>::clone(clock),
        passwords: set_up.passwords,
        mail: set_up.mail,
        provider: set_up.provider,
        instance: Arc::new(set_up.instance),
        limits: crate::application::limits(set_up.limits),
        links: Arc::default(),
        done: Arc::default(),
        assets: Arc::new(web::assets::addresses()),
    };
    web::router(context, web::Around { stopping, proxies: Vec::new(), url: None, exports: exports.clone() })
        .expect("the router is built")
}

pub(crate) async fn get(site: &Site, path: &str) -> (Response<()>, String) {
    site.send(Request::get(path).body(Body::empty()).expect("a request")).await
}

/// Posts a form as a browser without JavaScript does, from the page `from`.
pub(crate) async fn post(site: &Site, path: &str, from: &str, form: &str) -> Response<()> {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ACCEPT, "text/html")
        .header(header::REFERER, format!("http://forkline.test{from}"))
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(form.to_owned()))
        .expect("a request");
    site.send(request).await.0
}

/// A form in parts, as one that may bring a file, sent by a browser without JavaScript from the page `from`.
pub(crate) fn parts(path: &str, from: &str, parts: &[(&str, &str)]) -> Request<Body> {
    let part = |(name, value): &(&str, &str)| {
        format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body: String = parts.iter().map(part).collect();
    Request::post(path)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
        .header(header::ACCEPT, "text/html")
        .header(header::REFERER, format!("http://forkline.test{from}"))
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(body + "--edge--\r\n"))
        .expect("a request")
}

/// A text as it stands in a form that is sent.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

pub(crate) fn location(response: &Response<()>) -> String {
    assert!(response.status().is_redirection(), "a browser goes nowhere with {}", response.status());
    let location = response.headers()[header::LOCATION].to_str().expect("a location is text");
    location.trim_start_matches("http://forkline.test").to_owned()
}

/// Makes a pipeline and answers with its address, without the step.
pub(crate) async fn make(site: &Site) -> String {
    let response = post(site, "/api/home/create", "/", "name=Made+here").await;
    assert_eq!(response.status(), StatusCode::FOUND);
    location(&response).trim_end_matches("/frame").to_owned()
}
