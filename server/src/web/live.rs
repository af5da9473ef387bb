//! What happens to a pipeline while its page is open: who else is here, and which version is the latest.
//!
//! The stream asks the store once a second, and asks anew each time who is there and what they may: whoever is shut out hears
//! no more, and whoever saves through another process is heard as well. One question takes microseconds.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    net::IpAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use app::context::{AppContext, Client};
use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header::CACHE_CONTROL},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream;
use ports::{
    Name, PersonId, PipelineId, Secret, TooMuch,
    access::{CanRead, Refused, Visitor, to_pipeline},
};
use serde::Serialize;
use tokio::sync::watch;
use uuid::Uuid;

use super::{
    WebState,
    exports::refused,
    places::{Place, Places},
    request_id::RequestId,
    turns::come_back,
    visitor,
};
use crate::limits::household;

const EACH: Duration = Duration::from_secs(1);
/// Each asks the store once a second and keeps a connection. A page that nobody looks at keeps none, so a person needs few.
const MOST_OF_PERSON: usize = 10;
/// As many times as accounts at one address may ask for more than one of them, since guests are whoever they want to be.
const MOST_OF_ADDRESS: usize = 8 * MOST_OF_PERSON;
const MOST: usize = 256;
/// Whoever finds no place looks again after this long.
const COME_BACK: Duration = Duration::from_secs(10);

/// Who has a pipeline open, by the number of each page.
type Open = BTreeMap<u64, (PersonId, Name)>;

/// Who has which pipeline open.
#[derive(Debug)]
pub(super) struct Presence {
    next: AtomicU64,
    here: Mutex<BTreeMap<PipelineId, Open>>,
    of_person: Arc<Places<PersonId>>,
    of_address: Arc<Places<IpAddr>>,
}

impl Default for Presence {
    fn default() -> Self {
        Presence {
            next: AtomicU64::default(),
            here: Mutex::default(),
            of_person: Places::new(MOST_OF_PERSON, MOST),
            of_address: Places::new(MOST_OF_ADDRESS, MOST),
        }
    }
}

/// That somebody has a pipeline open, until it is dropped.
#[derive(Debug)]
struct Here {
    presence: Arc<Presence>,
    pipeline: PipelineId,
    number: u64,
    person: PersonId,
    _places: (Place<PersonId>, Place<IpAddr>),
}

impl Presence {
    /// Nothing: they, others at their address, or all have as many pages open as are told anything.
    fn enter(self: &Arc<Self>, pipeline: PipelineId, person: PersonId, name: Name, from: IpAddr) -> Option<Here> {
        let places = (self.of_person.take(person)?, self.of_address.take(household(from))?);
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let mut here = self.here.lock().unwrap_or_else(PoisonError::into_inner);
        here.entry(pipeline).or_default().insert(number, (person, name));
        Some(Here { presence: Arc::clone(self), pipeline, number, person, _places: places })
    }
}

impl Here {
    /// The names of the others, each person once.
    fn others(&self) -> Vec<String> {
        let here = self.presence.here.lock().unwrap_or_else(PoisonError::into_inner);
        let people: BTreeMap<PersonId, &Name> =
            here.get(&self.pipeline).into_iter().flat_map(BTreeMap::values).map(|(id, name)| (*id, name)).collect();
        let mut names: Vec<String> =
            people.into_iter().filter(|(id, _)| *id != self.person).map(|(_, name)| name.to_string()).collect();
        names.sort();
        names
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        let mut here = self.presence.here.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(of_pipeline) = here.get_mut(&self.pipeline) {
            of_pipeline.remove(&self.number);
            if of_pipeline.is_empty() {
                here.remove(&self.pipeline);
            }
        }
    }
}

/// What an open page is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Told {
    /// The latest version.
    version: u64,
    /// Who saved it.
    by: Option<String>,
    /// Who else has the pipeline open.
    others: Vec<String>,
}

struct Stream {
    app: AppContext,
    secret: Option<Secret>,
    pipeline: PipelineId,
    here: Here,
    stopping: watch::Receiver<bool>,
    told: Option<Told>,
}

impl Stream {
    /// What there is to tell now.
    async fn look(&self) -> Result<Told, Refused> {
        let store = self.app.store.as_ref();
        let sandbox = self.app.instance.sandbox;
        let visitor = Visitor::recognise(store, sandbox, self.secret.as_ref(), self.app.clock.now()).await?;
        let read: CanRead = to_pipeline(store, &visitor, self.pipeline).await?;
        let (version, by) = store.latest_version(&read).await?;
        Ok(Told { version, by: by.map(|name| name.to_string()), others: self.here.others() })
    }

    /// The next thing to tell; nothing: there is no more to be told to this visitor.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        loop {
            if self.told.is_some() {
                tokio::select! {
                    () = tokio::time::sleep(EACH) => {}
                    _ = self.stopping.wait_for(|stopping| *stopping) => return None,
                }
            }
            let told = self.look().await.ok()?;
            if self.told.as_ref() != Some(&told) {
                let event = Event::default().json_data(&told).ok()?;
                self.told = Some(told);
                return Some((Ok(event), self));
            }
        }
    }
}

/// Tells an open page of a pipeline what happens to it.
pub(super) async fn live(
    State(state): State<WebState>,
    request_id: RequestId,
    Extension(visitor): Extension<Visitor>,
    Extension(Client(from)): Extension<Client>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    let Ok(id) = Uuid::try_parse(&id) else { return StatusCode::NOT_FOUND.into_response() };
    let WebState { app, presence, stopping, .. } = state;
    let right: Result<CanRead, Refused> = to_pipeline(app.store.as_ref(), &visitor, PipelineId(id)).await;
    let (read, person) = match (right, visitor.person()) {
        (Ok(read), Some(person)) => (read, person),
        (Err(refusal), _) => return refused(&refusal, &request_id),
        (Ok(_), None) => return StatusCode::NOT_FOUND.into_response(),
    };
    let Some(here) = presence.enter(read.pipeline(), person.id, person.name.clone(), from) else {
        return come_back(TooMuch(COME_BACK));
    };
    let secret = visitor::secret(&headers, app.instance.cookie());
    let stream = Stream { app, secret, pipeline: read.pipeline(), here, stopping, told: None };
    let told = Sse::new(stream::unfold(stream, Stream::next)).keep_alive(KeepAlive::default());
    // Who else is here is for nobody's cache, as little as the page is.
    ([(CACHE_CONTROL, "no-store")], told).into_response()
}
