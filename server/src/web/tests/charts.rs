//! Charts as files from the server.

use axum::http::{StatusCode, header};
use model::EXAMPLES;

use super::site::{Site, get, make};

#[tokio::test]
async fn every_chart_that_a_page_links_to_is_a_download() {
    let site = Site::new().await;
    let store = site.desk().await;
    let mut document = EXAMPLES.iter().find(|example| example.slug == "checkout").expect("an example").document();
    document.workload.duration_s = 5.0;
    let saved = store.create_pipeline(&document).await.expect("it is stored");
    let settings = engine::Settings { replications: 5, ..engine::Settings::default() };
    let report = engine::compare(&document, settings).expect("an example runs");
    store.keep_run(saved.id, saved.version, &ports::Run::of(report)).await.expect("it is kept");
    let pipeline = format!("/pipelines/{}", saved.id.0);
    let (_, page) = get(&site, &format!("{pipeline}/prototype")).await;
    let links: Vec<&str> = page.split("href=\"versions/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(links.len() > 14 && links.contains(&"1/charts/percentiles.svg"), "{links:?}");
    for link in links {
        let (response, text) = get(&site, &format!("{pipeline}/versions/{link}")).await;
        assert_eq!(response.status(), StatusCode::OK, "{link}");
        let disposition = response.headers()[header::CONTENT_DISPOSITION].to_str().expect("text");
        let (name, extension) = link.trim_start_matches("1/charts/").split_once('.').expect("an extension");
        assert_eq!(disposition, format!("attachment; filename=\"checkout-{name}-v1.{extension}\""));
        let kind = response.headers()[header::CONTENT_TYPE].to_str().expect("text");
        match extension {
            "svg" => assert!(kind == "image/svg+xml" && text.starts_with("<?xml ") && text.ends_with("</svg>\n")),
            _ => assert!(kind.starts_with("text/csv") && text.ends_with("\r\n"), "{link}: {text:.100}"),
        }
    }
    let (_, svg) = get(&site, &format!("{pipeline}/versions/1/charts/percentiles.svg")).await;
    assert!(svg.contains("<title id=\"percentiles-wide-title\">Percentiles with 95 % intervals</title>"), "{svg:.400}");
    assert!(svg.contains(".point:focus"), "it brings its style");
    let (_, csv) = get(&site, &format!("{pipeline}/versions/1/charts/percentiles.csv")).await;
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[0].starts_with("\"Topology\",\"p50 [ms]\",\"p50, low [ms]\",\"p50, high [ms]\","), "{}", lines[0]);
    let first = lines[1].strip_prefix("\"Sequential\",").expect("the first topology");
    assert!(first.split(',').take(3).all(|figure| figure.parse::<u32>().is_ok()), "{first}");
    assert_eq!(lines.len(), 6, "a line for each topology");
}

#[tokio::test]
async fn a_chart_of_a_version_that_nobody_simulated_or_of_an_experiment_is_made_when_it_is_asked_for() {
    let site = Site::new().await;
    let store = site.desk().await;
    let mut document = EXAMPLES.iter().find(|example| example.slug == "three-services").expect("an example").document();
    document.workload.duration_s = 5.0;
    let saved = store.create_pipeline(&document).await.expect("it is stored");
    let charts = format!("/pipelines/{}/versions/1/charts", saved.id.0);
    let (response, text) = get(&site, &format!("{charts}/latency.csv")).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(text.starts_with("\"Topology\",\"p50 [ms]\""), "{text:.100}");
    let (response, text) = get(&site, &format!("{charts}/load.svg?experiment=load")).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(text.contains("<title id=\"load-wide-title\">"), "{text:.400}");
}

#[tokio::test]
async fn a_chart_that_there_cannot_be_is_refused() {
    let site = Site::new().await;
    let pipeline = make(&site).await;
    for chart in ["1/charts/nothing.svg", "1/charts/latency.png", "1/charts/latency", "9/charts/latency.svg"] {
        let status = get(&site, &format!("{pipeline}/versions/{chart}")).await.0.status();
        // A pipeline without steps has no figures at all.
        assert!(matches!(status, StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY), "{chart}: {status}");
    }
    let (response, text) = get(&site, &format!("{pipeline}/versions/1/charts/latency.svg")).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text.contains("no steps"), "{text}");
    let status = get(&site, &format!("{pipeline}/versions/1/charts/load.svg?experiment=luck")).await.0.status();
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_script_that_makes_files_brings_their_style() {
    let site = Site::new().await;
    let (response, script) = get(&site, "/downloads.js").await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/javascript; charset=utf-8");
    assert!(script.contains(report::chart::FILE_STYLE) && !script.contains("/* style */"));
    let pipeline = make(&site).await;
    let (_, page) = get(&site, &format!("{pipeline}/prototype")).await;
    assert!(page.contains("src=\"/downloads.js\""));
}
