//! Frame: the budget of the pipeline.

use crate::web::tests::workbench::Workbench;

#[tokio::test]
async fn a_budget_that_is_no_number_is_refused_beside_its_field() {
    let bench = Workbench::of("bank-gateway").await;
    let frame = bench.open("frame").await;
    let page = frame.form("Save").fill("Target, ms", "soon").send(&bench.site).await;
    let problem = "“soon” is not a number. Write it like 1500.";
    assert_eq!(page.link(problem), "#target");
    assert_eq!(page.value("Target, ms"), "soon", "what was typed is kept");
    assert_eq!(page.field("Target, ms").get("aria-invalid"), Some("true"));
    assert!(page.described("Target, ms").ends_with(problem));
    assert_eq!(bench.latest().await.0, 1, "nothing is saved");
    let page = page.form("Save").fill("Target, ms", "1500").send(&bench.site).await;
    assert_eq!((page.value("Target, ms").as_str(), page.field("Target, ms").get("aria-invalid")), ("1500", None));
    assert_eq!(bench.latest().await.1.budget.target_ms, 1_500.0);
}
