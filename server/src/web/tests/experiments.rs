//! Experiments that run on the server because the address of the page asks for them.

use super::{page::Page, workbench::Workbench};

async fn run(bench: &Workbench, experiment: &str) -> Page {
    bench.open("prototype").await.form(&format!("Run {experiment}")).send(&bench.site).await
}

fn finding(page: &Page, experiment: &str) -> String {
    page.one(&format!("#experiment-{experiment}")).all(".finding")[0].text()
}

#[tokio::test]
async fn an_experiment_asked_for_by_address_is_in_the_page_that_is_sent() {
    let bench = Workbench::short("three-services").await;
    let page = run(&bench, "spike").await;
    assert_eq!(page.address, format!("{}?experiment=spike", bench.address("prototype")));
    let found = finding(&page, "spike");
    assert!(found.starts_with("A spike of 10 alone: a p99 of ") && found.contains(" ms in sequential"), "{found}");
    assert!(!page.says("Out of date"));
    assert!(page.all("#experiment-load")[0].all(".finding").is_empty(), "nothing else was run");
}

#[tokio::test]
async fn a_load_sweep_says_where_errors_emerge_and_is_a_file() {
    let bench = Workbench::short("bank-gateway").await;
    let page = run(&bench, "load sweep").await;
    let found = finding(&page, "load");
    assert!(["Errors emerge in ", "No errors emerge in "].iter().any(|begin| found.starts_with(begin)), "{found}");
    let sweep = page.one("#experiment-load");
    assert!(sweep.text().contains("Latency and failures under load") && !sweep.all("svg").is_empty());
    assert!(sweep.all("progress").is_empty(), "it is over");
    let heads: Vec<String> = sweep.all("table")[0].all("th[scope=col]").iter().map(|head| head.text()).collect();
    assert_eq!(heads.first().map(String::as_str), Some("Load"));
    assert!(heads.len() > 2, "{heads:?}");
    assert!(sweep.all("tr").iter().any(|row| row.text().starts_with("4 times, 16 a second")));
    let links: Vec<_> = sweep.all("a").iter().filter_map(|link| link.get("href")).map(str::to_owned).collect();
    let file = "versions/1/charts/load.csv?experiment=load";
    assert!(links.iter().any(|link| link == file), "{links:?}");
    let (_, csv) = super::site::get(&bench.site, &bench.address(file)).await;
    assert!(csv.split("\r\n").count() > 10, "{csv}");
}

#[tokio::test]
async fn outages_run_only_after_an_expected_failure_is_noted() {
    let bench = Workbench::short("checkout").await;
    let page = bench.open("prototype").await;
    assert!(!page.buttons().contains(&"Run outages".to_owned()));
    let first = page.link("First write down which failure you expect");
    assert_eq!(first.strip_prefix('#'), page.field("Which failure do you expect?").get("id"));
    let form = page.form("Note it").fill("Which failure do you expect?", "Payment goes down and orders stall");
    let page = form.send(&bench.site).await;
    let expected = "Expected: Payment goes down and orders stall";
    assert_eq!(page.one("[data-testid=expected]").text(), expected);
    let page = page.form("Run outages").send(&bench.site).await;
    assert!(finding(&page, "outage").starts_with("The largest share of requests fails in "));
    assert_eq!(page.one("[data-testid=expected]").text(), expected, "it stands beside the result");
    let outages = page.one("#experiment-outage");
    let rows: Vec<String> = outages.all("table")[0].all("th[scope=row]").iter().map(|head| head.text()).collect();
    assert_eq!(rows.len(), 7, "{rows:?}");
    assert_eq!(rows[0], "nothing down");
}

#[tokio::test]
async fn pool_sizes_are_varied_only_in_a_pipeline_with_pools() {
    for (example, asked) in [("three-services", false), ("checkout", true)] {
        let buttons = Workbench::of(example).await.open("prototype").await.buttons();
        assert!(buttons.contains(&"Run load sweep".to_owned()), "{example}");
        assert_eq!(buttons.contains(&"Run pool sizes".to_owned()), asked, "{example}");
    }
}
