//! What pages say of what was just done, and what a form that came back still holds.

use super::{
    page::Page,
    room::{Room, get},
    site::{self, Site, location, post},
};

#[tokio::test]
async fn what_was_done_is_said_once_to_whoever_did_it() {
    let room = Room::new().await;
    let team = format!("/teams/{}", room.team);
    let back =
        location(&post(&room.ann, "/api/teams/rename", &team, &format!("team={}&name=%3Cb%3E", room.team)).await);
    let said = "class=\"notice good\">The team is called &lt;b&gt; now.</p>";
    assert!(!get(&room.bob, &team).await.1.contains("is called"), "nobody else is told");
    let page = get(&room.ann, &back).await.1;
    assert!(page.contains(said), "{page}");
    assert!(!get(&room.ann, &back).await.1.contains("is called"), "once");
    // What was refused was not done.
    let back = location(&post(&room.bob, "/api/teams/rename", &team, &format!("team={}&name=Mine", room.team)).await);
    assert!(!get(&room.bob, &back).await.1.contains("is called"));
}

#[tokio::test]
async fn every_change_without_another_answer_is_confirmed() {
    let room = Room::new().await;
    let (id, team, bob) = (&room.id, &room.team, room.member("bob").await);
    let (page, place) = (format!("/teams/{team}"), format!("/pipelines/{id}/place"));
    for (what, from, form, said) in [
        ("teams/change-role", &page, format!("team={team}&person={bob}&role=editor"), "The role is changed to editor."),
        ("teams/disable", &page, format!("team={team}&person={bob}&disabled=true"), "They see nothing of the team"),
        ("teams/disable", &page, format!("team={team}&person={bob}&disabled=false"), "They are in the team again."),
        ("pipeline/archive", &place, format!("id={id}&away=true"), "The pipeline is archived."),
        ("pipeline/archive", &place, format!("id={id}&away=false"), "is among the others again."),
        ("history/name", &place, format!("id={id}&version=1&name=Reviewed"), "Version 1 is called Reviewed now."),
        ("history/name", &place, format!("id={id}&version=1&seen=Reviewed&name="), "Version 1 has no name any more."),
        ("account/rename", &"/account".to_owned(), "name=Annie".to_owned(), "You are called Annie now."),
        ("pipeline/move", &place, format!("id={id}&team="), "The pipeline is moved."),
    ] {
        let back = location(&post(&room.ann, &format!("/api/{what}"), from, &form).await);
        let shown = get(&room.ann, &back).await.1;
        assert!(shown.contains(said), "{what}: {said}: {shown}");
    }
}

#[tokio::test]
async fn a_name_that_nobody_has_is_told_to_whoever_wrote_it() {
    let room = Room::new().await;
    let back = room.post(&room.ann, "comment", "version=1&about=pipeline&body=%40bob+and+%40bbo%2C+look").await;
    let page = get(&room.ann, &back).await.1;
    assert!(page.contains("It is said, but @bbo tells nobody: no teammate is called so.") && page.contains("Tells "));
    let back = room.post(&room.ann, "comment", "version=1&about=pipeline&body=%40bob+look").await;
    assert!(back.contains("#comment-") && !get(&room.ann, &back).await.1.contains("tells nobody"));
}

#[tokio::test]
async fn a_refused_form_comes_back_with_what_was_chosen() {
    let room = Room::new().await;
    let share = format!("/pipelines/{}/share", room.id);
    let form = format!("id={}&shows=1&label=Board&ends=2001-01-01&password=&downloads=yes", room.id);
    let page = get(&room.ann, &location(&post(&room.ann, "/api/links/make", &share, &form).await)).await.1;
    for kept in ["value=\"1\" checked", "value=\"yes\" checked", "value=\"Board\"", "value=\"2001-01-01\""] {
        assert!(page.contains(kept), "{kept}: {page}");
    }
    let team = format!("/teams/{}", room.team);
    let form = format!("team={}&email=nobody&role=owner", room.team);
    let page = get(&room.ann, &location(&post(&room.ann, "/api/teams/invite", &team, &form).await)).await.1;
    assert!(page.contains("<option value=\"owner\" selected") && page.contains("value=\"nobody\""), "{page}");
    let bob = room.member("bob").await;
    room.post(&room.ann, "name-decider", &format!("person={bob}")).await;
    let back = room.post(&room.bob, "sign-off", "version=1&position=objects&because=").await;
    assert!(get(&room.bob, &back).await.1.contains("value=\"objects\" checked"));
}

#[tokio::test]
async fn whoever_has_left_is_asked_nothing_more() {
    let room = Room::new().await;
    let bob = room.member("bob").await;
    room.post(&room.ann, "name-decider", &format!("person={bob}")).await;
    assert!(room.page(&room.ann).await.contains("<td>not yet</td>"));
    post(&room.bob, "/api/teams/leave", "/teams", &format!("team={}", room.team)).await;
    assert!(!room.page(&room.ann).await.contains("<td>not yet</td>"), "they cannot answer any more");
    let record = format!("/pipelines/{}/record", room.id);
    assert!(!get(&room.ann, &record).await.1.contains("was asked and has not answered"));
    let form = format!("id={}&version=1", room.id);
    for _ in 0..2 {
        post(&room.ann, "/api/records/issue", &record, &form).await;
    }
    let id = ports::PipelineId(room.id.parse().expect("an id"));
    let desk = room.ann.desk().await;
    let records = desk.list_records(id).await.expect("a list");
    assert_eq!(records.len(), 1, "what was sent twice is issued once");
    let text = desk.get_record(records[0].id).await.expect("a record").text;
    assert!(!text.markdown.contains("had not answered"), "{}", text.markdown);
}

#[tokio::test]
async fn what_could_not_be_said_comes_back_where_it_was_written() {
    let room = Room::new().await;
    let first = room.say(&room.ann, "step:fraud", "Why%3F").await;
    let eve = room.eve.desk().await.visitor().person().expect("eve").id.0;
    let form = format!("version=1&answers={first}&body=So+it+is&tell[0]={eve}");
    let page = get(&room.ann, &room.post(&room.ann, "comment", &form).await).await.1;
    assert!(page.contains("There is no such person."));
    let answer = page.split("<details open").nth(1).unwrap_or_else(|| panic!("{page}"));
    assert!(answer.contains("Answer") && answer.contains("So it is</textarea>"), "{answer}");
    assert_eq!(page.matches("So it is").count(), 1, "and nowhere else");
    let back = room.post(&room.ann, "comment", "version=1&about=step:gone&body=About+a+step+that+went").await;
    assert!(get(&room.ann, &back).await.1.contains("About a step that went</textarea>"));
    // What was pasted to be imported comes back, too.
    let request = site::parts("/api/home/import", "/", &[("text", "no table <b>")]);
    let (response, _) = room.ann.send(request).await;
    let page = get(&room.ann, &location(&response)).await.1;
    assert!(page.contains("It was not imported") && page.contains("no table &lt;b></textarea>"), "{page}");
}

#[tokio::test]
async fn a_table_of_steps_is_imported_and_a_bad_one_is_refused_with_its_line() {
    let site = Site::new().await;
    let bad = "name,p50_ms,p99_ms\nPrice,fast,80";
    let page = Page::open(&site, "/").await.form("Import it").fill("Or its text", bad).send(&site).await;
    let alert = page.one("[role=alert]").text();
    assert!(alert.contains("line 2, p50_ms: “fast” is not a number"), "{alert}");
    assert_eq!(page.value("Or its text"), bad, "what was pasted is kept");
    let good = "name,p50_ms,p99_ms\nPrice,20,80\nStock,30,120";
    let page = page.form("Import it").fill("Or its text", good).send(&site).await;
    assert_eq!(page.one("h1").text(), "Map");
    assert_eq!((page.value("Name, row 2").as_str(), page.value("p99, row 2").as_str()), ("Stock", "120 ms"));
}

#[tokio::test]
async fn a_version_that_cannot_be_chosen_any_more_makes_no_link_to_another() {
    let room = Room::new().await;
    let share = format!("/pipelines/{}/share", room.id);
    let form = format!("id={}&shows=1&label=&ends=&password=short", room.id);
    let back = location(&post(&room.ann, "/api/links/make", &share, &form).await);
    let renamed = "version=1&form[name]=New&form[target]=2000&form[percentile]=99&form[tolerance]=200";
    post(&room.ann, "/api/frame/save", "/", &format!("id={}&{renamed}", room.id)).await;
    let page = get(&room.ann, &back).await.1;
    let radios: Vec<&str> = page.split("name=\"shows\"").skip(1).filter_map(|rest| rest.split('>').next()).collect();
    assert_eq!(radios.len(), 2);
    assert!(radios.iter().all(|radio| radio.contains("required") && !radio.contains("checked")), "{radios:?}");
}

#[tokio::test]
async fn a_team_lists_its_pipelines_and_before_a_record_stands_who_has_signed_off() {
    let room = Room::new().await;
    let (team, step) = (format!("/teams/{}", room.team), format!("/pipelines/{}/record", room.id));
    let page = get(&room.bob, &team).await.1;
    assert!(page.contains(&format!("href=\"/pipelines/{}/frame\"", room.id)) && !page.contains("None yet."), "{page}");
    assert!(!get(&room.ann, &step).await.1.contains("Sign-off of version"), "nobody is asked");
    let bob = room.member("bob").await;
    room.post(&room.ann, "name-decider", &format!("person={bob}")).await;
    assert!(get(&room.ann, &step).await.1.contains("bob was asked and has not answered yet."));
    room.post(&room.bob, "sign-off", "version=1&position=objects&because=Refunds").await;
    let page = get(&room.bob, &step).await.1;
    assert!(page.contains("bob objects. Refunds.") && !page.contains("has not answered"), "{page}");
    post(&room.ann, "/api/pipeline/archive", "/", &format!("id={}&away=true", room.id)).await;
    assert!(get(&room.bob, &team).await.1.contains("Archived (1)"));
}
