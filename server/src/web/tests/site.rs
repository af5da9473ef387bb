//! A site in one process, without a port, and a browser that keeps its cookie.

use std::{
    collections::BTreeMap,
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
    /// What the browser sends along: values by their names.
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
    _data: Arc<TempDir>,
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
        let router = router(&store, &clock, instance);
        Self { router, store, clock, cookies: Arc::default(), _data: Arc::new(data) }
    }

    /// The same site run otherwise, in a browser that nobody has used.
    pub(crate) fn run_otherwise(&self, instance: Instance) -> Self {
        Self { router: router(&self.store, &self.clock, instance), ..self.other_browser() }
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
        let (name, value) = cookie.split_once('=').expect("a cookie has a name");
        let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        cookies.insert(name.to_owned(), value.to_owned());
        cookies.retain(|_, value| !value.is_empty());
    }

    pub(crate) async fn send(&self, mut request: Request<Body>) -> (Response<()>, String) {
        for (name, value) in &*self.cookies.lock().unwrap_or_else(PoisonError::into_inner) {
            let cookie = format!("{name}={value}").parse().expect("a header");
            request.headers_mut().append(header::COOKIE, cookie);
        }
        let response = self.router.clone().oneshot(request).await.expect("a router always answers");
        let (parts, body) = response.into_parts();
        for set in parts.headers.get_all(header::SET_COOKIE) {
            let set = set.to_str().expect("text");
            self.keep(set.split(';').next().unwrap_or_default());
        }
        let bytes = to_bytes(body, 4_000_000).await.expect("an answer has an end");
        (Response::from_parts(parts, ()), String::from_utf8_lossy(&bytes).into_owned())
    }
}

fn router(store: &SqliteStore, clock: &Arc<FixedClock>, instance: Instance) -> Router {
    let cores = Arc::new(Cores::new(std::time::Duration::from_secs(600)));
    let context = web::context(Arc::new(store.clone()), cores, Arc::clone(clock) as Arc<dyn Clock>, instance);
    web::router(context).expect("the router is built")
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
