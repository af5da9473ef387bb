//! A field on its own, outside of its page: what it says today, and the document with another value of it alone.

use model::Document;

use super::{Field, Kind};
use crate::steps::FieldProblem;

impl Field {
    /// Its path in the document.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The same field under another name, for a form that is not its page's.
    pub(crate) fn called(self, path: &str, label: &str) -> Self {
        Self { path: path.to_owned(), label: label.to_owned(), ..self }
    }

    /// Its value, as it is typed.
    pub(crate) fn typed(&self) -> &str {
        &self.value
    }

    /// Its value, as it reads.
    pub(crate) fn shown(&self) -> String {
        match self.words().iter().find(|(word, _)| *word == self.value) {
            Some((_, called)) => format!("“{called}”"),
            None if self.value.is_empty() => "none".to_owned(),
            None => self.value.clone(),
        }
    }

    /// The document with what was typed here and nothing else, or what is wrong with it.
    pub(crate) fn tried(&self, document: &Document, typed: &str) -> Result<Document, String> {
        let mut next = document.clone();
        (self.set)(&mut next, self.chosen(typed)?)?;
        let next = next.checked().map_err(|found| {
            let said = |problem: &model::Problem| match problem.path.starts_with(&self.path) {
                true => FieldProblem::of("", problem).message,
                // The value is right by itself, and wrong beside another, which is named.
                false => format!("{problem}."),
            };
            found.0.iter().map(said).collect::<Vec<_>>().join(" ")
        })?;
        if next == *document {
            return Err(format!("That is what it is today: {}. Try another value.", self.shown()));
        }
        Ok(next)
    }

    /// The word of a choice, which may also be typed as it is called.
    fn chosen<'a>(&self, typed: &'a str) -> Result<&'a str, String> {
        let words = self.words();
        if words.is_empty() {
            return Ok(typed);
        }
        let wanted = typed.trim();
        let same = |(word, called): &&(&'static str, &'static str)| {
            wanted.eq_ignore_ascii_case(word) || wanted.eq_ignore_ascii_case(called)
        };
        words.iter().find(same).map(|(word, _)| *word).ok_or_else(|| {
            let choices: Vec<&str> = words.iter().map(|(_, called)| *called).collect();
            format!("“{wanted}” is not one of the choices: {}.", choices.join("; "))
        })
    }

    /// The words of a choice and what they are called; none for a field that is typed.
    fn words(&self) -> &'static [(&'static str, &'static str)] {
        match self.kind {
            Kind::Text => &[],
            Kind::Choice(words) => words,
        }
    }
}
