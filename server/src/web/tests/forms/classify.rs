//! Classify: the questions of each step, and a second look at its class.

use crate::web::tests::workbench::Workbench;

#[tokio::test]
async fn only_the_questions_that_matter_for_a_step_are_shown() {
    let bench = Workbench::of("three-services").await;
    let effect = async |effect: &str| {
        let form = bench.open("classify").await.form("Save").fill("What does it change, Load customer", effect);
        form.send(&bench.site).await
    };
    let (writes, undo, keys) = ("#steps-0-writes", "#steps-0-undo-available", "#steps-0-idempotency-key_ttl_s");
    let seen = |page: &crate::web::tests::page::Page| [writes, undo, keys].map(|field| !page.all(field).is_empty());
    assert_eq!(seen(&effect("Nothing").await), [false, false, false]);
    let page = effect("It writes").await;
    assert_eq!(seen(&page), [true, true, false]);
    let form = page.form("Save").fill("Writes, Load customer", "customers").fill("Takes a key, Load customer", "Yes");
    assert_eq!(seen(&form.send(&bench.site).await), [true, true, true]);
    // An answer stays visible, whatever the effect.
    let page = effect("Nothing").await;
    assert_eq!(page.value("Writes, Load customer"), "customers");
    assert_eq!(seen(&page), [true, false, true]);
}

#[tokio::test]
async fn a_class_that_seems_not_to_fit_is_questioned_beside_its_step() {
    let bench = Workbench::of("checkout").await;
    let note = "A second look: Capture payment looks like a linchpin";
    for (class, noted) in [("Yes: fire and forget", true), ("No: critical", false)] {
        let form = bench.open("classify").await.form("Save").fill("Can it disappear, Capture payment", class);
        let page = form.send(&bench.site).await;
        let row = page.rows().into_iter().find(|row| row.starts_with("Capture payment")).expect("its row");
        assert_eq!(row.contains(note), noted, "{class}: {row}");
        assert_eq!(page.text().matches(note).count(), usize::from(noted), "and nowhere else");
    }
}
