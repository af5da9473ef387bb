//! What everybody has a share of: more than that is refused, and leaves others theirs.

use axum::{
    body::Body,
    http::{Request, Response, StatusCode, header},
};
use futures_util::future::join_all;
use ports::UnixMillis;
use tower::ServiceExt;

use super::{
    accounts::sign_up,
    site::{NOW, SetUp, Site, get, location, make, post},
};

/// Opens a stream, which lasts as long as the answer is kept.
async fn listen(site: &Site, pipeline: &str) -> Response<Body> {
    let request = Request::get(format!("{pipeline}/live")).header(header::COOKIE, site.cookie().expect("a cookie"));
    let request = request.body(Body::empty()).expect("a request");
    site.router.clone().oneshot(request).await.expect("a router always answers")
}

#[tokio::test]
async fn a_person_has_ten_streams_and_an_address_eighty() {
    let site = Site::new().await;
    let mut streams = Vec::new();
    for person in 0..8 {
        let browser = site.other_browser();
        let pipeline = make(&browser).await;
        for _ in 0..10 {
            let stream = listen(&browser, &pipeline).await;
            assert_eq!(stream.status(), StatusCode::OK, "{person}");
            assert_eq!(stream.headers()[header::CACHE_CONTROL], "no-store");
            streams.push(stream);
        }
        let refused = listen(&browser, &pipeline).await;
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS, "{person}");
        assert_eq!(refused.headers()[header::RETRY_AFTER], "10");
    }
    let pipeline = make(&site).await;
    assert_eq!(listen(&site, &pipeline).await.status(), StatusCode::TOO_MANY_REQUESTS, "guests are whoever they want");
    streams.pop();
    assert_eq!(listen(&site, &pipeline).await.status(), StatusCode::OK, "there is a place again");
}

#[tokio::test]
async fn accounts_are_made_by_an_address_whoever_is_signed_in() {
    let site = Site::set_up(SetUp { limits: 1, ..SetUp::default() }).await;
    let sign_up_refused = async |browser: &Site| {
        let request = Request::post("/api/account/sign-up")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("name=Eve&email=eve@example.org&password=short"));
        browser.send(request.expect("a request")).await.0.status()
    };
    // Two accounts, which is as many off the share of the address.
    let (ann, bob) = (site.other_browser(), site.other_browser());
    for (browser, name) in [(&ann, "ann"), (&bob, "bob")] {
        sign_up(browser, name).await;
        for _ in 0..29 {
            assert_eq!(sign_up_refused(browser).await, StatusCode::UNPROCESSABLE_ENTITY);
        }
    }
    for browser in [&ann, &bob, &site] {
        assert_eq!(sign_up_refused(browser).await, StatusCode::TOO_MANY_REQUESTS);
    }
}

#[tokio::test]
async fn nobody_stands_twice_in_the_line_for_an_export() {
    let site = Site::new().await;
    let (ann, bob) = (site.other_browser(), site.other_browser());
    for (browser, name) in [(&ann, "ann"), (&bob, "bob")] {
        sign_up(browser, name).await;
    }
    let export = async |browser: &Site, team: &str| {
        let (response, _) = get(browser, &format!("{team}/export.zip")).await;
        (response.status(), response.headers().contains_key(header::RETRY_AFTER))
    };
    let mut teams = Vec::new();
    for browser in [&ann, &bob] {
        let team = location(&post(browser, "/api/teams/create", "/teams", "name=Payments").await);
        let id = team.trim_start_matches("/teams/");
        for _ in 0..10 {
            post(browser, "/api/home/create", "/", &format!("name=Ours&team={id}")).await;
        }
        teams.push(team);
    }
    let asked = [&ann, &ann, &ann, &ann, &bob];
    let answers = join_all(asked.map(|browser| {
        let team = if std::ptr::eq(browser, &ann) { &teams[0] } else { &teams[1] };
        export(browser, team)
    }));
    let answers = answers.await;
    let served = answers.iter().filter(|answer| **answer == (StatusCode::OK, false)).count();
    let refused = answers.iter().filter(|answer| **answer == (StatusCode::TOO_MANY_REQUESTS, true)).count();
    assert!(served >= 2 && refused >= 1 && served + refused == asked.len(), "{answers:?}");
    assert_eq!(answers[4], (StatusCode::OK, false), "another's is not refused for it");
    assert_eq!(export(&ann, &teams[0]).await, (StatusCode::OK, false), "it is hers again");
}

#[tokio::test]
async fn whether_the_store_works_is_looked_up_once_a_second() {
    let site = Site::new().await;
    let ready = async || get(&site, "/readyz").await.0.status();
    assert_eq!(ready().await, StatusCode::OK);
    site.store.close().await.expect("it can be closed");
    site.clock.set(UnixMillis(NOW.0 + 999));
    assert_eq!(ready().await, StatusCode::OK, "it was looked up a moment ago");
    site.clock.set(UnixMillis(NOW.0 + 1_000));
    assert_eq!(ready().await, StatusCode::SERVICE_UNAVAILABLE);
}
