//! What a record says, before it is Markdown or HTML: blocks of lines, in which texts of users are texts.

use super::Reference;
use crate::{
    chart::{Column, Table},
    plain::visible,
};

/// A part of a record.
#[derive(Clone, Debug)]
pub(super) enum Block {
    /// A heading of this level, 1 to 3.
    Heading(usize, Line),
    Paragraph(Line),
    Bullets(Vec<Line>),
    /// Points that somebody ticks off, and whether that is done.
    Checklist(Vec<(bool, Line)>),
    Table(Grid),
    /// Text that is copied as it stands, in a language. It must not hold three backticks in a row.
    Code(&'static str, String),
}

impl Block {
    pub(super) fn heading(level: usize, title: &str) -> Self {
        Block::Heading(level, Line::of(title))
    }

    pub(super) fn paragraph(sentences: impl AsRef<str>) -> Self {
        Block::Paragraph(Line::of(sentences))
    }

    pub(super) fn bullets<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Self {
        Block::Bullets(items.into_iter().map(Line::of).collect())
    }

    pub(super) fn checklist<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Self {
        Block::Checklist(items.into_iter().map(|item| (false, Line::of(item))).collect())
    }
}

/// A line of text.
#[derive(Clone, Debug, Default)]
pub(super) struct Line(pub(super) Vec<Span>);

/// A part of a line. None holds a line end or a character that cannot be seen.
#[derive(Clone, Debug)]
pub(super) enum Span {
    Words(String),
    /// A name from the machine's side: a rule, a path, a digest.
    Code(String),
    /// Another record.
    Link(Reference),
}

impl Line {
    /// A line of words.
    pub(super) fn of(words: impl AsRef<str>) -> Self {
        Self::default().words(visible(words.as_ref()).trim())
    }

    /// A line that begins with a name from the machine's side.
    pub(super) fn of_code(name: &str) -> Self {
        Self::default().code(name)
    }

    pub(super) fn words(mut self, words: &str) -> Self {
        self.0.push(Span::Words(visible(words)));
        self
    }

    pub(super) fn code(mut self, name: &str) -> Self {
        self.0.push(Span::Code(visible(name)));
        self
    }

    pub(super) fn link(mut self, to: &Reference) -> Self {
        self.0.push(Span::Link(to.clone()));
        self
    }
}

/// A table of lines.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    /// What it is a table of; with a colon after it in Markdown.
    pub(super) caption: String,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<Line>>,
    /// What a reader must know to read its cells; empty: nothing.
    pub(super) note: String,
}

impl From<Table> for Block {
    fn from(table: Table) -> Self {
        Block::Table(Grid {
            rows: table.rows.into_iter().map(|row| row.cells.iter().map(Line::of).collect()).collect(),
            caption: table.caption,
            columns: table.columns,
            note: table.note,
        })
    }
}
