//! Who gets what: every address x everybody x what is theirs, what is others' and what does not exist.
//!
//! An address without a row fails the test, and so does an answer that is not what the row says. Whoever may not see a thing
//! gets the very bytes that they would get if it did not exist.

mod rows;
mod texts;
mod world;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::Path,
    sync::Arc,
};

use axum::{
    body::Body,
    http::{StatusCode, header},
};
use model::EXAMPLES;
use ports::access;
use tokio::task::JoinSet;

use self::{
    rows::{Need, ROWS, Request, Row},
    world::{Who, Whose, World},
};
use super::site::Site;

/// What somebody gets.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Answer {
    status: u16,
    /// All that they can see, without what is random in each answer.
    seen: String,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_gets_what_is_theirs_and_nothing_else() {
    let template = tempfile::tempdir().expect("a directory");
    let world = Arc::new(World::make(template.path()).await);
    let template = Arc::new(template);
    let mut tasks = JoinSet::new();
    for who in Who::ALL {
        let (world, template) = (Arc::clone(&world), Arc::clone(&template));
        tasks.spawn(async move { answers(who, &world, template.path()).await });
    }
    let mut cells: BTreeMap<usize, BTreeMap<(Who, Whose), Answer>> = BTreeMap::new();
    for (place, who, whose, answer) in tasks.join_all().await.into_iter().flatten() {
        cells.entry(place).or_default().insert((who, whose), answer);
    }
    let mut wrong = Vec::new();
    for (place, row) in ROWS.iter().enumerate() {
        for (&(who, whose), answer) in &cells[&place] {
            let expected = expected(row.need, who, whose);
            if answer.status != expected {
                let Answer { status, seen } = answer;
                wrong.push(format!("{} {who:?} {whose:?}: {status}, not {expected}: {seen:.200}", row.path));
            }
            let missing = &cells[&place][&(who, Whose::Missing)];
            if answer.status == 404 && answer != missing {
                wrong.push(format!(
                    "{} {who:?} {whose:?}: what is others' differs from what is missing:\n{}\n{}",
                    row.path, answer.seen, missing.seen
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
    insta::assert_snapshot!(table(&cells));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_write_from_another_site_lands_and_every_answer_is_hardened() {
    let template = tempfile::tempdir().expect("a directory");
    let world = World::make(template.path()).await;
    let site = Site::on_copy_of(template.path()).await;
    site.come_with(world.secret(Who::Owner).expect("a secret"));
    for row in ROWS {
        let writes = !matches!(row.request, Request::Get(_));
        for origin in [
            [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")].as_slice(),
            &[("sec-fetch-site", "same-site")],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
        ] {
            let (response, body) = site.send(request(row, Who::Owner, Whose::Own, &world, origin)).await;
            if writes {
                assert_eq!(response.status(), StatusCode::FORBIDDEN, "{} {origin:?}: {body:.200}", row.path);
            } else {
                assert_ne!(
                    response.status(),
                    StatusCode::FORBIDDEN,
                    "{} {origin:?}: reading is nobody's harm",
                    row.path
                );
            }
            let header =
                |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
            assert_eq!(header("x-content-type-options"), "nosniff", "{}", row.path);
            assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{}", row.path);
            let referrer = if row.path.starts_with("/shared/") { "no-referrer" } else { "same-origin" };
            assert_eq!(header("referrer-policy"), referrer, "{}", row.path);
            let policy = header("content-security-policy");
            assert!(
                policy.contains("default-src 'none'") && !policy.contains("unsafe-inline"),
                "{}: {policy}",
                row.path
            );
            if header("content-type").starts_with("text/html") {
                assert!(policy.contains("frame-ancestors 'none'"), "{}: {policy}", row.path);
                assert_eq!(header("cache-control"), "no-store", "{}", row.path);
            }
        }
    }
    // Whatever was asked for, nothing has changed: what is theirs is there, and nothing was added.
    let desk = site.desk().await;
    let own = access::workspaces(desk.store.as_ref(), desk.visitor()).await.expect("they are listed");
    for workspace in &own {
        let listed = desk.store.list_pipelines(workspace).await.expect("they are listed");
        assert!(listed.iter().all(|pipeline| pipeline.version == 1 && pipeline.archived_at.is_none()), "{listed:?}");
        assert_eq!(listed.len(), usize::from(workspace.team().is_some()), "{listed:?}");
    }
}

#[test]
fn every_address_has_a_row() {
    let rows: BTreeSet<&str> = ROWS.iter().map(|row| row.path).collect();
    let functions = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned());
    let pages = super::super::PAGES.iter().map(|page| page.path().to_owned());
    let routes = super::super::public().into_iter().chain(super::super::personal()).map(|(path, _)| path.to_owned());
    let all: BTreeSet<String> =
        functions.chain(pages).chain(routes).filter(|path| path != "/api/{*function}").collect();
    let without: Vec<&String> = all.iter().filter(|path| !rows.contains(path.as_str())).collect();
    assert!(without.is_empty(), "no row says who gets {without:?}");
    let nowhere: Vec<&&str> = rows.iter().filter(|row| !all.contains(**row)).collect();
    assert!(nowhere.is_empty(), "there is no {nowhere:?}");
}

/// What one person gets from each address, each time in a world that nobody has changed before: after every change there is
/// another.
async fn answers(who: Who, world: &World, template: &Path) -> Vec<(usize, Who, Whose, Answer)> {
    let mut site = Site::on_copy_of(template).await;
    let mut answers = Vec::new();
    for (place, row) in ROWS.iter().enumerate() {
        for whose in Whose::ALL {
            let browser = site.other_browser();
            if let Some(secret) = world.secret(who) {
                browser.come_with(secret);
            }
            let before = site.last_write();
            answers.push((place, who, whose, answer(&browser, row, who, whose, world).await));
            if site.last_write() != before {
                site = Site::on_copy_of(template).await;
            }
        }
    }
    answers
}

async fn answer(browser: &Site, row: &Row, who: Who, whose: Whose, world: &World) -> Answer {
    let (response, body) = browser.send(request(row, who, whose, world, &[("sec-fetch-site", "same-origin")])).await;
    let location =
        response.headers().get(header::LOCATION).and_then(|location| location.to_str().ok()).unwrap_or_default();
    let status = match response.status() {
        // A page for people who are signed in sends others to where they sign in.
        StatusCode::FOUND if location.starts_with("/sign-in") => 401,
        status => status.as_u16(),
    };
    Answer { status, seen: seen(&response, &body) }
}

/// The request of a row, with headers that say where it comes from.
fn request(row: &Row, who: Who, whose: Whose, world: &World, origin: &[(&str, &str)]) -> axum::http::Request<Body> {
    let things = world.things(who, whose);
    let unique = format!("{}.{whose:?}", who.word().replace(' ', ".")).to_lowercase();
    let document = EXAMPLES[1].document().to_json().replace('"', "\\\"");
    let fill = |text: &str| things.put_into(text).replace("{unique}", &unique).replace("{document}", &document);
    let mut request = axum::http::Request::builder().header(header::HOST, "forkline.test");
    for (name, value) in origin {
        request = request.header(*name, *value);
    }
    let request = match row.request {
        Request::Get(path) => request.uri(fill(path)).body(Body::empty()),
        Request::Form(body) => request
            .method("POST")
            .uri(row.path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(fill(body))),
        Request::Json(body) => request
            .method("POST")
            .uri(row.path)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(fill(body))),
        Request::Parts(parts) => {
            let mut body = String::new();
            for (name, value) in parts {
                let _ = write!(
                    body,
                    "--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{}\r\n",
                    fill(value)
                );
            }
            request
                .method("POST")
                .uri(row.path)
                .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
                .body(Body::from(body + "--edge--\r\n"))
        }
    };
    request.expect("a request")
}

/// All that somebody can see of an answer, without its nonce and its request id.
fn seen(response: &axum::http::Response<()>, body: &str) -> String {
    let mut text = String::new();
    for (name, value) in response.headers() {
        let _ = writeln!(text, "{name}: {}", String::from_utf8_lossy(value.as_bytes()));
    }
    text.push_str(body);
    let id = response.headers()["x-request-id"].to_str().expect("text").to_owned();
    text = text.replace(&id, "(request)");
    if let Some(nonce) = text.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).map(str::to_owned) {
        text = text.replace(&nonce, "(nonce)");
    }
    text
}

/// What somebody should get.
fn expected(need: Need, who: Who, whose: Whose) -> u16 {
    let own = whose == Whose::Own;
    // Levels as the README has them: 1 sees, 2 edits, 3 manages.
    let of_pipeline = match who {
        _ if !own => 0,
        Who::Viewer => 1,
        Who::Editor => 2,
        Who::Owner | Who::OtherTeam | Who::Sandbox | Who::Administrator => 3,
        Who::Nobody | Who::Link | Who::RevokedLink | Who::EndedLink | Who::Invited | Who::LeftTeam | Who::Disabled => 0,
    };
    let in_team = match who {
        Who::Sandbox | Who::Administrator => 0,
        _ => of_pipeline,
    };
    let at_least = |level: u8, has: u8| match has {
        0 => 404,
        has if has < level => 403,
        _ => 200,
    };
    let with_account = |status: u16| if who.has_account() { status } else { 401 };
    match need {
        Need::Nothing => 200,
        Need::Refused(0) => with_account(422),
        Need::Refused(status) => status,
        Need::Read => at_least(1, of_pipeline),
        Need::Edit => at_least(2, of_pipeline),
        Need::Manage => at_least(3, of_pipeline),
        Need::Decider => match who {
            // The world asks the viewer of the team, and nobody of the other team.
            Who::Editor | Who::Owner | Who::OtherTeam if own => 403,
            _ => at_least(1, of_pipeline),
        },
        Need::Member => at_least(1, in_team),
        Need::TeamOwner => at_least(3, in_team),
        Need::Account => with_account(200),
        Need::Connection => with_account(if own { 200 } else { 404 }),
        Need::Invitation => with_account(if who == Who::Invited && own { 200 } else { 404 }),
        Need::Administrator => {
            if who == Who::Administrator {
                200
            } else {
                404
            }
        }
        Need::AdministratorOfSomebody => {
            if who == Who::Administrator && whose != Whose::Missing {
                200
            } else {
                404
            }
        }
        Need::Link => {
            if own && !matches!(who, Who::RevokedLink | Who::EndedLink) {
                200
            } else {
                404
            }
        }
        Need::Ticket => {
            if own {
                200
            } else {
                404
            }
        }
    }
}

/// The matrix as a table: for each address and person what they get of their own, of others' and of what is missing.
fn table(cells: &BTreeMap<usize, BTreeMap<(Who, Whose), Answer>>) -> String {
    let mut table = String::from("own / others' / missing\n\n| address |");
    for who in Who::ALL {
        let _ = write!(table, " {} |", who.word());
    }
    let _ = writeln!(table, "\n|{}", "---|".repeat(Who::ALL.len() + 1));
    for (place, row) in ROWS.iter().enumerate() {
        let _ = write!(table, "| {} |", row.path);
        for who in Who::ALL {
            let statuses = Whose::ALL.map(|whose| cells[&place][&(who, whose)].status.to_string());
            let _ = match &statuses {
                [own, others, missing] if own == others && own == missing => write!(table, " {own} |"),
                [own, others, missing] => write!(table, " {own} / {others} / {missing} |"),
            };
        }
        table.push('\n');
    }
    table
}
