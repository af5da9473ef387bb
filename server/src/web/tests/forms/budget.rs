//! Budget: service times, pools, outages and waits, measured percentiles.

use crate::web::tests::workbench::Workbench;

const TIME: &str = "Service time, Check fraud";

#[tokio::test]
async fn a_service_time_that_cannot_be_read_is_kept_named_and_put_right() {
    let bench = Workbench::of("checkout").await;
    let budget = bench.open("budget").await;
    let shown = budget.value(TIME);
    assert!(shown.starts_with("p50 ") && shown.contains(" ms, p99 ") && shown.ends_with(" ms"), "{shown}");
    let page = budget.form("Save").fill(TIME, "rather slow").send(&bench.site).await;
    let problem = page.one(".error-summary").all("a")[0];
    assert!(problem.text().starts_with("Write p50 and p99"), "{}", problem.text());
    assert_eq!(problem.get("href"), Some(format!("#{}", page.field(TIME).get("id").expect("an id")).as_str()));
    assert_eq!(page.value(TIME), "rather slow");
    assert!(page.described(TIME).contains("Write p50 and p99"));
    let page = page.form("Save").fill(TIME, "p50 0.1 s, p99 unknown").send(&bench.site).await;
    assert!(page.all(".error-summary").is_empty());
    assert_eq!(bench.open("budget").await.value(TIME), "p50 100 ms, p99 unknown");
}

#[tokio::test]
async fn input_kept_as_typed_outlasts_work_on_other_pages() {
    let bench = Workbench::of("checkout").await;
    bench.open("budget").await.form("Save").fill(TIME, "rather slow").send(&bench.site).await;
    let maturity = bench.open("maturity").await.form("Save").answer("Can one request be traced", "No");
    let page = maturity.send(&bench.site).await;
    let state = "span[data-testid=save-state]";
    assert_eq!(page.one(state).text(), "Saved, version 2; not yet what Budget keeps as typed");
    let budget = bench.open("budget").await;
    assert_eq!(budget.value(TIME), "rather slow");
    assert!(budget.one(".error-summary").text().contains("Write p50 and p99"));
    let page = budget.form("Save").fill(TIME, "p50 100 ms, p99 900 ms").send(&bench.site).await;
    assert_eq!((page.value(TIME).as_str(), page.all(".error-summary").len()), ("p50 100 ms, p99 900 ms", 0));
}

#[tokio::test]
async fn a_step_finds_a_pool_by_the_name_that_people_gave_it() {
    let bench = Workbench::of("three-services").await;
    let (pools, wrong) = ("Pools, Load customer", "There is no pool");
    let page = bench.open("budget").await.form("Save").fill(pools, "orders db").send(&bench.site).await;
    assert!(page.one(".error-summary").all("a")[0].text().starts_with(wrong));
    let page = page.form("Save").fill("Pool, New", "Orders DB").send(&bench.site).await;
    assert_eq!((page.value(pools).as_str(), page.value("Pool, orders-db").as_str()), ("orders-db", "Orders DB"));
    assert!(!page.says(wrong));
}

#[tokio::test]
async fn an_outage_and_a_wait_are_written_down() {
    let bench = Workbench::of("three-services").await;
    let page = bench.open("budget").await.form("Save").fill("What is down, New", "Elsewhere").send(&bench.site).await;
    let problem = page.one(".error-summary").all("a")[0].text();
    assert!(problem.starts_with("There is no step “Elsewhere”"), "{problem}");
    assert_eq!(page.value("What is down, New"), "Elsewhere");
    let form = page.form("Save").fill("What is down, New", "Load customer");
    let page = form.fill("Who waits for whom, New", "orders waits for stock").send(&bench.site).await;
    assert_eq!(page.value("What is down, 1"), "Load customer");
    assert_eq!(page.value("Who waits for whom, 1"), "orders waits for stock");
    let document = bench.latest().await.1;
    assert_eq!((document.outages.len(), document.waits[0].to.as_str()), (1, "stock"));
}

#[tokio::test]
async fn measured_percentiles_are_taken_over_with_where_they_were_measured() {
    let bench = Workbench::of("three-services").await;
    let (time, text) = ("Service time, Load customer", "Or its text");
    let table = "step;p50;p90;p99 (ms)\nLoad customer;180,5;400;900\nNo such step;1;2;3\n</textarea>;fast;2;3\n";
    let budget = bench.open("budget").await;
    assert!(budget.status("Budget").contains("errors of Load customer"));
    let form = budget.form("Take them over").fill(text, table);
    let form = form.fill("Where they were measured, and on how much", "production, 1.2 M calls");
    let page = form.send(&bench.site).await;
    page.expect(&["line 3, step: “No such step” is no step of this pipeline; its steps are Load customer,"]);
    assert_eq!(page.value(text), table, "what was brought is kept, to the letter");
    assert_eq!(
        (page.value(time).as_str(), bench.latest().await.0),
        ("p50 200 ms, p99 800 ms", 1),
        "nothing is changed"
    );

    let good: Vec<&str> = table.lines().take(2).collect();
    let page = page.form("Take them over").fill(text, &good.join("\n")).send(&bench.site).await;
    assert_eq!(page.value(time), "p50 180.5 ms, p90 400 ms, p99 900 ms");
    assert_eq!(page.value("Measured, Load customer"), "production, 1.2 M calls");
    assert_eq!(page.value("Measured, Price basket"), "", "other steps stay as they are");
    assert!(page.all(".error-summary").is_empty());
    let form = page.form("Save").fill("Errors, Load customer", "0.2").fill("Errors, Price basket", "unknown");
    let page = form.fill("Errors, Find delivery slot", "unknown").send(&bench.site).await;
    assert_eq!(page.status("Budget"), "Completed");
}
