//! The web side in one process, without a port: pages, forms without JavaScript, downloads, failures.

pub(crate) mod accounts;
mod arranging;
mod charts;
mod closed;
mod connected;
mod connections;
mod discussion;
mod experiments;
mod forms;
mod history;
mod hostile;
mod inputs;
pub(crate) mod invitations;
mod links;
mod live;
mod matrix;
mod meanwhile;
mod outside;
pub(crate) mod page;
mod read_only;
mod reference;
mod roles;
mod room;
mod self_check;
mod shares;
mod together;
mod told;
mod unseen;
mod verdicts;
mod what_if;
pub(crate) mod workbench;

pub(super) mod site;

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use model::Document;
use ports::PipelineId;

use self::site::{SetUp, Site, get, location, make, post};

#[tokio::test]
async fn the_home_page_shows_the_five_examples() {
    let site = Site::new().await;
    let (response, page) = get(&site, "/").await;
    assert_eq!(response.status(), StatusCode::OK);
    for name in ["Three services", "Checkout", "Credit application", "Webhook fan-out", "Bank gateway"] {
        assert!(page.contains(name), "{name} is missing");
    }
}

#[tokio::test]
async fn a_page_comes_with_a_policy_that_names_its_own_nonce() {
    let site = Site::new().await;
    let mut nonces = std::collections::BTreeSet::new();
    for _ in 0..20 {
        let (response, page) = get(&site, "/").await;
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().expect("text").to_owned();
        assert!(!policy.contains("unsafe-inline"), "{policy}");
        let nonce =
            policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).expect("a nonce").to_owned();
        for script in page.split("<script").skip(1) {
            assert!(script.contains(&format!("nonce=\"{nonce}\"")), "a script without the nonce: {script:.80}");
        }
        assert!(!page.contains(" style=\""), "a style attribute would be blocked");
        assert!(nonces.insert(nonce), "a nonce came twice");
    }
}

#[tokio::test]
async fn every_answer_is_hardened_and_has_an_id() {
    let site = Site::new().await;
    for path in ["/", "/healthz", "/readyz", "/favicon.svg", "/nothing", "/records/none.md"] {
        let (response, _) = get(&site, path).await;
        assert_eq!(response.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        assert!(response.headers().contains_key("x-request-id"), "{path}");
        assert!(response.headers().contains_key(header::CONTENT_SECURITY_POLICY), "{path}");
    }
}

#[tokio::test]
async fn what_does_not_exist_is_a_page_with_status_404() {
    let site = Site::new().await;
    for (path, what) in [
        ("/nothing/here", "page"),
        ("/pipelines/no-id/map", "pipeline"),
        ("/pipelines/00000000-0000-7000-8000-000000000000/map", "pipeline"),
    ] {
        let (response, page) = get(&site, path).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
        let page = page.replace("<!>", "");
        assert!(page.contains(&format!("<h1>There is no such {what}</h1>")), "{path}: {page}");
        assert!(page.contains(">Go to your pipelines</a>"), "{path}");
    }
}

#[tokio::test]
async fn a_form_without_javascript_saves_a_step() {
    let site = Site::new().await;
    let pipeline = make(&site).await;
    let id = pipeline.trim_start_matches("/pipelines/");
    let form = format!(
        "id={id}&version=1&sheet[steps][0][id]=&sheet[steps][0][name]=Ask&sheet[steps][0][p50]=20\
         &sheet[steps][0][p99]=90+ms&sheet[steps][0][errors]=0.5&sheet[steps][0][effect]=write\
         &sheet[steps][0][class]=critical&intent=save"
    );
    let response = post(&site, "/api/map/save", &format!("{pipeline}/map"), &form).await;
    assert_eq!((response.status(), location(&response)), (StatusCode::FOUND, format!("{pipeline}/map?")));
    let (_, page) = get(&site, &format!("{pipeline}/map")).await;
    assert!(page.contains("Saved, version 2"), "the save is shown");
    for value in ["value=\"Ask\"", "value=\"20 ms\"", "value=\"90 ms\"", "value=\"0.5 %\""] {
        assert!(page.contains(value), "{value} is missing");
    }
}

#[tokio::test]
async fn bad_input_is_kept_and_shown_with_what_is_wrong() {
    let site = Site::new().await;
    let pipeline = make(&site).await;
    let id = pipeline.trim_start_matches("/pipelines/");
    let form = format!(
        "id={id}&version=1&sheet[steps][0][name]=%3Cb%3EAsk&sheet[steps][0][p50]=soon&sheet[steps][0][p99]=90&intent=save"
    );
    post(&site, "/api/map/save", &format!("{pipeline}/map"), &form).await;
    let (_, page) = get(&site, &format!("{pipeline}/map")).await;
    assert!(page.contains("href=\"#steps-0-p50\""), "the summary leads to the field");
    assert!(page.contains("value=\"soon\"") && page.contains("value=\"90 ms\""), "the input is kept");
    assert!(page.contains("value=\"&lt;b&gt;Ask\""), "and it is inert");
    let (_, json) = get(&site, &format!("{pipeline}/document.json")).await;
    assert!(Document::parse(&json).expect("the stored document").steps.is_empty(), "and nothing half was saved");
}

#[tokio::test]
async fn a_form_on_an_older_version_overwrites_nothing_unseen() {
    let site = Site::new().await;
    let pipeline = make(&site).await;
    let id = PipelineId(pipeline.trim_start_matches("/pipelines/").parse().expect("an id"));
    let store = site.desk().await;
    store.save_pipeline(id, 1, &Document::new("Renamed elsewhere")).await.expect("a save");
    let form = format!(
        "id={}&version=1&form[name]=Renamed+here&form[target]=2000&form[percentile]=99&form[tolerance]=200",
        id.0
    );
    post(&site, "/api/frame/save", &format!("{pipeline}/frame"), &form).await;
    assert_eq!(store.get_pipeline(id).await.expect("the pipeline").document.name, "Renamed elsewhere");
    let (_, page) = get(&site, &format!("{pipeline}/frame")).await;
    assert!(page.contains("Version 2 was saved elsewhere while you were editing version 1"));
    assert!(page.contains("value=\"Renamed here\""), "what was typed is shown");
}

#[tokio::test]
async fn simulating_issuing_and_downloading_work_without_javascript() {
    let site = Site::new().await;
    let response = post(&site, "/api/home/try-example", "/", "slug=bank-gateway").await;
    let pipeline = location(&response).trim_end_matches("/map").to_owned();
    let id = pipeline.trim_start_matches("/pipelines/");
    let (_, before) = get(&site, &format!("{pipeline}/decide")).await;
    assert!(before.contains("There is no verdict without figures"));
    post(&site, "/api/runs/simulate", &format!("{pipeline}/prototype"), &format!("id={id}&version=1")).await;
    let (_, prototype) = get(&site, &format!("{pipeline}/prototype")).await;
    assert!(prototype.contains("<svg") && prototype.contains("<table"), "charts and their tables are there");
    let (_, decided) = get(&site, &format!("{pipeline}/decide")).await;
    assert!(decided.contains("data-testid=\"verdict\""));
    post(&site, "/api/records/issue", &format!("{pipeline}/record"), &format!("id={id}&version=1")).await;
    let (_, page) = get(&site, &format!("{pipeline}/record")).await;
    let link =
        page.split("href=\"/records/").nth(1).and_then(|rest| rest.split('"').next()).expect("a link").to_owned();
    let (response, record) = get(&site, &format!("/records/{link}")).await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/markdown; charset=utf-8");
    assert!(response.headers()[header::CONTENT_DISPOSITION].to_str().expect("text").contains("0001-"));
    assert!(record.starts_with("---\nstatus: proposed\n"), "{record:.60}");
}

#[tokio::test]
async fn writes_that_another_site_makes_are_refused() {
    let site = Site::new().await;
    make(&site).await;
    let before = site.desk().await.list_pipelines().await.expect("a list").len();
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "http://evil.test")] {
        let request = Request::post("/api/home/create")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::HOST, "forkline.test")
            .header(name, value)
            .body(Body::from("name=Foreign"))
            .expect("a request");
        assert_eq!(site.send(request).await.0.status(), StatusCode::FORBIDDEN, "{name}: {value}");
    }
    assert_eq!(site.desk().await.list_pipelines().await.expect("a list").len(), before);
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused() {
    let site = Site::new().await;
    let long = format!("name={}", "x".repeat(3_000_000));
    let request = Request::post("/api/home/create").header(header::CONTENT_LENGTH, long.len()).body(Body::from(long));
    let (response, text) = site.send(request.expect("a request")).await;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE, "{text}");
    // One that does not say how long it is, is cut off.
    let chunk = axum::body::Bytes::from(vec![b'x'; 100_000]);
    for (path, kind, chunks) in [
        ("/api/home/create", "application/x-www-form-urlencoded", 30),
        ("/api/home/import", "multipart/form-data; boundary=edge", 120),
    ] {
        let head = axum::body::Bytes::from("--edge\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n");
        let parts = std::iter::once(head).chain(std::iter::repeat_n(chunk.clone(), chunks));
        let body = Body::from_stream(futures_util::stream::iter(parts.map(Ok::<_, std::io::Error>)));
        let request = Request::post(path).header(header::CONTENT_TYPE, kind).body(body).expect("a request");
        let (response, text) = site.send(request).await;
        assert!(response.status().is_client_error(), "{path}: {} {text}", response.status());
    }
    assert!(site.desk().await.list_pipelines().await.expect("a list").is_empty(), "nothing was made");
}

#[tokio::test]
async fn whoever_asks_too_often_is_told_when_to_come_back() {
    let site = Site::set_up(SetUp { limits: 1, ..SetUp::default() }).await;
    let mut form = "email=ann@example.org&password=wrong+wrong+wrong".to_owned();
    for _ in 0..10 {
        post(&site, "/api/account/sign-in", "/sign-in", &form).await;
    }
    form.push_str("&take_along=yes");
    let request = Request::post("/api/account/sign-in")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form))
        .expect("a request");
    let (response, text) = site.send(request).await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS, "{text}");
    let wait: u64 = response.headers()[header::RETRY_AFTER].to_str().expect("text").parse().expect("seconds");
    assert!((1..=91).contains(&wait) && text.contains(&format!("in {wait} seconds")), "{wait} {text}");
    let mut last = None;
    for _ in 0..600 {
        last = Some(get(&site, "/sign-in").await.0);
    }
    let last = last.expect("an answer");
    assert_eq!(last.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(last.headers().contains_key(header::RETRY_AFTER));
    assert_eq!(get(&site, "/healthz").await.0.status(), StatusCode::OK, "who watches over the server is not counted");
}

#[tokio::test]
async fn a_failure_of_the_store_is_a_page_with_an_id_and_no_cause() {
    let site = Site::new().await;
    site.desk().await;
    site.store.close().await.expect("it can be closed");
    for path in
        ["/", "/pipelines/00000000-0000-7000-8000-000000000000/map", "/records/00000000-0000-7000-8000-000000000000.md"]
    {
        let (response, page) = get(&site, path).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR, "{path}");
        let id = response.headers()["x-request-id"].to_str().expect("text");
        assert!(page.contains(id), "{path}: the page names its id");
        assert!(!page.to_lowercase().contains("pool"), "{path}: the cause stays in the log");
    }
    assert_eq!(get(&site, "/readyz").await.0.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(get(&site, "/healthz").await.0.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_page_is_never_mixed_from_two_builds() {
    let site = Site::new().await;
    let (_, page) = get(&site, "/").await;
    let css = page
        .split("href=\"")
        .map(|rest| rest.split('"').next().unwrap_or_default())
        .find(|address| address.ends_with(".css"));
    let css = css.expect("a page has a style sheet");
    // Without `make client` there is no bundle, and none of these is found.
    for other in [
        css.replace("/pkg/", "/pkg/0"),
        "/pkg/0123456789abcdef/forkline.css".to_owned(),
        css.replace("forkline.css", "..%2F..%2F..%2FCargo.toml"),
        css.replace("forkline.css", "..%2F..%2F..%2Fstyle%2Fbase.css"),
        "/pkg/..%2F..%2F..%2Fstyle%2Fbase.css".to_owned(),
        css.replace("forkline.css", "__wasm_split_manifest.json"),
    ] {
        let (response, _) = get(&site, &other).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{other}");
    }
    let (response, _) = get(&site, css).await;
    if response.status().is_success() {
        assert_eq!(response.headers()[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        let (response, _) = get(&site, "/pkg/forkline.css").await;
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-cache");
    }
}

#[tokio::test]
async fn the_worker_may_load_its_module_and_reach_nobody_else() {
    let site = Site::new().await;
    let (response, script) = get(&site, "/worker.js").await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(script.contains("self.onmessage"), "{script:.200}");
    let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().expect("a policy is text");
    assert_eq!(policy, "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'");
}
