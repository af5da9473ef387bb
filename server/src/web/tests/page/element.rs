//! The elements of a page, as the tokenizer of the HTML standard reads them.

use std::collections::BTreeMap;

use html5gum::{StartTag, Token, Tokenizer, emitters::default::DefaultEmitter};

/// Elements without an end tag.
const VOID: [&str; 8] = ["base", "br", "col", "hr", "img", "input", "link", "meta"];
/// Elements within a line of text: no space is read around them.
const INLINE: [&str; 9] = ["a", "abbr", "b", "bdi", "code", "kbd", "small", "span", "strong"];
/// Elements whose content is not part of the text around them.
const APART: [&str; 5] = ["script", "select", "style", "template", "textarea"];

/// An element and its content.
#[derive(Clone, Debug, Default)]
pub(crate) struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    children: Vec<Node>,
}

#[derive(Clone, Debug)]
enum Node {
    Element(Element),
    Text(String),
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl Element {
    /// Reads a page; markup that a browser would have to mend fails the test.
    pub(super) fn read(html: &str) -> Self {
        let mut emitter = DefaultEmitter::<()>::default();
        // The content of scripts and text areas is not markup.
        emitter.naively_switch_states(true);
        let mut open = vec![Self::default()];
        for Ok(token) in Tokenizer::new_with_emitter(html, emitter) {
            let closed = match token {
                Token::StartTag(tag) => {
                    let element = Self::begun(&tag);
                    if !tag.self_closing && !VOID.contains(&element.name.as_str()) {
                        open.push(element);
                        continue;
                    }
                    Node::Element(element)
                }
                Token::EndTag(tag) => {
                    let element = open.pop().expect("the root is never closed");
                    assert_eq!(element.name, text(&tag.name), "an end tag closes what was opened last");
                    Node::Element(element)
                }
                Token::String(words) => Node::Text(text(&words)),
                Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => continue,
            };
            open.last_mut().expect("the root is never closed").children.push(closed);
        }
        assert_eq!(open.len(), 1, "{} is not closed", open.last().map_or("", |element| &element.name));
        open.remove(0)
    }

    fn begun(tag: &StartTag<()>) -> Self {
        let attributes = tag.attributes.iter().map(|(name, value)| (text(name), text(value)));
        Self { name: text(&tag.name), attributes: attributes.collect(), children: Vec::new() }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// An attribute; empty for one that has no value.
    pub(crate) fn get(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute).map(String::as_str)
    }

    pub(crate) fn has(&self, attribute: &str) -> bool {
        self.attributes.contains_key(attribute)
    }

    /// Whether it matches a selector: a name, an id, a class or one attribute, as in `p.finding`, `#pools`, `a[href=/]`.
    pub(super) fn matches(&self, selector: &str) -> bool {
        let (name, rest) = selector.split_at(selector.find(['#', '.', '[']).unwrap_or(selector.len()));
        let of = |attribute: &str| self.get(attribute).unwrap_or_default();
        let rest = match rest.split_at_checked(1) {
            Some(("#", id)) => of("id") == id,
            Some((".", class)) => of("class").split(' ').any(|of| of == class),
            Some((_, attribute)) => {
                let attribute = attribute.strip_suffix(']').and_then(|attribute| attribute.split_once('='));
                let (attribute, value) = attribute.expect("an attribute and its value");
                self.get(attribute) == Some(value)
            }
            None => true,
        };
        rest && (name.is_empty() || self.name == name)
    }

    pub(super) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|child| match child {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The elements in it that match a selector and are not hidden, in document order.
    pub(crate) fn all(&self, selector: &str) -> Vec<&Self> {
        let mut found = Vec::new();
        for element in self.elements().filter(|element| !element.has("hidden")) {
            found.extend(Some(element).filter(|element| element.matches(selector)));
            found.extend(element.all(selector));
        }
        found
    }

    /// Its text, without hidden parts. A folded `details` counts as visible, because readers can open it.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn write(&self, into: &mut String) {
        for child in &self.children {
            match child {
                Node::Text(words) => into.push_str(words),
                Node::Element(element) if element.has("hidden") || APART.contains(&element.name()) => {}
                Node::Element(element) => {
                    let space = if INLINE.contains(&element.name()) { "" } else { " " };
                    into.push_str(space);
                    element.write(into);
                    into.push_str(space);
                }
            }
        }
    }

    /// The value of a text area. A line end right after the tag is not part of it.
    pub(super) fn typed(&self) -> String {
        let words = self.children.iter().filter_map(|child| match child {
            Node::Text(words) => Some(words.as_str()),
            Node::Element(_) => None,
        });
        let words: String = words.collect();
        words.strip_prefix('\n').map(str::to_owned).unwrap_or(words)
    }
}
