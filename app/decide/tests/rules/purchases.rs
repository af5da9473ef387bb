//! What conditions buy, simulated with each of them met.

use decide::{Change, Decision, Verdict, met, verdict_with_purchases};
use engine::experiment::Outcome;
use model::{Consistency, Document, Effect, TopologyKind};

use super::{decided, simulated, steady};

/// Every request comes twice and is written twice; one in four fails after its write.
fn careless() -> Document {
    let mut document = steady();
    document.steps[0].effect = Effect::Write;
    document.steps[0].undo.available = true;
    document.steps[2].error_rate = 0.25.into();
    document.delivery.redelivery_rate = 1.0;
    document.delivery.redeliveries = 1;
    document.delivery.redelivery_delay_s = 5.0;
    document.maturity.reconciliation = Some(model::Answer::No);
    document
}

fn bought(document: &Document) -> Verdict {
    let verdict = decided(document);
    let documents = met(document, &verdict).into_iter().map(|met| (met.label(&verdict), met.document));
    let all = std::iter::once((String::new(), document.clone())).chain(documents);
    let outcome = |(label, document)| Outcome { label, value: None, report: simulated(&document) };
    let outcomes: Vec<Outcome> = all.map(outcome).collect();
    verdict_with_purchases(document, &outcomes).expect("the document was simulated")
}

#[test]
fn each_condition_says_the_figure_it_is_about_with_and_without_it() {
    let verdict = bought(&careless());
    assert_eq!(verdict.decision, Decision::Choose(TopologyKind::Sequential));
    let keys = verdict.purchase(Some("idempotency-gap")).expect("it is a condition");
    assert_eq!((keys.figure.as_str(), keys.after.as_str(), keys.buys), ("duplicates per 1,000 requests", "0", true));
    let undo = verdict.purchase(Some("orphaned-writes")).expect("it is a condition");
    assert_eq!(
        (undo.figure.as_str(), undo.after.as_str(), undo.buys),
        ("orphaned writes per 1,000 requests", "0", true)
    );
    let all = verdict.purchase(None).expect("there are several");
    let sentence = all.sentence(verdict.decision);
    assert!(
        sentence.starts_with("duplicates and orphaned writes per 1,000 requests: ")
            && sentence.ends_with("the verdict stands."),
        "{sentence}"
    );
}

#[test]
fn a_condition_that_buys_nothing_says_so() {
    let mut document = careless();
    let verdict = bought(&document);
    // A write that is undone before it is done again is no duplicate: a key would change nothing.
    document.consistency = Consistency::Compensate;
    document.delivery.redelivery_rate = 0.0;
    document.delivery.caller_retries = 1;
    let compensated = decided(&document);
    let gap = compensated.findings.iter().find(|finding| finding.rule == "idempotency-gap");
    assert!(gap.is_none_or(|finding| !finding.plans.contains(&TopologyKind::Sequential)), "{gap:?}");
    let mut purchase = verdict.bought[0].clone();
    purchase.buys = false;
    assert!(purchase.sentence(verdict.decision).starts_with("nothing that can be measured; "));
}

#[test]
fn a_condition_that_makes_something_else_worse_says_so() {
    let document = careless();
    let verdict = decided(&document);
    let all = met(&document, &verdict);
    let mut outcomes = vec![Outcome { label: String::new(), value: None, report: simulated(&document) }];
    for met in all {
        let mut report = simulated(&met.document);
        for topology in &mut report.topologies {
            topology.no_answer.value += 0.5;
        }
        outcomes.push(Outcome { label: String::new(), value: None, report });
    }
    let bought = verdict_with_purchases(&document, &outcomes).expect("the document was simulated").bought;
    assert!(!bought.is_empty());
    for purchase in bought {
        let sentence = purchase.sentence(verdict.decision);
        assert!(sentence.contains("but requests without an answer: "), "{sentence}");
    }
}

#[test]
fn the_changes_of_a_finding_are_those_of_its_remedy() {
    let verdict = decided(&careless());
    let keys = verdict.findings.iter().find(|finding| finding.rule == "idempotency-gap").expect("it fires");
    assert_eq!(keys.steps, ["a"]);
    let [Change::Key { step, lives_s }] = keys.changes.as_slice() else { panic!("{:?}", keys.changes) };
    assert!(step == "a" && *lives_s >= 3_605.0, "{lives_s}");
    let mut changed = careless();
    keys.changes.iter().for_each(|change| change.apply(&mut changed));
    assert!(changed.steps[0].idempotency.key && changed.checked().is_ok());
}
