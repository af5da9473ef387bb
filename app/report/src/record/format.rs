//! The formats of a record, and the names of their files.

use super::{Issue, Sheet, csv, html, json, madr, nygard};

/// A format in which a record is written.
///
/// CSV is one file for each table: a spreadsheet that opens a file with several tables in it has one header row
/// and the others among its figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Markdown Any Decision Records 4.0.0, the first format: all others say the same or less.
    Madr,
    /// Markdown with Nygard's headings, as adr-tools reads it.
    Nygard,
    /// The whole evidence, which can be imported again.
    Json,
    /// One page with charts, which needs nothing else and prints well.
    Html,
    /// One of its tables.
    Csv(Sheet),
}

impl Format {
    /// All formats, in the order in which they are offered.
    pub const ALL: [Format; 8] = [
        Format::Madr,
        Format::Nygard,
        Format::Json,
        Format::Html,
        Format::Csv(Sheet::Options),
        Format::Csv(Sheet::Steps),
        Format::Csv(Sheet::Rules),
        Format::Csv(Sheet::Pools),
    ];

    /// The name in addresses and on the command line.
    pub fn slug(self) -> &'static str {
        match self {
            Format::Madr => "madr",
            Format::Nygard => "nygard",
            Format::Json => "json",
            Format::Html => "html",
            Format::Csv(Sheet::Options) => "csv-options",
            Format::Csv(Sheet::Steps) => "csv-steps",
            Format::Csv(Sheet::Rules) => "csv-rules",
            Format::Csv(Sheet::Pools) => "csv-pools",
        }
    }

    /// The format of that name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.slug() == slug)
    }

    /// The name in text.
    pub fn label(self) -> &'static str {
        match self {
            Format::Madr => "Markdown (MADR 4.0.0)",
            Format::Nygard => "Markdown (Nygard, adr-tools)",
            Format::Json => "JSON, the whole evidence",
            Format::Html => "HTML page to print",
            Format::Csv(Sheet::Options) => "CSV of the options",
            Format::Csv(Sheet::Steps) => "CSV of the steps",
            Format::Csv(Sheet::Rules) => "CSV of the rules that fired",
            Format::Csv(Sheet::Pools) => "CSV of the pools",
        }
    }

    /// The value of `Content-Type`.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Madr | Format::Nygard => "text/markdown; charset=utf-8",
            Format::Json => "application/json",
            Format::Html => "text/html; charset=utf-8",
            Format::Csv(_) => "text/csv; charset=utf-8; header=present",
        }
    }

    /// How its files end, without the point.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Madr | Format::Nygard => "md",
            Format::Json => "json",
            Format::Html => "html",
            Format::Csv(_) => "csv",
        }
    }

    /// The name of a record's file, as MADR and its readers want it: `0007-checkout-stay-sequential.md`. The tables
    /// of one record are told apart: `0007-checkout-stay-sequential-steps.csv`. It is made of ASCII letters, digits,
    /// dashes and one point.
    pub fn file_name(self, number: u32, title: &str) -> String {
        let table = match self {
            Format::Csv(Sheet::Options) => "-options",
            Format::Csv(Sheet::Steps) => "-steps",
            Format::Csv(Sheet::Rules) => "-rules",
            Format::Csv(Sheet::Pools) => "-pools",
            Format::Madr | Format::Nygard | Format::Json | Format::Html => "",
        };
        format!("{number:04}-{}{table}.{}", dashed(title, "record"), self.extension())
    }
}

/// A record in a format. Whoever needs one format only calls its own function, and leaves the others out of what
/// the browser downloads.
pub fn render(format: Format, issue: &Issue<'_>) -> String {
    match format {
        Format::Madr => madr::write(issue),
        Format::Nygard => nygard::write(issue),
        Format::Json => json::write(issue),
        Format::Html => html::write(issue),
        Format::Csv(sheet) => csv::write(sheet, issue),
    }
}

/// A text as a part of a file's name: lower-case ASCII letters and digits with single dashes between them, at most 60
/// characters; something else where the text has none of these.
pub fn dashed(text: &str, otherwise: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let mut name = String::new();
    for word in words {
        if !name.is_empty() && name.len() + word.len() > 59 {
            break;
        }
        if !name.is_empty() {
            name.push('-');
        }
        name.extend(word.chars().take(60).map(|c| c.to_ascii_lowercase()));
    }
    if name.is_empty() { otherwise.to_owned() } else { name }
}
