//! HTML that is written piece by piece; whatever people typed is escaped on the way in.

use model::TopologyKind;

use super::files::{ChartFile, Files};
use crate::chart::{Table, series_class, topology_class};

/// HTML under construction.
#[derive(Debug, Default)]
pub(super) struct Html {
    text: String,
    files: Files,
}

impl Html {
    /// A page of charts with these files.
    pub(super) fn with(files: Files) -> Self {
        Html { text: String::new(), files }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }

    /// The chart that was wanted as a file, once the page is written.
    pub(super) fn into_file(self) -> Option<ChartFile> {
        self.files.found()
    }

    /// Opens an element: its name, and its attributes as they are written.
    pub(super) fn open(&mut self, element: &str) -> &mut Self {
        self.raw("<").raw(element).raw(">")
    }

    pub(super) fn close(&mut self, name: &str) -> &mut Self {
        self.raw("</").raw(name).raw(">")
    }

    /// Text, escaped.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.raw(&escape(text))
    }

    /// What is HTML already.
    pub(super) fn raw(&mut self, html: &str) -> &mut Self {
        self.text.push_str(html);
        self
    }

    /// An element that holds nothing but text.
    pub(super) fn element(&mut self, element: &str, text: &str) -> &mut Self {
        let name = element.split(' ').next().unwrap_or(element);
        self.open(element).text(text).close(name)
    }

    /// A topology's letter in its colour; its name stands beside it wherever there is room.
    pub(super) fn badge(&mut self, kind: TopologyKind) -> &mut Self {
        self.element(
            &format!("b class=\"tag {}\" aria-hidden=\"true\"", topology_class(kind)),
            &kind.letter().to_string(),
        )
    }

    /// A figure with its caption, and its files. It is drawn twice, for wide and for narrow screens; the style sheet shows
    /// one.
    pub(super) fn figure(&mut self, caption: &str, name: &str, [wide, narrow]: [&str; 2], table: &Table) -> &mut Self {
        self.open("figure class=\"chart\"").element("figcaption", caption);
        self.open("div class=\"wide\"").raw(wide).close("div");
        self.open("div class=\"narrow\"").raw(narrow).close("div");
        let links = self.files.links(caption, name, wide, table);
        self.raw(&links).close("figure")
    }

    /// What belongs to some topologies, and is hidden with them.
    pub(super) fn open_series(&mut self, kinds: &[TopologyKind]) -> &mut Self {
        self.open(&format!("div class=\"{}\"", series_class(kinds)))
    }

    /// A table that is there for those who want it: what it says has just been drawn.
    pub(super) fn folded(&mut self, table: &Table) -> &mut Self {
        self.open("details").element("summary", "The same as a table").table(table).close("details")
    }

    /// A table of figures. It scrolls inside itself where the screen is narrow.
    pub(super) fn table(&mut self, table: &Table) -> &mut Self {
        let label = escape(&table.caption);
        self.open(&format!("div class=\"tablewrap\" tabindex=\"0\" role=\"region\" aria-label=\"{label}\""));
        self.open("table").element("caption class=\"visually-hidden\"", &table.caption).open("thead").open("tr");
        for column in &table.columns {
            let head = if column.numeric { "th scope=\"col\" class=\"num\"" } else { "th scope=\"col\"" };
            self.element(head, &column.label);
        }
        self.close("tr").close("thead").open("tbody");
        for row in &table.rows {
            match row.kind {
                Some(kind) => self.open(&format!("tr class=\"{}\"", series_class(&[kind]))),
                None => self.open("tr"),
            };
            for (place, cell) in row.cells.iter().enumerate() {
                if place == 0 {
                    self.open("th scope=\"row\"");
                    if let Some(kind) = row.kind {
                        self.badge(kind).raw(" ");
                    }
                    self.text(cell).close("th");
                } else {
                    let numeric = table.columns.get(place).is_some_and(|column| column.numeric);
                    self.element(if numeric { "td class=\"num\"" } else { "td" }, cell);
                }
            }
            self.close("tr");
        }
        self.close("tbody").close("table").close("div");
        if !table.note.is_empty() {
            self.element("p class=\"note\"", &table.note);
        }
        self
    }
}

/// Text as it stands in an element or in an attribute between double quotes. Unlike a chart's it need not be XML: line
/// ends and apostrophes stay as they are.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}
