//! What conditions buy, simulated with each of them met.

use decide::{Change, Decision, Effect, Verdict, all_met, met, verdict_with, verdict_with_purchases};
use engine::experiment::Outcome;
use model::{Document, TopologyKind};

use super::{decided, simulated, steady};

/// Every request comes twice and is written twice; one in four fails after its write.
fn careless() -> Document {
    let mut document = steady();
    document.steps[0].effect = model::Effect::Write;
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
    let mut outcomes: Vec<Outcome> = all.map(outcome).collect();
    outcomes.extend(all_met(document, &outcomes).map(|met| outcome((String::new(), met.document))));
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
fn what_does_harm_is_not_among_all_conditions() {
    let document = careless();
    let verdict = decided(&document);
    let each = met(&document, &verdict);
    assert!(each.len() > 1 && each.iter().all(|met| met.rule.is_some()));
    let outcome = |document: &Document| Outcome { label: String::new(), value: None, report: simulated(document) };
    let mut outcomes: Vec<Outcome> =
        std::iter::once(&document).chain(each.iter().map(|met| &met.document)).map(outcome).collect();
    let together = all_met(&document, &outcomes).expect("several are left");
    assert!(together.rule.is_none() && each.iter().all(|met| met.document != together.document));
    // With the first of them every request fails: it is no condition, and its change is in none.
    for plan in &mut outcomes[1].report.topologies {
        plan.no_answer.value = 1.0;
        plan.over_budget.value = 1.0;
    }
    let left = all_met(&document, &outcomes).map_or(each[1].document.clone(), |met| met.document);
    assert_ne!(left, together.document);
}

#[test]
fn a_condition_that_buys_nothing_is_advice_that_says_so() {
    let document = careless();
    let report = simulated(&document);
    let before = decided(&document);
    let mut purchases = bought(&document).bought;
    let keys = purchases.iter_mut().find(|purchase| purchase.rule.as_deref() == Some("idempotency-gap"));
    let keys = keys.expect("it is a condition");
    (keys.buys, keys.after) = (false, keys.before.clone());
    assert!(keys.sentence(before.decision).starts_with("nothing that can be measured; "));
    let verdict = verdict_with(&document, &report, &purchases);
    let finding = verdict.findings.iter().find(|finding| finding.rule == "idempotency-gap").expect("it fires");
    assert_eq!(finding.effect, Effect::Advice);
    assert!(
        finding
            .evidence
            .contains("No condition, because it was simulated and buys nothing: duplicates per 1,000 requests: "),
        "{}",
        finding.evidence
    );
    assert_eq!(verdict.conditions().count(), before.conditions().count() - 1);
    assert_eq!(verdict.decision, before.decision);
}

#[test]
fn a_condition_that_guards_against_what_was_not_met_stays_one() {
    let mut document = careless();
    let mut purchase = bought(&document).bought[0].clone();
    (purchase.buys, purchase.guards) = (false, true);
    assert!(!purchase.is_useless());
    // A key that is forgotten too soon, where nothing came again in the run.
    document.delivery.redelivery_rate = 0.0;
    document.steps[0].idempotency = model::Idempotency { key: true, key_ttl_s: 60.0 };
    let verdict = bought(&document);
    let short = verdict.purchase(Some("ttl-short")).expect("it is a condition");
    assert!(short.guards && !short.is_useless(), "{short:?}");
    assert!(
        short.sentence(verdict.decision).starts_with("it guards against what the simulated requests did not meet; ")
    );
    assert!(verdict.conditions().any(|finding| finding.rule == "ttl-short"));
}

#[test]
fn a_cure_that_does_harm_is_advice() {
    let document = careless();
    let mut purchases = bought(&document).bought;
    let keys = purchases.iter_mut().find(|purchase| purchase.rule.as_deref() == Some("idempotency-gap"));
    let keys = keys.expect("it is a condition");
    (keys.harms, keys.worsens) = (true, "requests without an answer: 0 % now, 20 % then".to_owned());
    let verdict = verdict_with(&document, &simulated(&document), &purchases);
    let finding = verdict.findings.iter().find(|finding| finding.rule == "idempotency-gap").expect("it fires");
    assert_eq!(finding.effect, Effect::Advice);
    let said = "No condition, because it was simulated and does harm: requests without an answer: 0 % now, 20 % then.";
    assert!(finding.evidence.ends_with(said), "{}", finding.evidence);
}

#[test]
fn a_condition_may_buy_something_else_than_its_rule_is_about() {
    // Step c is cut off before its own p99, so requests fail; the rule is about those over the budget.
    let mut document = steady();
    document.workload.arrivals = model::Arrivals::Poisson { per_second: 20.0 };
    // What is not cut off any more comes too late all the same.
    document.budget.target_ms = 240.0;
    for step in &mut document.steps {
        step.latency = model::Latency::lognormal(100.0, 300.0);
    }
    document.steps[2].timeout_ms = 250.0;
    let timeouts = bought(&document).purchase(Some("global-timeout")).cloned().expect("it is a condition");
    assert!(timeouts.buys && !timeouts.is_useless(), "{timeouts:?}");
    assert_eq!(timeouts.figure, "requests without an answer");
}

#[test]
fn late_answers_instead_of_none_are_no_harm() {
    let document = careless();
    let verdict = decided(&document);
    let judged = |fewer_failures: f64, more_late: f64| {
        let mut outcomes = vec![Outcome { label: String::new(), value: None, report: simulated(&document) }];
        for plan in &mut outcomes[0].report.topologies {
            (plan.no_answer.value, plan.over_budget.value) = (0.2, 0.2);
        }
        for met in met(&document, &verdict) {
            let mut report = simulated(&met.document);
            for plan in &mut report.topologies {
                (plan.no_answer.value, plan.over_budget.value) = (0.2 - fewer_failures, 0.2 + more_late);
            }
            outcomes.push(Outcome { label: String::new(), value: None, report });
        }
        let bought = verdict_with_purchases(&document, &outcomes).expect("the document was simulated").bought;
        bought.first().expect("it has conditions").harms
    };
    assert!(!judged(0.1, 0.05), "fewer fail than come late");
    assert!(judged(0.0, 0.05), "more come late, and as many fail");
    assert!(judged(-0.05, 0.0), "more fail");
}

#[test]
fn where_the_chain_is_enough_nobody_reads_what_forks_would_need() {
    let mut document = steady();
    document.steps[2].effect = model::Effect::Write;
    document.steps[2].undo.available = true;
    document.maturity.keys_everywhere = Some(model::Answer::Partly);
    let verdict = decided(&document);
    let has = |findings: &[decide::Finding]| findings.iter().any(|finding| finding.rule == "idempotency-gap");
    assert_eq!((has(&verdict.findings), has(&verdict.of_others)), (false, true));
    // Where it is not, whoever wants a fork all the same reads on.
    document.budget.target_ms = 500.0;
    document.maturity.traced = Some(model::Answer::No);
    let verdict = decided(&document);
    assert_eq!(verdict.decision, Decision::Choose(TopologyKind::Sequential));
    assert_eq!((has(&verdict.findings), has(&verdict.of_others)), (true, false));
}

#[test]
fn a_condition_that_makes_the_fork_needless_says_so() {
    let mut purchase = bought(&careless()).bought[0].clone();
    purchase.decision = Decision::Choose(TopologyKind::SequentialDetached);
    let sentence = purchase.sentence(Decision::Choose(TopologyKind::Parallel));
    assert!(
        sentence.ends_with("the verdict becomes sequential-detached, so it can take the place of the fork."),
        "{sentence}"
    );
}

#[test]
fn a_fork_that_is_ruled_out_has_its_price() {
    let mut document = steady();
    document.budget.target_ms = 500.0;
    document.steps[2].effect = model::Effect::Write;
    document.maturity.traced = Some(model::Answer::No);
    let verdict = decided(&document);
    assert_eq!((verdict.decision, verdict.runner_up), (Decision::Choose(TopologyKind::Sequential), None));
    let price = verdict.price.expect("it would save time");
    assert_eq!(price.saves_ms, Some(300.0), "all three side by side");
    let name = price.plan.slug();
    assert_eq!(
        verdict.price_title(name),
        format!("What {name}, which is ruled out, would gain and cost against sequential")
    );
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
