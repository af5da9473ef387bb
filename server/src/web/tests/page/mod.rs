//! A page as a browser without JavaScript shows it. Fields, buttons and links are found by their labels, and a missing one fails
//! the test.

mod element;
mod form;
mod tests;

use axum::http::StatusCode;

pub(crate) use self::{element::Element, form::Form};
use super::site::{self, Site};

/// An open page.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// Its address, without the anchor.
    pub(crate) address: String,
    root: Element,
}

impl Page {
    /// Opens a page; any status but 200 fails the test.
    pub(crate) async fn open(site: &Site, address: &str) -> Self {
        let (address, _) = address.split_once('#').unwrap_or((address, ""));
        let (response, html) = site::get(site, address).await;
        assert_eq!(response.status(), StatusCode::OK, "{address}: {html}");
        Self::read(address, &html)
    }

    fn read(address: &str, html: &str) -> Self {
        Self { address: address.to_owned(), root: Element::read(html) }
    }

    /// The elements that match a selector and are not hidden.
    pub(crate) fn all(&self, selector: &str) -> Vec<&Element> {
        self.root.all(selector)
    }

    /// The only element that matches a selector and is not hidden.
    pub(crate) fn one(&self, selector: &str) -> &Element {
        let found = self.all(selector);
        assert_eq!(found.len(), 1, "the page has exactly one {selector}: {}", self.text());
        found[0]
    }

    /// Its text, without hidden parts.
    pub(crate) fn text(&self) -> String {
        self.one("body").text()
    }

    pub(crate) fn says(&self, words: &str) -> bool {
        self.text().contains(words)
    }

    /// Fails the test unless the page says all of these.
    pub(crate) fn expect(&self, all: &[&str]) {
        let text = self.text();
        for words in all {
            assert!(text.contains(words), "“{words}” is missing: {text}");
        }
    }

    /// The address behind the link with this text.
    pub(crate) fn link(&self, words: &str) -> &str {
        let links = self.all("a");
        let link = links.iter().find(|link| link.text() == words);
        let link = link.unwrap_or_else(|| panic!("there is no link “{words}”: {}", self.text()));
        link.get("href").expect("a link has an address")
    }

    /// The texts of the rows of all tables.
    pub(crate) fn rows(&self) -> Vec<String> {
        self.all("tr").iter().map(|row| row.text()).collect()
    }

    /// The status of a guided step in the list of steps.
    pub(crate) fn status(&self, step: &str) -> String {
        let steps = self.one("nav[aria-label=Guided steps]").all("span.what").into_iter().map(|step| step.text());
        let status = steps.filter_map(|text| text.strip_prefix(step).map(str::to_owned)).next();
        status.unwrap_or_else(|| panic!("there is no step {step}"))
    }

    /// The field with this label.
    pub(crate) fn field(&self, label: &str) -> &Element {
        let fields: Vec<&Element> = ["input", "select", "textarea"].iter().flat_map(|kind| self.all(kind)).collect();
        let found: Vec<&&Element> = fields.iter().filter(|field| self.label_of(field) == label).collect();
        let names = || fields.iter().map(|field| self.label_of(field)).collect::<Vec<_>>();
        assert_eq!(found.len(), 1, "one field is called “{label}”, among {:?}", names());
        found[0]
    }

    /// The value of the field with this label; of a list, the word that is sent.
    pub(crate) fn value(&self, label: &str) -> String {
        form::value(self.field(label))
    }

    /// The description of the field with this label: its hint and its error.
    pub(crate) fn described(&self, label: &str) -> String {
        self.texts_of(self.field(label).get("aria-describedby").unwrap_or_default())
    }

    /// The label of a field or a button.
    fn label_of(&self, element: &Element) -> String {
        if let Some(label) = element.get("aria-label") {
            return label.to_owned();
        }
        if let Some(ids) = element.get("aria-labelledby") {
            return self.texts_of(ids);
        }
        if element.name() == "button" {
            return element.text();
        }
        let id = element.get("id").unwrap_or_default();
        let labels = self.all("label");
        let label = labels.iter().find(|label| !id.is_empty() && label.get("for") == Some(id));
        label.map(|label| label.text()).unwrap_or_default()
    }

    fn texts_of(&self, ids: &str) -> String {
        let text = |id: &str| self.all(&format!("#{id}")).first().map(|element| element.text()).unwrap_or_default();
        ids.split_whitespace().map(text).collect::<Vec<_>>().join(" ")
    }
}
