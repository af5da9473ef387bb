//! The page's side of its workers: one for previews, and one for each experiment.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use leptos::prelude::{RwSignal, Set};
use report::page::{Shown, Sketch};
use wasm_bindgen::{JsCast, JsValue, prelude::*};
use web_sys::{Event, MessageEvent, Worker, WorkerOptions, WorkerType, js_sys};

/// What the worker tells of a simulation.
pub(super) struct Told {
    /// What is to be shown of the figures so far.
    pub(super) shown: Option<Shown>,
    /// The share that is done, 0 to 1.
    pub(super) share: f64,
    pub(super) over: bool,
}

/// The worker, and how often it was asked.
struct Beside {
    worker: Worker,
    asked: u32,
    /// What hears of the latest document, kept for as long as it may be called.
    ears: Option<Ears>,
    /// What hears of sketches: always the same, because they come whatever else is under way.
    _sketches: Closure<dyn FnMut(MessageEvent)>,
    /// Whether it has failed, its script not loading for one: whoever needs it next starts another.
    failed: Rc<Cell<bool>>,
    _failure: Closure<dyn FnMut(Event)>,
}

struct Ears {
    _message: Closure<dyn FnMut(MessageEvent)>,
    _error: Closure<dyn FnMut(Event)>,
}

thread_local! {
    static BESIDE: RefCell<Option<Beside>> = const { RefCell::new(None) };
    static CONDUCTING: RefCell<Option<Conducting>> = const { RefCell::new(None) };
    /// Where sketches are shown: on the page that asked last.
    static SKETCHES: Cell<Option<RwSignal<Sketch>>> = const { Cell::new(None) };
}

/// Has a document simulated for a place and `hear`s what comes of it, until something else is simulated; `false` in a
/// browser without such workers.
pub(super) fn simulate(json: &str, place: &str, hear: impl Fn(Told) + 'static) -> bool {
    with_worker(|beside| {
        beside.asked += 1;
        let id = f64::from(beside.asked);
        beside.ears = Some(listen(&beside.worker, move |said: Option<&JsValue>| match said {
            Some(said) if field(said, "id").as_f64() == Some(id) => {
                let facts = field(said, "facts").as_string().and_then(|facts| serde_json::from_str(&facts).ok());
                hear(Told {
                    shown: facts.map(|facts: Shown| Shown {
                        meter: text(said, "meter"),
                        html: text(said, "html"),
                        ..facts
                    }),
                    share: field(said, "share").as_f64().unwrap_or_default(),
                    over: field(said, "over").is_truthy(),
                });
            }
            Some(_) => {}
            None => hear(Told { shown: None, share: 0.0, over: true }),
        }));
        say(&beside.worker, &[("id", id.into()), ("document", json.into()), ("place", place.into())])
    })
}

/// Has sketched what a page shows of a document alone; `sketch` becomes that as soon as it is there.
pub(super) fn sketch(json: &str, place: &str, sketch: RwSignal<Sketch>) {
    SKETCHES.set(Some(sketch));
    with_worker(|beside| say(&beside.worker, &[("sketch", json.into()), ("place", place.into())]));
}

/// Starts the worker, if it is not there yet.
pub(super) fn warm_up() {
    with_worker(|_| true);
}

/// Does something with the worker, which is started when it is first needed; `false` in a browser without such workers.
fn with_worker(does: impl FnOnce(&mut Beside) -> bool) -> bool {
    BESIDE.with_borrow_mut(|beside| {
        if beside.as_ref().is_none_or(|beside| beside.failed.get()) {
            *beside = start();
        }
        beside.as_mut().is_some_and(does)
    })
}

/// Has the latest figures shown at another place; what comes of it is heard as before.
pub(super) fn show(place: &str) {
    BESIDE.with_borrow(|beside| {
        if let Some(beside) = beside {
            say(&beside.worker, &[("place", place.into())]);
        }
    });
}

/// Ends what is being simulated. What it has said already is not heard any more.
pub(super) fn stop() {
    BESIDE.with_borrow_mut(|beside| {
        let Some(beside) = beside else { return };
        beside.asked += 1;
        beside.worker.set_onmessage(None);
        beside.worker.set_onerror(None);
        beside.ears = None;
        say(&beside.worker, &[("id", f64::from(beside.asked).into())]);
    });
}

/// What the worker of an experiment tells.
pub(super) enum Heard {
    /// The share that is done, 0 to 1, and what is being compared.
    Share(f64, String),
    /// What was found, as HTML.
    Found(String),
    /// Why nothing was found.
    Failure(String),
}

/// A worker of its own, so that an experiment delays no preview, and ends with it at once.
struct Conducting {
    worker: Worker,
    _ears: Ears,
}

impl Drop for Conducting {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

/// Has what is `asked` of a document, whose latest saved version is given, found out in place of anything else, and
/// `hear`s what comes of it; `false` in a browser without such workers.
pub(super) fn conduct(json: &str, version: u64, asked: &[(&str, &str)], hear: impl Fn(Heard) + 'static) -> bool {
    end_experiment();
    let Some(worker) = spawn() else { return false };
    let ears = listen(&worker, move |said| {
        hear(match said {
            Some(said) if !field(said, "over").is_truthy() => {
                Heard::Share(field(said, "share").as_f64().unwrap_or_default(), text(said, "doing"))
            }
            Some(said) => match field(said, "html").as_string() {
                Some(html) => Heard::Found(html),
                None => Heard::Failure(text(said, "failure")),
            },
            None => Heard::Failure(String::new()),
        });
    });
    let fields = asked.iter().copied().chain([("document", json)]).map(|(name, text)| (name, text.into()));
    let version = ("version", JsValue::from_f64(version as f64));
    let said = say(&worker, &fields.chain([version]).collect::<Vec<_>>());
    CONDUCTING.set(said.then_some(Conducting { worker, _ears: ears }));
    said
}

/// Ends the experiment under way.
pub(super) fn end_experiment() {
    CONDUCTING.take();
}

fn start() -> Option<Beside> {
    let worker = spawn()?;
    let sketches = Closure::new(move |message: MessageEvent| {
        let said = message.data();
        let facts = field(&said, "sketch").as_string().and_then(|facts| serde_json::from_str(&facts).ok());
        if let (Some(facts), Some(sketch)) = (facts, SKETCHES.get()) {
            // Whoever has left the page has taken its signals along.
            let _ = sketch.try_set(Sketch { html: text(&said, "html"), ..facts });
        }
    });
    let _ = worker.add_event_listener_with_callback("message", sketches.as_ref().unchecked_ref());
    let failed = Rc::new(Cell::new(false));
    let fails = failed.clone();
    let failure = Closure::new(move |_: Event| fails.set(true));
    let _ = worker.add_event_listener_with_callback("error", failure.as_ref().unchecked_ref());
    Some(Beside { worker, asked: 0, ears: None, _sketches: sketches, failed, _failure: failure })
}

fn spawn() -> Option<Worker> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    Worker::new_with_options("/worker.js", &options).ok()
}

/// `hear`s each message of a worker, and `None` when it has failed, for as long as the answer lives.
fn listen(worker: &Worker, hear: impl Fn(Option<&JsValue>) + 'static) -> Ears {
    let hear = Rc::new(hear);
    let failed = hear.clone();
    let message = Closure::new(move |message: MessageEvent| hear(Some(&message.data())));
    let error = Closure::new(move |_: Event| failed(None));
    worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
    worker.set_onerror(Some(error.as_ref().unchecked_ref()));
    Ears { _message: message, _error: error }
}

fn field(said: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(said, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

fn text(said: &JsValue, name: &str) -> String {
    field(said, name).as_string().unwrap_or_default()
}

/// Sends the worker an object with these fields; whether it could be sent.
fn say(worker: &Worker, fields: &[(&str, JsValue)]) -> bool {
    let message = js_sys::Object::new();
    let set = fields.iter().all(|(name, value)| js_sys::Reflect::set(&message, &(*name).into(), value).is_ok());
    set && worker.post_message(&message).is_ok()
}
