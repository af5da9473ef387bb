//! The history of a pipeline and the choice between two versions, as a browser without JavaScript does it.

use axum::http::{Response, StatusCode};
use model::{Document, Latency, Step};
use ports::{PipelineId, SaveOutcome, fake::Desk};

use super::{
    accounts::sign_up,
    invitations::bring_in,
    site::{Site, location, make, post},
};

/// A page without the marks that stand between its pieces.
async fn get(site: &Site, path: &str) -> (Response<()>, String) {
    let (response, page) = super::site::get(site, path).await;
    (response, page.replace("<!>", ""))
}

/// Two steps, so that there is something to compare.
fn document(name: &str, question: &str, p99: f64) -> Document {
    let mut document = Document::new(name);
    document.question = question.to_owned();
    document.workload.duration_s = 5.0;
    document.steps.push(Step::new("ask", Latency::lognormal(20.0, p99)));
    document.steps.push(Step::new("answer", Latency::lognormal(10.0, 40.0)));
    document
}

fn id(pipeline: &str) -> PipelineId {
    PipelineId(pipeline.trim_start_matches("/pipelines/").parse().expect("an id"))
}

async fn saved(desk: &Desk, pipeline: &str, expected: u64, document: &Document) {
    let outcome = desk.save_pipeline(id(pipeline), expected, document).await.expect("a save");
    assert!(matches!(outcome, SaveOutcome::Saved { .. }), "{outcome:?}");
}

async fn latest(desk: &Desk, pipeline: &str) -> (u64, Document) {
    let saved = desk.get_pipeline(id(pipeline)).await.expect("the pipeline");
    (saved.version, saved.document)
}

/// Posts a form from a page and answers with the page to which it leads.
async fn page_after(site: &Site, path: &str, from: &str, form: &str) -> String {
    get(site, &location(&post(site, path, from, form).await)).await.1
}

#[tokio::test]
async fn versions_are_listed_named_compared_and_restored() {
    let site = Site::new().await;
    sign_up(&site, "ann").await;
    let pipeline = make(&site).await;
    let (desk, number) = (site.desk().await, id(&pipeline).0);
    saved(&desk, &pipeline, 1, &document("Orders", "Why?", 80.0)).await;
    saved(&desk, &pipeline, 2, &document("Orders", "Why not?", 900.0)).await;
    let (_, workbench) = get(&site, &format!("{pipeline}/map")).await;
    let history = format!("{pipeline}/history");
    assert!(workbench.contains(&format!("href=\"{history}\"")), "the workbench leads there");
    let (response, page) = get(&site, &history).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(!page.contains("type=\"module\""), "it is whole as it is sent");
    for seen in [
        "Version 3, the latest",
        "Version 1",
        "2025-11-24 16:00 UTC",
        "<bdi>ann</bdi>",
        "2 changes",
        "The first version.",
        "question",
    ] {
        assert!(page.contains(seen), "{seen} is missing: {page}");
    }

    let name = |version: u64, name: &str| format!("id={number}&version={version}&name={name}");
    let page = page_after(&site, "/api/history/name", &history, &name(2, "As+reviewed")).await;
    assert!(page.contains("<bdi>As reviewed</bdi>"));
    let page = page_after(&site, "/api/history/name", &history, &name(2, &"x".repeat(101))).await;
    assert!(
        page.contains("A name has 1 to 100 characters") && page.contains(&"x".repeat(101)),
        "what was typed is kept"
    );
    assert!(page.contains("<bdi>As reviewed</bdi>"), "and the name stays");
    let page = page_after(&site, "/api/history/name", &history, &name(2, "Mine")).await;
    assert!(page.contains("Somebody else changed this name first") && page.contains("<bdi>As reviewed</bdi>"));
    assert!(page.contains("value=\"Mine\""), "what was typed is kept");
    let page = page_after(&site, "/api/history/name", &history, &(name(2, "") + "&seen=As+reviewed")).await;
    assert!(!page.contains("As reviewed"));

    // Whichever comes first in the address, the older one is compared with the newer.
    let (response, page) = get(&site, &format!("{pipeline}/compare?from=3&to=2")).await;
    assert_eq!(response.status(), StatusCode::OK);
    for seen in ["Versions 2 and 3", "Why?", "Why not?", "From version 2 to version 3", "<svg"] {
        assert!(page.contains(seen), "{seen} is missing");
    }
    let (_, page) = get(&site, &format!("{pipeline}/compare?from=1&to=3")).await;
    assert!(page.contains("It cannot be simulated"), "version 1 has no steps");
    assert_eq!(get(&site, &format!("{pipeline}/compare?from=1&to=4")).await.0.status(), StatusCode::NOT_FOUND);
    assert_eq!(get(&site, &format!("{pipeline}/compare")).await.0.status(), StatusCode::UNPROCESSABLE_ENTITY);

    let restore = |version: u64, latest: u64| format!("id={number}&version={version}&latest={latest}");
    let page = page_after(&site, "/api/history/restore", &history, &restore(2, 2)).await;
    assert!(page.contains("Version 3 was saved in the meantime"));
    assert_eq!(latest(&desk, &pipeline).await.0, 3);
    let page = page_after(&site, "/api/history/restore", &history, &restore(2, 3)).await;
    assert!(page.contains("Version 4, the latest") && page.contains("The same as version 2."), "{page}");
    assert_eq!(page.matches("The same as").count(), 1);
    assert_eq!(latest(&desk, &pipeline).await, (4, document("Orders", "Why?", 80.0)));
}

#[tokio::test]
async fn what_a_viewer_sees_has_no_forms_and_a_restored_version_is_noted() {
    let site = Site::new().await;
    sign_up(&site, "ann").await;
    let team = location(&post(&site, "/api/teams/create", "/teams", "name=Payments").await);
    let team_id = team.trim_start_matches("/teams/");
    let made = post(&site, "/api/home/create", "/", &format!("name=Shared&team={team_id}")).await;
    let pipeline = location(&made).trim_end_matches("/frame").to_owned();
    let desk = site.desk().await;
    saved(&desk, &pipeline, 1, &document("Shared", "Why?", 80.0)).await;
    let bob = site.other_browser();
    sign_up(&bob, "bob").await;
    bring_in(&site, &team, &bob, "bob@example.org", "viewer").await;
    let history = format!("{pipeline}/history");
    let (response, page) = get(&bob, &history).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(page.contains("Compare them") && !page.contains("method=\"post\""));
    post(&site, "/api/history/restore", &history, &format!("id={}&version=1&latest=2", id(&pipeline).0)).await;
    let (_, page) = get(&site, &team).await;
    assert!(page.contains(" restored") && page.contains("<bdi>version 1</bdi>"), "{page}");
}

#[tokio::test]
async fn a_long_history_has_pages() {
    let site = Site::new().await;
    let pipeline = make(&site).await;
    let desk = site.desk().await;
    for version in 1..=51 {
        saved(&desk, &pipeline, version, &Document::new(format!("Name {version}"))).await;
    }
    let (_, page) = get(&site, &format!("{pipeline}/history")).await;
    assert!(
        page.contains("id=\"version-52\"") && page.contains("id=\"version-3\"") && !page.contains("id=\"version-2\"")
    );
    assert!(page.contains("href=\"?before=3\""));
    let (_, page) = get(&site, &format!("{pipeline}/history?before=3")).await;
    assert!(
        page.contains("id=\"version-2\"") && page.contains("The first version.") && !page.contains("id=\"version-3\"")
    );
    assert!(!page.contains("?before="));
}

/// A form of the Frame step on version 1, which meets version 2.
/// Under what the page of a choice says that what was not saved is kept.
async fn kept(site: &Site, conflict: &str) -> String {
    let (_, page) = get(site, conflict).await;
    let field = page.split("name=\"kept\" value=\"").nth(1).unwrap_or_else(|| panic!("{page}"));
    field.split('"').next().unwrap_or_default().to_owned()
}

async fn conflicting(site: &Site, pipeline: &str, name: &str, target: u32) -> String {
    let form = format!(
        "id={}&version=1&form[name]={name}&form[target]={target}&form[percentile]=99&form[tolerance]=200",
        id(pipeline).0
    );
    let page = page_after(site, "/api/frame/save", &format!("{pipeline}/frame"), &form).await;
    assert!(page.contains("href=\"conflict?draft=frame\""), "the notice leads to the choice");
    format!("{pipeline}/conflict?draft=frame")
}

#[tokio::test]
async fn changes_of_different_fields_both_stay() {
    let site = Site::new().await;
    let pipeline = make(&site).await;
    let desk = site.desk().await;
    let mut theirs = latest(&desk, &pipeline).await.1;
    theirs.question = "Theirs?".to_owned();
    saved(&desk, &pipeline, 1, &theirs).await;
    let conflict = conflicting(&site, &pipeline, "Mine", 900).await;
    let (_, page) = get(&site, &conflict).await;
    for seen in [
        "Nobody changed what the other changed",
        "Only you changed these",
        "Only they changed these",
        "Theirs?",
        "Mine",
    ] {
        assert!(page.contains(seen), "{seen} is missing: {page}");
    }
    let kept = kept(&site, &conflict).await;
    let form = format!("id={}&draft=frame&theirs=2&kept={kept}&step=frame&how=merged", id(&pipeline).0);
    let response = post(&site, "/api/conflict/resolve", &conflict, &form).await;
    assert_eq!(location(&response), format!("{pipeline}/frame"));
    let (version, merged) = latest(&desk, &pipeline).await;
    assert_eq!((version, merged.name.as_str(), merged.question.as_str()), (3, "Mine", "Theirs?"));
    assert_eq!(merged.budget.target_ms, 900.0);
    assert!(get(&site, &conflict).await.1.contains("There is nothing to choose between"), "the draft is gone");
    assert!(!get(&site, &format!("{pipeline}/frame")).await.1.contains("was saved elsewhere"));
}

#[tokio::test]
async fn what_both_changed_needs_a_choice_and_nothing_is_overwritten_unseen() {
    let site = Site::new().await;
    let pipeline = make(&site).await;
    let desk = site.desk().await;
    let mut theirs = latest(&desk, &pipeline).await.1;
    theirs.name = "Theirs".to_owned();
    saved(&desk, &pipeline, 1, &theirs).await;
    let conflict = conflicting(&site, &pipeline, "Mine", 900).await;
    let (_, page) = get(&site, &conflict).await;
    assert!(page.contains("whose stands?") && page.contains("name=\"choices[0][side]\""));
    assert!(!page.contains(" checked"), "nothing is chosen beforehand");
    let kept = kept(&site, &conflict).await;
    let form = |theirs: u64, rest: &str| {
        format!("id={}&draft=frame&theirs={theirs}&kept={kept}&step=frame&{rest}", id(&pipeline).0)
    };
    let resolve = async |form: String| page_after(&site, "/api/conflict/resolve", &conflict, &form).await;
    let page = resolve(form(2, "how=merged")).await;
    assert!(page.contains("Choose whose stands: name."), "{page}");
    let page = resolve(form(1, "how=merged&choices[0][path]=name&choices[0][side]=mine")).await;
    assert!(page.contains("Another version was saved in the meantime"));
    let mine = page.split("value=\"mine\"").nth(1).expect("a choice").split('>').next().expect("its end");
    assert!(mine.contains("checked"), "the choice is kept");
    for how in ["how=mine", "how=theirs"] {
        let page = resolve(form(1, how)).await;
        assert!(page.contains("Another version was saved in the meantime"), "{how}");
    }
    for how in ["how=mine", "how=theirs", "how=merged&choices[0][path]=name&choices[0][side]=theirs"] {
        let page = resolve(form(2, how).replace("&kept=", "&kept=1")).await;
        assert!(page.contains("Something else of yours is kept by now"), "{how}");
    }
    assert_eq!(latest(&desk, &pipeline).await, (2, theirs.clone()), "nothing was overwritten");
    resolve(form(2, "how=merged&choices[0][path]=name&choices[0][side]=theirs")).await;
    let (version, merged) = latest(&desk, &pipeline).await;
    assert_eq!((version, merged.name.as_str(), merged.budget.target_ms), (3, "Theirs", 900.0));
}

#[tokio::test]
async fn one_side_can_be_kept_whole() {
    for (how, name, version) in [("mine", "Mine", 3), ("theirs", "Theirs", 2)] {
        let site = Site::new().await;
        let pipeline = make(&site).await;
        let desk = site.desk().await;
        let mut mine = latest(&desk, &pipeline).await.1;
        mine.name = "Mine".to_owned();
        saved(&desk, &pipeline, 1, &Document::new("Theirs")).await;
        // What the workbench keeps when its save meets another version.
        desk.keep_draft(id(&pipeline), "conflict", 1, &mine.to_json()).await.expect("it is kept");
        let (_, workbench) = get(&site, &format!("{pipeline}/map")).await;
        assert!(workbench.contains(&format!("href=\"{pipeline}/conflict\"")), "the workbench says so");
        assert!(!workbench.contains("Mine"), "and does not send it");
        let kept = kept(&site, &format!("{pipeline}/conflict")).await;
        let form = format!("id={}&draft=conflict&theirs=2&kept={kept}&step=map&how={how}", id(&pipeline).0);
        let response = post(&site, "/api/conflict/resolve", &format!("{pipeline}/conflict"), &form).await;
        assert_eq!(location(&response), format!("{pipeline}/map"));
        let (found, document) = latest(&desk, &pipeline).await;
        assert_eq!((found, document.name.as_str()), (version, name), "{how}");
        assert_eq!(desk.get_draft(id(&pipeline), "conflict").await.expect("an answer"), None, "{how}");
    }
}

#[tokio::test]
async fn what_does_not_fit_together_is_refused_with_its_problems() {
    let site = Site::new().await;
    let pipeline = make(&site).await;
    let desk = site.desk().await;
    saved(&desk, &pipeline, 1, &document("Orders", "Why?", 80.0)).await;
    let mut mine = document("Orders", "Why?", 80.0);
    mine.dependencies.push(model::Dependency { from: "ask".to_owned(), to: "answer".to_owned(), ..dependency() });
    let mut theirs = document("Orders", "Why?", 80.0);
    theirs.steps.remove(0);
    saved(&desk, &pipeline, 2, &theirs).await;
    desk.keep_draft(id(&pipeline), "conflict", 2, &mine.to_json()).await.expect("it is kept");
    let conflict = format!("{pipeline}/conflict");
    let kept = kept(&site, &conflict).await;
    let form = format!("id={}&draft=conflict&theirs=3&kept={kept}&step=map&how=merged", id(&pipeline).0);
    let page = page_after(&site, "/api/conflict/resolve", &conflict, &form).await;
    assert!(page.contains("does not fit together") && page.contains("dependencies[0]"), "{page}");
    assert_eq!(latest(&desk, &pipeline).await, (3, theirs));
}

fn dependency() -> model::Dependency {
    serde_json::from_str("{\"from\":\"a\",\"to\":\"b\",\"kind\":\"strict\",\"because\":\"It needs its answer.\"}")
        .expect("one")
}

#[tokio::test]
async fn hostile_words_are_inert() {
    let site = Site::new().await;
    let pipeline = make(&site).await;
    let desk = site.desk().await;
    let hostile = "\"></title><script>alert(1)</script>\u{202e}";
    let mut theirs = document(hostile, hostile, 80.0);
    theirs.steps[0].name = hostile.to_owned();
    saved(&desk, &pipeline, 1, &theirs).await;
    let mut mine = document("Mine", "<img src=x onerror=alert(1)>", 90.0);
    mine.steps[0].name = "<svg onload=alert(1)>".to_owned();
    desk.keep_draft(id(&pipeline), "conflict", 1, &mine.to_json()).await.expect("it is kept");
    let history = format!("{pipeline}/history");
    let name = format!("id={}&version=2&name=%3Cscript%3Ealert(1)%3C/script%3E", id(&pipeline).0);
    post(&site, "/api/history/name", &history, &name).await;
    for path in
        [history, format!("{pipeline}/compare?from=1&to=2"), format!("{pipeline}/conflict"), format!("{pipeline}/map")]
    {
        let (response, page) = get(&site, &path).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert!(page.contains("alert(1)"), "{path} shows it");
        for bad in ["<script>alert", "<img src=x", "<svg onload"] {
            assert!(!page.contains(bad), "{path}: {bad}");
        }
    }
}
