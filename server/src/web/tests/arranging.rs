//! The custom arrangement of steps, changed by its form.

use super::{page::Page, workbench::Workbench};

/// A checkout with a custom arrangement that starts from a topology.
async fn started(from: &str) -> (Workbench, Page) {
    let bench = Workbench::of("checkout").await;
    let page = bench.open("arrange").await.form("Start from this").fill("Start from", from).send(&bench.site).await;
    assert!(bench.latest().await.1.custom.is_some());
    (bench, page)
}

/// The sentence below the diagram about a step.
fn told(page: &Page, step: &str) -> String {
    let words = page.all("li").into_iter().map(|item| item.text()).find(|text| text.starts_with(step));
    words.unwrap_or_else(|| panic!("there is no sentence about {step}: {}", page.text()))
}

#[tokio::test]
async fn a_form_changes_an_arrangement() {
    let (bench, page) = started("Parallel").await;
    assert!(told(&page, "Check fraud").contains("starts with the request"));
    let form = page.form("Save").fill("Waits for, Check fraud", "authorise payment");
    let page = form.fill("Is it waited for?, Push metrics", "waited for").send(&bench.site).await;
    let fraud = told(&page, "Check fraud");
    assert!(fraud.contains("starts in stage 2, after Authorise payment (the team's own order)."), "{fraud}");
    let metrics = told(&page, "Push metrics");
    assert!(metrics.contains("starts with the request, in stage 1."), "{metrics}");
    assert_eq!(page.value("Waits for, Check fraud"), "Authorise payment", "the step is shown by its name");
}

#[tokio::test]
async fn an_order_that_breaks_a_strict_dependency_is_refused_at_its_field_and_kept() {
    let (bench, page) = started("Staged").await;
    let before = bench.latest().await;
    let (waits, all) = ("Waits for, Capture payment", "Authorise payment, Check fraud, Reserve stock");
    assert_eq!(page.value(waits), all);
    let page = page.form("Save").fill(waits, "Authorise payment, Reserve stock").send(&bench.site).await;
    let reason = "Capture payment must come after Check fraud (strict: no capture for a refused customer).";
    assert_eq!(page.link(reason), "#custom-after-3");
    assert_eq!(page.described(waits), reason);
    assert_eq!(page.value(waits), "Authorise payment, Reserve stock");
    assert_eq!(page.field(waits).get("aria-invalid"), Some("true"));
    assert!(told(&page, "Capture payment").contains("Check fraud (strict"), "the arrangement is as it was");

    let page = page.form("Save").fill(waits, &format!("{all}, Payments")).send(&bench.site).await;
    page.expect(&["There is no step “Payments”"]);
    let circle = page.form("Save").fill(waits, all).fill("Waits for, Authorise payment", "Capture payment");
    let page = circle.send(&bench.site).await;
    let alert = page.one(".error-summary").text();
    assert!(alert.contains("in a circle: ") && alert.contains("Capture payment → Authorise payment"), "{alert}");
    assert_eq!(bench.latest().await, before, "nothing was saved");
    let page = page.form("Save").fill("Waits for, Authorise payment", "").send(&bench.site).await;
    assert!(page.all(".error-summary").is_empty());
}

#[tokio::test]
async fn a_dependency_made_strict_in_map_is_waited_for() {
    let (bench, page) = started("Parallel").await;
    assert!(told(&page, "Check fraud").contains("starts with the request"));
    bench.open("map").await.form("Save").fill("Kind, dependency 1", "strict").send(&bench.site).await;
    let fraud = told(&bench.open("arrange").await, "Check fraud");
    assert!(fraud.contains("in stage 2, after Authorise payment (strict: today's order)."), "{fraud}");
}
