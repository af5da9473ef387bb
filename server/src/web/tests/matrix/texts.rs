//! Texts that nobody expects in every field of every form: none breaks anything, and none comes out as anything but text.

use axum::{
    body::Body,
    http::{Request as HttpRequest, header},
};

use super::{
    super::site::{Site, encoded, get},
    rows::{ROWS, Request},
    world::{Who, Whose, World},
};

fn texts() -> Vec<String> {
    let mut texts: Vec<String> = [
        "\0",
        "a\0b",
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "</textarea></title><svg/onload=alert(1)>",
        "\u{202e}gnp.exe",
        "=HYPERLINK(\"//evil.example\")",
        "a\r\nSet-Cookie: stolen=yes",
        "99999999999999999999999999",
        "",
    ]
    .map(str::to_owned)
    .into();
    texts.push("x".repeat(1_000_000));
    texts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_text_in_any_field_breaks_a_form_or_a_page() {
    let template = tempfile::tempdir().expect("a directory");
    let world = World::make(template.path()).await;
    let site = Site::on_copy_of(template.path()).await;
    let browser = |who: Who| {
        let browser = site.other_browser();
        browser.come_with(world.secret(who).expect("a secret"));
        browser
    };
    let texts: Vec<String> = texts().iter().map(|text| encoded(text)).collect();
    let mut sent = 0;
    for row in ROWS {
        let Request::Form(body) = row.request else { continue };
        // Hashing a password for each of them would take minutes; what is a password is read like any other text.
        if body.contains("password=") {
            continue;
        }
        let who = if row.path.starts_with("/api/people/") { Who::Administrator } else { Who::Owner };
        let body = world.things(who, Whose::Own).put_into(body).replace("{unique}", "unique");
        let fields: Vec<&str> = body.split('&').filter(|field| !field.is_empty()).collect();
        for changed in 0..fields.len() {
            for text in &texts {
                let field = |(place, field): (usize, &&str)| match field.split_once('=') {
                    Some((name, _)) if place == changed => format!("{name}={text}"),
                    _ => (*field).to_owned(),
                };
                let form: Vec<String> = fields.iter().enumerate().map(field).collect();
                let request = HttpRequest::post(row.path)
                    .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .header("sec-fetch-site", "same-origin")
                    .body(Body::from(form.join("&")))
                    .expect("a request");
                let (response, answer) = browser(who).send(request).await;
                let status = response.status();
                assert!(!status.is_server_error(), "{} {}: {status} {answer:.300}", row.path, fields[changed]);
                assert!(
                    response
                        .headers()
                        .get(header::SET_COOKIE)
                        .is_none_or(|cookie| cookie.as_bytes().starts_with(b"forkline")),
                    "{}: a cookie by a text",
                    row.path
                );
                sent += 1;
            }
        }
    }
    assert!(sent > 1_000, "{sent}");
    for who in [Who::Owner, Who::Editor, Who::Administrator] {
        for row in ROWS {
            let Request::Get(path) = row.request else { continue };
            let (response, page) = get(&browser(who), &world.things(who, Whose::Own).put_into(path)).await;
            assert!(!response.status().is_server_error(), "{who:?} {path}: {}", response.status());
            for broken in ["<script>alert", "<img src=x", "<svg/onload"] {
                assert!(!page.contains(broken), "{who:?} {path}: {broken}");
            }
        }
    }
}
