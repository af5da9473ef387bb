//! A reader of XML that is strict about what charts and pages may get wrong.

use std::collections::BTreeMap;

/// An element, with what stands around and directly in it.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) name: String,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) text: String,
    /// The elements it stands in, by place; the outermost first.
    pub(super) within: Vec<usize>,
}

impl Element {
    pub(super) fn get(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    pub(super) fn number(&self, name: &str) -> f64 {
        self.get(name).parse().unwrap_or_else(|_| panic!("{name} of {self:?} is no number"))
    }
}

/// The elements of a text, in order.
///
/// # Panics
///
/// Where it is not well-formed.
pub(super) fn elements(text: &str) -> Vec<Element> {
    let (mut found, mut open): (Vec<Element>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        if let Some(&parent) = open.last() {
            found[parent].text += &plain(&rest[..start]);
        }
        let end = start + rest[start..].find('>').expect("a tag ends");
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            let closed = open.pop().expect("something is open");
            assert_eq!(found[closed].name, name, "closed in the wrong order");
            continue;
        }
        let (tag, empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let mut known = BTreeMap::new();
        while let Some((name, after)) = attributes.trim_start().split_once("=\"") {
            let (value, after) = after.split_once('"').expect("a value ends");
            assert!(
                name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-' || letter == ':'),
                "{tag}"
            );
            assert!(known.insert(name.to_owned(), plain(value)).is_none(), "{name} stands twice in {tag}");
            attributes = after;
        }
        assert!(attributes.trim().is_empty(), "what is {attributes:?} in {tag:?}?");
        found.push(Element { name: name.to_owned(), attributes: known, text: String::new(), within: open.clone() });
        if !empty {
            open.push(found.len() - 1);
        }
    }
    assert!(open.is_empty(), "something stays open");
    found
}

/// Text without its escapes.
fn plain(text: &str) -> String {
    assert!(!text.contains(|letter: char| letter.is_control() && letter != '\n'), "control characters: {text:?}");
    let mut parts = text.split('&');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, after) = part.split_once(';').expect("an escape ends");
        plain += match name {
            "amp" => "&",
            "lt" => "<",
            "gt" => ">",
            "quot" => "\"",
            "#39" | "apos" => "'",
            "#10" => "\n",
            "#13" => "\r",
            other => panic!("what is &{other};?"),
        };
        plain += after;
    }
    plain
}
