//! The rules of the house, as a test: layers, names, sizes, docs, and where SQL may stand.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Each crate, its folder, and the crates of this workspace that it may use.
const LAYERS: [(&str, &str, &[&str]); 11] = [
    ("model", "app/model", &[]),
    ("engine", "app/engine", &["model"]),
    ("decide", "app/decide", &["model", "engine"]),
    ("report", "app/report", &["model", "engine", "decide"]),
    ("worker", "app/worker", &["model", "engine", "report"]),
    ("ports", "app/ports", &["model", "engine", "decide"]),
    ("app", "app", &["model", "engine", "decide", "report", "ports"]),
    ("store", "server/store", &["model", "engine", "ports"]),
    ("oidc", "server/oidc", &["ports"]),
    ("mail", "server/mail", &["ports"]),
    ("server", "server", &["model", "engine", "decide", "report", "ports", "app", "store", "oidc", "mail"]),
];

/// Libraries that only some crates may use, because the others must not know what they stand for.
const CONFINED: [(&str, &[&str]); 11] = [
    ("sqlx", &["store"]),
    ("leptos", &["app", "server"]),
    ("leptos_axum", &["app", "server"]),
    // In `oidc` as in `ports`: only for the fake, which is a small web server.
    ("axum", &["app", "server", "oidc"]),
    ("plotters", &["report"]),
    ("jiff", &["app", "server", "oidc"]),
    ("tokio", &["ports", "app", "store", "server", "oidc", "mail"]),
    ("web-sys", &["app"]),
    ("ring", &["oidc"]),
    ("reqwest", &["oidc"]),
    ("lettre", &["mail"]),
];

/// No source file is longer; nine of ten are at most as long as the second number.
const LONGEST_FILE: usize = 500;
const LONG_FILE: usize = 300;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the server lies in the workspace").to_owned()
}

/// Files below the workspace with one of these endings, without what is built or downloaded.
fn files(endings: &[&str]) -> Vec<PathBuf> {
    fn walk(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder can be read") {
            let path = entry.expect("an entry can be read").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if path.is_dir() {
                if !["target", "node_modules", ".git", "data", "test-results"].contains(&name.as_str()) {
                    walk(&path, endings, found);
                }
            } else if endings.iter().any(|ending| name.ends_with(ending)) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root(), endings, &mut found);
    found.sort();
    assert!(!found.is_empty(), "no files with {endings:?}: the test looks in the wrong place");
    found
}

fn manifest(folder: &str) -> toml::Table {
    let text = fs::read_to_string(root().join(folder).join("Cargo.toml")).expect("every crate has a manifest");
    text.parse().expect("a manifest is TOML")
}

fn dependencies(manifest: &toml::Table, section: &str) -> BTreeSet<String> {
    manifest
        .get(section)
        .and_then(toml::Value::as_table)
        .map(|table| table.keys().cloned().collect())
        .unwrap_or_default()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_workspace_has_the_crates_of_the_layer_table_in_its_order() {
    let workspace = manifest("");
    let members: Vec<String> = workspace["workspace"]["members"]
        .as_array()
        .expect("members are a list")
        .iter()
        .map(|member| member.as_str().unwrap_or_default().to_owned())
        .collect();
    let mut table: Vec<&str> = LAYERS.iter().map(|(_, folder, _)| *folder).collect();
    let mut listed: Vec<&str> = members.iter().map(String::as_str).collect();
    table.sort_unstable();
    listed.sort_unstable();
    assert_eq!(listed, table);
}

#[test]
fn every_crate_uses_only_the_layers_below_it() {
    for (name, folder, allowed) in LAYERS {
        let manifest = manifest(folder);
        for used in dependencies(&manifest, "dependencies") {
            let own = LAYERS.iter().any(|(known, ..)| *known == used);
            assert!(!own || allowed.contains(&used.as_str()), "{name} must not use {used}");
        }
    }
}

#[test]
fn confined_libraries_stay_where_they_belong() {
    for (name, folder, _) in LAYERS {
        let manifest = manifest(folder);
        let used = dependencies(&manifest, "dependencies");
        for (library, homes) in CONFINED {
            assert!(!used.contains(library) || homes.contains(&name), "{name} must not use {library}");
        }
    }
}

#[test]
fn the_browser_never_gets_a_server_library() {
    let manifest = manifest("app");
    let features = manifest["features"].as_table().expect("app has features");
    let hydrate: Vec<&str> =
        features["hydrate"].as_array().expect("a list").iter().filter_map(toml::Value::as_str).collect();
    for server in ["axum", "leptos_axum", "tokio", "ports", "tracing", "jiff"] {
        assert!(!hydrate.iter().any(|feature| *feature == format!("dep:{server}")), "hydrate pulls in {server}");
        let optional = manifest["dependencies"][server].get("optional").and_then(toml::Value::as_bool);
        assert_eq!(optional, Some(true), "{server} must be optional in app");
    }
}

#[test]
fn every_source_file_says_what_it_is() {
    for path in files(&[".rs"]) {
        assert!(read(&path).starts_with("//!"), "{} does not open with a //! line", path.display());
    }
}

#[test]
fn every_crate_states_its_invariant() {
    for (name, folder, _) in LAYERS {
        let text = read(&root().join(folder).join("src/lib.rs"));
        assert_eq!(text.matches("**Invariant:**").count(), 1, "{name} states one invariant in its lib.rs");
    }
}

#[test]
fn files_stay_readable_in_one_sitting() {
    let lengths: Vec<(PathBuf, usize)> = files(&[".rs", ".ts", ".mjs", ".css", ".sh"])
        .into_iter()
        .map(|path| (path.clone(), read(&path).lines().count()))
        .collect();
    for (path, lines) in &lengths {
        assert!(*lines <= LONGEST_FILE, "{} has {lines} lines", path.display());
    }
    let long = lengths.iter().filter(|(_, lines)| *lines > LONG_FILE).count();
    assert!(long * 10 <= lengths.len(), "{long} of {} files have more than {LONG_FILE} lines", lengths.len());
}

#[test]
fn nothing_is_named_after_nothing() {
    for path in files(&[".rs", ".ts", ".mjs", ".css", ".sh", ".sql"]) {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
        for empty in ["util", "utils", "helper", "helpers", "common", "misc", "types", "stuff"] {
            assert_ne!(stem, empty, "{}: name the thing", path.display());
        }
    }
}

#[test]
fn sql_stands_in_the_store_only() {
    let store = root().join("server/store");
    let here = root().join("server/tests/house.rs");
    for path in files(&[".rs"]).into_iter().filter(|path| !path.starts_with(&store) && *path != here) {
        let text = read(&path);
        for phrase in ["sqlx", "SELECT ", "INSERT INTO", "DELETE FROM", "UPDATE pipelines", "PRAGMA"] {
            assert!(!text.contains(phrase), "{} speaks SQL: {phrase}", path.display());
        }
    }
}

#[test]
fn the_lock_file_has_the_one_sqlite_that_is_safe() {
    let lock: toml::Table = read(&root().join("Cargo.lock")).parse().expect("the lock file is TOML");
    let versions = |name: &str| -> Vec<String> {
        let packages = lock["package"].as_array().expect("a lock file lists packages");
        packages
            .iter()
            .filter(|package| package["name"].as_str() == Some(name))
            .filter_map(|package| package["version"].as_str().map(str::to_owned))
            .collect()
    };
    assert!(matches!(versions("sqlx").as_slice(), [one] if one.starts_with("0.9.")), "{:?}", versions("sqlx"));
    // 0.37 bundles SQLite 3.51.3, the first without the write-ahead-log reset race.
    let sqlite = versions("libsqlite3-sys");
    let minor: Option<u32> = sqlite.first().and_then(|version| version.split('.').nth(1)?.parse().ok());
    assert!(sqlite.len() == 1 && minor >= Some(37), "{sqlite:?}");
}

#[test]
fn migrations_are_numbered_and_say_why() {
    for (expected, path) in (1..).zip(files(&[".sql"])) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        assert!(name.starts_with(&format!("{expected:04}_")), "{name} is not number {expected}");
        assert!(read(&path).starts_with("--"), "{name} does not open with a reason");
    }
}

#[test]
fn unfinished_work_is_not_left_in_the_source() {
    let here = root().join("server/tests/house.rs");
    for path in files(&[".rs", ".ts", ".css", ".sql"]).into_iter().filter(|path| *path != here) {
        let text = read(&path);
        for mark in ["TODO", "FIXME", "XXX", "todo!(", "unimplemented!("] {
            assert!(!text.contains(mark), "{}: {mark}", path.display());
        }
    }
}
