//! The page's side of the worker.

use std::cell::RefCell;

use report::page::Shown;
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
}

struct Ears {
    _message: Closure<dyn FnMut(MessageEvent)>,
    _error: Closure<dyn FnMut(Event)>,
}

thread_local! {
    static BESIDE: RefCell<Option<Beside>> = const { RefCell::new(None) };
}

/// Has a document simulated for a place and `hear`s what comes of it, until something else is simulated; `false` in a
/// browser without such workers.
pub(super) fn simulate(json: &str, place: &str, hear: impl Fn(Told) + Clone + 'static) -> bool {
    BESIDE.with_borrow_mut(|beside| {
        if beside.is_none() {
            *beside = start();
        }
        let Some(beside) = beside else { return false };
        beside.asked += 1;
        let id = f64::from(beside.asked);
        let failed = hear.clone();
        let message = Closure::new(move |message: MessageEvent| {
            let said = message.data();
            let field = |name: &str| js_sys::Reflect::get(&said, &name.into()).unwrap_or(JsValue::UNDEFINED);
            if field("id").as_f64() == Some(id) {
                let text = |name: &str| field(name).as_string().unwrap_or_default();
                let facts = field("facts").as_string().and_then(|facts| serde_json::from_str(&facts).ok());
                hear(Told {
                    shown: facts.map(|facts: Shown| Shown { meter: text("meter"), html: text("html"), ..facts }),
                    share: field("share").as_f64().unwrap_or_default(),
                    over: field("over").is_truthy(),
                });
            }
        });
        let error = Closure::new(move |_: Event| failed(Told { shown: None, share: 0.0, over: true }));
        beside.worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
        beside.worker.set_onerror(Some(error.as_ref().unchecked_ref()));
        beside.ears = Some(Ears { _message: message, _error: error });
        say(&beside.worker, &[("id", id.into()), ("document", json.into()), ("place", place.into())])
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

fn start() -> Option<Beside> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options("/worker.js", &options).ok()?;
    Some(Beside { worker, asked: 0, ears: None })
}

/// Sends the worker an object with these fields; whether it could be sent.
fn say(worker: &Worker, fields: &[(&str, JsValue)]) -> bool {
    let message = js_sys::Object::new();
    let set = fields.iter().all(|(name, value)| js_sys::Reflect::set(&message, &(*name).into(), value).is_ok());
    set && worker.post_message(&message).is_ok()
}
