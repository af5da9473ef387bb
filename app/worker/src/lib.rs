//! What the worker in a browser runs: comparisons and experiments in slices, and what pages show of them.
//!
//! **Invariant:** this crate has no logic of its own. It is the door through which the script of the worker
//! (`app/src/workspace/preview/worker.js`) reaches the engine and the pages' results. It is a module apart, because a page is
//! there before anybody changes anything, and only then needs an engine.

pub mod bytes;
pub mod experiment;

use engine::{Comparison, Report, Settings};
use model::Document;
use report::page::{Place, Purchase, Shown, Sketch, bought, purchases, shown};
use wasm_bindgen::prelude::*;

use self::experiment::Conduct;

/// A comparison under way, and its latest report; then what the conditions of its verdict buy.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Preview {
    document: Document,
    comparison: Comparison,
    latest: Option<Report>,
    /// The simulation of what the conditions buy, once it is asked for.
    purchases: Option<Conduct>,
    bought: Vec<Purchase>,
}

#[wasm_bindgen]
impl Preview {
    /// Prepares the comparison of a document.
    ///
    /// # Errors
    ///
    /// Why it cannot be simulated.
    #[wasm_bindgen(constructor)]
    pub fn new(document: &str) -> Result<Preview, String> {
        let document = bytes::checked(document)?;
        let comparison = Comparison::new(document.clone(), Settings::default()).map_err(|reason| reason.to_string())?;
        Ok(Preview { document, comparison, latest: None, purchases: None, bought: Vec::new() })
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

    /// Takes the replications that are over as what is shown from now on.
    pub fn refine(&mut self) {
        self.latest = Some(self.comparison.report());
    }

    /// Simulates what the conditions of the verdict on the whole comparison buy, letting at most so many events happen; answers
    /// whether that is over.
    ///
    /// # Errors
    ///
    /// Why it cannot be simulated.
    pub fn buy(&mut self, events: u32) -> Result<bool, String> {
        let Some(report) = &self.latest else { return Ok(true) };
        let mut conduct = match self.purchases.take() {
            Some(conduct) => conduct,
            None => {
                let study = purchases(self.document.clone(), report.clone()).map_err(|reason| reason.to_string())?;
                Conduct::of(study)
            }
        };
        let over = conduct.advance(events)?;
        if over {
            self.bought = bought(&self.document, &conduct.findings());
        } else {
            self.purchases = Some(conduct);
        }
        Ok(over)
    }

    /// What a page shows of the latest report, for a place given as JSON; nothing before the first one.
    pub fn show(&self, place: &str) -> Option<Showing> {
        let place: Place = serde_json::from_str(place).ok()?;
        Some(Showing(shown(&self.document, self.latest.as_ref()?, &self.bought, &place)))
    }
}

/// What a page shows of a report.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Showing(Shown);

#[wasm_bindgen]
impl Showing {
    /// All but the HTML, as JSON.
    #[wasm_bindgen(getter)]
    pub fn facts(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }

    /// The meter.
    #[wasm_bindgen(getter)]
    pub fn meter(&self) -> String {
        self.0.meter.clone()
    }

    /// The step's part for results.
    #[wasm_bindgen(getter)]
    pub fn html(&self) -> String {
        self.0.html.clone()
    }
}

/// What a page shows of a document alone, for a place given as JSON; nothing where one of the two cannot be read.
#[wasm_bindgen]
pub fn sketch(document: &str, place: &str) -> Option<Sketched> {
    let document: Document = serde_json::from_str(document).ok()?;
    let place: Place = serde_json::from_str(place).ok()?;
    Some(Sketched(report::page::sketch(&document, &place)))
}

/// What a page shows of a document alone.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Sketched(Sketch);

#[wasm_bindgen]
impl Sketched {
    /// All but the HTML, as JSON.
    #[wasm_bindgen(getter)]
    pub fn facts(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }

    /// The step's part for it.
    #[wasm_bindgen(getter)]
    pub fn html(&self) -> String {
        self.0.html.clone()
    }
}
