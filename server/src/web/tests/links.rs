//! Share links: made by who may, followed by somebody without an account.

use app::context::Instance;
use axum::http::{Response, StatusCode, header};
use model::{Document, Latency, Step};
use ports::UnixMillis;

use super::{
    accounts::{link, sign_up},
    site::{NOW, Site, get, instance, location, post},
};

const PASSWORD: &str = "correct+horse+battery+staple";
const HOUR_MS: i64 = 60 * 60 * 1_000;

/// What a link is made with.
pub(super) struct Made {
    pub(super) shows: &'static str,
    pub(super) label: &'static str,
    pub(super) ends: &'static str,
    pub(super) password: &'static str,
    pub(super) downloads: bool,
}

pub(super) const LIVE: Made = Made { shows: "live", label: "", ends: "", password: "", downloads: false };

fn id_of(pipeline: &str) -> &str {
    pipeline.trim_start_matches("/pipelines/")
}

async fn make_link(site: &Site, pipeline: &str, Made { shows, label, ends, password, downloads }: Made) -> String {
    let downloads = if downloads { "&downloads=yes" } else { "" };
    let form = format!("id={}&shows={shows}&label={label}&ends={ends}&password={password}{downloads}", id_of(pipeline));
    location(&post(site, "/api/links/make", &format!("{pipeline}/share"), &form).await)
}

/// Makes a link, and answers with its address, which is shown once.
pub(super) async fn share(site: &Site, pipeline: &str, made: Made) -> String {
    make_link(site, pipeline, made).await;
    link(site, &format!("{pipeline}/share")).await
}

/// The ids of the links on the page that lists them, the latest first.
async fn ids(site: &Site, pipeline: &str) -> Vec<String> {
    let (_, page) = get(site, &format!("{pipeline}/share")).await;
    let of_buttons = page.split("name=\"link\" value=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let mut ids: Vec<String> = of_buttons.map(str::to_owned).collect();
    ids.dedup();
    ids
}

async fn change(site: &Site, pipeline: &str, verb: &str, link: &str) -> Response<()> {
    let form = format!("id={}&link={link}", id_of(pipeline));
    post(site, &format!("/api/links/{verb}"), &format!("{pipeline}/share"), &form).await
}

async fn unlock(browser: &Site, shared: &str, password: &str) -> Response<()> {
    let secret = shared.trim_start_matches("/shared/");
    // As browsers do on a page that has them not tell where they come from.
    post(browser, "/api/links/unlock", "", &format!("secret={secret}&password={password}")).await
}

async fn copy(browser: &Site, shared: &str) -> Response<()> {
    post(browser, "/api/links/copy", "", &format!("secret={}", shared.trim_start_matches("/shared/"))).await
}

async fn status(browser: &Site, path: &str) -> u16 {
    get(browser, path).await.0.status().as_u16()
}

fn document(name: &str) -> Document {
    let mut document = Document::new(name);
    document.question = "Side by <b>side</b>?".to_owned();
    document.owners.deciders.push("Dagobert Decider".to_owned());
    document.owners.on_call = "Nadja Night".to_owned();
    for name in ["Ask <i>first</i>", "Charge"] {
        let id = format!("s{}", document.steps.len());
        document.steps.push(Step { name: name.to_owned(), ..Step::new(id, Latency::lognormal(20.0, 80.0)) });
    }
    document.workload.duration_s = 5.0;
    document
}

/// A pipeline with figures of its first version, by its address without a step.
async fn simulated(site: &Site) -> String {
    let desk = site.desk().await;
    let saved = desk.create_pipeline(&document("Pay <u>now</u>")).await.expect("it is made");
    let settings = engine::Settings { replications: engine::FEWEST_REPLICATIONS, ..engine::Settings::default() };
    let report = engine::compare(&saved.document, settings).expect("it runs");
    desk.keep_run(saved.id, 1, &ports::Run::of(report)).await.expect("it is kept");
    format!("/pipelines/{}", saved.id.0)
}

async fn save(site: &Site, pipeline: &str, version: u64, name: &str) {
    let id = ports::PipelineId(id_of(pipeline).parse().expect("an id"));
    site.desk().await.save_pipeline(id, version, &document(name)).await.expect("it is saved");
}

#[tokio::test]
async fn a_live_link_follows_what_is_saved_and_a_fixed_one_does_not() {
    let site = Site::new().await;
    let pipeline = simulated(&site).await;
    let (_, workbench) = get(&site, &format!("{pipeline}/map")).await;
    assert!(workbench.contains(&format!("href=\"{pipeline}/share\"")), "it is offered");
    assert!(!workbench.contains("<u>now"), "not even in its title");
    let (live, fixed) =
        (share(&site, &pipeline, LIVE).await, share(&site, &pipeline, Made { shows: "1", ..LIVE }).await);
    let stranger = site.other_browser();
    for (shared, which) in [(&live, "As it stands now: version 1."), (&fixed, "As it was: version 1.")] {
        let (response, page) = get(&stranger, shared).await;
        assert_eq!(response.status(), StatusCode::OK);
        for there in ["Pay &lt;u&gt;now&lt;/u&gt;", "Side by &lt;b&gt;side", "Ask &lt;i&gt;first", which] {
            assert!(page.contains(there), "{there} is missing");
        }
        for part in ["data-testid=\"verdict\"", "<svg", "<table", "p50 20 ms, p99 80 ms"] {
            assert!(page.contains(part), "{part} is missing");
        }
        for nobodys in ["Dagobert", "Nadja", "Guest", "<u>now", "<b>side", "<i>first", "Download", "Copy"] {
            assert!(!page.contains(nobodys), "{nobodys} is none of their business");
        }
        let elsewhere = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let elsewhere: Vec<&str> = elsewhere.filter(|href| !href.starts_with('#') && !href.contains('.')).collect();
        assert_eq!(elsewhere, ["/"], "nothing leads further in");
        assert!(!page.contains(shared.trim_start_matches("/shared/")), "the secret is not in the page");
    }
    save(&site, &pipeline, 1, "Pay later").await;
    let (_, page) = get(&stranger, &live).await;
    assert!(page.contains("Pay later") && page.contains("As it stands now: version 2."));
    assert!(page.contains("was not simulated") && !page.contains("data-testid=\"verdict\""));
    let (_, page) = get(&stranger, &fixed).await;
    assert!(
        page.contains("Pay &lt;u&gt;now") && !page.contains("Pay later") && page.contains("data-testid=\"verdict\"")
    );
    assert!(stranger.cookie().is_none(), "looking makes nobody");
    // What was put away can still be looked at.
    post(&site, "/api/pipeline/archive", "/", &format!("id={}&away=true", id_of(&pipeline))).await;
    assert_eq!((status(&stranger, &live).await, status(&stranger, &fixed).await), (200, 200));
}

#[tokio::test]
async fn nobody_is_told_the_address_of_a_shared_page() {
    let site = Site::new().await;
    let pipeline = simulated(&site).await;
    let shared = share(&site, &pipeline, Made { downloads: true, ..LIVE }).await;
    let chart = format!("{shared}/charts/latency.svg");
    for path in [shared.as_str(), &format!("{shared}/document.json"), &chart, "/shared/nothing", "/shared/no/such"] {
        let (response, _) = get(&site.other_browser(), path).await;
        assert_eq!(response.headers()[header::REFERRER_POLICY], "no-referrer", "{path}");
        assert_eq!(response.headers()["x-robots-tag"], "noindex", "{path}");
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store", "{path}");
    }
    let (response, _) = get(&site, "/").await;
    assert_eq!(response.headers()[header::REFERRER_POLICY], "same-origin");
    assert!(!response.headers().contains_key("x-robots-tag"));
}

#[tokio::test]
async fn a_link_ends_after_its_last_day() {
    let site = Site::new().await;
    let pipeline = simulated(&site).await;
    // Now is 2025-11-24, 16:00.
    let shared = share(&site, &pipeline, Made { ends: "2025-11-25", downloads: true, ..LIVE }).await;
    let stranger = site.other_browser();
    assert!(get(&site, &format!("{pipeline}/share")).await.1.contains("until 2025-11-25"));
    site.clock.set(UnixMillis(NOW.0 + 32 * HOUR_MS - 1));
    assert_eq!(status(&stranger, &shared).await, 200);
    site.clock.set(UnixMillis(NOW.0 + 32 * HOUR_MS));
    for path in ["", "/document.json", "/charts/latency.svg"] {
        assert_eq!(status(&stranger, &format!("{shared}{path}")).await, 404, "{path}");
    }
    copy(&stranger, &shared).await;
    assert!(stranger.cookie().is_none(), "nothing was copied");
    assert!(get(&site, &format!("{pipeline}/share")).await.1.contains("ended after 2025-11-25"));
}

#[tokio::test]
async fn a_password_is_asked_for_once_in_a_while() {
    let site = Site::new().await;
    let pipeline = simulated(&site).await;
    let shared = share(&site, &pipeline, Made { password: PASSWORD, downloads: true, ..LIVE }).await;
    let (friend, stranger) = (site.other_browser(), site.other_browser());
    let asks = async |browser: &Site, shared: &str| {
        let (response, page) = get(browser, shared).await;
        assert_eq!(response.status(), StatusCode::OK);
        let asks = page.contains("This link has a password");
        assert_ne!(asks, page.contains("Pay"), "{page}");
        asks
    };
    assert!(asks(&friend, &shared).await);
    let back = location(&unlock(&friend, &shared, "wrong").await);
    assert!(
        back.starts_with(&shared) && get(&friend, &back).await.1.contains("This is not the password of this link.")
    );
    assert!(asks(&friend, &back).await);
    let response = unlock(&friend, &shared, PASSWORD).await;
    assert_eq!(location(&response), shared);
    let cookie = response.headers()[header::SET_COOKIE].to_str().expect("text");
    let (value, rest) = cookie.split_once("; ").expect("attributes");
    assert_eq!((value.len(), rest), ("forkline-link=".len() + 64, "Path=/; HttpOnly; SameSite=Lax; Max-Age=43200"));
    assert!(!asks(&friend, &shared).await && asks(&stranger, &shared).await);
    let json = format!("{shared}/document.json");
    assert_eq!((status(&friend, &json).await, status(&stranger, &json).await), (200, 404));
    copy(&stranger, &shared).await;
    assert!(stranger.cookie().is_none(), "nothing to copy without the password");
    // Another link with another password leaves it open.
    let other = share(&site, &pipeline, Made { password: "another+long+secret+of+mine", ..LIVE }).await;
    assert!(asks(&friend, &other).await);
    unlock(&friend, &other, PASSWORD).await;
    assert!(asks(&friend, &other).await, "each has its own");
    unlock(&friend, &other, "another+long+secret+of+mine").await;
    assert!(!asks(&friend, &other).await && !asks(&friend, &shared).await);
    site.clock.set(UnixMillis(NOW.0 + 12 * HOUR_MS));
    assert!(asks(&friend, &shared).await, "twelve hours are over");
    unlock(&friend, &shared, PASSWORD).await;
    assert!(!asks(&friend, &shared).await);
    change(&site, &pipeline, "rotate", &ids(&site, &pipeline).await[1]).await;
    let replaced = link(&site, &format!("{pipeline}/share")).await;
    assert!(asks(&friend, &replaced).await, "it is asked for anew");
}

#[tokio::test]
async fn the_cookie_of_a_password_is_safe_behind_https() {
    let site = Site::run(Instance { url: "https://forkline.test".to_owned(), ..instance() }).await;
    sign_up(&site, "ann").await;
    let made = post(&site, "/api/home/create", "/", "name=Made+here").await;
    let pipeline = location(&made).trim_end_matches("/frame").to_owned();
    make_link(&site, &pipeline, Made { password: PASSWORD, ..LIVE }).await;
    let (_, page) = get(&site, &format!("{pipeline}/share")).await;
    let shared = page.split("https://forkline.test").nth(1).and_then(|rest| rest.split('"').next()).expect("a link");
    let response = unlock(&site.other_browser(), shared, PASSWORD).await;
    let cookie = response.headers()[header::SET_COOKIE].to_str().expect("text");
    assert!(cookie.starts_with("__Host-forkline-link=") && cookie.ends_with("; Secure"), "{cookie}");
}

#[tokio::test]
async fn a_link_is_replaced_and_revoked_at_once() {
    let site = Site::new().await;
    let pipeline = simulated(&site).await;
    let stranger = site.other_browser();
    let first = share(&site, &pipeline, Made { downloads: true, ..LIVE }).await;
    let id = ids(&site, &pipeline).await.remove(0);
    assert_eq!(status(&stranger, &first).await, 200);
    change(&site, &pipeline, "rotate", &id).await;
    assert_eq!(status(&stranger, &first).await, 404, "on the next request");
    let second = link(&site, &format!("{pipeline}/share")).await;
    assert_eq!(status(&stranger, &second).await, 200);
    change(&site, &pipeline, "revoke", &id).await;
    for path in ["", "/document.json", "/charts/latency.svg"] {
        assert_eq!(status(&stranger, &format!("{second}{path}")).await, 404, "{path}");
    }
    let (_, page) = get(&site, &format!("{pipeline}/share")).await;
    assert!(
        page.contains("revoked 2025-11-24") && !page.contains("Replace<"),
        "it stays in the list, and stays revoked"
    );
    let back = location(&change(&site, &pipeline, "rotate", &id).await);
    assert!(get(&site, &back).await.1.contains("Somebody else changed this link first."));
    assert_eq!(status(&stranger, &second).await, 404);
}

#[tokio::test]
async fn a_link_lets_people_take_the_pipeline_along_where_its_maker_wants_that() {
    let site = Site::new().await;
    let pipeline = simulated(&site).await;
    let (seen, taken) =
        (share(&site, &pipeline, LIVE).await, share(&site, &pipeline, Made { downloads: true, ..LIVE }).await);
    let stranger = site.other_browser();
    for path in ["/document.json", "/charts/latency.svg", "/charts/latency.csv"] {
        assert_eq!(status(&stranger, &format!("{seen}{path}")).await, 404, "{path}");
        assert_eq!(status(&stranger, &format!("{taken}{path}")).await, 200, "{path}");
    }
    assert_eq!(status(&stranger, &format!("{taken}/charts/nothing.svg")).await, 404);
    assert_eq!(status(&stranger, &format!("{taken}/charts/latency.png")).await, 404);
    let (_, json) = get(&stranger, &format!("{taken}/document.json")).await;
    let document = Document::parse(&json).expect("a document");
    assert_eq!((document.name.as_str(), document.owners), ("Pay <u>now</u>", model::Owners::default()));
    let (_, page) = get(&stranger, &taken).await;
    let hrefs = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    for href in hrefs.filter(|href| href.starts_with("/shared/")) {
        assert_eq!(status(&stranger, href).await, 200, "{href}");
    }
    copy(&stranger, &seen).await;
    assert!(stranger.cookie().is_none(), "a copy would be a download");
    let opened = location(&copy(&stranger, &taken).await);
    assert!(opened.starts_with("/pipelines/") && !opened.starts_with(&pipeline), "{opened}");
    assert!(get(&stranger, &opened).await.1.contains("Pay &lt;u&gt;now"));
    assert_eq!(status(&stranger, &format!("{pipeline}/map")).await, 404, "the original stays out of reach");
    // Where nobody tries things without an account, only people can copy.
    let strict = site.run_otherwise(Instance { sandbox: false, ..instance() });
    assert!(!get(&strict, &taken).await.1.contains("Copy to my workspace"));
    copy(&strict, &taken).await;
    assert!(strict.cookie().is_none());
    sign_up(&strict, "ann").await;
    assert!(get(&strict, &taken).await.1.contains("Copy to my workspace"));
    assert!(location(&copy(&strict, &taken).await).starts_with("/pipelines/"));
}

#[tokio::test]
async fn an_instance_may_have_no_links() {
    let site = Site::new().await;
    let pipeline = simulated(&site).await;
    let shared = share(&site, &pipeline, Made { downloads: true, ..LIVE }).await;
    let without = site.run_otherwise(Instance { links: false, ..instance() });
    for path in ["", "/document.json", "/charts/latency.svg"] {
        assert_eq!(status(&without, &format!("{shared}{path}")).await, 404, "{path}");
    }
    copy(&without, &shared).await;
    assert!(without.cookie().is_none());
    without.come_with(&site.secret().expect("a session"));
    assert_eq!(status(&without, &format!("{pipeline}/share")).await, 404);
    assert!(!get(&without, &format!("{pipeline}/map")).await.1.contains("/share\""), "it is not offered");
    make_link(&without, &pipeline, LIVE).await;
    assert_eq!(ids(&site, &pipeline).await.len(), 1, "none was made");
    assert_eq!(status(&site.other_browser(), &shared).await, 200);
}

#[tokio::test]
async fn what_cannot_be_is_said_and_what_was_typed_is_kept() {
    let site = Site::new().await;
    let pipeline = simulated(&site).await;
    for (made, why) in [
        (Made { ends: "soon", ..LIVE }, "as in 2026-11-24"),
        (Made { ends: "2025-11-23", ..LIVE }, "This day is over."),
        (Made { password: "short", ..LIVE }, "at least 12 characters"),
        (Made { shows: "everything", ..LIVE }, "Choose what the link shows."),
        (Made { shows: "2", ..LIVE }, "There is no such version."),
        (Made { shows: "-1", ..LIVE }, "Choose what the link shows."),
    ] {
        let (shows, label) = (made.shows, "Partners");
        let back = make_link(&site, &pipeline, Made { label, ..made }).await;
        let (_, page) = get(&site, &back).await;
        assert!(page.contains(why), "{why}");
        assert!(shows == "2" || page.contains("value=\"Partners\""), "{why}");
        assert!(!page.contains("value=\"short\""), "but for the password");
    }
    assert_eq!(ids(&site, &pipeline).await, Vec::<String>::new(), "none was made");
}

#[tokio::test]
async fn what_is_shared_from_a_team_stands_in_its_log_and_is_inert_there() {
    let site = Site::new().await;
    sign_up(&site, "ann").await;
    let team = location(&post(&site, "/api/teams/create", "/teams", "name=Payments").await);
    let form = format!("name=Shared&team={}", team.trim_start_matches("/teams/"));
    let pipeline = location(&post(&site, "/api/home/create", "/", &form).await).trim_end_matches("/frame").to_owned();
    let label = "%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%E2%80%AE";
    let shared = share(&site, &pipeline, Made { label, ..LIVE }).await;
    let id = ids(&site, &pipeline).await.remove(0);
    change(&site, &pipeline, "rotate", &id).await;
    change(&site, &pipeline, "revoke", &id).await;
    for page in [format!("{pipeline}/share"), team.clone()] {
        let (_, page) = get(&site, &page).await;
        assert!(page.contains("<bdi>&lt;script&gt;alert(1)&lt;/script&gt;"), "{page}");
        assert!(!page.contains("<script>alert") && !page.contains(shared.trim_start_matches("/shared/")));
    }
    let (_, page) = get(&site, &team).await;
    for deed in ["made a share link to", "replaced a share link to", "revoked a share link to"] {
        assert!(page.contains(deed), "{deed}");
    }
}
