//! What happens while somebody waits for their turn: a password that is being checked, a simulation that runs.

use std::{
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use axum::http::StatusCode;
use engine::{
    Report, Settings,
    experiment::Findings,
    theory::{Case, Checked},
};
use model::Document;
use ports::{Caller, PasswordHash, Passwords, PipelineId, Prepare, SimulateError, Simulator, StoreError};

use super::{
    accounts::{PASSWORD, is_signed_in, set_up, sign_in, sign_up},
    invitations::bring_in,
    site::{SetUp, Site, get, location, post},
};
use crate::{cores::Cores, passwords::Argon2id};

const ANOTHER: &str = "another+long+secret+of+mine";
const THIRD: &str = "a+third+long+secret+of+mine";

type Happening = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Something that takes its time, and what happens meanwhile, once.
struct Meanwhile<T> {
    real: T,
    happening: Mutex<Option<Happening>>,
}

impl<T> fmt::Debug for Meanwhile<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Meanwhile")
    }
}

impl<T> Meanwhile<T> {
    fn new(real: T) -> Arc<Self> {
        Arc::new(Self { real, happening: Mutex::default() })
    }

    fn there_will(&self, happen: impl Future<Output = ()> + Send + 'static) {
        *self.happening.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::pin(happen));
    }

    async fn happens(&self) {
        let happening = self.happening.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(happening) = happening {
            happening.await;
        }
    }
}

#[async_trait]
impl Passwords for Meanwhile<Argon2id> {
    async fn hash(&self, password: String) -> Result<PasswordHash, StoreError> {
        self.real.hash(password).await
    }

    async fn fits(&self, password: String, kept: Option<PasswordHash>) -> Result<bool, StoreError> {
        let fits = self.real.fits(password, kept).await;
        self.happens().await;
        fits
    }

    async fn is_common(&self, password: String, about: Vec<String>) -> Result<bool, StoreError> {
        self.real.is_common(password, about).await
    }
}

#[async_trait]
impl Simulator for Meanwhile<Cores> {
    async fn simulate(&self, caller: Caller, document: Document, _: Settings) -> Result<Report, SimulateError> {
        let settings = Settings { replications: engine::FEWEST_REPLICATIONS, ..Settings::default() };
        let report = self.real.simulate(caller, document, settings).await;
        self.happens().await;
        report
    }

    async fn experiment(&self, caller: Caller, prepare: Prepare) -> Result<Findings, SimulateError> {
        self.real.experiment(caller, prepare).await
    }

    async fn check(&self, case: Case, among: usize, seed: u64) -> Result<Checked, SimulateError> {
        self.real.check(case, among, seed).await
    }
}

/// Has somebody change their password.
fn change(browser: &Site, current: &str, password: &str) -> impl Future<Output = ()> + Send + use<> {
    let (browser, form) = (browser.clone(), format!("current={current}&password={password}"));
    async move {
        post(&browser, "/api/account/change-password", "/account", &form).await;
    }
}

#[tokio::test]
async fn nobody_comes_in_by_a_password_that_is_changed_meanwhile() {
    let passwords = Meanwhile::new(Argon2id::new());
    let site = Site::set_up(SetUp { passwords: passwords.clone(), ..SetUp::default() }).await;
    sign_up(&site, "ann").await;
    let thief = site.other_browser();
    let pipeline = super::site::make(&thief).await;
    passwords.there_will(change(&site, PASSWORD, ANOTHER));
    let back = sign_in(&thief, "ann", PASSWORD).await;
    assert!(get(&thief, &back).await.1.contains("There is no account with this address and this password."));
    assert!(!is_signed_in(&thief).await && is_signed_in(&site).await);
    assert!(get(&thief, "/").await.1.contains(&pipeline), "and what they have stays theirs");
    assert_eq!(sign_in(&thief, "ann", ANOTHER).await, "/");
}

#[tokio::test]
async fn nobody_changes_a_password_by_one_that_is_changed_meanwhile() {
    let passwords = Meanwhile::new(Argon2id::new());
    let site = Site::set_up(SetUp { passwords: passwords.clone(), ..SetUp::default() }).await;
    sign_up(&site, "ann").await;
    let thief = site.other_browser();
    sign_in(&thief, "ann", PASSWORD).await;
    passwords.there_will(change(&site, PASSWORD, ANOTHER));
    change(&thief, PASSWORD, THIRD).await;
    assert!(!is_signed_in(&thief).await && is_signed_in(&site).await);
    assert_ne!(sign_in(&thief, "ann", THIRD).await, "/");
    assert_eq!(sign_in(&thief, "ann", ANOTHER).await, "/");
}

#[tokio::test]
async fn nobody_comes_into_an_account_that_is_disabled_meanwhile() {
    let passwords = Meanwhile::new(Argon2id::new());
    let site = Site::set_up(SetUp { passwords: passwords.clone(), ..SetUp::default() }).await;
    set_up(&site, "root").await;
    let ann = site.other_browser();
    sign_up(&ann, "ann").await;
    let disable = disable(&site, &ann).await;
    passwords.there_will(disable);
    assert_ne!(sign_in(&ann.other_browser(), "ann", PASSWORD).await, "/");
    assert!(!is_signed_in(&ann).await);
}

/// Has an administrator disable somebody's account.
async fn disable(administrator: &Site, whose: &Site) -> impl Future<Output = ()> + Send + use<> {
    let person = whose.desk().await.visitor().person().expect("somebody").id.0;
    let (browser, form) = (administrator.clone(), format!("person={person}&disabled=true"));
    async move {
        post(&browser, "/api/people/disable", "/people", &form).await;
    }
}

/// A team with a pipeline, and an editor of it: the address of the team, and of the pipeline.
async fn team(owner: &Site, editor: &Site) -> (String, String) {
    let team = location(&post(owner, "/api/teams/create", "/teams", "name=Payments").await);
    let id = team.trim_start_matches("/teams/").to_owned();
    let tried = location(&post(owner, "/api/home/try-example", "/", "slug=bank-gateway").await);
    let pipeline = tried.trim_end_matches("/map").to_owned();
    let form = format!("id={}&team={id}", pipeline.trim_start_matches("/pipelines/"));
    post(owner, "/api/pipeline/move", &format!("{pipeline}/place"), &form).await;
    bring_in(owner, &team, editor, "bob@example.org", "editor").await;
    assert_eq!(get(editor, &format!("{pipeline}/record")).await.0.status(), StatusCode::OK);
    (team, pipeline)
}

#[tokio::test]
async fn whoever_is_put_out_of_a_team_during_a_simulation_issues_no_record() {
    let simulator = Meanwhile::new(Cores::new(Duration::from_secs(600)));
    let site = Site::set_up(SetUp { simulator: simulator.clone(), ..SetUp::default() }).await;
    sign_up(&site, "ann").await;
    let bob = site.other_browser();
    sign_up(&bob, "bob").await;
    let (team, pipeline) = team(&site, &bob).await;
    let person = bob.desk().await.visitor().person().expect("somebody").id.0;
    let put_out = format!("team={}&person={person}&disabled=true", team.trim_start_matches("/teams/"));
    let id = pipeline.trim_start_matches("/pipelines/").to_owned();
    let (owner, page) = (site.clone(), team.clone());
    simulator.there_will(async move {
        post(&owner, "/api/teams/disable", &page, &put_out).await;
    });
    post(&bob, "/api/records/issue", &format!("{pipeline}/record"), &format!("id={id}&version=1")).await;
    let id = PipelineId(id.parse().expect("an id"));
    assert_eq!(get(&bob, &format!("{pipeline}/record")).await.0.status(), StatusCode::NOT_FOUND, "they are out");
    assert_eq!(site.desk().await.list_records(id).await.expect("a list"), []);
}

#[tokio::test]
async fn whoever_may_not_come_in_any_more_gets_nothing_of_what_a_team_has() {
    let site = Site::new().await;
    set_up(&site, "root").await;
    let (ann, bob) = (site.other_browser(), site.other_browser());
    sign_up(&ann, "ann").await;
    sign_up(&bob, "bob").await;
    let (team, _) = team(&ann, &bob).await;
    let export = format!("{team}/export.zip");
    assert_eq!(get(&bob, &export).await.0.status(), StatusCode::OK);
    let disable = disable(&site, &bob).await;
    let turn = site.exports.wait().await.expect("a turn");
    let meanwhile = async {
        // Long enough for the other to be waiting by then.
        tokio::time::sleep(Duration::from_millis(500)).await;
        disable.await;
        drop(turn);
    };
    let ((response, _), ()) = tokio::join!(get(&bob, &export), meanwhile);
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}
