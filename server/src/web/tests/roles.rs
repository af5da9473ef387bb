//! Administrators and owners, and that neither instances nor teams are left without.

use super::{
    accounts::{PASSWORD, is_signed_in, set_up, sign_in, sign_up},
    invitations::bring_in,
    site::{Site, get, location, post},
};
use axum::http::StatusCode;

async fn id(browser: &Site) -> String {
    browser.desk().await.visitor().person().expect("somebody").id.0.to_string()
}

#[tokio::test]
async fn an_administrator_appoints_another_and_takes_it_back() {
    let site = Site::new().await;
    set_up(&site, "root").await;
    let ann = site.other_browser();
    sign_up(&ann, "ann").await;
    let (root, person) = (id(&site).await, id(&ann).await);
    let appoint = async |browser: &Site, person: &str, administrator: bool| {
        let form = format!("person={person}&administrator={administrator}");
        location(&post(browser, "/api/people/administrator", "/people", &form).await)
    };
    assert!(get(&site, "/people").await.1.contains("Make administrator"));
    appoint(&ann, &person, true).await;
    assert_eq!(get(&ann, "/people").await.0.status(), StatusCode::NOT_FOUND, "nobody appoints themselves");
    assert_eq!(appoint(&site, &person, true).await, "/people?");
    assert!(get(&ann, "/people").await.1.contains("No longer administrator"));
    appoint(&ann, &root, false).await;
    assert_eq!(get(&site, "/people").await.0.status(), StatusCode::NOT_FOUND);
    let back = appoint(&ann, &person, false).await;
    assert!(get(&ann, &back).await.1.contains("This is the last administrator"));
    assert_eq!(get(&ann, "/people").await.0.status(), StatusCode::OK);
    assert!(is_signed_in(&site).await, "who looks after nothing any more is signed in all the same");
}

#[tokio::test]
async fn a_team_whose_last_owner_is_disabled_is_told_of_and_given_another() {
    let site = Site::new().await;
    set_up(&site, "root").await;
    let (ann, bob) = (site.other_browser(), site.other_browser());
    sign_up(&ann, "ann").await;
    sign_up(&bob, "bob").await;
    let team = location(&post(&ann, "/api/teams/create", "/teams", "name=Payments").await);
    let team_id = team.trim_start_matches("/teams/").to_owned();
    bring_in(&ann, &team, &bob, "bob@example.org", "owner").await;
    let (first, second) = (id(&ann).await, id(&bob).await);
    let disable = async |person: &str, disabled: bool| {
        let form = format!("person={person}&disabled={disabled}");
        assert_eq!(location(&post(&site, "/api/people/disable", "/people", &form).await), "/people?");
        get(&site, "/people").await.1
    };
    assert!(!disable(&first, true).await.contains("Teams without an owner"));
    // Whoever is left as the only one who can act stays, and stays an owner.
    let back = location(&post(&bob, "/api/teams/leave", &team, &format!("team={team_id}")).await);
    assert!(get(&bob, &back).await.1.contains("A team keeps an owner"));
    let form = format!("team={team_id}&person={second}&role=viewer");
    let back = location(&post(&bob, "/api/teams/change-role", &team, &form).await);
    assert!(get(&bob, &back).await.1.contains("A team keeps an owner"));
    // Disabling works at once, and says what it leaves.
    let page = disable(&second, true).await;
    assert!(page.contains("Teams without an owner") && page.contains("Payments"), "{page}");
    assert!(page.contains("Nobody else is in it."), "{page}");
    assert!(!disable(&first, false).await.contains("Teams without an owner"));
    // Ann puts Bob back to where he was an editor; then he is left alone.
    disable(&second, false).await;
    for (browser, name) in [(&ann, "ann"), (&bob, "bob")] {
        assert_eq!(sign_in(browser, name, PASSWORD).await, "/", "all sessions had ended");
    }
    let form = format!("team={team_id}&person={second}&role=editor");
    post(&ann, "/api/teams/change-role", &team, &form).await;
    assert!(disable(&first, true).await.contains("bob (bob@example.org)"));
    let appoint = format!("team={team_id}&person={second}");
    post(&bob, "/api/people/owner", "/people", &appoint).await;
    assert!(get(&site, "/people").await.1.contains("Teams without an owner"), "it is for an administrator to do");
    assert_eq!(location(&post(&site, "/api/people/owner", "/people", &appoint).await), "/people?");
    assert!(!get(&site, "/people").await.1.contains("Teams without an owner"));
    assert!(get(&bob, &team).await.1.contains("You are an owner here"));
}
