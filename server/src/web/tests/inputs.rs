//! Whatever a rule names as the cause of a finding is a field of the page that the finding links to.

use std::collections::BTreeMap;

use decide::{RULES, THRESHOLDS};
use model::{Consumer, Document, EXAMPLES, Join, JoinCount, Outage, OutageMode, Wait};
use ports::PipelineId;
use report::page::where_to_change;

use super::site::{Site, get};

/// A pipeline with something of everything that a rule may be about.
fn everything() -> Document {
    let mut document = EXAMPLES.iter().find(|example| example.slug == "checkout").expect("an example").document();
    let step = document.steps[1].id.clone();
    document.waits.push(Wait { from: "orders".to_owned(), to: "stock".to_owned(), because: String::new() });
    document.outages.push(Outage { step: step.clone(), from_s: 1.0, until_s: 2.0, mode: OutageMode::Hangs });
    document.workload.consumer = Some(Consumer { workers: 2, key_count: 3, per_key_order: true });
    for id in [step, "default".to_owned()] {
        document.joins.insert(id, Join { k: Some(JoinCount::Of(1)), ..Join::default() });
    }
    document
}

/// The inputs that findings name, as the rules write them, and all that the rules read.
fn inputs(document: &Document) -> Vec<String> {
    let own_join = format!("joins.{}.k", document.steps[1].id);
    let named = [
        "state_owner",
        "consistency",
        "steps",
        "dependencies",
        "budget.target_ms",
        "budget.tolerance_ms",
        "delivery.caller_retries",
        "delivery.redeliveries",
        "joins.default.k",
        &own_join,
        "outages[0]",
        "pools[0].size",
        "waits[0]",
        "workload.consumer.per_key_order",
        "workload.consumer.workers",
    ];
    let reads = RULES.iter().flat_map(|rule| rule.reads).map(|read| read.replace("[]", "[1]"));
    let steps = ["error_rate", "timeout_ms", "class", "undo.available", "idempotency.key", "idempotency.key_ttl_s"];
    let steps = steps.into_iter().map(|field| format!("steps[1].{field}"));
    let thresholds = THRESHOLDS.iter().map(|threshold| format!("thresholds.{}", threshold.rule));
    named.map(str::to_owned).into_iter().chain(reads).chain(steps).chain(thresholds).collect()
}

#[tokio::test]
async fn every_input_that_a_rule_names_is_a_field_of_the_page_it_links_to() {
    let site = Site::new().await;
    let store = site.desk().await;
    let document = everything();
    let id = store.create_pipeline(&document).await.expect("it is stored").id;
    let pages = pages(&site, id).await;
    let mut missing: Vec<String> = Vec::new();
    for input in inputs(&document) {
        let (step, field, label) = where_to_change(&input);
        if !pages[step].contains(&format!(" id=\"{field}\"")) {
            missing.push(format!("{input}: {step} has no {field} ({label})"));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[tokio::test]
async fn every_finding_of_the_examples_links_to_a_field() {
    let site = Site::new().await;
    let store = site.desk().await;
    for example in EXAMPLES {
        let mut document = example.document();
        document.workload.duration_s = 10.0;
        let settings = engine::Settings { replications: 5, ..engine::Settings::default() };
        let report = engine::compare(&document, settings).expect("an example runs");
        let id = store.create_pipeline(&document).await.expect("it is stored").id;
        let pages = pages(&site, id).await;
        for finding in decide::verdict(&document, &report).findings {
            let (step, field, _) = where_to_change(&finding.input);
            let there = pages[step].contains(&format!(" id=\"{field}\""));
            assert!(there, "{}: {} names {}, but {step} has no {field}", example.slug, finding.rule, finding.input);
        }
    }
}

async fn pages(site: &Site, id: PipelineId) -> BTreeMap<&'static str, String> {
    let mut pages = BTreeMap::new();
    for step in ["frame", "map", "classify", "budget", "maturity", "decide"] {
        pages.insert(step, get(site, &format!("/pipelines/{}/{step}", id.0)).await.1);
    }
    pages
}
