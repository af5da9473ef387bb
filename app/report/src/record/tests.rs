//! Whole records of examples, and of documents that would like to break out of one.

use model::EXAMPLES;

use super::*;

fn record_of(document: &Document) -> String {
    let settings = engine::Settings { replications: 5, ..engine::Settings::default() };
    let report = engine::compare(document, settings).expect("an example runs");
    let verdict = decide::verdict(document, &report);
    madr(&RecordInput {
        document,
        report: &report,
        verdict: &verdict,
        version: Some(1),
        date: "2026-01-31",
        status: Status::Proposed,
    })
}

fn example(slug: &str) -> Document {
    EXAMPLES.iter().find(|example| example.slug == slug).expect("an example of that name").document()
}

#[test]
fn three_services_make_this_record() {
    insta::assert_snapshot!(record_of(&example("three-services")));
}

#[test]
fn webhook_fan_out_makes_this_record() {
    insta::assert_snapshot!(record_of(&example("webhook-fan-out")));
}

#[test]
fn every_record_has_the_parts_of_madr_in_their_order() {
    for example in EXAMPLES {
        let text = record_of(&example.document());
        let mut rest = text.strip_prefix("---\nstatus: proposed\ndate: 2026-01-31\n").expect("front matter first");
        for part in [
            "\n---\n",
            "\n# ",
            "\n## Context and Problem Statement\n",
            "\n## Decision Drivers\n",
            "\n## Considered Options\n",
            "\n## Decision Outcome\n\nChosen option: \"",
            "\n### Consequences\n",
            "\n### Confirmation\n",
            "\n## Pros and Cons of the Options\n",
            "\n### Sequential\n",
            "\n## More Information\n",
        ] {
            let at = rest.find(part).unwrap_or_else(|| panic!("{}: {part:?} is missing or too early", example.slug));
            rest = &rest[at + part.len() - 1..];
        }
    }
}

#[test]
fn hostile_names_stay_text() {
    let mut document = example("webhook-fan-out");
    let hostile = "x\"]\n```\n# <img src=x onerror=alert(1)> | [a](b) ; end";
    document.name = hostile.to_owned();
    document.question = hostile.to_owned();
    document.owners.deciders = vec![hostile.to_owned()];
    document.state_owner = Some(hostile.to_owned());
    for step in &mut document.steps {
        step.name = hostile.to_owned();
    }
    let text = record_of(&document);
    assert!(!text.contains("<img"), "HTML got through");
    // In front matter and in fences a link is text.
    let body = text.splitn(3, "---\n").nth(2).expect("front matter");
    let prose: String = body.split("```").step_by(2).collect();
    assert!(!prose.contains("[a](b)"), "a link got through");
    let headings = text.lines().filter(|line| line.starts_with("# ")).count();
    assert_eq!(headings, 1, "a title was forged");
    let fences = text.lines().filter(|line| line.starts_with("```")).count();
    let plain = record_of(&example("webhook-fan-out"));
    assert_eq!(fences, plain.lines().filter(|line| line.starts_with("```")).count(), "a fence was forged");
}

#[test]
fn file_names_hold_letters_digits_and_single_dashes() {
    assert_eq!(file_name(7, "Checkout: stay sequential"), "0007-checkout-stay-sequential.md");
    assert_eq!(file_name(12_345, "../../etc/passwd\r\nX: y"), "12345-etc-passwd-x-y.md");
    assert_eq!(file_name(1, "日本語"), "0001-record.md");
    assert_eq!(file_name(1, &"a".repeat(500)).len(), "0001-.md".len() + 60);
}
