//! Nobody overwrites what they have not seen: what is sent from a page that somebody else has overtaken changes nothing, and
//! is kept.

use axum::{body::Body, http::Request};
use model::{Consistency, Document, Latency, Step};
use ports::{PipelineId, SaveOutcome, fake::Desk};

use super::site::{Site, encoded, location, make, parts, post};

/// A pipeline with two steps, in its second version.
struct Bench {
    site: Site,
    desk: Desk,
    /// Its address.
    pipeline: String,
    id: PipelineId,
}

impl Bench {
    async fn new() -> Self {
        let site = Site::new().await;
        let pipeline = make(&site).await;
        let id = PipelineId(pipeline.trim_start_matches("/pipelines/").parse().expect("an id"));
        let bench = Self { desk: site.desk().await, site, pipeline, id };
        let mut document = Document::new("Fork");
        document.workload.duration_s = 5.0;
        document.state_owner = Some("ask".to_owned());
        document.consistency = Consistency::Eventual;
        document.steps =
            vec![Step::new("ask", Latency::lognormal(20.0, 80.0)), Step::new("answer", Latency::lognormal(10.0, 40.0))];
        bench.save(1, document).await;
        bench
    }

    async fn save(&self, expected: u64, document: Document) {
        let saved = self.desk.save_pipeline(self.id, expected, &document).await.expect("a save");
        assert!(matches!(saved, SaveOutcome::Saved { .. }), "{saved:?}");
    }

    async fn latest(&self) -> (u64, Document) {
        let saved = self.desk.get_pipeline(self.id).await.expect("the pipeline");
        (saved.version, saved.document)
    }

    /// Another version, by somebody else.
    async fn overtake(&self) -> (u64, Document) {
        let (version, mut document) = self.latest().await;
        document.question = format!("Asked after version {version}?");
        self.save(version, document).await;
        self.latest().await
    }

    /// Sends a form from a step's page, and answers with the page to which it leads.
    async fn send(&self, path: &str, step: &str, form: &str) -> String {
        let from = format!("{}/{step}", self.pipeline);
        let answer = post(&self.site, path, &from, &format!("id={}&{form}", self.id.0)).await;
        self.page(&location(&answer)).await
    }

    async fn page(&self, path: &str) -> String {
        super::site::get(&self.site, path).await.1.replace("<!>", "")
    }
}

#[tokio::test]
async fn an_arrangement_begins_and_goes_on_the_version_that_was_seen() {
    let bench = Bench::new().await;
    let latest = bench.overtake().await;
    let page = bench.send("/api/custom/start", "arrange", "version=2&from=parallel").await;
    assert!(page.contains("Another version was saved meanwhile"), "{page:.2000}");
    assert_eq!(bench.latest().await, latest);
    assert!(page.contains("name=\"version\" value=\"3\""), "the page says on which version it stands");
    bench.send("/api/custom/start", "arrange", "version=3&from=parallel").await;
    assert!(bench.latest().await.1.custom.is_some());
    let latest = bench.overtake().await;
    let page = bench.send("/api/custom/remove", "arrange", "version=4").await;
    assert!(page.contains("Another version was saved meanwhile"));
    assert_eq!(bench.latest().await, latest, "the other's arrangement stands");
    let page = bench.send("/api/custom/remove", "arrange", "version=5").await;
    assert!(bench.latest().await.1.custom.is_none());
    assert!(page.contains(">Start from this</button>"), "another may be begun");
}

#[tokio::test]
async fn measured_percentiles_meet_a_version_that_was_not_seen() {
    let bench = Bench::new().await;
    let latest = bench.overtake().await;
    let bring = async |version: u64| {
        let (id, version) = (bench.id.0.to_string(), version.to_string());
        let form = [
            ("id", id.as_str()),
            ("version", version.as_str()),
            ("place", "here"),
            ("text", "step,p50,p99\nask,30,90\n"),
        ];
        let answer = bench.site.send(parts("/api/budget/measured", "/", &form)).await.0;
        bench.page(&location(&answer)).await
    };
    let page = bring(2).await;
    assert!(
        page.contains("Another version was saved meanwhile") && page.contains("ask,30,90"),
        "what was brought is kept"
    );
    assert_eq!(bench.latest().await, latest);
    bring(3).await;
    assert_eq!(bench.latest().await.0, 4);
}

#[tokio::test]
async fn a_decision_and_an_expectation_meet_those_of_others() {
    let bench = Bench::new().await;
    bench.send("/api/runs/simulate", "prototype", "version=2").await;
    let decide = async |seen: u64, by: &str, why: &str| {
        let form = format!("version=2&seen={seen}&form[choice]=accept&form[decided_by]={by}&form[reason]={why}");
        bench.send("/api/decide/note", "decide", &form).await
    };
    let page = decide(0, "Ann", "").await;
    assert!(page.contains("Ann accepted the verdict"), "{}", &page[page.find("<main").unwrap_or(0)..]);
    let page = decide(0, "Bob", "cheap").await;
    assert!(page.contains("Ann accepted the verdict") && page.contains("Somebody else has decided meanwhile"));
    assert!(page.contains("value=\"Bob\"") && page.contains("value=\"cheap\""), "what was typed is kept");
    let seen: u64 = page
        .split_once("name=\"seen\" value=\"")
        .and_then(|(_, rest)| rest.split_once('"')?.0.parse().ok())
        .expect("the page says which decision it shows");
    let page = decide(seen, "Bob", "cheap").await;
    assert!(page.contains("Bob accepted the verdict, because cheap") && !page.contains("has decided meanwhile"));

    let expect = async |seen: &str, expected: &str| {
        let form = format!("version=2&seen={}&expected={}", encoded(seen), encoded(expected));
        bench.send("/api/prototype/expect", "prototype", &form).await
    };
    assert!(expect("", "Stock stalls").await.contains("Stock stalls"));
    let page = expect("", "Fraud stalls").await;
    assert!(page.contains("meanwhile: “Stock stalls”. You wrote “Fraud stalls”, which is not noted."), "{page:.3000}");
    assert!(expect("Stock stalls", "Fraud stalls").await.contains("value=\"Fraud stalls\""));
}

#[tokio::test]
async fn a_status_follows_the_one_that_was_seen() {
    let bench = Bench::new().await;
    bench.send("/api/records/issue", "record", "version=2").await;
    let record = bench.desk.list_records(bench.id).await.expect("a list")[0].id.0;
    let change = async |seen: u32, status: &str| {
        let form = format!("record={record}&seen={seen}&status={status}&because=why");
        bench.send("/api/records/status", "record", &form).await
    };
    assert!(change(0, "accepted").await.contains("Accepted"));
    let page = change(0, "deprecated").await;
    assert!(page.contains("was changed at the same moment. Look at it") && page.contains("value=\"why\""));
    assert!(page.contains("name=\"seen\" value=\"1\""), "the page says what it shows");
    assert!(change(1, "deprecated").await.contains("Deprecated"));
}

#[tokio::test]
async fn a_link_puts_no_words_into_the_mouth_of_this_site() {
    let site = Site::new().await;
    let back = location(&post(&site, "/api/account/sign-in", "/sign-in", "email=a@example.org&password=nothing").await);
    let come = async |from: Option<&str>| {
        let request =
            from.into_iter().fold(Request::get(&back), |request, from| request.header("sec-fetch-site", from));
        site.send(request.body(Body::empty()).expect("a request")).await
    };
    for from in [Some("same-origin"), None] {
        let (_, page) = come(from).await;
        assert!(page.contains("There is no account with this address and this password."), "{from:?}");
    }
    for from in ["cross-site", "same-site", "none"] {
        let (response, _) = come(Some(from)).await;
        assert_eq!(location(&response), "/sign-in", "{from}");
    }
}
