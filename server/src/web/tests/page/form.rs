//! Forms as a browser without JavaScript sends them: untouched fields keep their values, and disabled ones are left out.

use super::{Element, Page};
use crate::web::tests::site::{Site, encoded, location, parts, post};

/// A form and the button that sends it.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    /// The address of its page.
    from: String,
    action: String,
    way: Way,
    fields: Vec<Field>,
}

#[derive(Clone, Copy, Debug)]
enum Way {
    Get,
    Post,
    /// As `multipart/form-data`; without a file.
    Parts,
}

#[derive(Clone, Debug)]
struct Field {
    label: String,
    /// The legend of the fieldset around it.
    group: String,
    name: String,
    value: String,
    /// Whether it is sent; radio buttons and boxes are if they are checked.
    sent: bool,
    /// The entries of a list: the word that is sent, and the text.
    offers: Vec<(String, String)>,
}

/// A field or a button of a form that is not disabled.
struct Control<'a> {
    element: &'a Element,
    form: &'a Element,
    around: Around<'a>,
}

/// The surroundings of an element.
#[derive(Clone, Copy, Default)]
struct Around<'a> {
    form: Option<&'a Element>,
    group: Option<&'a Element>,
    hidden: bool,
}

impl Page {
    /// The labels of all buttons that a visitor can press to send a form.
    pub(crate) fn buttons(&self) -> Vec<String> {
        self.controls()
            .iter()
            .filter(|control| control.is_button())
            .map(|control| self.label_of(control.element))
            .collect()
    }

    /// The labels of all fields and buttons of visible forms that write.
    pub(crate) fn writing(&self) -> Vec<String> {
        let controls = self.controls();
        let writing = controls.iter().filter(|control| {
            control.form.get("method") == Some("post")
                && !control.around.hidden
                && control.element.get("type") != Some("hidden")
        });
        writing.map(|control| self.label_of(control.element)).collect()
    }

    /// The form that is sent by the button with this label.
    pub(crate) fn form(&self, button: &str) -> Form {
        let controls = self.controls();
        let pressed: Vec<&Control<'_>> =
            controls.iter().filter(|control| control.is_button() && self.label_of(control.element) == button).collect();
        assert_eq!(pressed.len(), 1, "one button is called “{button}”, among {:?}", self.buttons());
        let form = pressed[0].form;
        let own = |control: &&Control<'_>| std::ptr::eq(control.form, form);
        let fields = controls.iter().filter(own).filter(|control| control.element.name() != "button");
        let fields = fields.chain(pressed.iter().copied()).map(|control| self.read_field(control));
        let way = match (form.get("method"), form.get("enctype")) {
            (Some("post"), Some("multipart/form-data")) => Way::Parts,
            (Some("post"), _) => Way::Post,
            _ => Way::Get,
        };
        let action = form.get("action").expect("a form is sent somewhere").to_owned();
        Form { from: self.address.clone(), action, way, fields: fields.collect() }
    }

    fn read_field(&self, control: &Control<'_>) -> Field {
        let element = control.element;
        let legend = control.around.group.and_then(|group| group.elements().find(|inside| inside.name() == "legend"));
        let kind = element.get("type").unwrap_or_default();
        let marked = !matches!(kind, "radio" | "checkbox") || element.has("checked");
        Field {
            label: self.label_of(element),
            group: legend.map(Element::text).unwrap_or_default(),
            name: element.get("name").unwrap_or_default().to_owned(),
            value: value(element),
            sent: marked && kind != "file",
            offers: offers(element).iter().map(|offer| (word(offer), offer.text())).collect(),
        }
    }

    /// All fields and buttons of forms.
    fn controls(&self) -> Vec<Control<'_>> {
        let mut controls = Vec::new();
        collect(&self.root, Around::default(), &mut controls);
        controls
    }
}

/// Collects fields and buttons. A disabled fieldset disables everything in it.
fn collect<'a>(within: &'a Element, around: Around<'a>, into: &mut Vec<Control<'a>>) {
    for element in within.elements().filter(|element| !element.has("disabled")) {
        let around = around.with(element);
        match around.form.filter(|_| ["input", "select", "textarea", "button"].contains(&element.name())) {
            Some(form) => into.push(Control { element, form, around }),
            None => collect(element, around, into),
        }
    }
}

impl<'a> Around<'a> {
    fn with(self, element: &'a Element) -> Self {
        Self {
            form: Some(element).filter(|element| element.name() == "form").or(self.form),
            group: Some(element).filter(|element| element.name() == "fieldset").or(self.group),
            hidden: self.hidden || element.has("hidden"),
        }
    }
}

impl Control<'_> {
    /// Whether it is a button that a visitor can press. One with `aria-hidden` serves the Enter key alone.
    fn is_button(&self) -> bool {
        let element = self.element;
        let seen = !self.around.hidden && !element.has("aria-hidden");
        seen && element.name() == "button" && element.get("type") == Some("submit")
    }
}

fn offers(element: &Element) -> Vec<&Element> {
    if element.name() == "select" { element.all("option") } else { Vec::new() }
}

/// The word that an entry of a list sends.
fn word(offer: &Element) -> String {
    offer.get("value").map_or_else(|| offer.text(), str::to_owned)
}

/// The value of a field.
pub(super) fn value(element: &Element) -> String {
    match element.name() {
        "textarea" => element.typed(),
        "select" => {
            let offers = offers(element);
            // The first entry is chosen unless another is marked as selected.
            let chosen = offers.iter().rfind(|offer| offer.has("selected")).or(offers.first());
            chosen.map(|offer| word(offer)).unwrap_or_default()
        }
        _ => element.get("value").unwrap_or_default().to_owned(),
    }
}

impl Form {
    /// Types into a field, or chooses the entry with this text.
    pub(crate) fn fill(self, label: &str, text: &str) -> Self {
        self.fill_in("", label, text)
    }

    /// The same for a field of the group whose legend begins like this.
    pub(crate) fn fill_in(mut self, group: &str, label: &str, text: &str) -> Self {
        let names: Vec<String> = self.fields.iter().map(|field| format!("{} {}", field.group, field.label)).collect();
        let fits = |field: &&mut Field| field.label == label && field.group.starts_with(group);
        let mut fields = self.fields.iter_mut().filter(fits);
        let (Some(field), None) = (fields.next(), fields.next()) else {
            panic!("one field is called “{label}”, among {names:?}");
        };
        let offer = field.offers.iter().find(|(word, shown)| word == text || shown == text);
        assert!(field.offers.is_empty() || offer.is_some(), "{label} does not offer {text}: {:?}", field.offers);
        field.value = offer.map_or_else(|| text.to_owned(), |(word, _)| word.clone());
        self
    }

    /// Answers a question by one of its radio buttons.
    pub(crate) fn answer(mut self, question: &str, answer: &str) -> Self {
        let chosen = |field: &&mut Field| field.label.starts_with(question) && field.label.ends_with(answer);
        let chosen = self.fields.iter_mut().find(chosen).map(|field| (field.name.clone(), field.value.clone()));
        let (name, value) = chosen.unwrap_or_else(|| panic!("“{question}” cannot be answered by “{answer}”"));
        self.fields.iter_mut().filter(|field| field.name == name).for_each(|field| field.sent = field.value == value);
        self
    }

    /// The names and values that are sent.
    pub(super) fn pairs(&self) -> Vec<(&str, String)> {
        let sent = self.fields.iter().filter(|field| field.sent && !field.name.is_empty());
        // Browsers end lines like this, whatever the page had.
        sent.map(|field| (field.name.as_str(), field.value.replace('\n', "\r\n"))).collect()
    }

    /// Sends it and opens the page that comes next.
    pub(crate) async fn send(self, site: &Site) -> Page {
        let fields = self.pairs();
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        let body = body.join("&");
        let answer = match self.way {
            Way::Get => {
                let path = self.action.split('#').next().unwrap_or_default();
                return Page::open(site, &format!("{path}?{body}")).await;
            }
            Way::Post => post(site, &self.action, &self.from, &body).await,
            Way::Parts => {
                let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                site.send(parts(&self.action, &self.from, &pairs)).await.0
            }
        };
        Page::open(site, &location(&answer)).await
    }
}
