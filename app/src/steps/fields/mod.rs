//! Forms that are lists of fields: each field knows its place in the document, how it is shown and how it is read.
//!
//! A page says which fields a document has ([`PageSpec`]); drafts, problems, saving with and without JavaScript, and the
//! links from findings to fields follow from that list.

mod alone;
mod radios;
mod table;
mod view;

use std::{collections::BTreeMap, marker::PhantomData};

use leptos::prelude::AnyView;
use model::{Document, Quantity};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::StepForm;
use super::{FieldProblem, cells, number};

pub(crate) use radios::radios;
pub(crate) use table::{cell, numbered, table};
pub(crate) use view::{FieldForm, FieldView, FormState};

/// One field of a page, for one document.
pub(crate) struct Field {
    /// Its path in the document, from which its element's id is made.
    path: String,
    /// What it is called.
    pub(crate) label: String,
    /// Why it is asked, or how it is written.
    pub(crate) hint: &'static str,
    pub(crate) kind: Kind,
    /// Its value, as it is shown.
    value: String,
    /// Another path of the document whose problems are said here.
    also: Option<String>,
    /// Whether a document makes it worth asking, for pages that look at it; always, where there is nothing here.
    pub(crate) asked: Option<Asked>,
    /// Reads what was typed into a document, or says what is wrong with it.
    set: Setter,
}

pub(crate) type Asked = Box<dyn Fn(&Document) -> bool + Send + Sync>;

type Setter = Box<dyn Fn(&mut Document, &str) -> Result<(), String>>;

/// Where a value stands in a document, if it has it.
type Place<T> = Box<dyn Fn(&mut Document) -> Option<&mut T>>;

/// How a field is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// By typing.
    Text,
    /// By choosing: the word in documents and forms, and what it is called.
    Choice(&'static [(&'static str, &'static str)]),
}

/// Yes and no, for fields that are one or the other.
pub(crate) const YES_NO: Kind = Kind::Choice(&[("no", "No"), ("yes", "Yes")]);

impl Field {
    pub(crate) fn new(
        path: String,
        label: impl Into<String>,
        hint: &'static str,
        kind: Kind,
        value: String,
        set: impl Fn(&mut Document, &str) -> Result<(), String> + 'static,
    ) -> Self {
        Self { path, label: label.into(), hint, kind, value, also: None, asked: None, set: Box::new(set) }
    }

    /// The same, which also says what is wrong at another path.
    pub(crate) fn answering_for(mut self, path: String) -> Self {
        self.also = Some(path);
        self
    }

    /// The same, which a page may leave out of sight where a document does not make it worth asking.
    pub(crate) fn asked_if(mut self, asked: impl Fn(&Document) -> bool + Send + Sync + 'static) -> Self {
        self.asked = Some(Box::new(asked));
        self
    }

    /// A value of the document that is read as a whole. Boxed, so that the code is there once for all fields of a type.
    fn placed<T: 'static>(
        (path, label, hint): (String, &str, &'static str),
        kind: Kind,
        shown: String,
        place: Place<T>,
        read: fn(&str) -> Result<T, String>,
    ) -> Self {
        Self::new(path, label, hint, kind, shown, move |document, text| {
            let value = read(text)?;
            if let Some(target) = place(document) {
                *target = value;
            }
            Ok(())
        })
    }

    /// A text as it is.
    pub(crate) fn text(
        path: String,
        label: &str,
        hint: &'static str,
        value: &str,
        place: impl Fn(&mut Document) -> Option<&mut String> + 'static,
    ) -> Self {
        Self::placed((path, label, hint), Kind::Text, value.to_owned(), Box::new(place), |text| {
            Ok(text.trim().to_owned())
        })
    }

    /// Names separated by commas.
    pub(crate) fn list(
        path: String,
        label: &str,
        hint: &'static str,
        value: &[String],
        place: impl Fn(&mut Document) -> Option<&mut Vec<String>> + 'static,
    ) -> Self {
        Self::placed((path, label, hint), Kind::Text, value.join(", "), Box::new(place), |text| {
            Ok(text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect())
        })
    }

    /// One of the words of a type of the document.
    pub(crate) fn choice<T: Serialize + serde::de::DeserializeOwned + 'static>(
        path: String,
        label: &str,
        hint: &'static str,
        words: &'static [(&'static str, &'static str)],
        value: &T,
        place: impl Fn(&mut Document) -> Option<&mut T> + 'static,
    ) -> Self {
        let word = match serde_json::to_value(value) {
            Ok(serde_json::Value::String(word)) => word,
            Ok(_) | Err(_) => String::new(),
        };
        Self::placed((path, label, hint), Kind::Choice(words), word, Box::new(place), |word| {
            serde_json::from_value(serde_json::Value::String(word.to_owned()))
                .map_err(|_| format!("“{word}” is not one of the choices."))
        })
    }

    /// Yes or no.
    pub(crate) fn flag(
        path: String,
        label: &str,
        hint: &'static str,
        value: bool,
        place: impl Fn(&mut Document) -> Option<&mut bool> + 'static,
    ) -> Self {
        let word = if value { "yes" } else { "no" };
        Self::placed((path, label, hint), YES_NO, word.to_owned(), Box::new(place), |word| Ok(word == "yes"))
    }

    /// A number, as it stands in the document.
    pub(crate) fn number(
        path: String,
        label: &str,
        hint: &'static str,
        value: f64,
        place: impl Fn(&mut Document) -> Option<&mut f64> + 'static,
    ) -> Self {
        Self::placed((path, label, hint), Kind::Text, value.to_string(), Box::new(place), read_number)
    }

    /// A whole number; empty for none, where `none` is what the document then says.
    pub(crate) fn count(
        path: String,
        label: &str,
        hint: &'static str,
        value: Option<u32>,
        place: impl Fn(&mut Document, Option<u32>) + 'static,
    ) -> Self {
        let shown = value.map(|value| value.to_string()).unwrap_or_default();
        Self::new(path, label, hint, Kind::Text, shown, move |document, text| {
            let text = text.trim();
            let number = match text {
                "" => None,
                _ => Some(text.replace(',', "").parse().map_err(|_| format!("“{text}” is not a whole number."))?),
            };
            place(document, number);
            Ok(())
        })
    }

    /// A share in percent that may be a range or unknown.
    pub(crate) fn share(
        path: String,
        label: &str,
        hint: &'static str,
        value: Quantity,
        place: impl Fn(&mut Document) -> Option<&mut Quantity> + 'static,
    ) -> Self {
        Self::placed((path, label, hint), Kind::Text, cells::show_percent(value), Box::new(place), cells::read_percent)
    }

    /// A share in percent that is known.
    pub(crate) fn known_share(
        path: String,
        label: &str,
        hint: &'static str,
        value: f64,
        place: impl Fn(&mut Document) -> Option<&mut f64> + 'static,
    ) -> Self {
        let shown = cells::show_percent(Quantity::Known(value));
        Self::placed((path, label, hint), Kind::Text, shown, Box::new(place), |text| match cells::read_percent(text)? {
            Quantity::Known(share) => Ok(share),
            Quantity::Range { .. } | Quantity::Unknown => {
                Err("This one must be a single number, like 0.5 %.".to_owned())
            }
        })
    }

    /// Reads what was typed into a document.
    #[cfg(test)]
    pub(crate) fn read_into(&self, document: &mut Document, typed: &str) -> Result<(), String> {
        (self.set)(document, typed)
    }

    /// The id of its element, and its name in forms.
    pub(crate) fn id(&self) -> String {
        element_id(&self.path)
    }
}

/// The element's id for a path of the document: `steps-2-undo-available` for `steps[2].undo.available`.
pub(crate) fn element_id(path: &str) -> String {
    path.replace(['[', '.'], "-").replace(']', "")
}

pub(crate) fn read_number(text: &str) -> Result<f64, String> {
    let digits: String = text.trim().chars().filter(|c| *c != ',').collect();
    number::read(&digits).ok_or_else(|| format!("“{}” is not a number.", text.trim()))
}

/// A page that is a list of fields.
pub(crate) trait FieldPage: 'static {
    /// What it is made of.
    const SPEC: PageSpec;
}

/// What a page of fields is made of.
#[derive(Clone, Copy)]
pub(crate) struct PageSpec {
    /// The step's slug, under which a draft is kept.
    pub(crate) slug: &'static str,
    /// The fields for a document, in the order in which they are read.
    pub(crate) fields: fn(&Document) -> Vec<Field>,
    /// What follows from the fields once all are read.
    pub(crate) finish: fn(&mut Document),
    /// How they are laid out.
    pub(crate) layout: fn(&Document) -> AnyView,
}

/// What was typed, by field.
pub(crate) type Typed = BTreeMap<String, String>;

impl PageSpec {
    /// What the document says, as if it had been typed.
    fn of(self, document: &Document) -> Typed {
        (self.fields)(document).into_iter().map(|field| (field.id(), field.value)).collect()
    }

    /// The document with what was typed, or what is wrong with it.
    fn apply(self, typed: &Typed, document: &Document) -> Result<Document, Vec<FieldProblem>> {
        let mut next = document.clone();
        let fields = (self.fields)(document);
        let mut problems = Vec::new();
        for field in &fields {
            let id = field.id();
            // What nobody touched stays as it is, to the last digit.
            let Some(typed) = typed.get(&id).filter(|typed| **typed != field.value) else { continue };
            if let Err(message) = (field.set)(&mut next, typed) {
                problems.push(FieldProblem::new(id, message));
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        (self.finish)(&mut next);
        next.checked().map_err(|found| {
            let place = |problem: &model::Problem| {
                let inside = |field: &Field| {
                    problem.path.strip_prefix(&field.path).is_some_and(|rest| rest.is_empty() || rest.starts_with('['))
                };
                let at = |field: &&Field| inside(field) || field.also.as_ref() == Some(&problem.path);
                let found = fields.iter().find(at);
                found.map(Field::id).unwrap_or_default()
            };
            found.0.iter().map(|problem| FieldProblem::of(place(problem), problem)).collect()
        })
    }
}

/// What was typed on a page, as it travels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Entries<P> {
    typed: Typed,
    #[serde(skip)]
    page: PhantomData<P>,
}

#[cfg(feature = "ssr")]
impl<P: FieldPage + Clone + PartialEq + Send + Sync> StepForm for Entries<P> {
    const PAGE: &'static str = P::SPEC.slug;

    fn of(document: &Document) -> Self {
        Self { typed: P::SPEC.of(document), page: PhantomData }
    }

    fn apply(&self, document: &Document) -> Result<Document, Vec<FieldProblem>> {
        P::SPEC.apply(&self.typed, document)
    }
}
