//! Tables as text: lines with separated cells under a first line that names its columns.

use model::{Problem, Problems};

/// A table that was read, not yet understood.
pub(super) struct Lines {
    /// The names of its columns in small letters, with a line for each space.
    pub(super) columns: Vec<String>,
    rows: Vec<(u64, ::csv::StringRecord)>,
    separator: u8,
}

impl Lines {
    /// Reads lines that are separated by commas, semicolons (then with decimal commas) or tabs. Lines without any content
    /// are left out.
    ///
    /// # Errors
    ///
    /// Why it is no table, or which lines are none.
    pub(super) fn read(text: &str) -> Result<Self, Problems> {
        let head = text.lines().next().unwrap_or_default();
        let separator = [b';', b'\t'].into_iter().find(|byte| head.as_bytes().contains(byte)).unwrap_or(b',');
        let mut reader = ::csv::ReaderBuilder::new()
            .delimiter(separator)
            .flexible(true)
            .trim(::csv::Trim::All)
            .from_reader(text.as_bytes());
        let columns = match reader.headers() {
            Ok(head) => head.iter().map(|column| column.to_lowercase().replace(' ', "_")).collect(),
            Err(error) => return Err(whole(error.to_string())),
        };
        let (mut rows, mut problems) = (Vec::new(), Vec::new());
        for record in reader.records() {
            match record {
                Ok(record) if record.iter().all(str::is_empty) => {}
                Ok(record) => rows.push((record.position().map_or(0, ::csv::Position::line), record)),
                Err(error) => problems.push(Problem::new("", error.to_string())),
            }
        }
        if problems.is_empty() { Ok(Self { columns, rows, separator }) } else { Err(Problems(problems)) }
    }

    pub(super) fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|known| known == column)
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|(line, record)| Row { lines: self, record, line: *line })
    }
}

/// A problem of the table as such.
pub(super) fn whole(message: impl Into<String>) -> Problems {
    Problems(vec![Problem::new("", message)])
}

/// The text of something that was brought, as all readers of it want it: forms send lines with two characters at their
/// ends, between which a reader counts one line too few.
pub(super) fn cleaned(text: &str) -> String {
    text.trim_start_matches('\u{feff}').trim().replace("\r\n", "\n")
}

/// A line of a table.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    lines: &'a Lines,
    record: &'a ::csv::StringRecord,
    line: u64,
}

impl Row<'_> {
    /// A cell without the apostrophe that guards what a spreadsheet would take for a formula.
    pub(super) fn cell(&self, column: &str) -> &str {
        let place = self.lines.columns.iter().position(|known| known == column);
        let cell = place.and_then(|place| self.record.get(place)).unwrap_or_default();
        cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(cell)
    }

    pub(super) fn problem(&self, column: &str, message: impl Into<String>) -> Problem {
        Problem::new(format!("line {}, {column}", self.line), message)
    }

    /// A number; `None` for an empty cell.
    pub(super) fn number(&self, column: &str, problems: &mut Vec<Problem>) -> Option<f64> {
        let cell = self.cell(column);
        if cell.is_empty() {
            return None;
        }
        let number = self.parsed(cell);
        if number.is_none() {
            problems.push(self.problem(column, format!("“{cell}” is not a number")));
        }
        number
    }

    /// The number in a text. Semicolons bring decimal commas. With tabs a comma may be either: only one that cannot
    /// separate thousands is a decimal one.
    pub(super) fn parsed(&self, text: &str) -> Option<f64> {
        let text = match self.lines.separator {
            b';' => text.replace(',', "."),
            b'\t' if text.split_once(',').is_some_and(|(_, rest)| rest.len() != 3) => text.replacen(',', ".", 1),
            _ => text.to_owned(),
        };
        text.trim().parse().ok().filter(|number: &f64| number.is_finite())
    }
}
