//! Many who edit one pipeline at the same time.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::Value;
use tokio::task::JoinSet;

use super::site::{Site, make};

const CLIENTS: usize = 50;
const EDITS: usize = 200;

/// Saves a document over HTTP; the status, and what it answers.
async fn save(site: &Site, id: &str, version: u64, question: &str) -> (StatusCode, Value) {
    let document = serde_json::json!({ "format": "forkline/1", "name": "Shared", "question": question, "steps": [] });
    let body = serde_json::json!({ "id": id, "version": version, "document": document.to_string() });
    let request = Request::post("/api/pipeline/save")
        .header(header::CONTENT_TYPE, "application/json")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(body.to_string()));
    let (response, text) = site.send(request.expect("a request")).await;
    (response.status(), serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_clients_lose_no_edit() {
    let site = Arc::new(Site::new().await);
    let id = make(&site).await.trim_start_matches("/pipelines/").to_owned();
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let (site, id) = (Arc::clone(&site), id.clone());
        clients.spawn(async move {
            let (mut version, mut saved, mut conflicts) = (1, BTreeMap::new(), 0);
            for edit in 0..EDITS {
                let question = format!("{client}.{edit}");
                let (status, answer) = save(&site, &id, version, &question).await;
                assert_eq!(status, StatusCode::OK, "{answer}");
                let seen = version;
                if let Some(next) = answer["Saved"]["version"].as_u64() {
                    assert_eq!(next, seen + 1);
                    saved.insert(next, question);
                    version = next;
                } else {
                    version = answer["Conflict"]["version"].as_u64().expect("a conflict carries the current version");
                    assert!(version > seen && answer["Conflict"]["document"]["name"] == "Shared", "{answer}");
                    conflicts += 1;
                }
            }
            (saved, conflicts)
        });
    }
    let (mut all, mut conflicts) = (BTreeMap::new(), 0);
    for (saved, refused) in clients.join_all().await {
        conflicts += refused;
        for (version, question) in saved {
            assert!(all.insert(version, question).is_none(), "version {version} was given twice");
        }
    }
    assert_eq!(all.len() + conflicts, CLIENTS * EDITS);
    assert!(conflicts > 0, "they got into each other's way");
    let desk = site.desk().await;
    let id = ports::PipelineId(id.parse().expect("an id"));
    let latest = desk.get_pipeline(id).await.expect("it is there");
    assert_eq!(latest.version, 1 + all.len() as u64, "each save that was answered is a version, and nothing else is");
    for (version, question) in all {
        assert_eq!(desk.get_revision(id, version).await.expect("it is there").document.question, question);
    }
}
