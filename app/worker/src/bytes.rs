//! The engine as a plain function of the WebAssembly module, so that its bytes can be compared with those of
//! `forkline simulate`: it is the module that people's browsers run, not one built for the test.

use wasm_bindgen::prelude::wasm_bindgen;

/// A document that the engine can run. One that was saved before its numbers had ranges may be none.
///
/// Not `Document::parse`: that reads every type a second way, to name the place of what is wrong, and browsers are sent
/// documents that the server has read.
pub(crate) fn checked(document: &str) -> Result<model::Document, String> {
    let document: model::Document = serde_json::from_str(document).map_err(|error| error.to_string())?;
    document.checked().map_err(|problems| problems.to_string())
}

/// Simulates a document in all its topologies and answers with the report as JSON. Without a number of `draws` of the
/// uncertain inputs there are as many as the command line makes.
///
/// # Errors
///
/// What is wrong with the document, a line each.
#[wasm_bindgen]
pub fn simulate(document: &str, seed: u64, replications: u32, draws: Option<u32>) -> Result<String, String> {
    let document = checked(document)?;
    let draws = draws.unwrap_or(engine::DEFAULT_DRAWS);
    let settings = engine::Settings { seed, replications, draws, ..engine::Settings::default() };
    engine::compare(&document, settings).map(|report| report.to_json()).map_err(|reason| reason.to_string())
}
