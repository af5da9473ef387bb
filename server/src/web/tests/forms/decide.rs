//! Decide: findings that lead to their fields, thresholds, and the decision of a team.

use crate::web::tests::{page::Page, workbench::Workbench};

const SAGA: &str = "Failures need a saga";

/// The entry of a rule below the verdict, if it fires.
fn finding<'a>(page: &'a Page, rule: &str) -> Option<&'a crate::web::tests::page::Element> {
    let results = page.one(".results");
    results.all("li").into_iter().find(|item| item.text().contains(rule))
}

#[tokio::test]
async fn a_rule_leads_to_the_field_behind_it_and_stops_when_that_is_put_right() {
    let bench = Workbench::short("webhook-fan-out").await;
    bench.simulate().await;
    let rule = "A repeated write has no key";
    let decide = bench.open("decide").await;
    let found = finding(&decide, rule).expect("the rule fires");
    let links = found.all("a");
    let link = links.iter().find(|link| link.text() == "Change in Classify").expect("a way to the field");
    let (page, field) = link.get("href").and_then(|href| href.split_once('#')).expect("it leads to a field");
    assert_eq!(page, bench.address("classify"));
    let classify = Page::open(&bench.site, page).await;
    assert_eq!(classify.one("h1").text(), "Classify");
    assert_eq!(classify.all(&format!("#{field}")).len(), 1, "{field} is there");
    let form = ["Debit account", "Send confirmation mail", "Create picking order"]
        .iter()
        .fold(classify.form("Save"), |form, step| form.fill(&format!("Takes a key, {step}"), "Yes"));
    form.send(&bench.site).await;
    bench.simulate().await;
    let decide = bench.open("decide").await;
    assert!(!decide.one("[data-testid=verdict]").text().is_empty());
    assert!(finding(&decide, rule).is_none());
}

#[tokio::test]
async fn a_changed_threshold_is_in_the_findings_and_in_the_record() {
    let bench = Workbench::short("webhook-fan-out").await;
    bench.simulate().await;
    let decide = bench.open("decide").await;
    let found = finding(&decide, SAGA).expect("the rule fires");
    assert!(!found.text().contains("threshold was changed"));
    assert_eq!(decide.value(SAGA), "", "the default");
    decide.form("Save").fill(SAGA, "1 %").send(&bench.site).await;
    bench.simulate().await;
    let decide = bench.open("decide").await;
    let found = finding(&decide, SAGA).expect("the rule fires");
    assert!(found.text().contains("Its threshold was changed from 2 % to 1 %."), "{}", found.text());
    assert_eq!(decide.value(SAGA), "1 %");
    let record = bench.open("record").await.one("[data-testid=record-preview]").text();
    assert!(record.contains("saga-first`: 1 % instead of 2 %"), "{record}");
}

#[tokio::test]
async fn an_impossible_threshold_is_refused_and_an_empty_one_brings_the_default_back() {
    let bench = Workbench::of("checkout").await;
    let page = bench.open("decide").await.form("Save").fill(SAGA, "120 %").send(&bench.site).await;
    let link = page.link("120 % is not from 0 % to 100 %.");
    assert_eq!(link.strip_prefix('#'), page.field(SAGA).get("id"));
    assert_eq!(page.value(SAGA), "120 %");
    assert!(page.one("details#thresholds").has("open"), "the problem is in sight");
    let page = page.form("Save").fill(SAGA, "100 %").send(&bench.site).await;
    assert_eq!((page.value(SAGA).as_str(), page.all(".error-summary").len()), ("100 %", 0));
    assert_eq!(bench.latest().await.1.thresholds.len(), 1);
    let page = page.form("Save").fill(SAGA, "").send(&bench.site).await;
    assert_eq!(page.value(SAGA), "");
    assert!(bench.latest().await.1.thresholds.is_empty());
}

#[tokio::test]
async fn overruling_a_verdict_takes_a_reason_and_keeps_what_was_typed() {
    let bench = Workbench::short("three-services").await;
    bench.simulate().await;
    let form = bench.open("decide").await.form("Decide").fill("Decision", "Overrule it: parallel");
    let page = form.fill("Decided by", "Ann").send(&bench.site).await;
    assert_eq!(page.link("Say why: overruling a verdict takes a reason."), "#reason");
    assert_eq!((page.value("Decided by").as_str(), page.value("Decision").as_str()), ("Ann", "parallel"));
    let page = page.form("Decide").fill("Because", "the slow step goes away in May").send(&bench.site).await;
    let decision = page.one("[data-testid=decision]").text();
    assert!(
        decision.contains("Ann overruled the verdict: parallel, because the slow step goes away in May"),
        "{decision}"
    );
    assert!(page.all(".error-summary").is_empty());
    bench.save(|document| document.question = "Still?".to_owned()).await;
    bench.simulate().await;
    bench.open("decide").await.expect(&["The pipeline has changed since: look again."]);
}
