//! The page's side of the worker, and what the worker calls in its own copy of the module.

use std::cell::RefCell;

use engine::{Comparison, Report, Settings};
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue, prelude::*};
use web_sys::{Event, HtmlLinkElement, MessageEvent, Worker, WorkerOptions, WorkerType, js_sys};

/// What the worker tells of a simulation.
pub(super) struct Told {
    /// The figures so far.
    pub(super) report: Option<Report>,
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

/// Has a document simulated and `hear`s what comes of it, until something else is simulated; `false` in a browser
/// without such workers.
pub(super) fn simulate(json: &str, hear: impl Fn(Told) + Clone + 'static) -> bool {
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
                let report = field("report").as_string();
                hear(Told {
                    report: report.and_then(|report| serde_json::from_str(&report).ok()),
                    share: field("share").as_f64().unwrap_or_default(),
                    over: field("over").is_truthy(),
                });
            }
        });
        let error = Closure::new(move |_: Event| failed(Told { report: None, share: 0.0, over: true }));
        beside.worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
        beside.worker.set_onerror(Some(error.as_ref().unchecked_ref()));
        beside.ears = Some(Ears { _message: message, _error: error });
        say(&beside.worker, &[("id", id.into()), ("document", json.into())])
    })
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

/// Starts the worker and gives it the module that this page has compiled, so that it is neither fetched nor compiled again.
fn start() -> Option<Beside> {
    let script = document().query_selector("link[rel=modulepreload]").ok()??.dyn_into::<HtmlLinkElement>().ok()?.href();
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options("/worker.js", &options).ok()?;
    let told = say(&worker, &[("script", script.into()), ("module", wasm_bindgen::module())]);
    told.then_some(Beside { worker, asked: 0, ears: None })
}

/// Sends the worker an object with these fields; whether it could be sent.
fn say(worker: &Worker, fields: &[(&str, JsValue)]) -> bool {
    let message = js_sys::Object::new();
    let set = fields.iter().all(|(name, value)| js_sys::Reflect::set(&message, &(*name).into(), value).is_ok());
    set && worker.post_message(&message).is_ok()
}

/// A comparison under way, for the worker.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Preview {
    comparison: Comparison,
}

#[wasm_bindgen]
impl Preview {
    /// Prepares the comparison of a document that the page has checked.
    ///
    /// # Errors
    ///
    /// Why it cannot be simulated.
    #[wasm_bindgen(constructor)]
    pub fn new(document: &str) -> Result<Preview, String> {
        let document: model::Document = serde_json::from_str(document).map_err(|error| error.to_string())?;
        let comparison = Comparison::new(document, Settings::default()).map_err(|reason| reason.to_string())?;
        Ok(Preview { comparison })
    }

    /// Lets at most so many events happen; answers whether it is over.
    pub fn advance(&mut self, events: u32) -> bool {
        self.comparison.advance(events.into())
    }

    /// Whether there is enough to be shown: two replications of each topology.
    pub fn presentable(&self) -> bool {
        self.comparison.replications_over() >= 2
    }

    /// The share that is done, 0 to 1.
    pub fn progress(&self) -> f64 {
        let (over, known) = self.comparison.progress();
        over as f64 / known.max(1) as f64
    }

    /// The report of the replications that are over, as JSON.
    pub fn report(&self) -> String {
        self.comparison.report().to_json()
    }
}
