//! What if: one input is changed for comparison, by the address of the page, and kept by a form.

use super::{page::Page, workbench::Workbench};

const VALUE: &str = "What it would be instead";

/// Compares another value of an input with today's. Without JavaScript the field for the value stays that of the first input, and
/// its text is read for the chosen one.
async fn ask(bench: &Workbench, input: &str, value: &str) -> Page {
    let form = bench.open("what-if").await.form("Compare").fill("Input, as it is today", input).fill(VALUE, value);
    form.send(&bench.site).await
}

#[tokio::test]
async fn a_change_is_compared_by_address_and_not_saved() {
    let bench = Workbench::short("three-services").await;
    let page = ask(&bench, "budget.target_ms", "900").await;
    assert_eq!(
        page.all(".finding")[0].text(),
        "Budget, target, ms: 900 instead of 2000: the verdict changes from sequential to staged."
    );
    page.expect(&[
        "The share of requests over budget goes from ",
        "p99 is not shown to change in any topology.",
        "Verdict before",
        "Verdict after",
        "Rules that would begin to fire",
        "Rules that would no longer fire",
        "Latency before and after, p99",
    ]);
    let section = page.one("section[aria-label=What if]");
    let heads: Vec<String> = section.all("table")[0].all("th[scope=col]").iter().map(|head| head.text()).collect();
    assert_eq!(heads, ["Topology", "p99 before", "After", "Difference", "Failed before", "After", "Difference"]);
    assert!(section.all("table")[0].all("tr")[1].text().contains("none"), "no latency changes");
    let page = page.form("Discard").send(&bench.site).await;
    assert!(page.all(".finding").is_empty());
    assert_eq!(page.one("[data-testid=save-state]").text(), "Saved, version 1");
    assert_eq!(bench.latest().await.1.budget.target_ms, 2_000.0);
}

#[tokio::test]
async fn a_wrong_value_is_refused_at_its_field_and_stays() {
    let bench = Workbench::of("three-services").await;
    for (input, value, message) in [
        ("steps[0].timeout_ms", "-5", "-5 is not above 0."),
        ("steps[0].error_rate", "many", "“many” is not a share. Write it like 0.5 %, 0.1 to 2 % or unknown."),
        ("steps[0].error_rate", "120 %", "1.2 is not a share; give a number from 0 to 1."),
        ("steps[0].latency.p99_ms", "1 ms", "1 ms is below the median of 200 ms; a 99th percentile cannot be."),
        ("budget.target_ms", "2000", "That is what it is today: 2000. Try another value."),
    ] {
        let page = ask(&bench, input, value).await;
        assert!(page.described(VALUE).ends_with(message), "{message}: {}", page.described(VALUE));
        assert_eq!(page.value(VALUE), value, "{message}");
        assert_eq!(page.one("#what-if-value-error").text(), message);
        assert_eq!(page.field(VALUE).get("aria-invalid"), Some("true"), "{message}");
        assert_eq!(page.value("Input, as it is today"), input, "{message}");
        assert!(page.all(".finding").is_empty(), "{message}");
        assert!(!page.buttons().contains(&"Keep this change".to_owned()), "{message}");
    }
    assert_eq!(bench.latest().await.0, 1);
}

#[tokio::test]
async fn a_change_is_kept_as_one_version() {
    let bench = Workbench::short("three-services").await;
    let asked = bench.address("what-if") + "?what-if=steps%5B0%5D.idempotency.key&value=yes";
    let page = Page::open(&bench.site, &asked).await;
    let finding = page.all(".finding")[0].text();
    assert!(finding.starts_with("Load customer, idempotency key: “Yes” instead of “No”"), "{finding}");
    assert_eq!(page.value(VALUE), "yes");
    let page = page.form("Keep this change").send(&bench.site).await;
    assert_eq!(page.address, bench.address("what-if"), "the comparison is over");
    assert_eq!(page.one("[data-testid=save-state]").text(), "Saved, version 2");
    assert!(page.all(".finding").is_empty());
    let (version, document) = bench.latest().await;
    assert!(version == 2 && document.steps[0].idempotency.key);
}

#[tokio::test]
async fn a_change_of_an_older_version_is_not_kept_over_a_newer_one() {
    let bench = Workbench::short("three-services").await;
    let page = ask(&bench, "budget.target_ms", "900").await;
    bench.save(|document| document.question = "Asked elsewhere?".to_owned()).await;
    let page = page.form("Keep this change").send(&bench.site).await;
    page.expect(&["Not kept: version 2 was saved elsewhere in the meantime."]);
    assert_eq!(page.one("[data-testid=save-state]").text(), "Saved, version 2");
    assert_eq!(bench.latest().await.1.budget.target_ms, 2_000.0);
    // The comparison is now with that version, and the change may be kept.
    let page = page.form("Keep this change").send(&bench.site).await;
    assert_eq!(page.one("[data-testid=save-state]").text(), "Saved, version 3");
    let (version, document) = bench.latest().await;
    assert_eq!((version, document.budget.target_ms, document.question.as_str()), (3, 900.0, "Asked elsewhere?"));
}
