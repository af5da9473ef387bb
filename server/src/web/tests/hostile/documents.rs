//! In every text of a document: pages, charts, records and exports.

use std::sync::Arc;

use axum::http::StatusCode;
use decide::Finding;
use model::{Document, EXAMPLES};
use ports::fake::Desk;
use report::record::{Assignment, Decided};
use serde_json::Value;
use tokio::{sync::Semaphore, task::JoinSet};

use super::{
    super::site::{Site, encoded, get, location, post},
    bones, bones_of_markdown, check_csv, harmless, hostile,
};

/// The document of the example that has most in it, as JSON.
fn example() -> Value {
    let checkout = EXAMPLES.iter().find(|example| example.slug == "checkout").expect("an example");
    let mut document = checkout.document();
    document.workload.duration_s = 2.0;
    document.question = "Which?".to_owned();
    document.state_owner = Some("orders".to_owned());
    document.owners.deciders = vec!["Ann".to_owned()];
    document.owners.on_call = "Bo".to_owned();
    let mut json: Value = serde_json::from_str(&document.to_json()).expect("JSON");
    json["waits"] = serde_json::json!([{ "from": "orders", "to": "stock", "because": "lock" }]);
    json
}

/// The pointers of all texts in a document that may say anything.
fn texts(json: &Value) -> Vec<String> {
    fn walk(value: &Value, pointer: &str, found: &mut Vec<String>) {
        match value {
            Value::String(_) => found.push(pointer.to_owned()),
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(place, item)| walk(item, &format!("{pointer}/{place}"), found));
            }
            Value::Object(fields) => {
                fields.iter().for_each(|(name, field)| walk(field, &format!("{pointer}/{name}"), found));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    let mut all = Vec::new();
    walk(json, "", &mut all);
    all.retain(|pointer| with(json, std::slice::from_ref(pointer), "any words").is_some());
    all
}

/// A document with a text in these places, where it may stand there.
fn with(json: &Value, pointers: &[String], text: &str) -> Option<Document> {
    let mut json = json.clone();
    for pointer in pointers {
        *json.pointer_mut(pointer)? = Value::String(text.to_owned());
    }
    Document::parse(&json.to_string()).ok()
}

/// A pipeline of a document with figures, a decision and a record; its address, and the record's id.
async fn pipeline(site: &Site, desk: &Desk, document: &Document, said: &str) -> (String, String) {
    let id = desk.create_pipeline(document).await.expect("it is stored").id;
    let settings = engine::Settings { replications: engine::FEWEST_REPLICATIONS, ..engine::Settings::default() };
    let run = ports::Run::of(engine::compare(document, settings).expect("it runs"));
    desk.keep_run(id, 1, &run).await.expect("it is kept");
    desk.note(id, ports::NoteKind::Expectation, 1, said).await.expect("it is noted");
    let assigned =
        |finding: &Finding| Assignment { rule: finding.rule.clone(), owner: said.to_owned(), due: said.to_owned() };
    let decided = Decided {
        decided_by: vec![said.to_owned()],
        accepted_because: said.to_owned(),
        assignments: run.verdict(document).conditions().map(assigned).collect(),
        ..Decided::default()
    };
    let decided = serde_json::to_string(&decided).expect("JSON");
    desk.note(id, ports::NoteKind::Decision, 1, &decided).await.expect("it is noted");
    let back = location(&post(site, "/api/records/issue", "/", &format!("id={}&version=1", id.0)).await);
    let records = desk.list_records(id).await.expect("a list");
    let record = records.first().unwrap_or_else(|| panic!("no record: {back}")).id;
    let status = format!("id={}&record={}&seen=0&status=deprecated&because={}", id.0, record.0, encoded(said));
    location(&post(site, "/api/records/status", "/", &status).await);
    (format!("/pipelines/{}", id.0), record.0.to_string())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_strings_come_out_inert() {
    let json = example();
    let texts = Arc::new(texts(&json));
    assert!(texts.len() > 20, "{texts:?}");
    let strings = hostile();
    assert_eq!(strings.len(), 200);
    let site = Site::new().await;
    let desk = site.desk().await;
    let mut tasks = JoinSet::new();
    let turns = Arc::new(Semaphore::new(4));
    for string in strings {
        let turn = Arc::clone(&turns).acquire_owned().await.expect("a turn");
        let (site, desk, json, texts) = (site.clone(), desk.clone(), json.clone(), Arc::clone(&texts));
        tasks.spawn(async move {
            let _turn = turn;
            let twin = harmless(&string);
            let Some(hostile) = with(&json, &texts, &string) else {
                // What is refused as a whole may still stand in single texts; none of them may hold what all do not.
                let refused =
                    texts.iter().filter(|text| with(&json, std::slice::from_ref(text), &string).is_none()).count();
                assert!(refused > 0, "{string:?} is refused everywhere and nowhere");
                return 0;
            };
            let (address, record) = pipeline(&site, &desk, &hostile, &string).await;
            let (twin_address, twin_record) =
                pipeline(&site, &desk, &with(&json, &texts, &twin).expect("letters may stand anywhere"), &twin).await;
            for step in ["frame", "map", "classify", "budget", "maturity", "prototype", "decide", "record"] {
                let (response, page) = get(&site, &format!("{address}/{step}")).await;
                assert_eq!(response.status(), StatusCode::OK, "{string:?} {step}");
                let (_, harmless) = get(&site, &format!("{twin_address}/{step}")).await;
                assert_eq!(bones(&page), bones(&harmless), "{string:?} on {step}");
            }
            for format in ["md", "nygard"] {
                let (_, text) = get(&site, &format!("/records/{record}.{format}")).await;
                let (_, harmless) = get(&site, &format!("/records/{twin_record}.{format}")).await;
                assert_eq!(bones_of_markdown(&text), bones_of_markdown(&harmless), "{string:?} in {format}:\n{text}");
            }
            let (_, html) = get(&site, &format!("/records/{record}.html")).await;
            let (_, harmless) = get(&site, &format!("/records/{twin_record}.html")).await;
            assert_eq!(bones(&html), bones(&harmless), "{string:?} in the record as HTML");
            check_csv(&get(&site, &format!("/records/{record}.csv-steps")).await.1, &string);
            for chart in ["latency", "lanes", "pools"] {
                let path = format!("versions/1/charts/{chart}");
                let (response, svg) = get(&site, &format!("{address}/{path}.svg")).await;
                if response.status() == StatusCode::OK {
                    let (_, harmless) = get(&site, &format!("{twin_address}/{path}.svg")).await;
                    assert_eq!(bones(&svg), bones(&harmless), "{string:?} in {chart}");
                    check_csv(&get(&site, &format!("{address}/{path}.csv")).await.1, &string);
                }
            }
            1
        });
    }
    let stood: usize = tasks.join_all().await.into_iter().sum();
    assert!(stood > 100, "only {stood} of them may stand in a document at all");
}
