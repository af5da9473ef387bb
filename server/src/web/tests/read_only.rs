//! The pages of a pipeline for a viewer, who may read it and not change it.

use super::{page::Page, room::Room, site::post};

const STEPS: [&str; 10] =
    ["frame", "map", "classify", "budget", "maturity", "prototype", "arrange", "what-if", "decide", "record"];

/// A checkout of a team, with five seconds of simulated arrivals so that its experiments are short.
async fn room() -> Room {
    let room = Room::new().await;
    let (desk, id) = (room.ann.desk().await, ports::PipelineId(room.id.parse().expect("an id")));
    let mut document = desk.get_pipeline(id).await.expect("the pipeline").document;
    document.workload.duration_s = 5.0;
    desk.save_pipeline(id, 1, &document).await.expect("a save");
    room
}

async fn open(room: &Room, step: &str) -> Page {
    Page::open(&room.bob, &format!("/pipelines/{}/{step}", room.id)).await
}

/// Goes through all pages: apart from simulating, they must offer no change.
async fn look_for_offers(room: &Room, when: &str) {
    for step in STEPS {
        let page = open(room, step).await;
        page.expect(&["You may see this and comment, not change it."]);
        assert!(page.all("a").iter().all(|link| link.text() != "Share"), "{step}, {when}");
        let offered = page.writing();
        let simulating = matches!(step, "prototype" | "what-if" | "record");
        let harmless = offered.iter().all(|control| simulating && control.starts_with("Simulate"));
        assert!(harmless, "{step}, {when}: {offered:?}");
    }
}

#[tokio::test]
async fn a_viewer_is_offered_nothing_that_would_be_refused() {
    let room = room().await;
    look_for_offers(&room, "before anything is simulated").await;
    let page = open(&room, "prototype").await.form("Simulate on the server and keep it").send(&room.bob).await;
    page.expect(&["kept on the server, seed"]);
    post(&room.ann, "/api/records/issue", "/", &format!("id={}&version=2", room.id)).await;
    open(&room, "record").await.expect(&["decides on version 2"]);
    look_for_offers(&room, "with figures and a record").await;
    // A viewer may compare a change and not keep it.
    let page = open(&room, "what-if?what-if=budget.target_ms&value=900").await;
    assert!(!page.all(".finding").is_empty());
    assert!(page.writing().is_empty() && page.buttons().contains(&"Discard".to_owned()), "{:?}", page.buttons());
}

#[tokio::test]
async fn an_editor_of_the_same_pipeline_finds_all_fields() {
    let room = Room::new().await;
    for step in ["frame", "map", "classify", "budget", "maturity"] {
        let page = Page::open(&room.ann, &format!("/pipelines/{}/{step}", room.id)).await;
        assert!(page.writing().len() > 5 && page.buttons().contains(&"Save".to_owned()), "{step}");
        assert!(page.all("a").iter().any(|link| link.text() == "Share"), "{step}");
    }
}
