//! Texts of users that would like to be something else: markup, front matter, a formula, another line.

use std::sync::LazyLock;

use super::*;

const HOSTILE: [&str; 8] = [
    "x\"]\n```\n# <img src=x onerror=alert(1)> | [a](b) ; end",
    "<script>alert(1)</script>",
    "</style></title></svg><b>&amp;\" onload='x'",
    "\u{202e}drowssap\u{2066}\0\u{1b}[31m",
    "---\nstatus: accepted\n---\n## Status\n\nAccepted",
    "=HYPERLINK(\"http://x\",\"y\")",
    "%%{init: {\"theme\": \"x\"}}%%\nend",
    "@SUM(A1)\r\n\t-1+1,\",\"",
];

/// A record in which every text that somebody types is this one.
fn written(text: &str, format: Format) -> String {
    let own = || text.to_owned();
    // Figures do not depend on what things are called.
    static EXAMPLE: LazyLock<Evidence> = LazyLock::new(|| Evidence::example("checkout"));
    let mut document = EXAMPLE.document.clone();
    document.name = own();
    document.question = own();
    document.owners.deciders = vec![own()];
    document.owners.on_call = own();
    document.state_owner = Some(own());
    for step in &mut document.steps {
        (step.name, step.service, step.class_because, step.measured) = (own(), own(), own(), own());
    }
    for dependency in &mut document.dependencies {
        dependency.because = own();
    }
    for pool in &mut document.pools {
        pool.name = own();
    }
    document.thresholds.insert(own(), 1.0);
    let mut report = EXAMPLE.report.clone();
    report.document_digest = document.digest();
    let mut evidence = Evidence { verdict: decide::verdict(&document, &report), document, report };
    for finding in &mut evidence.verdict.findings {
        (finding.evidence, finding.remedy, finding.input) = (own(), own(), own());
    }
    evidence.verdict.sentence = own();
    for flip in &mut evidence.verdict.would_change {
        flip.sentence = own();
    }
    let overrule = Overrule { topology: TopologyKind::Parallel, reason: own() };
    let rules = evidence.verdict.findings.iter();
    let assignments: Vec<Assignment> =
        rules.map(|finding| Assignment { rule: finding.rule.clone(), owner: own(), due: own() }).collect();
    let other = Reference { number: 3, title: own() };
    let issue = Issue {
        number: Some(7),
        overrule: Some(&overrule),
        decided_by: &[own()],
        assignments: &assignments,
        expected_failure: Some(text),
        sign_offs: &[SignOff { name: own(), approves: false, because: own(), date: "2026-01-31".to_owned() }],
        unanswered: &[own()],
        supersedes: std::slice::from_ref(&other),
        superseded_by: Some(&other),
        changes: &[Change { date: "2026-02-01".to_owned(), status: Status::Accepted, because: own() }],
        ..Issue::new(RecordInput { date: text, ..evidence.input() })
    };
    render(format, &issue)
}

/// The lines of a text that begin so.
fn lines(text: &str, begins: &str) -> usize {
    text.lines().filter(|line| line.starts_with(begins)).count()
}

#[test]
fn hostile_texts_stay_text_in_markdown() {
    for format in [Format::Madr, Format::Nygard] {
        let plain = written("plain", format);
        for hostile in HOSTILE {
            let text = written(hostile, format);
            for forged in ["# ", "## ", "### ", "```", "---", "status:", "| ", "* "] {
                assert_eq!(lines(&text, forged), lines(&plain, forged), "{format:?} {hostile:?}: {forged:?}\n{text}");
            }
            // In front matter, in fences and in code a link is text.
            let body = if format == Format::Madr { text.splitn(3, "---\n").nth(2) } else { Some(text.as_str()) };
            let prose: String = body.expect("front matter").split("```").step_by(2).collect();
            let prose: String = prose.replace("\\`", "").split('`').step_by(2).collect();
            assert!(!prose.contains("[a](b)"), "a link got through");
            for tag in ["<img", "<script", "</style", "<b>", "\u{202e}", "\u{2066}", "\0", "\u{1b}"] {
                assert!(!text.contains(tag), "{format:?}: {tag:?} got through");
            }
            let diagrams: String = text.split("```").skip(1).step_by(2).collect();
            assert!(!diagrams.contains("%%{"), "a directive got through");
            assert_eq!(text.matches("](0003-").count(), plain.matches("](0003-").count());
        }
    }
}

#[test]
fn hostile_texts_stay_text_in_a_page() {
    let plain = written("plain", Format::Html);
    for hostile in HOSTILE {
        let text = written(hostile, Format::Html);
        for tag in ["<script", "<img", "<b>", "onload='", "\u{202e}", "\u{2066}", "\0", "\u{1b}", "&amp;amp;amp;"] {
            assert!(!text.contains(tag), "{hostile:?}: {tag:?} got through");
        }
        for tag in ["</style>", "</title>", "<svg ", "</svg>", "<li>", "<tr>", "<td", "<p", "<a href=\""] {
            assert_eq!(text.matches(tag).count(), plain.matches(tag).count(), "{hostile:?}: {tag:?}");
        }
    }
}

#[test]
fn hostile_texts_stay_one_cell_and_no_formula_in_tables() {
    for format in Format::ALL.into_iter().filter(|format| format.extension() == "csv") {
        let plain = written("plain", format);
        for hostile in HOSTILE {
            let text = written(hostile, format);
            assert_eq!(text.matches("\r\n").count(), plain.matches("\r\n").count(), "{format:?} {hostile:?}");
            assert_eq!(text.matches(['\n', '\r']).count(), 2 * plain.matches("\r\n").count());
            for formula in ["\"=", "\"@", "\"+", "\"-"] {
                // Doubled quotes belong to a text, in which nothing is a formula.
                let cells = text.replace("\"\"", "");
                assert!(!cells.contains(formula), "{format:?} {hostile:?}: {formula}\n{cells}");
            }
        }
    }
}

#[test]
fn hostile_texts_come_back_from_json_as_they_were() {
    for hostile in HOSTILE {
        let archive = Archive::parse(&written(hostile, Format::Json)).expect("it is a record");
        assert_eq!(archive.document.name, hostile);
        assert_eq!(archive.expected_failure.as_deref(), Some(hostile));
        assert_eq!(archive.document.digest(), archive.provenance.document_digest);
    }
}
