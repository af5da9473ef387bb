//! The issued records of a pipeline, as the Record step lists them, with the forms that go with each.
//!
//! The forms are plain ones: they are sent as a browser sends them, with or without a script.

use decide::wording::list;

use super::markup::{Html, escape};
use crate::record::{Change, Format, Reference, Sheet, Standing, Status};

/// An issued record in the list.
#[derive(Clone, Debug)]
pub struct Issued {
    /// Its id in addresses.
    pub id: String,
    /// Its number and its title.
    pub reference: Reference,
    /// The day on which it was issued, as `YYYY-MM-DD`.
    pub date: String,
    /// The version of the pipeline that it decides on.
    pub version: u64,
    /// The status it was issued with.
    pub first: Status,
    /// Where it stands today.
    pub standing: Standing,
    /// The record in whose place it came.
    pub supersedes: Option<Reference>,
    /// Who accepted or overruled the verdict.
    pub decided_by: Vec<String>,
    /// Whether its evidence is kept, from which formats beside Markdown are written.
    pub has_evidence: bool,
    /// Whether it still fits the pipeline.
    pub age: Age,
    /// A change of its status that was not made, as typed.
    pub typed: Option<Typed>,
}

/// Whether a record still fits its pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Age {
    /// It is of the pipeline as it stands.
    UpToDate,
    /// It is not, and this sentence says which figure moved.
    Moved(String),
    /// It is not, and there are no figures yet by which to tell what moved.
    Unknown,
}

/// A change of a status that was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The new status.
    pub status: String,
    /// Why.
    pub because: String,
    /// Why it was not made.
    pub problem: String,
}

/// Where the forms are sent, and what they carry.
#[derive(Clone, Copy, Debug)]
pub struct Forms<'a> {
    /// The id of the pipeline.
    pub pipeline: &'a str,
    /// Its latest version.
    pub version: u64,
    /// The address that changes a status; none for whoever may only read.
    pub change: Option<&'a str>,
    /// The address that simulates a version.
    pub simulate: &'a str,
    /// The address that drops what was typed.
    pub discard: &'a str,
}

/// The longest reason for a status [characters].
pub const LONGEST_REASON: usize = 2_000;

/// The list of issued records, the latest first.
pub fn records(issued: &[Issued], forms: &Forms<'_>) -> String {
    let mut html = Html::default();
    html.open("section aria-labelledby=\"issued\"").element("h2 id=\"issued\"", "Issued");
    if issued.is_empty() {
        html.element("p class=\"empty\"", "No record of this pipeline has been issued yet.");
    }
    for record in issued {
        if let Some(typed) = &record.typed {
            not_changed(&mut html, record, typed, forms);
        }
    }
    if issued.iter().any(|record| record.age == Age::Unknown) {
        html.open("div class=\"notice\"");
        html.element("p", "The pipeline has changed. Which figures moved is known once it is simulated.");
        form(&mut html, forms.simulate, &[("id", forms.pipeline), ("version", &forms.version.to_string())]);
        html.element("button type=\"submit\"", &format!("Simulate version {}", forms.version))
            .close("form")
            .close("div");
    }
    if !issued.is_empty() {
        html.open("ul class=\"issued\"");
        for record in issued {
            entry(&mut html, record, forms);
        }
        html.close("ul");
    }
    html.close("section");
    html.into_text()
}

/// The choice of the record in whose place a new one comes; nothing where there is none to choose.
pub fn places(issued: &[Issued]) -> String {
    let open: Vec<&Issued> = issued.iter().filter(|record| record.standing.may_be_superseded()).collect();
    let mut html = Html::default();
    if open.is_empty() {
        return html.into_text();
    }
    html.element("label for=\"supersedes\"", "Takes the place of").element(
        "p class=\"hint\" id=\"supersedes-hint\"",
        "Choose the record that this one replaces, if any. It is superseded from then on, and both link to each other; the \
         text that was issued is kept.",
    );
    html.open("select id=\"supersedes\" name=\"supersedes\" aria-describedby=\"supersedes-hint\"");
    html.element("option value=\"\"", "None");
    for record in open {
        let words = format!("{} ({})", record.reference.words(), record.standing.words());
        html.element(&format!("option value=\"{}\"", escape(&record.id)), &words);
    }
    html.close("select");
    html.into_text()
}

fn not_changed(html: &mut Html, record: &Issued, typed: &Typed, forms: &Forms<'_>) {
    html.open("div class=\"error-summary\" role=\"alert\" aria-labelledby=\"not-changed\"");
    html.element("h3 id=\"not-changed\"", "The status is not changed");
    html.element("p", "What you typed is kept.").open("ul").open("li");
    let field = if record.standing.next().is_empty() { anchor(record) } else { id(record, "status") };
    html.element(&format!("a href=\"#{field}\" rel=\"external\""), &typed.problem).close("li").close("ul");
    form(html, forms.discard, &[("id", forms.pipeline), ("page", "record")]);
    html.element("button type=\"submit\"", "Discard it").close("form").close("div");
}

fn entry(html: &mut Html, record: &Issued, forms: &Forms<'_>) {
    html.open(&format!("li id=\"{}\"", anchor(record))).open("h3");
    download(html, record, "md", &record.reference.words());
    html.close("h3").open("p");
    let standing = &record.standing;
    match &standing.superseded_by {
        Some(other) => {
            html.element("strong", "Superseded").text(" by ");
            html.element(&format!("a href=\"#record-{}\" rel=\"external\"", other.number), &other.words());
        }
        None => {
            html.element("strong", &capitalised(standing.status.label()));
        }
    }
    html.text(&format!(". Issued on {}; decides on version {}", record.date, record.version));
    if !record.decided_by.is_empty() {
        html.text("; decided by ").text(&list(&record.decided_by));
    } else if standing.status == Status::Proposed {
        html.text("; not decided yet");
    }
    html.text(".");
    if let Some(other) = &record.supersedes {
        html.text(" It took the place of ");
        html.element(&format!("a href=\"#record-{}\" rel=\"external\"", other.number), &other.words()).text(".");
    }
    html.close("p");
    match &record.age {
        Age::UpToDate => {}
        Age::Moved(sentence) => {
            html.element("p class=\"moved\"", &sentence.replace(" ms", "\u{a0}ms").replace(" %", "\u{a0}%"));
        }
        Age::Unknown => {
            html.element("p class=\"moved\"", "Out of date: the pipeline has changed since.");
        }
    }
    formats(html, record);
    history(html, record, forms);
    html.close("li");
}

/// The formats beside Markdown, with short names.
const OTHERS: [(Format, &str); 7] = [
    (Format::Nygard, "Nygard"),
    (Format::Html, "HTML"),
    (Format::Json, "JSON"),
    (Format::Csv(Sheet::Options), "CSV: options"),
    (Format::Csv(Sheet::Steps), "steps"),
    (Format::Csv(Sheet::Rules), "rules"),
    (Format::Csv(Sheet::Pools), "pools"),
];

fn formats(html: &mut Html, record: &Issued) {
    let as_issued = !record.standing.is_as_issued();
    if !record.has_evidence && !as_issued {
        return;
    }
    html.open("p class=\"formats\"").text("The title downloads it as Markdown. Also ");
    if record.has_evidence {
        html.text("as ");
        for (place, (format, name)) in OTHERS.iter().enumerate() {
            html.text(if place > 0 { ", " } else { "" });
            download(html, record, format.slug(), name);
        }
    }
    if as_issued {
        html.text(if record.has_evidence { "; and the text " } else { "the text " });
        download(html, record, "issued", "as it was issued");
    }
    html.text(".").close("p");
}

fn download(html: &mut Html, record: &Issued, file: &str, words: &str) {
    let href = format!("/records/{}.{file}", record.id);
    html.element(&format!("a href=\"{}\" rel=\"external\" download=\"\"", escape(&href)), words);
}

/// What has become of the record, and what else may.
fn history(html: &mut Html, record: &Issued, forms: &Forms<'_>) {
    let (standing, typed) = (&record.standing, record.typed.as_ref());
    let of_this = format!(" of {:04}", record.reference.number);
    html.open(if typed.is_some() { "details open" } else { "details" }).open("summary");
    html.text("Status").element("span class=\"visually-hidden\"", &of_this).text(" and history").close("summary");
    html.open("ol class=\"history\"");
    html.element("li", &format!("{}: issued as {}.", record.date, record.first.label()));
    for Change { date, status, because } in &standing.changes {
        let because = if because.is_empty() { String::new() } else { format!(" {because}") };
        html.element("li", &format!("{date}: {}.{because}", status.label()));
    }
    if let Some(other) = &standing.superseded_by {
        html.element("li", &format!("Superseded by {}. That is its last status.", other.words()));
    }
    html.close("ol");
    if let Some(to) = forms.change.filter(|_| !standing.next().is_empty()) {
        change(html, record, to, forms.pipeline, &of_this);
    }
    html.close("details");
}

/// The form that gives a record another status.
fn change(html: &mut Html, record: &Issued, to: &str, pipeline: &str, of_this: &str) {
    let typed = record.typed.as_ref();
    let [status, because] = ["status", "because"].map(|field| id(record, field));
    let seen = record.standing.changes.len().to_string();
    form(html, to, &[("id", pipeline), ("record", &record.id), ("seen", &seen)]);
    html.open("div class=\"field\"").element(&format!("label for=\"{status}\""), "New status");
    let invalid = if let Some(typed) = typed {
        html.element(&format!("p class=\"field-error\" id=\"{status}-error\""), &typed.problem);
        format!(" aria-invalid=\"true\" aria-describedby=\"{status}-error\"")
    } else {
        String::new()
    };
    html.open(&format!("select id=\"{status}\" name=\"status\"{invalid}"));
    html.element("option value=\"\"", "Choose one");
    for next in record.standing.next() {
        let chosen = if typed.is_some_and(|typed| typed.status == next.label()) { " selected" } else { "" };
        html.element(&format!("option value=\"{}\"{chosen}", next.label()), &capitalised(next.label()));
    }
    html.close("select").close("div").open("div class=\"field\"");
    html.element(&format!("label for=\"{because}\""), "Because");
    let hint = format!("{because}-hint");
    html.element(
        &format!("p class=\"hint\" id=\"{hint}\""),
        "Who decided it, and why. It may be left out; it stands in the record.",
    );
    let value = escape(typed.map_or("", |typed| &typed.because));
    html.open(&format!(
        "input id=\"{because}\" name=\"because\" type=\"text\" autocomplete=\"off\" value=\"{value}\" aria-describedby=\"{hint}\""
    ));
    html.close("div").open("button type=\"submit\"").text("Change the status");
    html.element("span class=\"visually-hidden\"", of_this).close("button").close("form");
}

/// Opens a form with what it carries unseen.
fn form(html: &mut Html, to: &str, hidden: &[(&str, &str)]) {
    html.open(&format!("form method=\"post\" action=\"{}\"", escape(to)));
    for (name, value) in hidden {
        html.open(&format!("input type=\"hidden\" name=\"{name}\" value=\"{}\"", escape(value)));
    }
}

fn anchor(record: &Issued) -> String {
    format!("record-{}", record.reference.number)
}

fn id(record: &Issued, field: &str) -> String {
    format!("{}-{field}", anchor(record))
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_ascii_uppercase(), letters.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMS: Forms<'static> =
        Forms { pipeline: "p", version: 3, change: Some("/change"), simulate: "/simulate", discard: "/discard" };

    fn record(number: u32) -> Issued {
        Issued {
            id: format!("id-{number}"),
            reference: Reference { number, title: "Checkout: <fork>".to_owned() },
            date: "2026-01-31".to_owned(),
            version: 2,
            first: Status::Proposed,
            standing: Standing { status: Status::Proposed, superseded_by: None, changes: Vec::new() },
            supersedes: None,
            decided_by: vec!["Ann".to_owned(), "Bo & Co".to_owned()],
            has_evidence: true,
            age: Age::UpToDate,
            typed: None,
        }
    }

    fn superseded(number: u32, by: u32) -> Issued {
        let mut older = record(number);
        older.standing.superseded_by = Some(record(by).reference);
        older
    }

    #[test]
    fn a_list_without_records_says_so() {
        assert!(records(&[], &FORMS).contains("No record of this pipeline has been issued yet."));
        assert_eq!(places(&[]), "");
    }

    #[test]
    fn a_record_says_what_it_is_and_offers_what_it_may_become() {
        let html = records(&[record(3)], &FORMS);
        assert!(html.contains("0003 Checkout: &lt;fork&gt;</a></h3>"), "{html}");
        let facts =
            "<strong>Proposed</strong>. Issued on 2026-01-31; decides on version 2; decided by Ann and Bo &amp; Co.";
        assert!(html.contains(facts), "{html}");
        let options: Vec<&str> =
            html.split("<option value=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(options, ["", "accepted", "rejected"]);
        let read = records(&[record(3)], &Forms { change: None, ..FORMS });
        assert!(!read.contains("<form") && read.contains("0003 Checkout"), "whoever may only read is offered nothing");
        assert!(
            !html.contains("as it was issued") && !html.contains("Out of date") && !html.contains("role=\"alert\"")
        );
    }

    #[test]
    fn a_superseded_record_leads_to_its_successor_and_has_no_form() {
        let newer = Issued { supersedes: Some(record(3).reference), ..record(4) };
        let html = records(&[newer, superseded(3, 4)], &FORMS);
        assert!(html.contains("<strong>Superseded</strong> by <a href=\"#record-4\""), "{html}");
        assert!(html.contains("It took the place of <a href=\"#record-3\""), "{html}");
        assert!(html.contains("href=\"/records/id-3.issued\" rel=\"external\" download=\"\">as it was issued</a>"));
        assert_eq!(html.matches("action=\"/change\"").count(), 1, "only the newer may change");
    }

    #[test]
    fn records_that_stand_are_offered_to_be_superseded_and_none_is_chosen_beforehand() {
        let with = |status, mut record: Issued| {
            record.standing.status = status;
            record
        };
        let all = [
            with(Status::Rejected, record(5)),
            with(Status::Deprecated, record(4)),
            record(3),
            superseded(2, 3),
            record(1),
        ];
        let html = places(&all);
        let values: Vec<&str> =
            html.split("<option value=\"").skip(1).filter_map(|rest| rest.split('>').next()).collect();
        assert_eq!(values, ["\"", "id-4\"", "id-3\"", "id-1\""]);
        assert!(html.contains("0004 Checkout: &lt;fork&gt; (deprecated)"), "{html}");
    }

    #[test]
    fn what_moved_is_said_and_what_is_not_known_yet_can_be_found_out() {
        let moved = Age::Moved("Out of date: sequential p99: 1,577 ms then, 1,912 ms now.".to_owned());
        let html = records(&[Issued { age: moved, ..record(3) }], &FORMS);
        assert!(html.contains("1,577\u{a0}ms then, 1,912\u{a0}ms now.</p>") && !html.contains("/simulate"), "{html}");
        let html =
            records(&[Issued { age: Age::Unknown, ..record(3) }, Issued { age: Age::Unknown, ..record(2) }], &FORMS);
        assert_eq!(html.matches("Out of date: the pipeline has changed since.").count(), 2);
        assert_eq!(html.matches("Simulate version 3").count(), 1);
    }

    #[test]
    fn a_change_that_was_not_made_is_shown_as_it_was_typed() {
        let typed = Typed {
            status: "rejected".to_owned(),
            because: "\"dear\" <b>".to_owned(),
            problem: "0003 is accepted already.".to_owned(),
        };
        let html = records(&[Issued { typed: Some(typed), ..record(3) }], &FORMS);
        for part in [
            "<a href=\"#record-3-status\" rel=\"external\">0003 is accepted already.</a>",
            "<details open>",
            "<option value=\"rejected\" selected>",
            "value=\"&quot;dear&quot; &lt;b&gt;\"",
            "action=\"/discard\"",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
    }

    #[test]
    fn a_record_without_evidence_is_markdown_only() {
        let bare = Issued { has_evidence: false, ..record(3) };
        assert!(!records(std::slice::from_ref(&bare), &FORMS).contains(".nygard"));
        let html = records(&[Issued { standing: superseded(3, 4).standing, ..bare }], &FORMS);
        assert!(html.contains("Also the text <a href=\"/records/id-3.issued\"") && !html.contains(".nygard"), "{html}");
    }
}
