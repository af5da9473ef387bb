//! What people say about a pipeline and sign off, and what a team takes along, as a browser without JavaScript sees it.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
};

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use ports::Secret;

use super::{
    accounts::PASSWORD,
    links::{LIVE, Made, share},
    room::{Room, get},
    site::{self, Site, post},
};

#[tokio::test]
async fn people_comment_mention_answer_and_resolve() {
    let room = Room::new().await;
    let id = room.say(&room.ann, "step:fraud", "Who+owns+this%3F%0D%0A%40bob+please").await;
    let page = room.page(&room.bob).await;
    assert!(page.contains("Step: Check fraud") && page.contains("Who owns this?\n@bob please"), "{page}");
    assert!(page.contains("Discussion (1 open)</a>"), "{page:.3000}");
    assert!(get(&room.bob, &format!("/pipelines/{}/map", room.id)).await.1.contains("Discussion (1 open)"));
    // Who is mentioned sees it where they come in, with the way there; nobody else does.
    let link = format!("/pipelines/{}/discussion#comment-{id}", room.id);
    for path in ["/".to_owned(), format!("/teams/{}", room.team)] {
        assert!(get(&room.bob, &path).await.1.contains(&link), "{path}");
        assert!(!get(&room.ann, &path).await.1.contains("You were mentioned"), "{path}");
    }
    let back = room.post(&room.bob, "comment", &format!("version=1&answers={id}&body=I+do")).await;
    assert!(room.page(&room.ann).await.contains(back.split('#').nth(1).expect("an answer")));
    // Whoever sees it settles it, and it mentions nobody any more.
    room.post(&room.bob, "resolve", &format!("comment={id}&resolved=true")).await;
    let page = room.page(&room.ann).await;
    assert!(page.contains("Resolved (1)") && page.contains("Resolved by ") && !page.contains(" open)</a>"));
    assert!(!get(&room.bob, "/").await.1.contains("You were mentioned"));
    room.post(&room.ann, "resolve", &format!("comment={id}&resolved=false")).await;
    assert!(get(&room.bob, "/").await.1.contains("You were mentioned"));
    // Tickets tell as names do; whoever has left is told nothing more, and cannot be told.
    let bob = room.member("bob").await;
    room.post(&room.ann, "comment", &format!("version=1&about=record&body=Look&tell[2]={bob}")).await;
    assert_eq!(get(&room.bob, "/").await.1.matches("#comment-").count(), 2);
    post(&room.bob, "/api/teams/leave", "/teams", &format!("team={}", room.team)).await;
    assert!(!get(&room.bob, "/").await.1.contains("You were mentioned"));
    let back = room.post(&room.ann, "comment", &format!("version=1&about=record&body=More&tell[2]={bob}")).await;
    assert!(get(&room.ann, &back).await.1.contains("There is no such person."));
    let (_, page) = get(&room.ann, &format!("/teams/{}", room.team)).await;
    for deed in ["commented on", "(step:fraud)", "resolved a comment on", "reopened a comment on"] {
        assert!(page.contains(deed), "{deed}");
    }
}

#[tokio::test]
async fn whoever_is_asked_to_sign_off_sees_it_where_they_come_in() {
    let room = Room::new().await;
    let waits = async || {
        let link = format!("/pipelines/{}/discussion#answer-heading", room.id);
        let (home, team) = (get(&room.bob, "/").await.1, get(&room.bob, &format!("/teams/{}", room.team)).await.1);
        assert_eq!(home.contains(&link), team.contains(&link));
        home.contains(&link)
    };
    assert!(!waits().await);
    let bob = room.member("bob").await;
    room.post(&room.ann, "name-decider", &format!("person={bob}")).await;
    assert!(waits().await && !get(&room.ann, "/").await.1.contains("You are asked to sign off"));
    room.post(&room.bob, "sign-off", "version=1&position=approves").await;
    assert!(!waits().await, "they have answered");
    // Another version is another question; what is archived waits for nobody.
    let renamed = "version=1&form[name]=New&form[target]=2000&form[percentile]=99&form[tolerance]=200";
    post(&room.ann, "/api/frame/save", "/", &format!("id={}&{renamed}", room.id)).await;
    assert!(waits().await);
    post(&room.ann, "/api/pipeline/archive", "/", &format!("id={}&away=true", room.id)).await;
    assert!(!waits().await);
    post(&room.ann, "/api/pipeline/archive", "/", &format!("id={}&away=false", room.id)).await;
    room.post(&room.ann, "release-decider", &format!("person={bob}")).await;
    assert!(!waits().await);
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_and_kept() {
    let room = Room::new().await;
    let back = room.post(&room.ann, "comment", "version=1&about=pipeline&body=+%0D%0A").await;
    assert!(get(&room.ann, &back).await.1.contains("Say it in 1 to 10,000 characters. Nothing was said."));
    let long = "x".repeat(10_001);
    let back = room.post(&room.ann, "comment", &format!("version=1&about=step:fraud&body={long}")).await;
    let (_, page) = get(&room.ann, &back).await;
    assert!(page.contains(&long), "what was typed is kept");
    assert!(page.contains("<option value=\"step:fraud\" selected"), "and what it was about");
    for form in
        ["version=1&about=step:none&body=x", "version=1&about=finding:none&body=x", "version=9&about=record&body=x"]
    {
        let back = room.post(&room.ann, "comment", form).await;
        assert!(get(&room.ann, &back).await.1.contains("There is no such"), "{form}");
    }
    assert!(room.page(&room.ann).await.contains("Nothing is open."));
    // A comment of one pipeline is none of another, whoever asks.
    let id = room.say(&room.ann, "pipeline", "Here").await;
    let other = Room { id: site::make(&room.ann).await[11..].to_owned(), ..room };
    for (verb, form) in
        [("resolve", format!("comment={id}&resolved=true")), ("comment", format!("version=1&answers={id}&body=x"))]
    {
        let back = other.post(&other.ann, verb, &form).await;
        assert!(get(&other.ann, &back).await.1.contains("There is no such comment."), "{verb}");
    }
}

#[tokio::test]
async fn those_who_are_asked_sign_off_and_the_record_carries_it() {
    let room = Room::new().await;
    let (bob, eve) = (room.member("bob").await, room.eve.desk().await.visitor().person().expect("eve").id.0);
    let sign = "version=1&position=approves&because=";
    // Nobody is asked yet, and who only sees may not ask.
    let back = room.post(&room.bob, "sign-off", sign).await;
    assert!(get(&room.bob, &back).await.1.contains("Only people who are asked to sign off may do this."));
    room.post(&room.bob, "name-decider", &format!("person={bob}")).await;
    room.post(&room.ann, "name-decider", &format!("person={eve}")).await;
    assert!(room.page(&room.ann).await.contains("Nobody is asked to sign off yet."));
    room.post(&room.ann, "name-decider", &format!("person={bob}")).await;
    assert!(room.page(&room.ann).await.contains("<td>not yet</td>"));
    let back = room.post(&room.bob, "sign-off", "version=1&position=objects&because=+").await;
    assert!(get(&room.bob, &back).await.1.contains("Say why you object."));
    room.post(&room.bob, "sign-off", "version=1&position=objects&because=Refunds+%3Cb%3E").await;
    room.post(&room.bob, "sign-off", sign).await;
    let page = room.page(&room.ann).await;
    assert!(page.contains("<td>approves</td>") && page.contains("Earlier answers"), "{page}");
    assert!(page.contains("Refunds &lt;b&gt;"));
    let id = ports::PipelineId(room.id.parse().expect("an id"));
    let record = async |number: usize| -> BTreeMap<&str, String> {
        let form = format!("id={}&version=1", room.id);
        let page = format!("/pipelines/{}/record", room.id);
        post(&room.ann, "/api/records/issue", &page, &form).await;
        let records = room.ann.desk().await.list_records(id).await.expect("a list");
        assert_eq!(records.len(), number);
        let record = records[0].id.0;
        let mut formats = BTreeMap::new();
        for format in ["md", "nygard", "html", "json", "csv-options", "csv-steps"] {
            formats.insert(format, get(&room.ann, &format!("/records/{record}.{format}")).await.1);
        }
        formats
    };
    let issued = record(1).await;
    for format in ["md", "nygard", "html", "csv-options"] {
        assert!(issued[format].contains("2025-11-24: bob approves."), "{format}: {}", issued[format]);
        assert!(!issued[format].contains("Refunds"), "the latest answer counts");
    }
    assert!(issued["md"].contains("\"bob\"]\n") && issued["md"].contains("\n### Sign-off\n"));
    assert!(issued["json"].contains("\"sign_offs\": [\n    {\n      \"name\": \"bob\",\n      \"approves\": true,"));
    // What was said of another version is shown as such, and no record of a later one carries it.
    let store = room.ann.desk().await;
    let mut document = store.get_pipeline(id).await.expect("it is there").document;
    document.question = "Fork?".to_owned();
    store.save_pipeline(id, 1, &document).await.expect("it is saved");
    assert!(room.page(&room.ann).await.contains("version 1, changed since"));
    let form = format!("id={}&version=2", room.id);
    post(&room.ann, "/api/records/issue", &format!("/pipelines/{}/record", room.id), &form).await;
    let latest = store.list_records(id).await.expect("a list").remove(0);
    let text = store.get_record(latest.id).await.expect("a record").text;
    assert!(latest.version == 2 && !text.markdown.contains("approves") && !text.evidence.contains("sign_offs"));
    assert!(text.markdown.contains("had not answered about this version:\n\n* bob\n"), "{}", text.markdown);
    room.post(&room.ann, "release-decider", &format!("person={bob}")).await;
    assert!(room.page(&room.ann).await.contains("asked no more"));
    let (_, page) = get(&room.ann, &format!("/teams/{}", room.team)).await;
    for deed in ["asked for a sign-off on", "objected to", "approved", "no longer asks for a sign-off on", "(bob)"] {
        assert!(page.contains(deed), "{deed}");
    }
}

#[tokio::test]
async fn who_has_a_pipeline_alone_signs_it_off_alone() {
    let site = Site::new().await;
    let id = site::make(&site).await[11..].to_owned();
    let address = format!("/pipelines/{id}/discussion");
    post(&site, "/api/discussion/sign-off", &address, &format!("id={id}&version=1&position=approves")).await;
    assert!(get(&site, &address).await.1.contains("<td>approves</td>"));
}

#[tokio::test]
async fn nobody_else_reads_or_says_anything() {
    let room = Room::new().await;
    room.say(&room.ann, "pipeline", "Secret").await;
    assert_eq!(get(&room.eve, &room.address()).await.0.status(), StatusCode::NOT_FOUND);
    let back = room.post(&room.eve, "comment", "version=1&about=pipeline&body=Hello").await;
    assert!(get(&room.eve, &back).await.0.status() == StatusCode::NOT_FOUND);
    assert!(!room.page(&room.ann).await.contains("Hello"));
    let (response, _) = get(&room.eve, &format!("/teams/{}/export.zip", room.team)).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn hostile_texts_are_inert() {
    let room = Room::new().await;
    let hostile = "</p><script>alert(1)</script><img src=x onerror=alert(1)>\u{202e}\" style=\"x\0=1+1";
    let encoded: String = hostile.bytes().map(|byte| format!("%{byte:02X}")).collect();
    room.say(&room.bob, "pipeline", &encoded).await;
    let bob = room.member("bob").await;
    room.post(&room.ann, "name-decider", &format!("person={bob}")).await;
    room.post(&room.bob, "sign-off", &format!("version=1&position=objects&because={encoded}")).await;
    let page = room.page(&room.ann).await;
    for inert in ["<script>", "<img", "\0"] {
        assert!(!page.contains(inert), "{inert}");
    }
    assert_eq!(page.matches("&lt;script&gt;").count(), 2);
    // The form that comes back with what was typed holds it as text, too.
    let back = room.post(&room.ann, "comment", &format!("version=1&about=nothing&body={encoded}")).await;
    let (_, page) = get(&room.ann, &back).await;
    assert!(page.contains("Choose what it is about.") && !page.contains("<script>") && !page.contains("<img"));
}

/// The files of a zip by their names.
pub(super) fn unzipped(bytes: Vec<u8>) -> BTreeMap<String, String> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a zip");
    let mut files = BTreeMap::new();
    for place in 0..zip.len() {
        let mut file = zip.by_index(place).expect("a file");
        let mut text = String::new();
        file.read_to_string(&mut text).expect("a text");
        let name = file.name().expect("a name").into_owned();
        assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || "-./".contains(c)) && !name.contains(".."), "{name}");
        assert!(file.enclosed_name().is_some() && files.insert(name, text).is_none());
    }
    files
}

#[tokio::test]
async fn a_team_takes_everything_along_and_nothing_of_others() {
    let room = Room::new().await;
    room.say(&room.ann, "step:fraud", "Mind+the+refunds").await;
    post(&room.ann, "/api/history/name", "/", &format!("id={}&version=1&name=As+reviewed", room.id)).await;
    let bob = room.member("bob").await;
    room.post(&room.ann, "name-decider", &format!("person={bob}")).await;
    post(&room.ann, "/api/records/issue", &room.address(), &format!("id={}&version=1", room.id)).await;
    // Two that are called alike, by a name that would lead elsewhere; one that is put away; one of somebody alone.
    for name in ["..%2F..%2Fx", "..%5C..%5Cx", "%3D1%2B1"] {
        post(&room.ann, "/api/home/create", "/", &format!("name={name}&team={}", room.team)).await;
    }
    post(&room.ann, "/api/pipeline/archive", "/", &format!("id={}&away=true", room.id)).await;
    post(&room.ann, "/api/home/create", "/", "name=Private").await;
    post(&room.eve, "/api/home/create", "/", "name=Of+Eve").await;
    let link = share(&room.ann, &format!("/pipelines/{}", room.id), Made { password: PASSWORD, ..LIVE }).await;
    let path = format!("/teams/{}/export.zip", room.team);
    let request = || Request::get(&path).body(Body::empty()).expect("a request");
    // Who only sees may take it along, because they may read all of it.
    let (response, bytes) = room.bob.send_for_bytes(request()).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/zip");
    assert_eq!(response.headers()[header::CONTENT_DISPOSITION], "attachment; filename=\"payments.zip\"");
    assert_eq!(room.ann.send_for_bytes(request()).await.1, bytes, "the same files give the same bytes");
    let files = unzipped(bytes);
    let folder = format!("pipelines/checkout-{}", room.id);
    let named = |begins: &str, ends: &str| -> Vec<&String> {
        files.keys().filter(|name| name.starts_with(begins) && name.ends_with(ends)).collect()
    };
    assert!(files[&format!("{folder}/discussion.json")].contains("Mind the refunds"));
    let document = model::Document::parse(&files[&format!("{folder}/document.json")]).expect("a document");
    let revision: serde_json::Value =
        serde_json::from_str(&files[&format!("{folder}/revisions/1.json")]).expect("JSON");
    assert_eq!(model::Document::parse(&revision["document"].to_string()).expect("a document"), document);
    assert_eq!(revision["saved_by"], "ann");
    assert_eq!(named("pipelines/x-", "/document.json").len(), 2, "{:?}", files.keys());
    let [record] = named("docs/decisions/0001-checkout-", ".md")[..] else { panic!("{:?}", files.keys()) };
    assert!(files[record].starts_with("---\nstatus: proposed\n"));
    assert!(files["activity.csv"].contains("\"issued\",\"Checkout\","));
    assert!(files["activity.csv"].contains(",\"'=1+1\","), "no formula");
    assert_eq!(files.len(), 4 * 3 + 3, "{:?}", files.keys());
    assert!(
        files["members.csv"].contains("\"bob\",\"bob@example.org\",\"viewer\",\"active\""),
        "{}",
        files["members.csv"]
    );
    assert_eq!(revision["milestone"]["name"], "As reviewed");
    assert!(files[&format!("{folder}/discussion.json")].contains("\"asked_to_sign_off\": [\n    \"bob\"\n  ]"));
    let all: String = files.iter().flat_map(|(name, text)| [name.as_str(), text.as_str()]).collect();
    assert!(!all.contains("Private") && !all.contains("Of Eve"));
    // Nothing by which anybody comes in: of sessions, links and passwords neither what is secret nor what is kept of it.
    assert!(files["activity.csv"].contains("made-link"));
    let session = room.ann.secret().expect("a session");
    let link = Secret::parse(link.trim_start_matches("/shared/")).expect("a secret");
    let (kept, linked) = (session.digest(), link.digest());
    for secret in [&session.reveal(), &link.reveal(), kept.as_str(), linked.as_str(), "horse", "argon2"] {
        assert!(!all.contains(secret), "{secret}");
    }
}
