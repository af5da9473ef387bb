//! A team with a pipeline to talk about, for the tests that need one.

use axum::http::Response;
use ports::{
    MemberState, Teams,
    access::{self, InTeam},
};

use super::{
    accounts::sign_up,
    invitations::bring_in,
    site::{self, Site, location, post},
};

/// A page without the marks by which the renderer keeps texts apart.
pub(super) async fn get(site: &Site, path: &str) -> (Response<()>, String) {
    let (response, page) = site::get(site, path).await;
    (response, page.replace("<!>", ""))
}

/// A team with Ann, its owner, and Bob, who only sees; and Eve, who is in no team.
pub(super) struct Room {
    pub(super) ann: Site,
    pub(super) bob: Site,
    pub(super) eve: Site,
    pub(super) team: String,
    pub(super) id: String,
}

impl Room {
    pub(super) async fn new() -> Self {
        let ann = Site::new().await;
        let (bob, eve) = (ann.other_browser(), ann.other_browser());
        for (browser, name) in [(&ann, "ann"), (&bob, "bob"), (&eve, "eve")] {
            sign_up(browser, name).await;
        }
        let address = location(&post(&ann, "/api/teams/create", "/teams", "name=Payments").await);
        let team = address.trim_start_matches("/teams/").to_owned();
        bring_in(&ann, &address, &bob, "bob@example.org", "viewer").await;
        let example = location(&post(&ann, "/api/home/try-example", "/", "slug=checkout").await);
        let id = example.split('/').nth(2).expect("an id").to_owned();
        post(&ann, "/api/pipeline/move", "/", &format!("id={id}&team={team}")).await;
        Self { ann, bob, eve, team, id }
    }

    pub(super) fn address(&self) -> String {
        format!("/pipelines/{}/discussion", self.id)
    }

    pub(super) async fn page(&self, who: &Site) -> String {
        get(who, &self.address()).await.1
    }

    /// Posts a form from the page; answers with where that leads.
    pub(super) async fn post(&self, who: &Site, verb: &str, form: &str) -> String {
        let form = format!("id={}&{form}", self.id);
        location(&post(who, &format!("/api/discussion/{verb}"), &self.address(), &form).await)
    }

    /// Says something about what `about` names; answers the id of the comment.
    pub(super) async fn say(&self, who: &Site, about: &str, body: &str) -> String {
        let back = self.post(who, "comment", &format!("version=1&about={about}&body={body}")).await;
        back.split("#comment-").nth(1).unwrap_or_else(|| panic!("{back}")).to_owned()
    }

    /// The ids of the team's members by name.
    pub(super) async fn member(&self, name: &str) -> String {
        let desk = self.ann.desk().await;
        let team = ports::TeamId(self.team.parse().expect("an id"));
        let of: InTeam = access::to_team(&self.ann.store, desk.visitor(), team).await.expect("a member");
        let members = self.ann.store.list_members(&of).await.expect("a list");
        let member = members.into_iter().find(|member| member.person.name.as_str() == name).expect("a member");
        assert_eq!(member.membership.state, MemberState::Active);
        member.person.id.0.to_string()
    }
}
