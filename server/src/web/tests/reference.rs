//! The pages of rules and terms.

use super::{page::Page, site::Site};

#[tokio::test]
async fn all_rules_and_all_terms_are_written_down() {
    let site = Site::new().await;
    let home = Page::open(&site, "/").await;
    let rules = Page::open(&site, home.link("Rules")).await;
    assert_eq!(rules.one("main").all("li").len(), decide::RULES.len());
    assert_eq!(decide::RULES.len(), 35, "a new or removed rule changes this number on purpose");
    let glossary = Page::open(&site, home.link("Glossary")).await;
    assert!(glossary.all("dt").iter().any(|term| term.text() == "Orphan"));
}
