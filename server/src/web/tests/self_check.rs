//! The self-check page: its rows are sent one by one, and the cases that agree are counted.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use engine::{
    Report, Settings,
    experiment::Findings,
    report::Figure,
    theory::{Case, Checked, cases},
};
use futures_util::StreamExt;
use model::Document;
use ports::{Caller, Prepare, SimulateError, Simulator};
use tokio::sync::Semaphore;
use tower::ServiceExt;

use super::{
    page::Page,
    site::{SetUp, Site},
};

/// A simulator by which all cases agree, without running them.
#[derive(Debug)]
struct Agreeing {
    /// The number of cases.
    cases: usize,
    /// The name of the only case that differs.
    differs: Option<String>,
    /// As many cases are answered as there are permits.
    allowed: Semaphore,
    run: AtomicUsize,
}

impl Agreeing {
    fn new(differs: Option<usize>, allowed: usize) -> Arc<Self> {
        let cases = cases();
        let differs = differs.map(|place| cases[place].name.clone());
        Arc::new(Self { cases: cases.len(), differs, allowed: Semaphore::new(allowed), run: AtomicUsize::new(0) })
    }
}

#[async_trait]
impl Simulator for Agreeing {
    async fn simulate(&self, _: Caller, _: Document, _: Settings) -> Result<Report, SimulateError> {
        unreachable!("the page simulates nothing")
    }

    async fn experiment(&self, _: Caller, _: Prepare) -> Result<Findings, SimulateError> {
        unreachable!("the page varies nothing")
    }

    async fn check(&self, case: Case, among: usize, seed: u64) -> Result<Checked, SimulateError> {
        assert_eq!((among, seed), (self.cases, 2));
        self.allowed.acquire().await.expect("it is open").forget();
        self.run.fetch_add(1, Ordering::Relaxed);
        let figure = Figure { value: case.exact, low: case.exact * 0.99, high: case.exact * 1.01 };
        Ok(Checked { figure: Some(figure), narrow: true, agrees: self.differs.as_ref() != Some(&case.name) })
    }
}

async fn site_with(simulator: &Arc<Agreeing>) -> Site {
    Site::set_up(SetUp { simulator: simulator.clone(), ..SetUp::default() }).await
}

/// The verdicts of all rows, in order.
fn verdicts(page: &Page) -> Vec<String> {
    page.one("tbody").all("tr").iter().map(|row| row.all("td")[2].text()).collect()
}

#[tokio::test]
async fn every_case_is_listed_and_none_is_run_before_a_visitor_asks() {
    let simulator = Agreeing::new(None, 0);
    let page = Page::open(&site_with(&simulator).await, "/self-check").await;
    assert_eq!(verdicts(&page), vec!["not run"; simulator.cases]);
    assert!(page.buttons().contains(&format!("Run all {}", simulator.cases)));
    assert_eq!(page.value("Seed"), "1");
}

#[tokio::test]
async fn all_cases_are_run_under_the_seed_and_counted() {
    let simulator = Agreeing::new(None, 1_000);
    let site = site_with(&simulator).await;
    let n = simulator.cases;
    let form = Page::open(&site, "/self-check").await.form(&format!("Run all {n}")).fill("Seed", "2");
    let page = form.send(&site).await;
    assert_eq!(page.address, "/self-check?seed=2");
    assert_eq!(verdicts(&page), vec!["agrees"; n]);
    let sum = page.one("p.good").text();
    assert!(sum.starts_with(&format!("{n} of {n} figures agree with theory under seed 2, engine ")), "{sum}");
    assert_eq!(simulator.run.load(Ordering::Relaxed), n, "each once");
}

#[tokio::test]
async fn a_case_that_differs_is_marked_and_counted() {
    let simulator = Agreeing::new(Some(1), 1_000);
    let site = site_with(&simulator).await;
    let page = Page::open(&site, "/self-check?seed=2").await;
    let (n, verdicts) = (simulator.cases, verdicts(&page));
    assert_eq!((verdicts[0].as_str(), verdicts[1].as_str(), verdicts[2].as_str()), ("agrees", "differs", "agrees"));
    assert_eq!(page.one("td.bad").text(), "differs");
    assert!(page.one("p[role=status]").text().starts_with(&format!("{} of {n} figures agree", n - 1)));
    assert!(page.all("p.good").is_empty(), "the sum does not look good");
}

#[tokio::test]
async fn rows_are_sent_as_soon_as_their_cases_are_done() {
    let simulator = Agreeing::new(None, 1);
    let site = site_with(&simulator).await;
    let request = Request::get("/self-check?seed=2").body(Body::empty()).expect("a request");
    let response = site.router.clone().oneshot(request).await.expect("a router always answers");
    assert_eq!(response.status(), StatusCode::OK);
    let (mut body, mut page) = (response.into_body().into_data_stream(), String::new());
    while !page.contains(">agrees<") {
        let part =
            body.next().await.expect("the first row comes before the second may be run").expect("it does not break");
        page.push_str(&String::from_utf8_lossy(&part));
    }
    assert_eq!(page.matches(">agrees<").count(), 1);
    assert!(!page.contains("figures agree"), "the sum comes last");
    simulator.allowed.add_permits(1_000);
    while let Some(part) = body.next().await {
        page.push_str(&String::from_utf8_lossy(&part.expect("it does not break")));
    }
    assert_eq!(page.matches(">agrees<").count(), simulator.cases);
    assert!(page.contains("figures agree"));
}

#[tokio::test]
async fn a_seed_that_is_no_number_is_refused_and_kept() {
    let simulator = Agreeing::new(None, 0);
    let page = Page::open(&site_with(&simulator).await, "/self-check?seed=many").await;
    let alert = page.one("[role=alert]").text();
    assert!(alert.contains("whole number"), "{alert}");
    assert_eq!(page.value("Seed"), "many");
    assert_eq!(verdicts(&page), vec!["not run"; simulator.cases]);
}

#[tokio::test]
async fn the_home_page_links_to_the_self_check() {
    let page = Page::open(&Site::new().await, "/").await;
    assert_eq!(page.link("self-check"), "/self-check");
}
