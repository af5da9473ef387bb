//! People who come by somebody else: a provider that vouches for them, or a letter.

use std::sync::Arc;

use app::context::{Admission, Instance};
use axum::http::StatusCode;
use oidc::{
    OpenIdProvider,
    fake::{FakeProvider, Fault, Person},
};
use ports::fake::Letterbox;

use super::{
    accounts::{PASSWORD, is_signed_in, link, set_up, sign_in, sign_up},
    invitations::invite,
    site::{SetUp, Site, encoded, get, instance, location, make, post},
};

pub(super) async fn with_provider(admission: Admission) -> (Site, FakeProvider) {
    let fake = FakeProvider::start().await;
    let provider = OpenIdProvider::new(fake.config("http://forkline.test/sign-in/answer")).expect("a provider");
    let set_up = SetUp {
        instance: Instance { admission, ..instance() },
        provider: Some(Arc::new(provider)),
        ..SetUp::default()
    };
    (Site::set_up(set_up).await, fake)
}

/// Goes to the provider and comes back; the status, and the page.
pub(super) async fn come_by(browser: &Site, fake: &FakeProvider, from: &str) -> (StatusCode, String) {
    let (response, page) = get(browser, from).await;
    assert_eq!(response.status(), StatusCode::FOUND, "{page}");
    let back = fake.follow(&location(&response)).await;
    let (response, page) = get(browser, back.trim_start_matches("http://forkline.test")).await;
    (response.status(), page)
}

pub(super) fn person(subject: &str, email: Option<&str>) -> Person {
    let email = email.map(|email| (email.to_owned(), true));
    Person { subject: subject.to_owned(), email, name: Some(subject.to_owned()), reserved: false }
}

#[tokio::test]
async fn somebody_whom_the_provider_knows_has_an_account_and_takes_their_sandbox_along() {
    let (site, fake) = with_provider(Admission::Open).await;
    assert!(get(&site, "/sign-in").await.1.contains("Go on with "));
    let pipeline = make(&site).await;
    assert_eq!(come_by(&site, &fake, "/sign-in/provider").await.0, StatusCode::FOUND);
    assert!(is_signed_in(&site).await);
    assert!(get(&site, "/").await.1.contains(&pipeline));
    // Another time, in another browser, it is the same account; the provider may tell another address by then.
    let visits = person("ada", None);
    let phone = site.other_browser();
    come_by(&phone, &fake, "/sign-in/provider").await;
    assert!(get(&phone, "/").await.1.contains(&pipeline));
    fake.set_person(visits);
    let stranger = site.other_browser();
    let (status, page) = come_by(&stranger, &fake, "/sign-in/provider").await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "another subject without an address");
    assert!(page.contains("tells no e-mail address") && !is_signed_in(&stranger).await);
}

#[tokio::test]
async fn an_address_opens_nobody_elses_account() {
    let (site, fake) = with_provider(Admission::Open).await;
    sign_up(&site, "ann").await;
    let other = site.other_browser();
    fake.set_person(person("mallory", Some("ann@example.org")));
    let (status, page) = come_by(&other, &fake, "/sign-in/provider").await;
    assert_eq!(status, StatusCode::CONFLICT, "{page}");
    assert!(!is_signed_in(&other).await);
}

#[tokio::test]
async fn an_answer_is_worth_something_once_and_in_the_browser_that_asked() {
    let (site, fake) = with_provider(Admission::Open).await;
    let (response, _) = get(&site, "/sign-in/provider").await;
    let back = fake.follow(&location(&response)).await;
    let back = back.trim_start_matches("http://forkline.test");
    let other = site.other_browser();
    assert_eq!(get(&other, back).await.0.status(), StatusCode::BAD_REQUEST, "another browser");
    assert_eq!(get(&site, back).await.0.status(), StatusCode::FOUND);
    assert_eq!(get(&site, back).await.0.status(), StatusCode::BAD_REQUEST, "twice");
    // Ten minutes are enough.
    let (response, _) = get(&other, "/sign-in/provider").await;
    let back = fake.follow(&location(&response)).await;
    site.clock.set(ports::UnixMillis(super::site::NOW.0 + 600_000));
    assert_eq!(get(&other, back.trim_start_matches("http://forkline.test")).await.0.status(), StatusCode::BAD_REQUEST);
    fake.set_fault(Some(Fault::OtherIssuer));
    assert_eq!(get(&other, "/sign-in/provider").await.0.status(), StatusCode::FOUND, "what is known is kept");
}

#[tokio::test]
async fn by_invitation_only_the_invited_come_by_a_provider() {
    let (site, fake) = with_provider(Admission::Invitation).await;
    set_up(&site, "root").await;
    let ada = site.other_browser();
    let (status, page) = come_by(&ada, &fake, "/sign-in/provider").await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(page.contains("by invitation"));
    post(&site, "/api/people/invite", "/people", "email=ada.lovelace@example.org").await;
    let invitation = link(&site, "/people").await;
    let (_, page) = get(&ada, &invitation).await;
    let way = page.split("href=\"/sign-in/provider").nth(1).and_then(|rest| rest.split('"').next()).expect("a way");
    assert_eq!(come_by(&ada, &fake, &format!("/sign-in/provider{way}")).await.0, StatusCode::FOUND);
    assert!(get(&ada, "/account").await.1.contains("ada.lovelace@example.org"), "under the address that was invited");
    assert_eq!(get(&site, &invitation).await.0.status(), StatusCode::NOT_FOUND, "it works once");
}

#[tokio::test]
async fn a_disabled_person_does_not_come_back_by_a_provider() {
    let (site, fake) = with_provider(Admission::Open).await;
    set_up(&site, "root").await;
    let ada = site.other_browser();
    come_by(&ada, &fake, "/sign-in/provider").await;
    let id = ada.desk().await.visitor().person().expect("somebody").id.0;
    post(&site, "/api/people/disable", "/people", &format!("person={id}&disabled=true")).await;
    come_by(&ada, &fake, "/sign-in/provider").await;
    assert!(!is_signed_in(&ada).await);
}

#[tokio::test]
async fn links_are_sent_where_there_is_mail() {
    let letters = Arc::new(Letterbox::default());
    let site = Site::set_up(SetUp { mail: Some(letters.clone()), ..SetUp::default() }).await;
    set_up(&site, "root").await;
    post(&site, "/api/people/invite", "/people", "email=ann@example.org").await;
    let shown = link(&site, "/people").await;
    let [letter] = letters.empty().try_into().expect("one letter");
    assert_eq!(letter.to, "ann@example.org");
    assert!(letter.text.contains(&format!("http://forkline.test{shown}")), "{}", letter.text);

    let ann = site.other_browser();
    let ticket = shown.trim_start_matches("/join?ticket=");
    post(&ann, "/api/account/join", &shown, &format!("ticket={ticket}&name=Ann&password={PASSWORD}")).await;
    let back = post(&site, "/api/account/forgot", "/forgot", "email=ann@example.org").await;
    let unknown = post(&site, "/api/account/forgot", "/forgot", "email=nobody@example.org").await;
    assert_eq!(location(&back), location(&unknown), "whether there is an account is not told");
    let letter = loop {
        if let Some(letter) = letters.empty().pop() {
            break letter;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    };
    assert_eq!(letter.to, "ann@example.org");
    let ticket = letter.text.split("/reset?ticket=").nth(1).and_then(|rest| rest.get(..64)).expect("a link");
    let form = format!("ticket={ticket}&password=another+long+secret+of+mine");
    post(&ann, "/api/account/reset", "/reset", &form).await;
    assert_eq!(sign_in(&ann, "ann", "another+long+secret+of+mine").await, "/");
}

#[tokio::test]
async fn whoever_comes_by_a_provider_goes_back_to_the_invitation_that_brought_them() {
    let (site, fake) = with_provider(Admission::Open).await;
    sign_up(&site, "ann").await;
    let team = location(&post(&site, "/api/teams/create", "/teams", "name=Payments").await);
    let (bob, phone) = (site.other_browser(), site.other_browser());
    fake.set_person(person("bob", Some("bob@example.org")));
    come_by(&bob, &fake, "/sign-in/provider").await;
    let invitation = invite(&site, &team, "bob@example.org", "viewer").await;
    let (_, page) = get(&phone, &format!("/sign-in?next={}", encoded(&invitation))).await;
    let way = page.split("href=\"/sign-in/provider").nth(1).and_then(|rest| rest.split('"').next()).expect("a way");
    let way = format!("/sign-in/provider{way}");
    let (response, _) = get(&phone, &way).await;
    let back = fake.follow(&location(&response)).await;
    let (response, page) = get(&phone, back.trim_start_matches("http://forkline.test")).await;
    assert_eq!(location(&response), invitation, "{page}");
    assert!(get(&phone, &invitation).await.1.contains("invites you"));
    // The link of somebody who has an account connects nobody else to it.
    let other = site.other_browser();
    fake.set_person(person("mallory", None));
    let (status, page) = come_by(&other, &fake, &way).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(page.contains("has an account") && !is_signed_in(&other).await, "{page}");
    assert_eq!(get(&phone, &invitation).await.0.status(), StatusCode::OK, "it was not used up");
}
