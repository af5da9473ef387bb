//! Whole records of examples, in every format.

mod files;
mod hostile;
mod superseded;

use decide::Verdict;
use engine::Report;
use model::EXAMPLES;

use super::*;

/// An example with its evidence, of which records are made.
pub(super) struct Evidence {
    pub(super) document: Document,
    pub(super) report: Report,
    pub(super) verdict: Verdict,
}

impl Evidence {
    pub(super) fn of(document: Document) -> Self {
        let settings = engine::Settings { replications: 5, ..engine::Settings::default() };
        let report = engine::compare(&document, settings).expect("an example runs");
        let verdict = decide::verdict(&document, &report);
        Self { document, report, verdict }
    }

    pub(super) fn example(slug: &str) -> Self {
        Self::of(EXAMPLES.iter().find(|example| example.slug == slug).expect("an example of that name").document())
    }

    pub(super) fn input(&self) -> RecordInput<'_> {
        RecordInput {
            document: &self.document,
            report: &self.report,
            verdict: &self.verdict,
            version: Some(1),
            date: "2026-01-31",
            status: Status::Proposed,
        }
    }
}

/// Charts have tests of their own: a snapshot only shows where they stand.
pub(super) fn without_charts(html: &str) -> String {
    let mut parts = html.split("<svg ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let (_, after) = part.split_once("</svg>").expect("a chart ends");
        text + "[chart]" + after
    })
}

/// The evidence of JSON has tests of its own: a snapshot only shows what stands around it.
fn without_evidence(json: &str) -> String {
    let mut value: serde_json::Value = serde_json::from_str(json).expect("JSON");
    for part in ["document", "report", "verdict"] {
        value[part] = "[evidence]".into();
    }
    serde_json::to_string_pretty(&value).expect("JSON")
}

fn sheets(issue: &Issue<'_>) -> String {
    let sheets = [Sheet::Options, Sheet::Steps, Sheet::Rules, Sheet::Pools];
    sheets.map(|sheet| render(Format::Csv(sheet), issue)).join("\n").replace("\r\n", "\n")
}

#[test]
fn three_services_make_these_records() {
    let evidence = Evidence::example("three-services");
    let issue = Issue::new(evidence.input());
    insta::assert_snapshot!("three_services_madr", madr(&evidence.input()));
    insta::assert_snapshot!("three_services_nygard", render(Format::Nygard, &issue));
    insta::assert_snapshot!("three_services_html", without_charts(&render(Format::Html, &issue)));
    insta::assert_snapshot!("three_services_json", without_evidence(&render(Format::Json, &issue)));
    insta::assert_snapshot!("three_services_csv", sheets(&issue));
}

#[test]
fn an_overruled_and_superseded_record_of_webhook_fan_out_reads_so() {
    let mut evidence = Evidence::example("webhook-fan-out");
    evidence.document.thresholds.insert("strict-run".to_owned(), 4.0);
    let evidence = Evidence::of(evidence.document);
    let overrule = Overrule {
        topology: TopologyKind::Parallel,
        reason: "The sender gives up after 1.6 s, and the missing work is planned".to_owned(),
    };
    let (decided_by, assignments) = (
        ["Ada".to_owned(), "Grace".to_owned()],
        [Assignment { rule: "saga-first".to_owned(), owner: "Grace".to_owned(), due: "2026-03-31".to_owned() }],
    );
    let supersedes = [Reference { number: 3, title: "Webhook fan-out: use our own topology".to_owned() }];
    let superseded_by = Reference { number: 8, title: "Webhook fan-out: stay sequential".to_owned() };
    let issue = Issue {
        number: Some(7),
        overrule: Some(&overrule),
        decided_by: &decided_by,
        assignments: &assignments,
        expected_failure: Some("The mail fails and nobody sees it"),
        supersedes: &supersedes,
        superseded_by: Some(&superseded_by),
        ..Issue::new(RecordInput { status: Status::Accepted, ..evidence.input() })
    };
    insta::assert_snapshot!("webhook_fan_out_madr", render(Format::Madr, &issue));
    insta::assert_snapshot!("webhook_fan_out_nygard", render(Format::Nygard, &issue));
    insta::assert_snapshot!("webhook_fan_out_html", without_charts(&render(Format::Html, &issue)));
    insta::assert_snapshot!("webhook_fan_out_json", without_evidence(&render(Format::Json, &issue)));
    insta::assert_snapshot!("webhook_fan_out_csv", sheets(&issue));
}

#[test]
fn a_record_that_was_signed_off_says_by_whom_in_every_format() {
    let mut evidence = Evidence::example("three-services");
    evidence.document.owners.deciders = vec!["Ann".to_owned()];
    let sign_off = |name: &str, approves, because: &str| SignOff {
        name: name.to_owned(),
        approves,
        because: because.to_owned(),
        date: "2026-01-30".to_owned(),
    };
    let sign_offs = [sign_off("Ann", true, ""), sign_off("Bob", false, "The refunds are nobody's")];
    let unanswered = ["Eve".to_owned()];
    let issue =
        Issue { number: Some(7), sign_offs: &sign_offs, unanswered: &unanswered, ..Issue::new(evidence.input()) };
    let madr = render(Format::Madr, &issue);
    assert!(madr.contains("\ndecision-makers: [\"Ann\", \"Bob\"]\n"), "each once");
    let part = madr.split_once("\n### Sign-off\n").expect("a part of its own").1;
    insta::assert_snapshot!(part.split("\n## ").next().expect("it ends"), @r"
    Those who were asked to sign off have answered:

    * 2026-01-30: Ann approves.
    * 2026-01-30: Bob objects. The refunds are nobody's.

    Those who were asked and had not answered about this version:

    * Eve
    ");
    assert!(render(Format::Nygard, &issue).contains("\n* 2026-01-30: Bob objects. The refunds are nobody's.\n"));
    assert!(render(Format::Html, &issue).contains("<h3>Sign-off</h3>"));
    assert!(render(Format::Html, &issue).contains("<li>2026-01-30: Ann approves.</li>"));
    let options = render(Format::Csv(Sheet::Options), &issue);
    let signed = ",\"2026-01-30: Ann approves. 2026-01-30: Bob objects. The refunds are nobody's.\",\"proposed\"";
    assert!(options.lines().skip(1).all(|row| row.ends_with(signed)), "{options}");
    assert!(options.lines().next().is_some_and(|head| head.ends_with(",\"sign_offs\",\"record_status\"")));
    let json = render(Format::Json, &issue);
    let archive = Archive::parse(&json).expect("it is a record");
    assert_eq!(archive.sign_offs, sign_offs);
    assert_eq!(archive.unanswered, unanswered);
    assert_eq!(Format::ALL.map(|format| archive.render(format)), Format::ALL.map(|format| render(format, &issue)));
}

#[test]
fn why_a_verdict_was_accepted_stands_in_every_format() {
    let evidence = Evidence::of(EXAMPLES[0].document());
    let decided = Decided {
        accepted_because: "the mail could go out later".to_owned(),
        decided_by: vec!["Ada".to_owned()],
        ..Decided::default()
    };
    let issue = decided.of(evidence.input());
    for format in [Format::Madr, Format::Nygard, Format::Html] {
        let text = render(format, &issue);
        assert!(text.contains("Accepted by: Ada. Why: the mail could go out later."), "{text}");
        assert_eq!(Archive::of(&issue).render(format), text, "it is the same from the archive");
    }
}

#[test]
fn every_record_has_the_parts_of_madr_in_their_order() {
    for example in EXAMPLES {
        let text = madr(&Evidence::of(example.document()).input());
        let rest = text.strip_prefix("---\nstatus: proposed\ndate: 2026-01-31\n").expect("front matter first");
        let parts = [
            "\n---\n",
            "\n# ",
            "\n## Context and Problem Statement\n",
            "\n## Decision Drivers\n",
            "\n## Considered Options\n",
            "\n## Decision Outcome\n\nChosen option: \"",
            "\n### Consequences\n",
            "\n### Confirmation\n",
            "\n## Pros and Cons of the Options\n",
            "\n### Sequential\n",
            "\n## More Information\n",
        ];
        in_order(example.slug, rest, &parts);
    }
}

#[test]
fn every_record_has_the_parts_of_nygard_in_their_order() {
    for example in EXAMPLES {
        let evidence = Evidence::of(example.document());
        let issue = Issue { number: Some(7), ..Issue::new(evidence.input()) };
        let text = render(Format::Nygard, &issue);
        assert!(text.starts_with(&format!("# 7. {}\n\nDate: 2026-01-31\n\n## Status\n\nProposed\n", issue.title())));
        in_order(example.slug, &text, &["\n## Status\n", "\n## Context\n", "\n## Decision\n", "\n## Consequences\n"]);
        assert_eq!(text.matches("\n## ").count(), 4);
    }
}

/// Checks that the parts stand in a text, one after another.
fn in_order(name: &str, text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let at = rest.find(part).unwrap_or_else(|| panic!("{name}: {part:?} is missing or too early"));
        rest = &rest[at + part.len() - 1..];
    }
}

#[test]
fn json_gives_the_same_document_figures_and_verdict() {
    for example in EXAMPLES {
        let evidence = Evidence::of(example.document());
        let issue = Issue { number: Some(7), ..Issue::new(evidence.input()) };
        let text = render(Format::Json, &issue);
        let archive = Archive::parse(&text).expect("what was written can be read");
        assert_eq!(archive, Archive::of(&issue));
        assert_eq!(archive.document, evidence.document);
        assert_eq!(archive.document.digest(), evidence.report.document_digest);
        assert_eq!(archive.provenance.document_digest, archive.document.digest());
        assert_eq!(archive.report.to_json(), evidence.report.to_json());
        assert_eq!(archive.verdict, evidence.verdict);
    }
}

#[test]
fn json_that_is_no_record_is_refused_with_its_place() {
    let evidence = Evidence::example("three-services");
    let text = render(Format::Json, &Issue::new(evidence.input()));
    let problem = |text: &str| Archive::parse(text).expect_err("refused").0.remove(0);
    assert_eq!(problem(&evidence.document.to_json()).path, "format");
    assert_eq!(problem("[]").path, "format");
    assert_eq!(problem("{").path, "");
    let mut value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    value["document"]["steps"][0]["timeout_ms"] = (-1).into();
    assert_eq!(problem(&value.to_string()).path, "document.steps[0].timeout_ms");
    value["document"] = serde_json::Value::Null;
    assert_eq!(problem(&value.to_string()).path, "document");
}

#[test]
fn a_page_needs_nothing_and_its_headings_are_in_order() {
    for example in EXAMPLES {
        let html = render(Format::Html, &Issue::new(Evidence::of(example.document()).input()));
        assert!(html.starts_with("<!doctype html>\n<html lang=\"en\">\n"));
        for outside in ["<script", "<link", "<img", "src=", "url(", "@import", " style=", "http://", "https://"] {
            let html = html.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
            assert!(!html.contains(outside), "{}: {outside}", example.slug);
        }
        let charts = html.matches("<svg ").count();
        assert!(charts >= 2, "{}: a distribution and lanes", example.slug);
        assert_eq!(html.matches("role=\"img\" aria-labelledby=").count(), charts);
        let mut ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{}: an id stands twice", example.slug);
        let levels: Vec<u32> = html
            .match_indices("<h")
            .filter_map(|(at, _)| html[at + 2..].chars().next().and_then(|level| level.to_digit(10)))
            .collect();
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{}: {levels:?}", example.slug);
    }
}

#[test]
fn a_reduced_report_names_its_topologies_in_the_command() {
    let mut evidence = Evidence::example("three-services");
    evidence.report.topologies.retain(|topology| topology.kind != TopologyKind::Staged);
    let text = madr(&evidence.input());
    assert!(text.contains(" --replications 5 --topology sequential,parallel,first-leg\n"), "{text}");
}

/// What engine 0.4.0 did not report, by the part of a topology's report that it is in.
const SINCE_0_4: [(&str, &[&str]); 5] = [
    (
        "",
        &[
            "side_by_side",
            "answered",
            "over_tolerance",
            "over_hard_limit",
            "no_answer",
            "harm",
            "harm_more",
            "harm_by_replication",
            "in_outages",
            "declined",
            "services",
            "workers",
            "detached_work",
        ],
    ),
    ("/outcomes", &["declined"]),
    ("/steps/0", &["duplicates", "orphans", "over_own_budget"]),
    ("/pools/0", &["offered", "waiting", "wait_ms_per_request", "wait_p99_ms"]),
    ("/spread", &["over_tolerance", "no_answer"]),
];

#[test]
fn a_record_of_an_earlier_engine_can_still_be_read() {
    let mut document = Evidence::example("bank-gateway").document;
    document.workload.duration_s = 10.0;
    document.steps.truncate(1);
    document.dependencies.clear();
    document.steps[0].error_rate = model::Quantity::Range { low: 0.01, high: 0.02 };
    let evidence = Evidence::of(document);
    let issue = Issue::new(evidence.input());
    let mut archive: serde_json::Value = serde_json::from_str(&render(Format::Json, &issue)).expect("JSON");
    let topologies =
        archive.pointer_mut("/report/topologies").and_then(serde_json::Value::as_array_mut).expect("a list");
    for topology in topologies {
        for (part, fields) in SINCE_0_4 {
            let part = topology.pointer_mut(part).and_then(serde_json::Value::as_object_mut).expect("an object");
            for field in fields {
                assert!(part.remove(*field).is_some(), "{field} is reported");
            }
        }
    }
    let verdict = archive["verdict"].as_object_mut().expect("an object");
    for finding in verdict["findings"].as_array_mut().expect("a list") {
        if finding["effect"] == "against" {
            finding["effect"] = "against_parallel".into();
        }
    }
    let read = Archive::parse(&archive.to_string()).expect("it is a record");
    assert_eq!(read.document, evidence.document);
    assert_eq!(read.report.topologies[0].harm, engine::report::Share::default());
    assert_eq!(read.verdict.findings, evidence.verdict.findings);
}
