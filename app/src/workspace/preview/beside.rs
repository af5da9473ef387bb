//! The page's side of the worker, and what the worker calls in its own copy of the module.

use std::cell::RefCell;

use engine::{Comparison, Report, Settings};
use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue, prelude::*};
use web_sys::{HtmlLinkElement, MessageEvent, Worker, WorkerOptions, WorkerType, js_sys};

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
    /// Hears what it says of the latest document.
    _ear: Option<Closure<dyn FnMut(MessageEvent)>>,
}

thread_local! {
    static BESIDE: RefCell<Option<Beside>> = const { RefCell::new(None) };
}

/// Has a document simulated and `hear`s what comes of it, until something else is simulated. In a browser without
/// such workers nothing is heard.
pub(super) fn simulate(json: &str, mut hear: impl FnMut(Told) + 'static) {
    with(|beside| {
        beside.asked += 1;
        let id = f64::from(beside.asked);
        let ear = Closure::new(move |message: MessageEvent| {
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
        beside.worker.set_onmessage(Some(ear.as_ref().unchecked_ref()));
        beside._ear = Some(ear);
        say(&beside.worker, &[("id", id.into()), ("document", json.into())]);
    });
}

/// Ends what is being simulated.
pub(super) fn stop() {
    with(|beside| {
        beside.asked += 1;
        say(&beside.worker, &[("id", f64::from(beside.asked).into())]);
    });
}

fn with(use_it: impl FnOnce(&mut Beside)) {
    BESIDE.with_borrow_mut(|beside| {
        if beside.is_none() {
            *beside = start();
        }
        if let Some(beside) = beside {
            use_it(beside);
        }
    });
}

/// Starts the worker and gives it the module that this page has compiled, so that it is neither fetched nor compiled again.
fn start() -> Option<Beside> {
    let script = document().query_selector("link[rel=modulepreload]").ok()??.dyn_into::<HtmlLinkElement>().ok()?.href();
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options("/worker.js", &options).ok()?;
    say(&worker, &[("script", script.into()), ("module", wasm_bindgen::module())]);
    Some(Beside { worker, asked: 0, _ear: None })
}

fn say(worker: &Worker, fields: &[(&str, JsValue)]) {
    let message = js_sys::Object::new();
    for (name, value) in fields {
        // A new object takes any field.
        let _ = js_sys::Reflect::set(&message, &(*name).into(), value);
    }
    let _ = worker.post_message(&message);
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
