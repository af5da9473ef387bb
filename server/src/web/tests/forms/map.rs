//! Map: steps and dependencies, and the diagram drawn from them.

use model::Document;

use crate::web::tests::{page::Page, workbench::Workbench};

const OLD_DIAGRAM: &str = "The diagram shows the steps as they last made sense";
/// The page has two diagrams, for wide and for narrow windows.
const DIAGRAM: &str = "div[aria-label=Diagram of the steps]";

/// Whether a text is in both diagrams.
fn is_drawn(page: &Page, text: &str) -> bool {
    let diagrams = page.all(DIAGRAM);
    assert_eq!(diagrams.len(), 2);
    diagrams.iter().all(|diagram| diagram.all("text").iter().any(|label| label.text() == text))
}

#[tokio::test]
async fn the_diagram_and_its_table_follow_what_is_saved() {
    let bench = Workbench::of("three-services").await;
    let map = bench.open("map").await;
    assert!(is_drawn(&map, "Load customer"));
    let form = map.form("Save").fill("Name, row 1", "Load buyer").fill("Kind, dependency 1", "strict");
    let page = form.send(&bench.site).await;
    assert!(is_drawn(&page, "Load buyer") && !is_drawn(&page, "Load customer"));
    let row = page.rows().into_iter().rfind(|row| row.starts_with("Price basket")).expect("a row of the table");
    assert!(row.contains("Load buyer"), "{row}");
}

#[tokio::test]
async fn the_last_valid_diagram_stays_while_a_row_cannot_be_read() {
    let bench = Workbench::of("three-services").await;
    let map = bench.open("map").await;
    assert!(!map.says(OLD_DIAGRAM));
    let page = map.form("Save").fill("p99, row 1", "slow").fill("Name, row 1", "Load buyer").send(&bench.site).await;
    assert!(page.says(OLD_DIAGRAM) && is_drawn(&page, "Load customer"));
    assert_eq!((page.value("p99, row 1").as_str(), page.value("Name, row 1").as_str()), ("slow", "Load buyer"));
    let page = page.form("Save").fill("p99, row 1", "900").send(&bench.site).await;
    assert!(!page.says(OLD_DIAGRAM) && is_drawn(&page, "Load buyer"));
}

#[tokio::test]
async fn a_forgotten_step_is_added_by_one_button() {
    let example = model::EXAMPLES.iter().find(|example| example.slug == "three-services").expect("an example");
    let mut document = example.document();
    let known = std::mem::take(&mut document.absent_kinds);
    let bench = Workbench::with(&document).await;
    let map = bench.open("map").await;
    map.expect(&["Not listed yet: retries, auth calls, writes, third-party handshakes and logs."]);
    let page = map.form("Add a step: Authorise the caller").send(&bench.site).await;
    assert_eq!(page.value("Name, row 4"), "Authorise the caller");
    assert_eq!(page.value("p99, row 4"), "unknown");
    page.expect(&["Listed: auth calls (Authorise the caller).", "Not listed yet: retries, writes"]);
    let offered = page.buttons().into_iter().filter(|button| button.starts_with("Add a step: ")).count();
    assert_eq!(offered, 3, "a step of the pipeline is not offered again");
    assert!(page.all(DIAGRAM)[1].all("text").iter().any(|label| label.text() == "auth"), "its kind is drawn");
    // A kind that the team has looked for and not found is not asked for again.
    document.absent_kinds = known;
    let map = Workbench::with(&document).await.open("map").await;
    map.expect(&[
        "Looked for, and not there: retries, auth calls, writes and third-party handshakes.",
        "Not listed yet: logs.",
    ]);
}

#[tokio::test]
async fn todays_order_is_added_by_one_button_and_counts_as_no_reason() {
    let bench = Workbench::with(&Document::new("Order intake")).await;
    let mut page = bench.open("map").await;
    for (row, name) in [(1, "Authenticate"), (2, "Price"), (3, "Capture")] {
        let form = page.form("Save").fill(&format!("Name, row {row}"), name);
        let form = form.fill(&format!("p50, row {row}"), "40").fill(&format!("p99, row {row}"), "200");
        page = form.send(&bench.site).await;
    }
    let page = page.form("Save").fill("Effect, row 3", "write").send(&bench.site).await;
    // The kind of a step follows from its name.
    page.expect(&["Listed: auth calls (Authenticate)"]);
    let page = page.form("Add today’s order").send(&bench.site).await;
    for (field, value) in [("First", "Price"), ("Then", "Capture"), ("Kind", "loose"), ("Because", "today's order")] {
        assert_eq!(page.value(&format!("{field}, dependency 2")), value);
    }
    assert!(!page.buttons().contains(&"Add today’s order".to_owned()), "there is nothing more to add");
    let early = "Nothing strict makes Capture wait for Authenticate";
    assert!(page.says(early));
    let strict = page.form("Save").fill("Kind, dependency 1", "strict").fill("Kind, dependency 2", "strict");
    let page = strict.send(&bench.site).await;
    assert!(!page.says(early));
    page.expect(&["Still without a reason: Authenticate, then Price; Price, then Capture."]);
}

#[tokio::test]
async fn a_missing_reason_leads_to_the_field_for_it() {
    let bench = Workbench::of("three-services").await;
    let page = bench.open("map").await.form("Save").fill("Because, dependency 1", "").send(&bench.site).await;
    assert_eq!(page.status("Map"), "In progress: a reason for one dependency");
    assert_eq!(page.link("Load customer, then Price basket"), "#dependencies-0-because");
    assert_eq!(page.field("Because, dependency 1").get("id"), Some("dependencies-0-because"));
    let form = page.form("Save").fill("Because, dependency 1", "it needs the price group");
    let page = form.send(&bench.site).await;
    assert_eq!(page.status("Map"), "Completed");
    assert!(!page.says("Still without a reason"));
}

#[tokio::test]
async fn a_circle_of_strict_dependencies_is_refused_at_the_dependency_that_closes_it() {
    let bench = Workbench::of("checkout").await;
    let circle = bench.open("map").await.form("Save");
    let circle = circle.fill("First, dependency 8", "Capture payment").fill("Then, dependency 8", "Authorise payment");
    let page = circle.send(&bench.site).await;
    let summary = page.one(".error-summary");
    assert!(summary.text().contains("circle of strict dependencies"), "{}", summary.text());
    let field = summary.all("a")[0].get("href").expect("it leads to a field").to_owned();
    assert!(field.starts_with("#dependencies-"), "{field}");
    assert_eq!(page.all(&format!("{field}-error")).len(), 1, "the message stands at that field, too");
    assert_eq!(
        (page.value("First, dependency 8").as_str(), bench.latest().await.0),
        ("Capture payment", 1),
        "it is kept, and not saved"
    );
}
