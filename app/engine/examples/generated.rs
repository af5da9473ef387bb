//! Prints generated models with their reports, a line each, for the comparison with WebAssembly:
//! `cargo run -p engine --example generated -- 1000`.

#![allow(clippy::print_stdout, reason = "printing is what it is for")]

#[path = "../tests/generator/mod.rs"]
mod generator;

use engine::{FEWEST_REPLICATIONS, Settings, compare};

fn main() {
    let count = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(10);
    for number in 0..count {
        let (document, _) = generator::model(number);
        // Few draws: the bytes of one are as telling as those of forty.
        let settings = Settings { replications: FEWEST_REPLICATIONS, draws: 4, ..Settings::default() };
        let report = compare(&document, settings).expect("a generated model has steps");
        println!("{}\t{}", document.to_json(), report.to_json());
    }
}
