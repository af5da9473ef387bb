//! The stream that tells an open page about saves and about other visitors.
//!
//! It looks once a second. These tests set no limit to the time it takes, because a busy machine may be late.

use axum::{
    body::{Body, BodyDataStream},
    http::{Request, StatusCode, header},
};
use futures_util::StreamExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{
    room::Room,
    site::{Site, post},
};

/// An open page; it is closed when this is dropped.
struct Open(BodyDataStream);

impl Open {
    async fn of(browser: &Site, id: &str) -> Self {
        let request =
            Request::get(format!("/pipelines/{id}/live")).header(header::COOKIE, browser.cookie().expect("a cookie"));
        let request = request.body(Body::empty()).expect("a request");
        let response = browser.router.clone().oneshot(request).await.expect("a router always answers");
        assert_eq!(response.status(), StatusCode::OK);
        Self(response.into_body().into_data_stream())
    }

    /// The next message; none once the stream has ended.
    async fn hears(&mut self) -> Option<Value> {
        loop {
            let frame = self.0.next().await?.expect("a stream does not break");
            let text = String::from_utf8(frame.to_vec()).expect("text");
            // Lines without data keep the connection open.
            if let Some(told) = text.strip_prefix("data: ") {
                return Some(serde_json::from_str(told.trim_end()).expect("JSON"));
            }
        }
    }
}

#[tokio::test]
async fn an_open_page_hears_who_saved_and_who_else_is_here() {
    let room = Room::new().await;
    let mut ann = Open::of(&room.ann, &room.id).await;
    assert_eq!(ann.hears().await, Some(json!({ "version": 1, "by": "ann", "others": [] })));
    let mut bob = Open::of(&room.bob, &room.id).await;
    assert_eq!(bob.hears().await, Some(json!({ "version": 1, "by": "ann", "others": ["ann"] })));
    assert_eq!(ann.hears().await, Some(json!({ "version": 1, "by": "ann", "others": ["bob"] })));
    let form =
        format!("id={}&version=1&form[name]=New&form[target]=2000&form[percentile]=99&form[tolerance]=200", room.id);
    post(&room.ann, "/api/frame/save", "/", &form).await;
    assert_eq!(bob.hears().await, Some(json!({ "version": 2, "by": "ann", "others": ["ann"] })));
    drop(bob);
    assert_eq!(ann.hears().await, Some(json!({ "version": 2, "by": "ann", "others": [] })));
}

#[tokio::test]
async fn a_page_hears_nothing_more_after_its_reader_is_shut_out() {
    let room = Room::new().await;
    let mut bob = Open::of(&room.bob, &room.id).await;
    assert!(bob.hears().await.is_some());
    let person = room.member("bob").await;
    let form = format!("team={}&person={person}&disabled=true", room.team);
    post(&room.ann, "/api/teams/disable", "/", &form).await;
    assert_eq!(bob.hears().await, None);
}
