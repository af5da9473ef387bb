//! Two records of which one takes the place of the other.

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
