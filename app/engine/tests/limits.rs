//! Hostile documents end soon, in little memory, at the same place everywhere, and say that they were cut short.

mod hostile;

use engine::{Report, Settings, compare};
use model::Document;

fn run(document: &Document) -> Report {
    // Without limits each of these would take hours.
    compare(document, Settings::default()).expect("it has steps")
}

#[test]
fn a_billion_arrivals_are_cut_short() {
    let report = run(&hostile::flood());
    assert!(report.cut_short);
    let attempts: u64 = report.topologies.iter().map(|topology| topology.counts.attempts).sum();
    // Limits are looked at every 64 events.
    assert!(attempts <= 10_010_000, "{attempts}");
}

#[test]
fn service_in_no_time_and_for_ever_end() {
    assert!(run(&hostile::extremes()).cut_short);
}

#[test]
fn two_hundred_steps_that_all_depend_on_each_other_end() {
    assert!(!run(&hostile::web()).topologies.is_empty());
}

#[test]
fn a_fan_out_of_two_hundred_with_retries_upon_retries_ends() {
    assert!(run(&hostile::storm()).cut_short);
}
