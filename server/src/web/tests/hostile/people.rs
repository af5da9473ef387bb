//! In all that people call themselves and each other, and say: names of people, teams, links and versions, comments and
//! sign-offs.

use std::{collections::BTreeMap, sync::Mutex};

use axum::{body::Body, http::Request};
use ports::{Accounts, CameBy, Email, NewAccount, NewSession, PersonId, Purpose, Secret, TeamId, Ticket, UnixMillis};

use super::{
    super::{
        accounts::sign_up,
        discussion::unzipped,
        site::{Site, encoded, get, location, post},
    },
    bones, bones_of_markdown, check_csv, harmless, hostile,
};

/// A team with one pipeline, and its owner's browser.
struct Team {
    owner: Site,
    team: String,
    pipeline: String,
    members: Vec<Site>,
    /// What the version that is named is called now, as it stands in a form.
    named: Mutex<String>,
}

impl Team {
    async fn new() -> Self {
        let owner = Site::new().await;
        sign_up(&owner, "owner").await;
        let address = location(&post(&owner, "/api/teams/create", "/teams", "name=Ours").await);
        let team = address.trim_start_matches("/teams/").to_owned();
        let made = location(&post(&owner, "/api/home/try-example", "/", "slug=three-services").await);
        let pipeline = made.split('/').nth(2).expect("an id").to_owned();
        post(&owner, "/api/pipeline/move", "/", &format!("id={pipeline}&team={team}")).await;
        Self { owner, team, pipeline, members: Vec::new(), named: Mutex::default() }
    }

    /// One more member with a name of their own, who is asked to sign the pipeline off.
    async fn member(&mut self) {
        let number = self.members.len();
        let email: Email = format!("member-{number}@example.org").parse().expect("an address");
        let name = format!("member {number}").parse().expect("a name");
        let account = NewAccount { email, name, password: None, guest: None };
        let person = self.owner.store.open_account(account).await.expect("an account");
        let member = self.owner.other_browser();
        member.come_with(&self.session(person).await);
        let form = format!("team={}&email=member-{number}@example.org&role=viewer", self.team);
        sent(&self.owner, "/api/teams/invite", &form).await;
        // In place of the link that the owner's page shows.
        let (secret, team) = (Secret::new(), self.team.parse().expect("an id"));
        let purpose = Purpose::Join(person, Some(TeamId(team)));
        let ticket = Ticket { digest: secret.digest(), purpose, ends_at: UnixMillis(i64::MAX) };
        self.owner.store.keep_ticket(ticket).await.expect("a ticket");
        assert!(sent(&member, "/api/teams/accept", &format!("ticket={}", secret.reveal())).await);
        sent(&self.owner, "/api/discussion/name-decider", &format!("id={}&person={}", self.pipeline, person.0)).await;
        self.members.push(member);
    }

    async fn session(&self, person: PersonId) -> Secret {
        let secret = Secret::new();
        let (lasts_ms, idle_ms) = (1_000_000_000, 1_000_000_000);
        let session = NewSession {
            person,
            by: CameBy::Beginning,
            secret: secret.clone(),
            agent: String::new(),
            lasts_ms,
            idle_ms,
        };
        self.owner.store.begin_session(session).await.expect("a session");
        secret
    }

    /// Writes a text into one of the [`FIELDS`], as the last member or the owner; says whether it may stand there.
    async fn write(&self, field: &Field, text: &str) -> bool {
        let member = self.members.last().expect("a member");
        let who = if field.by_owner { &self.owner } else { member };
        let text = encoded(text);
        let form = field.form.replace("{team}", &self.team).replace("{pipeline}", &self.pipeline).replace("{}", &text);
        let form = form.replace("{seen}", &self.named.lock().expect("nobody panicked"));
        let taken = sent(who, field.path, &form).await;
        if taken && field.form.contains("{seen}") {
            *self.named.lock().expect("nobody panicked") = text;
        }
        taken
    }

    async fn page(&self, path: &str) -> String {
        let path = path.replace("{team}", &self.team).replace("{pipeline}", &self.pipeline);
        let (response, page) = get(&self.owner, &path).await;
        assert!(response.status().is_success(), "{path}: {}", response.status());
        page
    }

    /// The files of what the team takes along.
    async fn export(&self) -> BTreeMap<String, String> {
        let request = Request::get(format!("/teams/{}/export.zip", self.team)).body(Body::empty()).expect("a request");
        unzipped(self.owner.send_for_bytes(request).await.1)
    }
}

/// A form, and whose it is.
struct Field {
    path: &'static str,
    /// `{}` is where the text stands.
    form: &'static str,
    by_owner: bool,
}

const FIELDS: [Field; 8] = [
    Field { path: "/api/account/rename", form: "name={}", by_owner: false },
    Field { path: "/api/discussion/comment", form: "id={pipeline}&version=1&about=pipeline&body={}", by_owner: false },
    Field {
        path: "/api/discussion/sign-off",
        form: "id={pipeline}&version=1&position=objects&because={}",
        by_owner: false,
    },
    Field {
        path: "/api/links/make",
        form: "id={pipeline}&shows=1&label={}&ends=&password=&downloads=yes",
        by_owner: true,
    },
    Field { path: "/api/history/name", form: "id={pipeline}&version=1&seen={seen}&name={}", by_owner: true },
    Field { path: "/api/teams/create", form: "name={}", by_owner: true },
    Field { path: "/api/teams/rename", form: "team={team}&name={}", by_owner: true },
    Field { path: "/api/teams/invite", form: "team={team}&email={}@example.org&role=viewer", by_owner: true },
];

/// Where these texts are shown to an owner of the team.
const PAGES: [&str; 8] = [
    "/",
    "/teams",
    "/teams/{team}",
    "/pipelines/{pipeline}/discussion",
    "/pipelines/{pipeline}/history",
    "/pipelines/{pipeline}/share",
    "/pipelines/{pipeline}/place",
    "/pipelines/{pipeline}/record",
];

/// Sends a form; says whether it was taken.
async fn sent(site: &Site, path: &str, form: &str) -> bool {
    !location(&post(site, path, "/", form).await).contains("__err=")
}

/// What a page is made of, whatever the order: a list of names has another order with other names.
fn unordered(html: &str) -> Vec<String> {
    let mut all = bones(html);
    all.sort_unstable();
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_write_comes_out_inert() {
    let (mut theirs, mut twins) = tokio::join!(Team::new(), Team::new());
    let mut stood = [0; FIELDS.len()];
    for text in hostile() {
        tokio::join!(theirs.member(), twins.member());
        for (field, stood) in FIELDS.iter().zip(&mut stood) {
            if theirs.write(field, &text).await {
                assert!(twins.write(field, &harmless(&text)).await, "{}: letters may stand anywhere", field.path);
                *stood += 1;
            }
        }
        // Everybody sees their own name on every page.
        let (their, twin) = (theirs.members.last().expect("a member"), twins.members.last().expect("a member"));
        let (one, other) = (get(their, "/account").await.1, get(twin, "/account").await.1);
        assert_eq!(bones(&one), bones(&other), "{text:?} as a name");
    }
    // Names have one line, and an address holds none of these; what somebody says has all lines they like.
    assert_eq!(stood[1], 200, "comments");
    assert!(stood[..7].iter().all(|stood| *stood >= 160), "{stood:?}");
    assert_eq!(stood[7], 0, "addresses");

    for team in [&theirs, &twins] {
        assert!(sent(&team.owner, "/api/records/issue", &format!("id={}&version=1", team.pipeline)).await);
    }
    for page in PAGES {
        assert_eq!(unordered(&theirs.page(page).await), unordered(&twins.page(page).await), "{page}");
    }
    let (export, twin) = (theirs.export().await, twins.export().await);
    assert_eq!(export.len(), twin.len());
    for ((name, text), harmless) in export.iter().zip(twin.values()) {
        match name.rsplit_once('.').expect("an ending").1 {
            "md" => assert_eq!(bones_of_markdown(text), bones_of_markdown(harmless), "{name}"),
            "csv" => check_csv(text, name),
            _ => drop(serde_json::from_str::<serde_json::Value>(text).expect("JSON")),
        }
    }
}
