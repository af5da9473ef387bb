//! Providers that are connected to an account, which takes a form of this site.

use app::context::Admission;
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use oidc::fake::{FakeProvider, Fault};

use super::{
    accounts::{PASSWORD, is_signed_in, sign_in, sign_up},
    outside::{come_by, person, with_provider},
    site::{Site, encoded, get, location, post},
};

/// Asks for the provider to be connected; the address that its page leads to, at the provider.
async fn ask(browser: &Site) -> String {
    let request = Request::post("/account/connect").header("sec-fetch-site", "same-origin").body(Body::empty());
    let (response, page) = browser.send(request.expect("a request")).await;
    // Browsers do not let a form lead to another site.
    assert_eq!(response.status(), StatusCode::OK, "{page}");
    let address = page.split("0;url=").nth(1).and_then(|rest| rest.split('"').next()).expect("a page that leads on");
    assert!(page.contains(&format!("href=\"{address}\"")), "and may be led on by hand: {page}");
    address.replace("&amp;", "&")
}

/// Connects the provider: the status, and the page or where it leads.
async fn connect(browser: &Site, fake: &FakeProvider) -> (StatusCode, String) {
    let back = fake.follow(&ask(browser).await).await;
    let (response, page) = get(browser, back.trim_start_matches("http://forkline.test")).await;
    let leads = response.headers().get(header::LOCATION).map(|to| to.to_str().expect("text").to_owned());
    (response.status(), leads.unwrap_or(page))
}

async fn account(browser: &Site) -> String {
    get(browser, "/account").await.1
}

#[tokio::test]
async fn what_nobody_asked_for_is_connected_to_nobody() {
    let (site, fake) = with_provider(Admission::Open).await;
    sign_up(&site, "ann").await;
    let before = site.secret().expect("a session");
    // Somebody has signed Ann's browser in at the provider as themselves, and sends it here.
    fake.set_person(person("mallory", Some("mallory@example.org")));
    assert_eq!(come_by(&site, &fake, "/sign-in/provider").await.0, StatusCode::FOUND);
    assert!(account(&site).await.contains("mallory@example.org"), "it is an account of its own");
    let old = site.other_browser();
    old.come_with(&before);
    assert!(!is_signed_in(&old).await, "and who was signed in here is not any more");
    assert_eq!(sign_in(&old, "ann", PASSWORD).await, "/");
    let page = account(&old).await;
    assert!(page.contains("ann@example.org") && !page.contains("Disconnect"), "{page}");
    // Where nobody makes an account by themselves, they stay who they were.
    let (site, fake) = with_provider(Admission::Invitation).await;
    super::accounts::set_up(&site, "root").await;
    fake.set_person(person("mallory", Some("mallory@example.org")));
    assert_eq!(come_by(&site, &fake, "/sign-in/provider").await.0, StatusCode::FORBIDDEN);
    assert!(account(&site).await.contains("root@example.org"));
    let stranger = site.other_browser();
    assert_eq!(come_by(&stranger, &fake, "/sign-in/provider").await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn another_site_has_nobody_begin() {
    let (site, _fake) = with_provider(Admission::Open).await;
    for from in ["cross-site", "same-site"] {
        let request = Request::get("/sign-in/provider").header("sec-fetch-site", from).body(Body::empty());
        let (response, _) = site.send(request.expect("a request")).await;
        assert_eq!(location(&response), "/sign-in", "they begin by themselves");
    }
    for from in ["same-origin", "none"] {
        let request = Request::get("/sign-in/provider").header("sec-fetch-site", from).body(Body::empty());
        let (response, _) = site.send(request.expect("a request")).await;
        assert!(location(&response).contains("/authorize?"));
    }
    sign_up(&site, "ann").await;
    let request = Request::post("/account/connect").header("sec-fetch-site", "cross-site").body(Body::empty());
    assert_eq!(site.send(request.expect("a request")).await.0.status(), StatusCode::FORBIDDEN);
    assert_eq!(get(&site, "/account/connect").await.0.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn whoever_asks_for_it_connects_the_provider_and_comes_by_it_from_then_on() {
    let (site, fake) = with_provider(Admission::Open).await;
    sign_up(&site, "ann").await;
    assert!(account(&site).await.contains("action=\"/account/connect\""));
    fake.set_person(person("ann at work", Some("ann@work.example")));
    assert_eq!(connect(&site, &fake).await, (StatusCode::FOUND, "/account".to_owned()));
    let page = account(&site).await;
    assert!(page.contains(&fake.address().to_string()) && page.contains("ann at work"), "{page}");
    assert!(page.contains("2025-11-24") && page.contains("The providers below stay connected"), "{page}");
    assert_eq!(connect(&site, &fake).await.0, StatusCode::FOUND, "it is hers already");
    // Whoever is known is let in as themselves, and who was signed in there before is not any more.
    let bob = site.other_browser();
    sign_up(&bob, "bob").await;
    let before = bob.secret().expect("a session");
    assert_eq!(come_by(&bob, &fake, "/sign-in/provider").await.0, StatusCode::FOUND);
    assert!(account(&bob).await.contains("ann@example.org"));
    let old = site.other_browser();
    old.come_with(&before);
    assert!(!is_signed_in(&old).await);
    // It is nobody else's.
    sign_in(&old, "bob", PASSWORD).await;
    let (status, page) = connect(&old, &fake).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(page.contains("Not connected") && page.contains("Somebody else here is known by this already"), "{page}");
    assert!(account(&old).await.contains("bob@example.org"), "and nobody is let in as somebody else");
}

#[tokio::test]
async fn it_is_connected_to_whoever_asked_and_to_nobody_who_comes_after() {
    let (site, fake) = with_provider(Admission::Open).await;
    sign_up(&site, "ann").await;
    fake.set_person(person("ann at work", Some("ann@work.example")));
    let back = fake.follow(&ask(&site).await).await;
    post(&site, "/api/account/sign-out", "/account", "").await;
    sign_up(&site, "bob").await;
    let (response, page) = get(&site, back.trim_start_matches("http://forkline.test")).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN, "{page}");
    assert!(page.contains("You are not signed in any more as the one who asked for it"), "{page}");
    assert!(!account(&site).await.contains("Disconnect"));
    let stranger = site.other_browser();
    let request = Request::post("/account/connect").header("sec-fetch-site", "same-origin").body(Body::empty());
    let (response, _) = stranger.send(request.expect("a request")).await;
    assert_eq!(location(&response), "/sign-in?next=/account");
    fake.set_fault(Some(Fault::Cancelled));
    assert_eq!(connect(&site, &fake).await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_provider_is_disconnected_unless_one_could_not_come_in_any_more() {
    let (site, fake) = with_provider(Admission::Open).await;
    let issuer = encoded(&format!("http://{}", fake.address()));
    let end = async |browser: &Site, subject: &str| {
        let form = format!("issuer={issuer}&subject={}", encoded(subject));
        location(&post(browser, "/api/account/disconnect", "/account", &form).await)
    };
    come_by(&site, &fake, "/sign-in/provider").await;
    let page = account(&site).await;
    assert!(page.contains("You have none. For one, ask an administrator"), "{page}");
    let back = end(&site, "ada-1").await;
    assert!(get(&site, &back).await.1.contains("you could not come in any more"));
    assert!(account(&site).await.contains("Disconnect"));
    // With a password there is another way in; whoever came in by the provider meanwhile is out.
    let ann = site.other_browser();
    sign_up(&ann, "ann").await;
    fake.set_person(person("ann at work", None));
    connect(&ann, &fake).await;
    let elsewhere = site.other_browser();
    come_by(&elsewhere, &fake, "/sign-in/provider").await;
    assert!(is_signed_in(&elsewhere).await);
    end(&site, "ann at work").await;
    assert!(account(&ann).await.contains("Disconnect"), "it is not for others to end");
    assert_eq!(end(&ann, "ann at work").await, "/account?");
    assert!(is_signed_in(&ann).await && !account(&ann).await.contains("Disconnect"));
    assert!(!is_signed_in(&elsewhere).await);
    assert_eq!(come_by(&elsewhere, &fake, "/sign-in/provider").await.0, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_sandbox_comes_along_to_whoever_is_known() {
    let (site, fake) = with_provider(Admission::Open).await;
    come_by(&site, &fake, "/sign-in/provider").await;
    let phone = site.other_browser();
    let pipeline = super::site::make(&phone).await;
    come_by(&phone, &fake, "/sign-in/provider").await;
    assert!(get(&site, "/").await.1.contains(&pipeline), "it lies in the account now");
}
