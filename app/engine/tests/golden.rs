//! The reports of all examples, as they were when somebody last decided that they are right.

use engine::compare;
use sha2::{Digest, Sha256};

#[test]
fn the_examples_give_the_figures_they_gave() {
    for example in &model::EXAMPLES {
        let report = compare(&example.document(), engine::Settings::default()).expect("an example has steps");
        let digest = Sha256::digest(report.to_json());
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut lines = vec![format!("whole report: SHA-256 {digest}")];
        for topology in &report.topologies {
            let mut figures = serde_json::to_value(topology).expect("a report is JSON");
            // In the digest; too long to read.
            let fields = figures.as_object_mut().expect("a topology's report is an object");
            fields.remove("distribution");
            fields.remove("time_line");
            lines.push(figures.to_string());
        }
        insta::assert_snapshot!(example.slug, lines.join("\n"));
    }
}
