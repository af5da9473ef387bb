//! A site in one process, without a port, and a browser that keeps its cookie.

use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use app::context::{Admission, Instance};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, Response, StatusCode, header},
};
use ports::{
    Clock, Secret, UnixMillis,
    fake::{Desk, FixedClock},
};
use store::SqliteStore;
use tempfile::TempDir;
use tower::ServiceExt;

use crate::{cores::Cores, web};

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
    cookie: Arc<Mutex<Option<String>>>,
    _data: Arc<TempDir>,
}

/// How a site is run where a test does not say otherwise.
pub(crate) fn instance() -> Instance {
    Instance {
        url: "http://forkline.test".to_owned(),
        admission: Admission::Open,
        sandbox: true,
        session_lasts_ms: 30 * DAY_MS,
        session_idle_ms: 14 * DAY_MS,
    }
}

impl Site {
    pub(crate) async fn new() -> Self {
        Self::run(instance()).await
    }

    pub(crate) async fn run(instance: Instance) -> Self {
        let data = tempfile::tempdir().expect("a directory");
        Self::open(data, instance, Arc::new(FixedClock::at(NOW))).await
    }

    /// A site on a copy of a database that nobody has open.
    pub(crate) async fn on_copy_of(template: &Path, instance: Instance, clock: Arc<FixedClock>) -> Self {
        let data = tempfile::tempdir().expect("a directory");
        fs::copy(template.join("forkline.db"), data.path().join("forkline.db")).expect("a copy");
        Self::open(data, instance, clock).await
    }

    async fn open(data: TempDir, instance: Instance, clock: Arc<FixedClock>) -> Self {
        let store = SqliteStore::open(data.path(), clock.clone()).await.expect("the database opens");
        crate::seed::seed_examples(&store).await.expect("the examples are stored");
        let cores = Arc::new(Cores::new(std::time::Duration::from_secs(600)));
        let context = web::context(Arc::new(store.clone()), cores, clock.clone() as Arc<dyn Clock>, instance);
        let router = web::router(context).expect("the router is built");
        Self { router, store, clock, cookie: Arc::default(), _data: Arc::new(data) }
    }

    /// Another browser, which nobody has used.
    pub(crate) fn other_browser(&self) -> Self {
        Self { cookie: Arc::default(), ..self.clone() }
    }

    /// What the browser sends along: `name=value`.
    pub(crate) fn cookie(&self) -> Option<String> {
        self.cookie.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The secret of the browser's session.
    pub(crate) fn secret(&self) -> Option<Secret> {
        self.cookie().and_then(|cookie| Secret::parse(cookie.split_once('=')?.1))
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

    fn keep(&self, cookie: &str) {
        let kept = Some(cookie.to_owned()).filter(|cookie| !cookie.ends_with('='));
        *self.cookie.lock().unwrap_or_else(PoisonError::into_inner) = kept;
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> (Response<()>, String) {
        let (response, bytes) = self.send_for_bytes(request).await;
        (response, String::from_utf8_lossy(&bytes).into_owned())
    }

    pub(crate) async fn send_for_bytes(&self, mut request: Request<Body>) -> (Response<()>, Vec<u8>) {
        if let Some(cookie) = self.cookie() {
            request.headers_mut().insert(header::COOKIE, cookie.parse().expect("a header"));
        }
        let response = self.router.clone().oneshot(request).await.expect("a router always answers");
        let (parts, body) = response.into_parts();
        if let Some(set) = parts.headers.get(header::SET_COOKIE) {
            let set = set.to_str().expect("text");
            self.keep(set.split(';').next().unwrap_or_default());
        }
        let bytes = to_bytes(body, 4_000_000).await.expect("an answer has an end");
        (Response::from_parts(parts, ()), bytes.to_vec())
    }
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

pub(crate) fn location(response: &Response<()>) -> String {
    let location = response.headers()[header::LOCATION].to_str().expect("a location is text");
    location.trim_start_matches("http://forkline.test").to_owned()
}

/// Makes a pipeline and answers with its address, without the step.
pub(crate) async fn make(site: &Site) -> String {
    let response = post(site, "/api/home/create", "/", "name=Made+here").await;
    assert_eq!(response.status(), StatusCode::FOUND);
    location(&response).trim_end_matches("/frame").to_owned()
}
