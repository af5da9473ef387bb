//! Two hundred hostile strings wherever somebody may write: all comes out as it would with harmless text.
//!
//! A harmless twin has letters in place of all that means something to somebody. What a browser, a reader of Markdown or a
//! spreadsheet makes of the one must have the same bones as what it makes of the other.

mod documents;
mod numbers;
mod people;

use html5gum::{Token, Tokenizer, emitters::default::DefaultEmitter};
use pulldown_cmark::{Options, Parser};

/// What strings are made of: places to break out of, and what to do there.
const BREAKS: [&str; 20] = [
    "",
    "\">",
    "'>",
    "</script>",
    "</title>",
    "</textarea>",
    "</style>",
    "-->",
    "]]>",
    "\\\"",
    "${",
    "{{",
    "`",
    "&#34;>",
    "\u{202e}",
    "\u{200b}",
    "\u{feff}",
    "%22%3e",
    "|",
    "\r\n\r\n",
];
const DEEDS: [&str; 10] = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    " autofocus onfocus=alert(1) x=\"",
    "[x](javascript:alert(1))",
    "![x](//evil.example/x)",
    "=HYPERLINK(\"//evil.example\")",
    "@SUM(1+9)*cmd|' /C calc'!A0",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "# <b>head</b>\n- item\n```\ncode",
];

pub(super) fn hostile() -> Vec<String> {
    BREAKS.iter().flat_map(|out| DEEDS.iter().map(move |deed| format!("{out}{deed}"))).collect()
}

/// The same with letters in place of all that could mean something.
pub(super) fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_alphanumeric() || c == ' ' { c } else { 'x' }).collect()
}

/// The tags of a page with the names of their attributes, as the tokenizer of the HTML standard reads them, and where they
/// lead.
pub(super) fn bones(html: &str) -> Vec<String> {
    let mut bones = Vec::new();
    let mut emitter = DefaultEmitter::<()>::default();
    // What stands in a script or a text area is no markup.
    emitter.naively_switch_states(true);
    for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
        match token {
            Token::StartTag(tag) => {
                let attributes: Vec<(String, String)> =
                    tag.attributes.iter().map(|(name, value)| (text(name), text(value))).collect();
                for (name, value) in &attributes {
                    if ["href", "src", "action", "formaction"].contains(&name.as_str()) {
                        let scheme = value.split_once(':').map_or("", |(scheme, _)| scheme);
                        assert!(!value.starts_with("//") && ["", "https", "data"].contains(&scheme), "{name}={value}");
                    }
                }
                let mut names: Vec<&str> = attributes.iter().map(|(name, _)| name.as_str()).collect();
                names.sort_unstable();
                bones.push(format!("{} {}", text(&tag.name), names.join(" ")));
            }
            Token::EndTag(tag) => bones.push(format!("/{}", text(&tag.name))),
            Token::Comment(_) => bones.push("comment".to_owned()),
            Token::String(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    bones
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(super) fn bones_of_markdown(markdown: &str) -> Vec<String> {
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, Parser::new_ext(markdown, Options::all()));
    bones(&html)
}

pub(super) fn check_csv(text: &str, about: &str) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    for record in reader.records() {
        for cell in record.expect("CSV").iter() {
            let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
            assert!(!formula, "{about}: a spreadsheet would compute {cell:?}");
        }
    }
}
