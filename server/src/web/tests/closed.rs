//! An instance whose sandbox was closed while somebody had things in it.

use app::context::Instance;
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};

use super::{
    accounts::{PASSWORD, sign_in, sign_up},
    site::{Site, get, instance, location, make, post},
};

/// A guest with a pipeline that can be simulated, who comes back after the sandbox was closed: its address without the step.
async fn closed() -> (Site, String) {
    let site = Site::new().await;
    let tried = location(&post(&site, "/api/home/try-example", "/", "slug=bank-gateway").await);
    let guest = site.run_otherwise(Instance { sandbox: false, ..instance() });
    guest.come_with(&site.secret().expect("a cookie"));
    (guest, tried.trim_end_matches("/map").to_owned())
}

#[tokio::test]
async fn whoever_comes_back_reads_what_they_have() {
    let (guest, pipeline) = closed().await;
    let (_, home) = get(&guest, "/").await;
    assert!(home.contains(&pipeline) && home.contains("comes along when you do"), "{home}");
    assert!(!home.contains("Try it") && !home.contains("Start it") && !home.contains("Import it"));
    for page in ["frame", "map", "prototype", "record", "history", "place", "document.json"] {
        let (response, text) = get(&guest, &format!("{pipeline}/{page}")).await;
        assert_eq!(response.status(), StatusCode::OK, "{page}");
        assert!(!text.contains("Copy it") && !text.contains("Archive it"), "{page}");
    }
    let (_, map) = get(&guest, &format!("{pipeline}/map")).await;
    assert!(map.contains("You may see this. Sign in to go on with it.") && !map.contains("/share\""), "{map}");
    for page in ["share", "discussion", "conflict"] {
        let (response, _) = get(&guest, &format!("{pipeline}/{page}")).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{page}");
    }
}

#[tokio::test]
async fn whoever_comes_back_does_nothing_without_an_account() {
    let (guest, pipeline) = closed().await;
    let id = pipeline.trim_start_matches("/pipelines/");
    let before = get(&guest, &format!("{pipeline}/document.json")).await.1;
    for (path, form) in [
        ("home/create", "name=Another".to_owned()),
        ("home/try-example", "slug=checkout".to_owned()),
        ("pipeline/copy", format!("id={id}")),
        ("pipeline/move", format!("id={id}")),
        ("pipeline/archive", format!("id={id}&away=true")),
        (
            "frame/save",
            format!("id={id}&version=1&form[name]=x&form[target]=2000&form[percentile]=99&form[tolerance]=200"),
        ),
        ("pipeline/discard-draft", format!("id={id}&page=frame")),
        ("history/name", format!("id={id}&version=1&name=As+reviewed")),
        ("custom/start", format!("id={id}&version=1&from=parallel")),
        ("runs/simulate", format!("id={id}&version=1")),
        ("records/issue", format!("id={id}&version=1")),
        ("prototype/expect", format!("id={id}&version=1&expected=It+stalls")),
        ("discussion/comment", format!("id={id}&version=1&about=pipeline&body=Well")),
        ("links/make", format!("id={id}&shows=1&label=Partners&ends=&password=")),
    ] {
        let request = Request::post(format!("/api/{path}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form));
        refused(&guest, request.expect("a request")).await;
    }
    let import = Request::post("/api/home/import")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
        .body(Body::from("--edge\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nname,p50_ms,p99_ms\nAsk,20,90\n\r\n--edge--\r\n"));
    refused(&guest, import.expect("a request")).await;
    // What an address asks to be simulated is not simulated either.
    let (_, page) = get(&guest, &format!("{pipeline}/prototype?experiment=load")).await;
    assert!(page.contains("Sign in first"), "{page}");
    let desk = guest.desk().await;
    assert_eq!(desk.list_pipelines().await.expect("a list").len(), 1, "nothing was made");
    assert_eq!(get(&guest, &format!("{pipeline}/document.json")).await.1, before);
    assert!(desk.get_run(ports::PipelineId(id.parse().expect("an id")), 1).await.expect("an answer").is_none());
}

async fn refused(guest: &Site, request: Request<Body>) {
    let path = request.uri().path().to_owned();
    let (response, text) = guest.send(request).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{path}: {text}");
    assert!(text.contains("Sign in first: this is for people who have an account here."), "{path}: {text}");
}

#[tokio::test]
async fn what_was_made_comes_along_into_an_account() {
    let (guest, pipeline) = closed().await;
    assert_eq!(sign_up(&guest, "ann").await, "/");
    assert!(get(&guest, "/").await.1.contains(&pipeline));
    make(&guest).await;
    // The same by signing in.
    let phone = guest.run_otherwise(instance());
    let other = make(&phone).await;
    let closed = guest.other_browser();
    closed.come_with(&phone.secret().expect("a cookie"));
    assert_eq!(sign_in(&closed, "ann", PASSWORD).await, "/");
    let (_, page) = get(&closed, "/").await;
    assert!(page.contains(&pipeline) && page.contains(&other));
}
