//! What becomes of records: one takes the place of another, and statuses change.

use super::*;

/// The older and the newer record of a pair in a format, with the names of their files.
fn pair(format: Format) -> [(String, String); 2] {
    let evidence = Evidence::example("three-services");
    let input = RecordInput { status: Status::Accepted, ..evidence.input() };
    let overrule = Overrule { topology: TopologyKind::Parallel, reason: "Measured in production.".to_owned() };
    let (older, newer) = (Issue::new(input), Issue { overrule: Some(&overrule), ..Issue::new(input) });
    let first = Reference { number: 1, title: older.title() };
    let second = Reference { number: 2, title: newer.title() };
    let older = Issue { number: Some(1), superseded_by: Some(&second), ..older };
    let newer = Issue { number: Some(2), supersedes: std::slice::from_ref(&first), ..newer };
    [(first.file_name(format), render(format, &older)), (second.file_name(format), render(format, &newer))]
}

#[test]
fn both_records_of_a_pair_link_to_each_other() {
    let [(first, older), (second, newer)] = pair(Format::Madr);
    assert!(older.starts_with("---\nstatus: superseded by ADR-0002\n"));
    assert!(newer.starts_with("---\nstatus: accepted\n"));
    let more = |text: &str| text.split_once("\n## More Information\n").expect("more information").1.to_owned();
    assert!(
        more(&older).contains(&format!("\n* Superseded by [0002 Three services: fan out in parallel]({second})\n"))
    );
    assert!(more(&newer).contains(&format!("\n* Supersedes [0001 Three services: stay sequential]({first})\n")));
}

#[test]
fn both_nygard_records_say_so_in_their_status() {
    let [(first, older), (second, newer)] = pair(Format::Nygard);
    let status = |text: &str| {
        let rest = text.split_once("\n## Status\n\n").expect("a status").1;
        rest.split_once("\n\n## Context\n").expect("a context").0.to_owned()
    };
    assert_eq!(
        status(&older),
        format!("Superseded\n\nSuperseded by [2. Three services: fan out in parallel]({second})")
    );
    assert_eq!(status(&newer), format!("Accepted\n\nSupersedes [1. Three services: stay sequential]({first})"));
}

#[test]
fn pages_link_to_pages() {
    let [(first, older), (second, newer)] = pair(Format::Html);
    assert!(first.ends_with(".html") && older.contains(&format!("<a href=\"{second}\">0002 ")));
    assert!(newer.contains(&format!("<a href=\"{first}\">0001 ")));
}

/// What may have become of a record: nothing, another record in its place, other statuses, both.
fn standings() -> [Standing; 4] {
    let by = Some(Reference { number: 8, title: "Later [draft] & other".to_owned() });
    let change =
        |date: &str, status, because: &str| Change { date: date.to_owned(), status, because: because.to_owned() };
    let changes = vec![
        change("2026-02-01", Status::Accepted, ""),
        change("2026-03-01", Status::Deprecated, "nobody calls it\n## More Information\n* any more"),
    ];
    let as_issued = Standing { status: Status::Proposed, superseded_by: None, changes: Vec::new() };
    let changed = Standing { status: Status::Deprecated, changes, ..as_issued.clone() };
    [
        Standing { superseded_by: by.clone(), ..as_issued.clone() },
        Standing { superseded_by: by, ..changed.clone() },
        as_issued,
        changed,
    ]
}

#[test]
fn markdown_that_is_restated_is_the_markdown_of_the_record_as_it_stands() {
    let others = ["One", "Two\n## More Information\n"].map(|title| Reference { number: 3, title: title.to_owned() });
    for example in EXAMPLES {
        let evidence = Evidence::of(example.document());
        for count in 0..=2 {
            let issue = Issue { number: Some(7), supersedes: &others[..count], ..Issue::new(evidence.input()) };
            let issued = render(Format::Madr, &issue);
            assert_eq!(issued_status(&issued), Some(Status::Proposed));
            for standing in standings() {
                let whole = Archive::of(&issue).standing(&standing).render(Format::Madr);
                assert_eq!(restated(&issued, &standing), whole, "{} {count} {standing:?}", example.slug);
                assert_eq!(whole == issued, standing.is_as_issued());
                assert!(whole.starts_with(&format!("---\nstatus: {}\n", standing.words())));
            }
        }
    }
}

#[test]
fn text_that_is_no_record_is_left_as_it_is() {
    for text in ["", "# Fork\n", "---\ndate: 2026-01-31\n---\n"] {
        assert_eq!(issued_status(text), None);
        assert_eq!(standings().map(|standing| restated(text, &standing)), [text; 4]);
    }
}

#[test]
fn every_format_carries_the_status_and_its_reasons() {
    let evidence = Evidence::example("checkout");
    let archive = Archive::of(&Issue { number: Some(7), ..Issue::new(evidence.input()) });
    let [_, superseded, _, changed] = standings();
    for (standing, word) in [(&superseded, "superseded by ADR-0008"), (&changed, "deprecated")] {
        let archive = archive.clone().standing(standing);
        let text = |format| archive.render(format);
        assert!(text(Format::Html).contains(&format!("<dt>Status</dt><dd>{word}</dd>")));
        for sheet in [Sheet::Options, Sheet::Rules] {
            let text = text(Format::Csv(sheet));
            let (head, rows) = text.split_once("\r\n").expect("a header");
            assert!(head.ends_with(",\"record_status\""), "{head}");
            assert!(!rows.is_empty() && rows.lines().all(|row| row.ends_with(&format!(",\"{word}\""))), "{rows}");
        }
        for format in [Format::Madr, Format::Nygard, Format::Html] {
            let text = text(format);
            assert!(text.contains("2026-03-01: deprecated. nobody calls it "), "{format:?}: {text}");
            assert_eq!(text.contains("0008-later-draft-other."), standing.superseded_by.is_some(), "{format:?}");
        }
        let again = Archive::parse(&text(Format::Json)).expect("it is a record");
        assert_eq!((&again.changes, &again.superseded_by), (&standing.changes, &standing.superseded_by));
        assert_eq!(again, archive);
    }
    let issued: serde_json::Value = serde_json::from_str(&archive.render(Format::Json)).expect("JSON");
    assert_eq!(issued.get("changes"), None, "a record as issued is as it always was");
    let basis = Basis::read(&archive.render(Format::Json)).expect("it is a record");
    assert_eq!((basis.decided_by.is_empty(), &basis.report), (true, &evidence.report));
    assert_eq!(basis.decision(), Some(evidence.verdict.decision));
    assert_eq!(Basis::read(""), None);
}
