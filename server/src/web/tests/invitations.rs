//! Invitations: who holds the link is whom it was given to, whatever address they signed up with.

use app::context::Instance;
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use ports::UnixMillis;

use super::{
    accounts::{PASSWORD, is_signed_in, link, set_up, sign_in, sign_up},
    site::{NOW, SetUp, Site, get, instance, location, post},
};

const WEEK_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

/// Makes a team; its page.
async fn team(owner: &Site, name: &str) -> String {
    location(&post(owner, "/api/teams/create", "/teams", &format!("name={name}")).await)
}

/// Invites an address into a team; the link.
pub(crate) async fn invite(owner: &Site, team: &str, email: &str, role: &str) -> String {
    let form = format!("team={}&email={email}&role={role}", team.trim_start_matches("/teams/"));
    post(owner, "/api/teams/invite", team, &form).await;
    link(owner, team).await
}

/// Invites somebody with an account into a team; they open the link and come in.
pub(crate) async fn bring_in(owner: &Site, team: &str, member: &Site, email: &str, role: &str) {
    let link = invite(owner, team, email, role).await;
    assert!(
        get(member, &link).await.1.contains("action=\"/api/teams/accept\""),
        "{email} is asked whether they want to"
    );
    assert_eq!(location(&post(member, "/api/teams/accept", &link, &format!("ticket={}", ticket(&link))).await), team);
}

fn ticket(link: &str) -> &str {
    link.strip_prefix("/join?ticket=").expect("a ticket")
}

/// Makes the account of an invitation; where that leads.
async fn join(browser: &Site, link: &str, name: &str) -> String {
    let form = format!("ticket={}&name={name}&password={PASSWORD}", ticket(link));
    location(&post(browser, "/api/account/join", link, &form).await)
}

/// Sends a form as a program does, which is told the status.
async fn status(site: &Site, path: &str, form: &str) -> (StatusCode, String) {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(form.to_owned()))
        .expect("a request");
    let (response, text) = site.send(request).await;
    (response.status(), text)
}

async fn accepts(site: &Site, ticket: &str) -> StatusCode {
    status(site, "/api/teams/accept", &format!("ticket={ticket}")).await.0
}

async fn page(site: &Site, path: &str) -> String {
    get(site, path).await.1.replace("<!>", "")
}

async fn is_gone(site: &Site, path: &str) -> bool {
    get(site, path).await.0.status() == StatusCode::NOT_FOUND
}

/// The person whom a button on a page is about: the one that is sent with the first form to this address.
fn person(page: &str, action: &str) -> String {
    let form = page.split(&format!("action=\"{action}\"")).nth(1).expect("a form");
    form.split("name=\"person\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("somebody").to_owned()
}

#[tokio::test]
async fn an_account_made_by_one_teams_link_is_in_that_team_alone() {
    let ann = Site::new().await;
    sign_up(&ann, "ann").await;
    let payments = team(&ann, "Payments").await;
    let meant = invite(&ann, &payments, "bob@example.org", "editor").await;
    let mallory = ann.other_browser();
    sign_up(&mallory, "mallory").await;
    let bait = team(&mallory, "Bait").await;
    let shown = invite(&mallory, &bait, "bob@example.org", "viewer").await;
    // She opens the link that was shown to her, and has the address that Ann invited.
    let as_bob = ann.other_browser();
    assert!(
        page(&as_bob, &shown).await.contains("You were invited as <bdi>bob@example.org</bdi> into the team <bdi>Bait")
    );
    assert_eq!(join(&as_bob, &shown, "Bob").await, "/");
    assert!(is_signed_in(&as_bob).await && !is_gone(&as_bob, &bait).await);
    assert!(!page(&as_bob, "/teams").await.contains("Payments"), "the invitation of the other team has ended");
    assert!(is_gone(&as_bob, &payments).await && is_gone(&as_bob, &meant).await);
    assert_eq!(accepts(&as_bob, ticket(&meant)).await, StatusCode::NOT_FOUND);
    assert!(!page(&ann, &payments).await.contains("invited until"));
    assert!(page(&mallory, &bait).await.contains("<bdi>Bob</bdi>"));
}

#[tokio::test]
async fn nobody_comes_into_a_team_without_the_link() {
    let ann = Site::new().await;
    sign_up(&ann, "ann").await;
    // Addresses are not verified: whoever signed up as Bob may be somebody else.
    let (bob, eve) = (ann.other_browser(), ann.other_browser());
    sign_up(&bob, "bob").await;
    sign_up(&eve, "eve").await;
    let payments = team(&ann, "Payments").await;
    let id = payments.trim_start_matches("/teams/");
    let meant = invite(&ann, &payments, "bob@example.org", "editor").await;
    let listed = page(&bob, "/teams").await;
    assert!(listed.contains("You are invited as editor") && listed.contains("open the link you were given"));
    assert!(!listed.contains("/api/teams/accept"));
    assert!(status(&bob, "/api/teams/accept", &format!("team={id}")).await.0.is_client_error());
    assert_eq!(accepts(&bob, "").await, StatusCode::NOT_FOUND);
    assert_eq!(accepts(&bob, &"0".repeat(64)).await, StatusCode::NOT_FOUND);
    // Neither does a link for somebody else, nor one for another purpose or team.
    let for_newcomer = invite(&ann, &payments, "newcomer@example.org", "editor").await;
    assert_eq!(accepts(&bob, ticket(&for_newcomer)).await, StatusCode::NOT_FOUND);
    let other = team(&eve, "Other").await;
    let for_other = invite(&eve, &other, "bob@example.org", "editor").await;
    assert_eq!(accepts(&bob, ticket(&for_other)).await, StatusCode::OK);
    assert!(is_gone(&bob, &payments).await);
    // Nor does the link in other hands.
    assert_eq!(accepts(&eve, ticket(&meant)).await, StatusCode::NOT_FOUND);
    assert_eq!(accepts(&ann.other_browser(), ticket(&meant)).await, StatusCode::UNAUTHORIZED);
    assert!(is_gone(&eve, &payments).await);
    assert_eq!(accepts(&bob, ticket(&meant)).await, StatusCode::OK);
    assert!(!is_gone(&bob, &payments).await);
    assert!(is_gone(&bob, &meant).await, "it is good once");
    assert_eq!(accepts(&bob, ticket(&meant)).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_link_says_for_whom_it_is_and_how_they_come_in() {
    let ann = Site::new().await;
    sign_up(&ann, "ann").await;
    let (bob, eve) = (ann.other_browser(), ann.other_browser());
    sign_up(&bob, "bob").await;
    sign_up(&eve, "eve").await;
    let payments = team(&ann, "Payments").await;
    let link = invite(&ann, &payments, "bob@example.org", "editor").await;
    let told = page(&eve, &link).await;
    assert!(told.contains("is for <bdi>bob@example.org</bdi>, and you are signed in as <bdi>eve@example.org</bdi>"));
    assert!(!told.contains("Payments") && !told.contains("/api/teams/accept"));
    assert!(page(&bob, &link).await.contains("<bdi>Payments</bdi> invites you to come in as editor."));
    // In a browser where he is not signed in, he is asked to and comes back.
    let phone = ann.other_browser();
    let told = page(&phone, &link).await;
    assert!(told.contains("You have an account as <bdi>bob@example.org</bdi>") && !told.contains("Payments"));
    let way = told.split("href=\"/sign-in?").nth(1).and_then(|rest| rest.split('"').next()).expect("a way to sign in");
    assert!(page(&phone, &format!("/sign-in?{way}")).await.contains(&format!("name=\"next\" value=\"{link}\"")));
    let form = format!("email=bob@example.org&password={PASSWORD}&next={}", super::site::encoded(&link));
    assert_eq!(location(&post(&phone, "/api/account/sign-in", "/sign-in", &form).await), link);
    let form = format!("ticket={}", ticket(&link));
    assert_eq!(location(&post(&phone, "/api/teams/accept", &link, &form).await), payments);
    assert!(page(&ann, &payments).await.contains("<bdi>bob</bdi> accepted the invitation"));
}

#[tokio::test]
async fn whoever_has_not_come_yet_is_known_by_their_address_alone() {
    let ann = Site::new().await;
    sign_up(&ann, "ann").await;
    let bob = ann.other_browser();
    let form = format!("name=Robert+the+Shy&email=bob@example.org&password={PASSWORD}");
    post(&bob, "/api/account/sign-up", "/sign-up", &form).await;
    let payments = team(&ann, "Payments").await;
    let link = invite(&ann, &payments, "bob@example.org", "viewer").await;
    let shown = page(&ann, &payments).await;
    let id = person(&shown, "/api/teams/disable");
    assert!(shown.contains("<bdi>bob@example.org</bdi>") && !shown.contains("Robert"), "{shown}");
    let form = format!("team={}&person={id}", payments.trim_start_matches("/teams/"));
    post(&ann, "/api/teams/change-role", &payments, &format!("{form}&role=editor")).await;
    assert!(page(&ann, &payments).await.contains("bob@example.org to editor"));
    post(&ann, "/api/teams/disable", &payments, &format!("{form}&disabled=true")).await;
    assert!(!page(&ann, &payments).await.contains("Robert"), "nor in what was done");
    assert!(is_gone(&bob, &link).await, "the link was taken back with the invitation");
    assert_eq!(accepts(&bob, ticket(&link)).await, StatusCode::NOT_FOUND);
    bring_in(&ann, &payments, &bob, "bob@example.org", "viewer").await;
    assert!(page(&ann, &payments).await.contains("<bdi>Robert the Shy</bdi>"));
}

#[tokio::test]
async fn an_invitation_that_a_team_took_back_makes_no_account() {
    let ann = Site::new().await;
    sign_up(&ann, "ann").await;
    let (payments, other) = (team(&ann, "Payments").await, team(&ann, "Other").await);
    let links = [
        invite(&ann, &payments, "bob@example.org", "editor").await,
        invite(&ann, &other, "bob@example.org", "editor").await,
    ];
    let take_back = async |team: &str| {
        let id = person(&page(&ann, team).await, "/api/teams/disable");
        let form = format!("team={}&person={id}&disabled=true", team.trim_start_matches("/teams/"));
        post(&ann, "/api/teams/disable", team, &form).await;
    };
    take_back(&payments).await;
    let bob = ann.other_browser();
    assert!(is_gone(&bob, &links[0]).await);
    let form = format!("ticket={}&name=Bob&password={PASSWORD}", ticket(&links[0]));
    assert_eq!(status(&bob, "/api/account/join", &form).await.0, StatusCode::NOT_FOUND);
    // The other team still invites them, and nobody else gets the address.
    assert_ne!(sign_up(&bob, "bob").await, "/");
    assert!(!is_gone(&bob, &links[1]).await);
    take_back(&other).await;
    assert!(is_gone(&bob, &links[1]).await);
    assert_eq!(sign_up(&bob, "bob").await, "/", "nobody invites them any more: the address is free");
}

#[tokio::test]
async fn administrators_take_invitations_back() {
    let root = Site::new().await;
    set_up(&root, "root").await;
    let bob = root.other_browser();
    let ask = async || {
        post(&root, "/api/people/invite", "/people", "email=bob@example.org").await;
        link(&root, "/people").await
    };
    let take_back = async || {
        let id = person(&page(&root, "/people").await, "/api/people/take-back");
        location(&post(&root, "/api/people/take-back", "/people", &format!("person={id}")).await)
    };
    let first = ask().await;
    take_back().await;
    assert!(is_gone(&bob, &first).await && !page(&root, "/people").await.contains("bob@example.org"));
    // What a team has invited to, stands.
    let second = ask().await;
    let payments = team(&root, "Payments").await;
    let by_team = invite(&root, &payments, "bob@example.org", "viewer").await;
    take_back().await;
    assert!(is_gone(&bob, &second).await && page(&root, "/people").await.contains("bob@example.org"));
    let back = take_back().await;
    assert!(page(&root, &back).await.contains("A team has invited this person"));
    assert_eq!(join(&bob, &by_team, "Bob").await, "/");
    assert!(!is_gone(&bob, &payments).await && !page(&root, "/people").await.contains("take-back"));
}

#[tokio::test]
async fn an_address_is_free_again_when_its_invitations_have_ended() {
    let ann = Site::new().await;
    sign_up(&ann, "ann").await;
    let payments = team(&ann, "Payments").await;
    invite(&ann, &payments, "bob@example.org", "editor").await;
    let bob = ann.other_browser();
    ann.clock.set(UnixMillis(NOW.0 + WEEK_MS - 1));
    assert_ne!(sign_up(&bob, "bob").await, "/");
    ann.clock.set(UnixMillis(NOW.0 + WEEK_MS));
    assert_eq!(sign_up(&bob, "bob").await, "/");
    assert!(!page(&bob, "/teams").await.contains("Payments"));
}

#[tokio::test]
async fn nobody_sends_invitations_without_end() {
    let site = Site::set_up(SetUp { limits: 1, ..SetUp::default() }).await;
    sign_up(&site, "ann").await;
    let payments = team(&site, "Payments").await;
    let id = payments.trim_start_matches("/teams/").to_owned();
    let send = async |number: usize| {
        let form = format!("team={id}&email=somebody{number}@example.org&role=viewer");
        status(&site, "/api/teams/invite", &form).await
    };
    for number in 0..60 {
        assert_eq!(send(number).await.0, StatusCode::OK, "{number}");
    }
    let (refused, text) = send(60).await;
    assert_eq!(refused, StatusCode::TOO_MANY_REQUESTS);
    assert!(text.contains("too often") && !page(&site, &payments).await.contains("somebody60"), "{text}");
}

#[tokio::test]
async fn a_link_for_a_new_password_ends_when_the_password_changes_and_when_the_account_is_disabled() {
    let root = Site::new().await;
    set_up(&root, "root").await;
    let ann = root.other_browser();
    sign_up(&ann, "ann").await;
    let id = person(&page(&root, "/people").await, "/api/people/reset-link");
    let reset = async || {
        post(&root, "/api/people/reset-link", "/people", &format!("person={id}")).await;
        link(&root, "/people").await
    };
    let first = reset().await;
    let form = format!("current={PASSWORD}&password=another+long+secret+of+mine");
    post(&ann, "/api/account/change-password", "/account", &form).await;
    assert!(is_gone(&ann, &first).await);
    let form = format!("ticket={}&password={PASSWORD}", first.trim_start_matches("/reset?ticket="));
    assert_eq!(status(&ann, "/api/account/reset", &form).await.0, StatusCode::NOT_FOUND);
    assert_eq!(sign_in(&ann, "ann", "another+long+secret+of+mine").await, "/");
    let second = reset().await;
    for disabled in [true, false] {
        post(&root, "/api/people/disable", "/people", &format!("person={id}&disabled={disabled}")).await;
    }
    assert!(is_gone(&ann, &second).await);
}

#[tokio::test]
async fn a_link_is_looked_at_before_a_password_is() {
    let site = Site::new().await;
    set_up(&site, "root").await;
    post(&site, "/api/people/invite", "/people", "email=bob@example.org").await;
    let invitation = link(&site, "/people").await;
    let bob = site.other_browser();
    let none = "0".repeat(64);
    // The password is too short, which would be told first where it is looked at first.
    for (path, ticket) in [
        ("/api/account/set-up", none.as_str()),
        ("/api/account/set-up", ticket(&invitation)),
        ("/api/account/join", &none),
        ("/api/account/reset", &none),
        ("/api/account/reset", ticket(&invitation)),
    ] {
        let form = format!("ticket={ticket}&name=Bob&email=bob@example.org&password=short");
        assert_eq!(status(&bob, path, &form).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(join(&bob, &invitation, "Bob").await, "/", "nothing has used it up");
}

#[tokio::test]
async fn tries_of_links_are_counted_like_those_of_passwords() {
    let tries = async |path: &str, ticket: &dyn Fn(usize) -> String| {
        let site = Site::set_up(SetUp { limits: 1, ..SetUp::default() }).await;
        for number in 0..100 {
            let form = format!("ticket={}&name=Bob&email=bob@example.org&password=short", ticket(number));
            let (status, text) = status(&site, path, &form).await;
            if status == StatusCode::TOO_MANY_REQUESTS {
                return number;
            }
            assert_eq!(status, StatusCode::NOT_FOUND, "{text}");
        }
        100
    };
    for path in ["/api/account/set-up", "/api/account/join", "/api/account/reset"] {
        assert_eq!(tries(path, &|_| "0".repeat(64)).await, 10, "{path}: one link");
        assert_eq!(tries(path, &|number| format!("{number:064x}")).await, 40, "{path}: many");
    }
}

#[tokio::test]
async fn an_address_has_one_count_of_tries_however_it_is_written() {
    let tries = async |path: &str| {
        let mail = Some(std::sync::Arc::new(ports::fake::Letterbox::default()) as _);
        let site = Site::set_up(SetUp { limits: 1, mail, ..SetUp::default() }).await;
        for number in 0..30 {
            let address = format!("{}Ann@example.org{}", "+".repeat(number % 7), "%09".repeat(number / 7));
            let form = format!("email={address}&password=wrong+wrong+wrong");
            if status(&site, path, &form).await.0 == StatusCode::TOO_MANY_REQUESTS {
                return number;
            }
        }
        30
    };
    assert_eq!(tries("/api/account/sign-in").await, 10);
    assert_eq!(tries("/api/account/forgot").await, 10);
}

#[tokio::test]
async fn a_closed_instance_lets_people_with_accounts_into_teams() {
    let open = Site::new().await;
    sign_up(&open, "ann").await;
    let bob = open.other_browser();
    sign_up(&bob, "bob").await;
    let closed = open.run_otherwise(Instance { admission: app::context::Admission::Closed, ..instance() });
    sign_in(&closed, "ann", PASSWORD).await;
    let payments = team(&closed, "Payments").await;
    bring_in(&closed, &payments, &bob, "bob@example.org", "viewer").await;
}
