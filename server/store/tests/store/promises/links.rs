//! Promises about share links.

use ports::{
    LinkFacts, LinkId, NewLink, PasswordHash, PipelineId, Run, Secret, ShareLink, Shared, UnixMillis,
    access::{CanFollow, CanManage, Followed, Refused, by_link, to_pipeline},
    fake::Desk,
};
use uuid::Uuid;

use super::{created, document, is_missing, is_overtaken, saved};

const NOW: UnixMillis = UnixMillis(1_700_000_000_000);
const LATER: UnixMillis = UnixMillis(NOW.0 + 1);

fn new(secret: &Secret) -> NewLink {
    let digest = secret.digest();
    NewLink { digest, label: None, version: None, downloads: false, ends_at: None, password: None }
}

async fn manage(desk: &Desk, id: PipelineId) -> CanManage {
    to_pipeline(desk.store.as_ref(), desk.visitor(), id).await.expect("it is theirs")
}

async fn made(desk: &Desk, id: PipelineId, link: NewLink) -> LinkId {
    desk.store.make_link(&manage(desk, id).await, link).await.expect("it is made")
}

async fn facts(desk: &Desk, secret: &Secret, browser: Option<&Secret>) -> Option<LinkFacts> {
    let browser = browser.map(Secret::digest);
    desk.store.link(&secret.digest(), browser.as_ref()).await.expect("it is looked up")
}

async fn followed(desk: &Desk, secret: &Secret, browser: Option<&Secret>) -> Result<Followed, Refused> {
    by_link(desk.store.as_ref(), true, secret, browser, NOW).await
}

async fn follow(desk: &Desk, secret: &Secret) -> CanFollow {
    followed(desk, secret, None).await.expect("it is good").open().expect("it is open")
}

pub(super) async fn a_live_link_shows_the_latest_version_and_a_fixed_one_its_own(desk: &Desk) {
    let id = created(desk, "1").await.id;
    saved(desk, id, 1, "2").await;
    let report = engine::compare(&document("2"), engine::Settings { replications: 5, ..Default::default() });
    let run = Run::of(report.expect("it runs"));
    desk.keep_run(id, 2, &run).await.expect("it is kept");
    let (live, fixed) = (Secret::new(), Secret::new());
    made(desk, id, new(&live)).await;
    made(desk, id, NewLink { version: Some(2), ..new(&fixed) }).await;
    let mut with_people = document("3");
    with_people.owners.deciders.push("Ann".to_owned());
    with_people.owners.on_call = "Bob".to_owned();
    desk.save_pipeline(id, 2, &with_people).await.expect("it is saved");
    let shown = async |secret: &Secret| {
        let Shared { saved, run } = desk.store.get_shared(&follow(desk, secret).await).await.expect("it is shown");
        assert_eq!((saved.id, saved.saved_by), (id, None));
        assert_eq!(saved.document, document(&saved.version.to_string()), "without people");
        (saved.version, run)
    };
    assert_eq!(shown(&live).await, (3, None));
    assert_eq!(shown(&fixed).await, (2, Some(run)));
    let of_none = NewLink { version: Some(4), ..new(&Secret::new()) };
    assert!(is_missing(&desk.store.make_link(&manage(desk, id).await, of_none).await), "there is no such version");
}

pub(super) async fn links_are_listed_as_they_were_made_the_latest_first(desk: &Desk) {
    let (id, other) = (created(desk, "1").await.id, created(desk, "other").await.id);
    let first = made(desk, id, new(&Secret::new())).await;
    let label = Some("For <b>ACME</b>".parse().expect("a label"));
    let second = NewLink {
        label: label.clone(),
        version: Some(1),
        downloads: true,
        ends_at: Some(LATER),
        password: Some(PasswordHash("hash".to_owned())),
        ..new(&Secret::new())
    };
    let second = made(desk, id, second).await;
    made(desk, other, new(&Secret::new())).await;
    let plain = ShareLink {
        id: first,
        label: None,
        version: None,
        downloads: false,
        has_password: false,
        ends_at: None,
        made_by: ports::Name::guest(),
        made_at: NOW,
        revoked_at: None,
    };
    let full = ShareLink {
        id: second,
        label,
        version: Some(1),
        downloads: true,
        has_password: true,
        ends_at: Some(LATER),
        ..plain.clone()
    };
    assert_eq!(desk.store.list_links(&manage(desk, id).await).await.expect("a list"), [full, plain]);
}

pub(super) async fn a_link_is_recognised_by_its_latest_secret_until_it_is_revoked(desk: &Desk) {
    let (id, other) = (created(desk, "1").await.id, created(desk, "other").await.id);
    let (first, second) = (Secret::new(), Secret::new());
    let link = made(desk, id, new(&first)).await;
    let (manage, manage_other) = (manage(desk, id).await, manage(desk, other).await);
    // Who manages another pipeline cannot touch it.
    assert!(is_missing(&desk.store.rotate_link(&manage_other, link, second.digest()).await));
    assert!(is_missing(&desk.store.revoke_link(&manage_other, link).await));
    assert!(is_missing(&desk.store.revoke_link(&manage, LinkId(Uuid::now_v7())).await));
    follow(desk, &first).await;
    desk.store.rotate_link(&manage, link, second.digest()).await.expect("it gets another secret");
    assert_eq!(facts(desk, &first, None).await, None);
    follow(desk, &second).await;
    desk.store.revoke_link(&manage, link).await.expect("it is revoked");
    assert!(matches!(followed(desk, &second, None).await, Err(Refused::Missing(_))));
    assert_eq!(facts(desk, &second, None).await.and_then(|facts| facts.revoked_at), Some(NOW));
    assert!(is_overtaken(&desk.store.rotate_link(&manage, link, Secret::new().digest()).await), "it stays revoked");
    assert!(is_overtaken(&desk.store.revoke_link(&manage, link).await));
}

pub(super) async fn a_password_is_said_once_by_a_browser_and_anew_after_a_rotation(desk: &Desk) {
    let id = created(desk, "1").await.id;
    let (secret, other) = (Secret::new(), Secret::new());
    let locked = |secret: &Secret| NewLink { password: Some(PasswordHash("hash".to_owned())), ..new(secret) };
    let link = made(desk, id, locked(&secret)).await;
    made(desk, id, locked(&other)).await;
    let is_open = async |secret: &Secret, browser: Option<&Secret>| {
        followed(desk, secret, browser).await.expect("it is good").open().is_ok()
    };
    let unlock = async |secret: &Secret, browser: &Secret, before: Option<&Secret>, until: UnixMillis| {
        let found = followed(desk, secret, None).await;
        let Ok(Followed::Locked(right)) = found else { panic!("{found:?}") };
        let unlocked = desk.store.unlock_link(&right, browser.digest(), before.map(Secret::digest), until).await;
        unlocked.expect("it is kept");
    };
    let (browser, again, stranger) = (Secret::new(), Secret::new(), Secret::new());
    unlock(&secret, &browser, None, NOW).await;
    assert!(!is_open(&secret, Some(&browser)).await, "that was long ago");
    unlock(&secret, &browser, Some(&browser), LATER).await;
    assert!(is_open(&secret, Some(&browser)).await);
    assert!(!is_open(&secret, Some(&stranger)).await && !is_open(&secret, None).await);
    assert!(!is_open(&other, Some(&browser)).await, "each link has a password of its own");
    // A browser that says another link's password keeps what it had, under what it is recognised by now.
    unlock(&other, &again, Some(&browser), LATER).await;
    assert!(is_open(&secret, Some(&again)).await && is_open(&other, Some(&again)).await);
    assert!(!is_open(&secret, Some(&browser)).await);
    let next = Secret::new();
    desk.store.rotate_link(&manage(desk, id).await, link, next.digest()).await.expect("it gets another secret");
    assert!(!is_open(&next, Some(&again)).await && is_open(&other, Some(&again)).await);
}
