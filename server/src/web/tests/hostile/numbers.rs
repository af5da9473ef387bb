//! In every number of a document: at both ends of its range, and far beyond it, as a document of an earlier program may have it.

#[path = "../../../../../app/model/tests/every_number/mod.rs"]
mod every_number;

use std::{fmt::Write as _, sync::Arc, time::Duration};

use model::{Document, range::RANGES};
use serde_json::{Value, json};
use tokio::{sync::Semaphore, task::JoinSet};

use self::every_number::{full, numbers};
use super::super::site::{SetUp, Site, get, location, post};
use crate::cores::Cores;

/// A document in which every number is there that a document may have.
fn example() -> Value {
    let mut json = full();
    // What is simulated is short, unless the number that is tried makes it long.
    json["workload"]["duration_s"] = json!(4);
    json["workload"]["warmup_s"] = json!(0);
    json["workload"]["spike"]["at_s"] = json!(1);
    json["steps"][0]["effect"] = json!("write");
    json["owners"] = json!({ "deciders": ["Ann"], "on_call": "Bo" });
    json["state_owner"] = json!("orders");
    json["consistency"] = json!("eventual");
    json
}

fn is_whole(pointer: &str) -> bool {
    let whole = [
        "/redeliveries",
        "/caller_retries",
        "/spike/size",
        "/workers",
        "/key_count",
        "/pools/0/size",
        "/queue_limit",
        "/retry/max",
        "/people",
        "/window",
        "/min_calls",
        "/probes",
        "/concurrency_cap",
        "/retry_cap",
        "/k",
    ];
    whole.iter().any(|name| pointer.ends_with(name))
}

fn with(pointer: &str, number: f64) -> Document {
    let mut json = example();
    let value = if is_whole(pointer) { json!(number.clamp(0.0, f64::from(u32::MAX)) as u32) } else { json!(number) };
    *json.pointer_mut(pointer).expect("the document has it") = value;
    serde_json::from_value(json).expect("it is a document, checked or not")
}

/// Documents with a number at each end of its range, and with one beyond any range, each with a name.
fn documents() -> Vec<(String, Document)> {
    let mut places = Vec::new();
    numbers(&example(), "", "", &mut places);
    assert!(places.len() >= RANGES.len(), "{} numbers", places.len());
    let mut all = Vec::new();
    for (pointer, path) in places {
        let (_, range) = RANGES.iter().find(|(of, _)| *of == path).expect("it has a range");
        for number in [range.least, range.most, 1e308] {
            let document = with(&pointer, number);
            // What no program would have stored, because it contradicts the rest, is left out.
            if Document::parse_stored(&document.to_json()).is_ok() {
                all.push((format!("{pointer} = {number:e}"), document));
            }
        }
    }
    all
}

/// No page, chart or export is larger [bytes].
const LARGEST: usize = 2_000_000;

/// What is wrong with what an address answers.
async fn wrong(site: &Site, address: &str, may_be: &[u16]) -> Option<String> {
    let (response, body) = get(site, address).await;
    let status = response.status().as_u16();
    let drawn = body.split("<svg").skip(1).any(|svg| {
        let svg = svg.split("</svg>").next().unwrap_or_default();
        ["NaN", "\"inf", "\"-inf"].iter().any(|broken| svg.contains(broken))
    });
    (!may_be.contains(&status) || body.len() > LARGEST || drawn).then(|| {
        format!("{address}: {status}, {} bytes{}", body.len(), if drawn { ", not a number is drawn" } else { "" })
    })
}

/// Goes through every page, chart and export of a pipeline, and every experiment where they are asked for; what is wrong with them.
async fn look_at_all(site: &Site, document: &Document, experiments: bool) -> Vec<String> {
    let desk = site.desk().await;
    let id = desk.create_pipeline(document).await.expect("it is stored").id;
    let address = format!("/pipelines/{}", id.0);
    post(site, "/api/runs/simulate", &address, &format!("id={}&version=1", id.0)).await;
    let mut found = Vec::new();
    let steps = ["frame", "map", "classify", "budget", "maturity", "prototype", "decide", "record"];
    let pages = ["history", "share", "discussion", "document.json", "compare?from=1&to=1"];
    for page in steps.iter().chain(&pages) {
        found.extend(wrong(site, &format!("{address}/{page}"), &[200]).await);
    }
    let asked = ["load", "spike", "outage", "pools", "sensitivity", "conditions"];
    for experiment in asked.iter().filter(|_| experiments) {
        found.extend(wrong(site, &format!("{address}/prototype?experiment={experiment}"), &[200]).await);
        let chart = format!("{address}/versions/1/charts/load.svg?experiment={experiment}");
        found.extend(wrong(site, &chart, &[200, 404, 422]).await);
    }
    let (_, page) = get(site, &format!("{address}/prototype")).await;
    let charts = page.split("/charts/").skip(1).filter_map(|rest| rest.split(['"', '?']).next());
    for chart in charts.collect::<std::collections::BTreeSet<_>>() {
        found.extend(wrong(site, &format!("{address}/versions/1/charts/{chart}"), &[200, 404, 422]).await);
    }
    let issued =
        post(site, "/api/records/issue", &format!("{address}/record"), &format!("id={}&version=1", id.0)).await;
    assert!(!location(&issued).is_empty());
    for record in desk.list_records(id).await.expect("a list") {
        for format in ["md", "nygard", "html", "json", "csv"] {
            found.extend(wrong(site, &format!("/records/{}.{format}", record.id.0), &[200, 404]).await);
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_of_every_number_is_there_and_bounded() {
    let simulator = Arc::new(Cores::new(Duration::from_millis(100)));
    let site = Site::set_up(SetUp { simulator, ..SetUp::default() }).await;
    site.desk().await;
    let (mut tasks, turns) = (JoinSet::new(), Arc::new(Semaphore::new(4)));
    // A sixth of them, and of every second of these what experiments make of it; in full, all of them.
    let all = std::env::var_os("FORKLINE_FULL").is_some();
    for (nth, (name, document)) in documents().into_iter().enumerate() {
        if !all && nth % 6 != 0 {
            continue;
        }
        let turn = Arc::clone(&turns).acquire_owned().await.expect("a turn");
        let (site, experiments) = (site.clone(), all || nth % 12 == 0);
        tasks.spawn(async move {
            let _turn = turn;
            look_at_all(&site, &document, experiments)
                .await
                .into_iter()
                .map(|wrong| format!("{name}: {wrong}"))
                .collect::<Vec<_>>()
        });
    }
    let mut text = String::new();
    for wrong in tasks.join_all().await.into_iter().flatten() {
        let _ = writeln!(text, "{wrong}");
    }
    assert!(text.is_empty(), "{text}");
}
