//! Coming in and going out, as a browser without JavaScript does it.

use app::context::{Admission, Instance};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use ports::{Accounts, Purpose, Secret, Ticket, UnixMillis};

use super::site::{NOW, Site, get, instance, location, make, post};

pub(crate) const PASSWORD: &str = "correct+horse+battery+staple";
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

pub(crate) async fn sign_up(site: &Site, name: &str) -> String {
    let form = format!("name={name}&email={name}@example.org&password={PASSWORD}");
    location(&post(site, "/api/account/sign-up", "/sign-up", &form).await)
}

pub(crate) async fn sign_in(site: &Site, name: &str, password: &str) -> String {
    let form = format!("email={name}@example.org&password={password}&take_along=yes");
    location(&post(site, "/api/account/sign-in", "/sign-in", &form).await)
}

pub(crate) async fn is_signed_in(site: &Site) -> bool {
    get(site, "/account").await.0.status() == StatusCode::OK
}

#[tokio::test]
async fn a_sandbox_is_private_and_comes_along() {
    let site = Site::new().await;
    let (_, page) = get(&site, "/").await;
    assert!(page.contains("None yet.") && site.cookie().is_none(), "looking makes nobody");
    let pipeline = make(&site).await;
    assert!(get(&site, "/").await.1.contains(&pipeline));
    let stranger = site.other_browser();
    assert_eq!(get(&stranger, &format!("{pipeline}/map")).await.0.status(), StatusCode::NOT_FOUND);
    assert!(!get(&stranger, "/").await.1.contains(&pipeline));
    let before = site.cookie();
    assert_eq!(sign_up(&site, "ann").await, "/");
    assert_ne!(site.cookie(), before, "a new session");
    assert!(get(&site, "/").await.1.contains(&pipeline), "it came along");
    // The cookie of the sandbox opens nothing any more.
    stranger.come_with(&Secret::parse(before.expect("a cookie").trim_start_matches("forkline=")).expect("a secret"));
    assert_eq!(get(&stranger, &format!("{pipeline}/map")).await.0.status(), StatusCode::NOT_FOUND);
    // A sandbox of another browser comes along at sign-in.
    let phone = site.other_browser();
    let other = make(&phone).await;
    assert_eq!(sign_in(&phone, "ann", PASSWORD).await, "/");
    let (_, page) = get(&phone, "/").await;
    assert!(page.contains(&pipeline) && page.contains(&other));
}

#[tokio::test]
async fn an_instance_may_have_no_sandbox() {
    let site = Site::run(Instance { sandbox: false, ..instance() }).await;
    let (_, page) = get(&site, "/").await;
    assert!(!page.contains("Try it") && page.contains("href=\"/sign-in\""));
    post(&site, "/api/home/create", "/", "name=Mine").await;
    assert!(site.cookie().is_none());
    sign_up(&site, "ann").await;
    make(&site).await;
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_told_alike() {
    let site = Site::new().await;
    sign_up(&site, "ann").await;
    let browser = site.other_browser();
    let mut pages = Vec::new();
    for (name, password) in [("ann", "wrong+password+wrong"), ("bob", PASSWORD)] {
        let back = sign_in(&browser, name, password).await;
        let (_, page) = get(&browser, &back).await;
        assert!(page.contains("There is no account with this address and this password."), "{page}");
        assert!(page.contains(&format!("value=\"{name}@example.org\"")), "what was typed is kept");
        assert!(!page.contains("wrong+password"), "but for the password");
        pages.push(page.replace(name, "(name)").len());
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(sign_in(&browser, "ANN", PASSWORD).await, "/", "capitals do not matter in an address");
    assert!(is_signed_in(&browser).await);
}

#[tokio::test]
async fn whoever_signs_in_comes_back_to_where_they_were() {
    let site = Site::new().await;
    sign_up(&site, "ann").await;
    let pipeline = make(&site).await;
    let browser = site.other_browser();
    let (_, page) = get(&browser, &format!("{pipeline}/map")).await;
    assert!(page.contains("you come back here"));
    assert!(!get(&site, "/pipelines/none/map").await.1.contains("sign in"), "who is signed in need not");
    let door = async |from: &str| {
        let request = Request::get("/sign-in").header(header::HOST, "forkline.test").header(header::REFERER, from);
        browser.send(request.body(Body::empty()).expect("a request")).await.1
    };
    let back = format!("name=\"next\" value=\"{pipeline}/map\"");
    assert!(door(&format!("http://forkline.test{pipeline}/map")).await.contains(&back));
    for elsewhere in ["http://evil.example/map", "http://forkline.test/sign-up", "http://forkline.test//evil.example"] {
        assert!(!door(elsewhere).await.contains("name=\"next\""), "{elsewhere}");
    }
    // It comes along while they try.
    let form = |password: &str| format!("email=ann@example.org&password={password}&next={pipeline}/map");
    let refused = location(&post(&browser, "/api/account/sign-in", "/sign-in", &form("wrong")).await);
    assert!(get(&browser, &refused).await.1.contains(&back));
    assert_eq!(
        location(&post(&browser, "/api/account/sign-in", &refused, &form(PASSWORD)).await),
        format!("{pipeline}/map")
    );
}

#[tokio::test]
async fn passwords_that_everybody_guesses_are_refused() {
    let site = Site::new().await;
    for (password, why) in [
        ("short", "at least 12 characters"),
        ("password1234", "anybody guesses"),
        ("ann%40example.org", "anybody guesses"),
    ] {
        let form = format!("name=Ann&email=ann@example.org&password={password}");
        let back = location(&post(&site, "/api/account/sign-up", "/sign-up", &form).await);
        let (_, page) = get(&site, &back).await;
        assert!(page.contains(why), "{password}");
        assert!(page.contains("value=\"Ann\"") && page.contains("value=\"ann@example.org\""), "what was typed is kept");
    }
    // 128 characters and more are no problem.
    let long = "long words make ".repeat(10).replace(' ', "+") + "a+good+password";
    let form = format!("name=Ann&email=ann@example.org&password={long}");
    assert_eq!(location(&post(&site, "/api/account/sign-up", "/sign-up", &form).await), "/");
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_and_safe_behind_https() {
    let site = Site::new().await;
    let set = async |site: &Site| {
        let form = format!("name=Ann&email=ann@example.org&password={PASSWORD}");
        let response = post(site, "/api/account/sign-up", "/sign-up", &form).await;
        response.headers()[header::SET_COOKIE].to_str().expect("text").to_owned()
    };
    let cookie = set(&site).await;
    let (value, rest) = cookie.split_once("; ").expect("attributes");
    assert_eq!(value.len(), "forkline=".len() + 64, "256 bits");
    assert_eq!(rest, "Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000");
    let site = Site::run(Instance { url: "https://forkline.test".to_owned(), ..instance() }).await;
    let cookie = set(&site).await;
    assert!(cookie.starts_with("__Host-forkline=") && cookie.ends_with("; Secure"), "{cookie}");
    assert!(is_signed_in(&site).await);
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_and_when_its_time_is_over() {
    let site = Site::new().await;
    sign_up(&site, "ann").await;
    site.clock.set(UnixMillis(NOW.0 + 13 * DAY_MS));
    assert!(is_signed_in(&site).await, "used within fourteen days");
    site.clock.set(UnixMillis(NOW.0 + 26 * DAY_MS));
    assert!(is_signed_in(&site).await, "which counts from the last use");
    site.clock.set(UnixMillis(NOW.0 + 30 * DAY_MS));
    assert!(!is_signed_in(&site).await, "but thirty days are the end");
    sign_in(&site, "ann", PASSWORD).await;
    assert!(is_signed_in(&site).await);
    site.clock.set(UnixMillis(NOW.0 + 44 * DAY_MS));
    assert!(!is_signed_in(&site).await, "fourteen days without use");
}

#[tokio::test]
async fn sessions_are_listed_and_ended_one_by_one_and_all_at_a_change_of_password() {
    let site = Site::new().await;
    sign_up(&site, "ann").await;
    let (phone, stranger) = (site.other_browser(), site.other_browser());
    sign_in(&phone, "ann", PASSWORD).await;
    sign_up(&stranger, "bob").await;
    let (_, page) = get(&site, "/account").await;
    let session = page.split("name=\"session\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("one");
    assert_eq!(page.matches("name=\"session\"").count(), 1, "the other one, and none of strangers");
    // A stranger who knows its id cannot end it.
    post(&stranger, "/api/account/revoke-session", "/account", &format!("session={session}")).await;
    assert!(is_signed_in(&phone).await);
    post(&site, "/api/account/revoke-session", "/account", &format!("session={session}")).await;
    assert!(!is_signed_in(&phone).await && is_signed_in(&site).await);
    sign_in(&phone, "ann", PASSWORD).await;
    let change = |current: &str| format!("current={current}&password=another+long+secret+of+mine");
    post(&site, "/api/account/change-password", "/account", &change("wrong")).await;
    assert!(is_signed_in(&phone).await, "not without the present one");
    post(&site, "/api/account/change-password", "/account", &change(PASSWORD)).await;
    assert!(!is_signed_in(&phone).await && is_signed_in(&site).await);
    assert_ne!(sign_in(&phone, "ann", PASSWORD).await, "/");
    assert_eq!(sign_in(&phone, "ann", "another+long+secret+of+mine").await, "/");
    post(&site, "/api/account/sign-out", "/account", "").await;
    assert!(site.cookie().is_none() && !is_signed_in(&site).await && is_signed_in(&phone).await);
}

/// A one-time link as the program makes one when it starts.
async fn set_up_ticket(site: &Site) -> String {
    let secret = Secret::new();
    let ticket = Ticket { digest: secret.digest(), purpose: Purpose::SetUp, ends_at: UnixMillis(i64::MAX) };
    site.store.keep_ticket(ticket).await.expect("a ticket");
    secret.reveal()
}

/// Makes somebody the first administrator.
pub(crate) async fn set_up(site: &Site, name: &str) {
    let ticket = set_up_ticket(site).await;
    assert!(get(site, &format!("/set-up?ticket={ticket}")).await.1.contains("Set up this instance"));
    let form = format!("ticket={ticket}&name={name}&email={name}@example.org&password={PASSWORD}");
    assert_eq!(location(&post(site, "/api/account/set-up", "/set-up", &form).await), "/");
}

/// The link that a page shows once.
pub(crate) async fn link(site: &Site, page: &str) -> String {
    let (_, text) = get(site, page).await;
    let link = text.split("value=\"http://forkline.test").nth(1).and_then(|rest| rest.split('"').next());
    let link = link.unwrap_or_else(|| panic!("{page} shows no link")).to_owned();
    assert!(!get(site, page).await.1.contains(&link), "it is shown once");
    link
}

#[tokio::test]
async fn the_first_administrator_comes_by_a_link_that_works_once() {
    let site = Site::new().await;
    let ticket = set_up_ticket(&site).await;
    set_up(&site, "root").await;
    let (_, page) = get(&site, "/people").await;
    assert!(page.contains("active, administrator"));
    let late = site.other_browser();
    for ticket in [ticket, set_up_ticket(&site).await] {
        let form = format!("ticket={ticket}&name=Eve&email=eve@example.org&password={PASSWORD}");
        post(&late, "/api/account/set-up", "/set-up", &form).await;
        assert!(!is_signed_in(&late).await, "there is an administrator already");
    }
}

#[tokio::test]
async fn people_are_invited_disabled_and_given_new_passwords() {
    let site = Site::run(Instance { admission: Admission::Invitation, ..instance() }).await;
    set_up(&site, "root").await;
    let ann = site.other_browser();
    sign_up(&ann, "ann").await;
    assert!(!is_signed_in(&ann).await, "not without an invitation");
    post(&site, "/api/people/invite", "/people", "email=ann@example.org").await;
    let invitation = link(&site, "/people").await;
    assert!(get(&ann, &invitation).await.1.contains("ann@example.org"));
    let (path, ticket) = invitation.split_once("?ticket=").expect("a ticket");
    assert_eq!(path, "/join");
    let pipeline = make(&ann).await;
    let form = format!("ticket={ticket}&name=Ann&password={PASSWORD}");
    assert_eq!(location(&post(&ann, "/api/account/join", &invitation, &form).await), "/");
    assert!(is_signed_in(&ann).await && get(&ann, "/").await.1.contains(&pipeline));
    assert_eq!(get(&site.other_browser(), &invitation).await.0.status(), StatusCode::NOT_FOUND, "it works once");

    let (_, page) = get(&site, "/people").await;
    let person = page.split("name=\"person\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("ann");
    post(&site, "/api/people/reset-link", "/people", &format!("person={person}")).await;
    let reset = link(&site, "/people").await;
    let ticket = reset.trim_start_matches("/reset?ticket=");
    post(&ann, "/api/account/reset", &reset, &format!("ticket={ticket}&password=another+long+secret+of+mine")).await;
    assert!(!is_signed_in(&ann).await, "all sessions end");
    assert_eq!(sign_in(&ann, "ann", "another+long+secret+of+mine").await, "/");
    assert_eq!(get(&site, &reset).await.0.status(), StatusCode::NOT_FOUND, "it works once");

    post(&site, "/api/people/disable", "/people", &format!("person={person}&disabled=true")).await;
    assert!(!is_signed_in(&ann).await);
    assert_ne!(sign_in(&ann, "ann", "another+long+secret+of+mine").await, "/");
    post(&site, "/api/people/disable", "/people", &format!("person={person}&disabled=false")).await;
    assert_eq!(sign_in(&ann, "ann", "another+long+secret+of+mine").await, "/");
}

#[tokio::test]
async fn the_last_administrator_is_not_locked_out() {
    let site = Site::new().await;
    set_up(&site, "root").await;
    let root = site.desk().await.visitor().person().expect("somebody").id.0;
    post(&site, "/api/people/disable", "/people", &format!("person={root}&disabled=true")).await;
    assert!(is_signed_in(&site).await);
}

#[tokio::test]
async fn invitations_end_after_seven_days() {
    let site = Site::new().await;
    set_up(&site, "root").await;
    post(&site, "/api/people/invite", "/people", "email=ann@example.org").await;
    let invitation = link(&site, "/people").await;
    site.clock.set(UnixMillis(NOW.0 + 7 * DAY_MS - 1));
    assert_eq!(get(&site, &invitation).await.0.status(), StatusCode::OK);
    site.clock.set(UnixMillis(NOW.0 + 7 * DAY_MS));
    assert_eq!(get(&site, &invitation).await.0.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_team_is_joined_by_invitation_and_left() {
    let site = Site::new().await;
    sign_up(&site, "ann").await;
    let team = location(&post(&site, "/api/teams/create", "/teams", "name=Payments").await);
    let id = team.trim_start_matches("/teams/").to_owned();
    let made = post(&site, "/api/home/create", "/", &format!("name=Shared&team={id}")).await;
    let pipeline = location(&made).trim_end_matches("/frame").to_owned();
    // Somebody who has an account, and somebody who has none yet.
    let (bob, eve) = (site.other_browser(), site.other_browser());
    sign_up(&bob, "bob").await;
    for name in ["bob", "eve"] {
        post(&site, "/api/teams/invite", &team, &format!("team={id}&email={name}@example.org&role=editor")).await;
        let invitation = link(&site, &team).await;
        let ticket = invitation.trim_start_matches("/join?ticket=");
        let browser = if name == "bob" { &bob } else { &eve };
        assert_eq!(get(browser, &format!("{pipeline}/map")).await.0.status(), StatusCode::NOT_FOUND, "not yet");
        if name == "bob" {
            assert!(get(&bob, "/teams").await.1.contains("You are invited as editor"));
            let form = format!("ticket={ticket}");
            assert_eq!(location(&post(&bob, "/api/teams/accept", &invitation, &form).await), team);
        } else {
            post(&eve, "/api/account/join", &invitation, &format!("ticket={ticket}&name=Eve&password={PASSWORD}"))
                .await;
        }
        assert_eq!(get(browser, &format!("{pipeline}/map")).await.0.status(), StatusCode::OK);
        assert!(get(browser, "/").await.1.contains(&pipeline));
    }
    // The last owner stays until there is another.
    let back = location(&post(&site, "/api/teams/leave", &team, &format!("team={id}")).await);
    assert!(get(&site, &back).await.1.contains("A team keeps an owner"));
    assert_eq!(location(&post(&bob, "/api/teams/leave", &team, &format!("team={id}")).await), "/teams");
    assert_eq!(get(&bob, &format!("{pipeline}/map")).await.0.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_pipeline_is_moved_copied_archived_and_taken_back() {
    let site = Site::new().await;
    sign_up(&site, "ann").await;
    let pipeline = make(&site).await;
    let id = pipeline.trim_start_matches("/pipelines/").to_owned();
    let team = location(&post(&site, "/api/teams/create", "/teams", "name=Payments").await);
    let team_id = team.trim_start_matches("/teams/").to_owned();
    let place = format!("{pipeline}/place");
    assert!(get(&site, &place).await.1.contains("<bdi>Yours alone"));
    post(&site, "/api/pipeline/move", &place, &format!("id={id}&team={team_id}")).await;
    assert!(get(&site, &place).await.1.contains("<bdi>Payments"));
    assert!(get(&site, &team).await.1.contains("brought in the pipeline"));
    let copy = location(&post(&site, "/api/pipeline/copy", &place, &format!("id={id}&team=")).await);
    assert!(get(&site, &copy).await.1.contains("Made here"));
    post(&site, "/api/pipeline/archive", &place, &format!("id={id}&away=true")).await;
    assert!(get(&site, "/").await.1.contains("Archived (1)"));
    assert!(get(&site, &place).await.1.contains("Take it back"));
    post(&site, "/api/pipeline/archive", &place, &format!("id={id}&away=false")).await;
    assert!(!get(&site, "/").await.1.contains("Archived"));
    // A team knows what it was called when it left, and not what becomes of it.
    post(&site, "/api/pipeline/move", &place, &format!("id={id}&team=")).await;
    let renamed = "version=1&form[name]=Layoffs&form[target]=2000&form[percentile]=99&form[tolerance]=200";
    post(&site, "/api/frame/save", &format!("{pipeline}/frame"), &format!("id={id}&{renamed}")).await;
    assert!(get(&site, "/").await.1.contains("Layoffs"));
    let (_, page) = get(&site, &team).await;
    assert!(page.contains("took the pipeline out of the team:") && page.contains("<bdi>Made here"), "{page}");
    assert!(page.contains(" a pipeline that is elsewhere now") && !page.contains("Layoffs"));
    assert!(!get(&site, &format!("{team}/export.zip")).await.1.contains("Layoffs"));
    // Nobody puts something where they may not.
    let stranger = site.other_browser();
    sign_up(&stranger, "bob").await;
    let theirs = make(&stranger).await.trim_start_matches("/pipelines/").to_owned();
    post(&stranger, "/api/pipeline/move", "/", &format!("id={theirs}&team={team_id}")).await;
    assert!(!get(&site, "/").await.1.contains(&theirs));
}
