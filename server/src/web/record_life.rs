//! What becomes of issued records, as a browser without JavaScript sees it.

use axum::http::header;
use model::{Document, Latency};
use ports::{IssuedRecord, PipelineId, fake::Desk};

use super::tests::{
    page::Page,
    site::{Site, get, location, post},
    workbench::Workbench,
};

/// A site with one pipeline, of which records are issued.
struct Life {
    site: Site,
    store: Desk,
    id: PipelineId,
}

impl Life {
    async fn begin() -> Self {
        let site = Site::new().await;
        let response = post(&site, "/api/home/try-example", "/", "slug=three-services").await;
        let address = location(&response);
        let id = address.trim_start_matches("/pipelines/").trim_end_matches("/map").parse().expect("an id");
        let store = site.desk().await;
        Self { site, store, id: PipelineId(id) }
    }

    fn address(&self) -> String {
        format!("/pipelines/{}/record", self.id.0)
    }

    /// Posts a form from the page of records; answers with where that leads.
    async fn post(&self, path: &str, form: &str) -> String {
        location(&post(&self.site, path, &self.address(), &format!("id={}&{form}", self.id.0)).await)
    }

    async fn page(&self) -> String {
        get(&self.site, &self.address()).await.1
    }

    /// All records, the first one first.
    async fn records(&self) -> Vec<IssuedRecord> {
        let mut records = Vec::new();
        for summary in self.store.list_records(self.id).await.expect("a list").iter().rev() {
            records.push(self.store.get_record(summary.id).await.expect("a record"));
        }
        records
    }

    async fn issue(&self, version: u64, supersedes: Option<&IssuedRecord>) -> String {
        let older = supersedes.map(|older| older.summary.id.0.to_string()).unwrap_or_default();
        self.post("/api/records/issue", &format!("version={version}&supersedes={older}")).await
    }

    async fn change(&self, record: &IssuedRecord, status: &str, because: &str) {
        let ports::SeenRecord { id, changes } = record.seen();
        let form = format!("record={}&seen={changes}&status={status}&because={because}", id.0);
        self.post("/api/records/status", &form).await;
    }

    /// A download, with the name of its file.
    async fn read(&self, record: &IssuedRecord, format: &str) -> (String, String) {
        let (response, text) = get(&self.site, &format!("/records/{}.{format}", record.summary.id.0)).await;
        let disposition = response.headers()[header::CONTENT_DISPOSITION].to_str().expect("text").to_owned();
        (disposition.split('"').nth(1).expect("a name").to_owned(), text)
    }

    /// Saves the next version of the pipeline; answers its number.
    async fn save(&self, change: impl FnOnce(&mut Document)) -> u64 {
        let saved = self.store.get_pipeline(self.id).await.expect("the pipeline");
        let mut document = saved.document;
        change(&mut document);
        self.store.save_pipeline(self.id, saved.version, &document).await.expect("a save");
        saved.version + 1
    }
}

#[tokio::test]
async fn a_record_is_out_of_date_until_the_change_is_undone() {
    let life = Life::begin().await;
    assert!(life.page().await.contains("No record of this pipeline has been issued yet."));
    life.issue(1, None).await;
    assert!(!life.page().await.contains("Out of date"));
    let mut before = None;
    let version = life
        .save(|document| {
            before = Some(std::mem::replace(&mut document.steps[0].latency, Latency::lognormal(900.0, 2_000.0)))
        })
        .await;
    let page = life.page().await;
    assert!(page.contains("Out of date: the pipeline has changed since.</p>"), "no figures yet");
    assert!(page.contains("Simulate version 2"));
    life.post("/api/runs/simulate", &format!("version={version}")).await;
    let page = life.page().await;
    let said = "Out of date: the verdict would be staged today, and not sequential; the pipeline has changed since. \
                Moved most: sequential p99: 1,";
    assert!(page.contains(said), "{page}");
    assert!(!page.contains("Simulate version 2"));
    life.save(|document| document.steps[0].latency = before.expect("a latency")).await;
    let page = life.page().await;
    assert!(!page.contains("Out of date") && !page.contains("Simulate version"), "the document is what it was");
    assert!(page.contains("decides on version 1"));
}

#[tokio::test]
async fn a_superseded_record_says_so_in_every_format_and_keeps_its_text() {
    let life = Life::begin().await;
    life.issue(1, None).await;
    let [older] = life.records().await.try_into().expect("one record");
    assert!(life.page().await.contains(&format!("<option value=\"{}\">", older.summary.id.0)), "it can be chosen");
    life.issue(1, Some(&older)).await;
    let [older, newer] = life.records().await.try_into().expect("two records");
    let (name, issued) = life.read(&older, "issued").await;
    assert!(name.ends_with("-as-issued.md") && issued == older.text.markdown);
    for (format, says) in [
        ("md", "---\nstatus: superseded by ADR-0002\n"),
        ("madr", "---\nstatus: superseded by ADR-0002\n"),
        ("nygard", "\n## Status\n\nSuperseded\n\nSuperseded by [2. "),
        ("html", "<dt>Status</dt><dd>superseded by ADR-0002</dd>"),
        ("json", "\"superseded_by\": {\n    \"number\": 2"),
    ] {
        let ((first, older), (second, newer)) = (life.read(&older, format).await, life.read(&newer, format).await);
        assert!(older.contains(says), "{format}: {older:.300}");
        if format != "json" {
            assert!(older.contains(&second) && newer.contains(&first), "{format}: they link to each other");
        }
        assert!(newer.contains("roposed"), "{format}");
    }
    assert_eq!(life.read(&older, "csv-steps").await.1, life.read(&newer, "csv-steps").await.1);
    let page = life.page().await;
    assert!(
        page.contains("<strong>Superseded</strong> by <a href=\"#record-2\"") && page.contains("It took the place of")
    );
}

#[tokio::test]
async fn of_two_records_in_the_same_place_the_second_is_refused() {
    let life = Life::begin().await;
    life.issue(1, None).await;
    let [older] = life.records().await.try_into().expect("one record");
    life.issue(1, Some(&older)).await;
    let back = life.issue(1, Some(&older)).await;
    assert_eq!(life.records().await.len(), 2, "nothing was issued");
    let (_, page) = get(&life.site, &back).await;
    assert!(page.contains("0001 Three services: stay sequential is superseded by 0002 "), "{back}");
    assert!(page.contains("Nothing was issued"));
}

#[tokio::test]
async fn an_identical_record_is_issued_only_in_place_of_the_first() {
    let life = Life::begin().await;
    life.issue(1, None).await;
    let back = life.issue(1, None).await;
    let (_, page) = get(&life.site, &back).await;
    assert!(page.contains("says exactly this already, so nothing was issued."), "{back}");
    let [first] = life.records().await.try_into().expect("one record");
    life.issue(1, Some(&first)).await;
    assert_eq!(life.records().await.len(), 2);
}

#[tokio::test]
async fn a_status_is_given_with_a_reason_and_only_where_it_makes_sense() {
    let life = Life::begin().await;
    life.issue(1, None).await;
    let [record] = life.records().await.try_into().expect("one record");
    life.change(&record, "deprecated", "Too+%3Cdear%3E").await;
    let page = life.page().await;
    assert!(page.contains("0001 is proposed now: it can become accepted or rejected, but not deprecated."));
    assert!(page.contains("value=\"Too &lt;dear&gt;\""), "what was typed is kept");
    life.change(&record, "accepted", "Ann+and+Bo").await;
    let page = life.page().await;
    assert!(page.contains("<strong>Accepted</strong>") && page.contains(": accepted. Ann and Bo</li>"), "{page}");
    assert!(!page.contains("The status is not changed"));
    let (_, text) = life.read(&record, "md").await;
    assert!(text.starts_with("---\nstatus: accepted\n") && text.contains(": accepted. Ann and Bo.\n"), "{text:.300}");
    life.change(&record, "", "typed").await;
    assert!(life.page().await.contains("Choose the new status of 0001."));
    life.post("/api/pipeline/discard-draft", "page=record").await;
    assert!(!life.page().await.contains("value=\"typed\""));
}

#[tokio::test]
async fn records_of_other_pipelines_are_not_reached() {
    let life = Life::begin().await;
    life.issue(1, None).await;
    let [record] = life.records().await.try_into().expect("one record");
    let response = post(&life.site, "/api/home/try-example", "/", "slug=checkout").await;
    let id = PipelineId(location(&response)[11..47].parse().expect("an id"));
    let other = Life { site: life.site.clone(), store: life.store.clone(), id };
    other.change(&record, "accepted", "").await;
    other.issue(1, Some(&record)).await;
    let [record] = life.records().await.try_into().expect("one record");
    assert!(record.changes.is_empty());
    assert!(other.store.list_records(other.id).await.expect("a list").is_empty());
}

#[tokio::test]
async fn a_decision_stands_in_the_record_in_every_format_and_the_record_brings_its_pipeline() {
    let bench = Workbench::short("webhook-fan-out").await;
    bench.simulate().await;
    let form = bench.open("decide").await.form("Decide").fill("Decided by", "Ann, Bo");
    let page = form.fill_in("An undo for Debit account", "Who does it", "ledger team").send(&bench.site).await;
    let decision = page.one("[data-testid=decision]").text();
    assert!(decision.contains("Ann, Bo accepted the verdict"), "{decision}");
    let page = bench.open("record").await;
    assert!(page.one("[data-testid=record-preview]").text().contains("status: accepted"));
    page.form("Issue the record").send(&bench.site).await.expect(&["decides on version 1; decided by Ann and Bo"]);
    let [record] = bench.desk.list_records(bench.id).await.expect("a list").try_into().expect("one record");
    let life = Life { site: bench.site.clone(), store: bench.desk.clone(), id: bench.id };
    let record = life.store.get_record(record.id).await.expect("a record");
    for (format, ending, says) in [
        ("md", ".md", "status: accepted"),
        ("nygard", ".md", "## Status\n\nAccepted\n"),
        ("html", ".html", "<svg"),
        ("csv-options", ".csv", "p99_ms"),
        ("json", ".json", "\"status\": \"accepted\""),
    ] {
        let (name, text) = life.read(&record, format).await;
        assert!(name.contains("-webhook-fan-out-") && name.ends_with(ending), "{format}: {name}");
        assert!(text.contains(says) && !text.contains("<script"), "{format}: {text:.500}");
    }
    let (_, json) = life.read(&record, "json").await;
    let archive: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(archive["conditions"][0]["owner"], "ledger team");
    let home = Page::open(&life.site, "/").await;
    let page = home.form("Import it").fill("Or its text", &json).send(&life.site).await;
    assert_eq!(page.one("h1").text(), "Map");
    assert_eq!(page.value("Name, row 1"), "Debit account");
}
