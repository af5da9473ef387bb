//! Writing Markdown: blocks with one empty line between them, and texts of users that stay texts.

use crate::chart::Table;

/// A text that grows block by block.
#[derive(Debug, Default)]
pub(super) struct Markdown {
    text: String,
}

impl Markdown {
    /// A line as it is.
    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    pub(super) fn heading(&mut self, level: usize, title: &str) {
        self.block(&format!("{} {title}", "#".repeat(level)));
    }

    pub(super) fn paragraph(&mut self, sentences: &str) {
        self.block(sentences);
    }

    pub(super) fn bullets(&mut self, items: impl IntoIterator<Item = String>) {
        self.items("* ", items);
    }

    pub(super) fn checklist(&mut self, items: impl IntoIterator<Item = String>) {
        self.items("* [ ] ", items);
    }

    /// Code in a language, in a fence. The code must not hold three backticks in a row.
    pub(super) fn code(&mut self, language: &str, code: &str) {
        self.block(&format!("```{language}\n{}\n```", code.trim_end()));
    }

    /// A table with its caption above it.
    pub(super) fn table(&mut self, table: &Table) {
        self.block(&format!("{}:", inline(&table.caption)));
        let header = table.columns.iter().map(|column| inline(&column.label));
        let rule = table.columns.iter().map(|column| if column.numeric { "---:" } else { "---" }.to_owned());
        let rows = table.rows.iter().map(|row| cells(row.cells.iter().map(|text| cell(text))));
        let lines: Vec<String> = [cells(header), cells(rule)].into_iter().chain(rows).collect();
        self.block(&lines.join("\n"));
        if !table.note.is_empty() {
            self.block(&inline(&table.note));
        }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    fn items(&mut self, marker: &str, items: impl IntoIterator<Item = String>) {
        let lines: Vec<String> = items.into_iter().map(|item| format!("{marker}{item}")).collect();
        if !lines.is_empty() {
            self.block(&lines.join("\n"));
        }
    }

    fn block(&mut self, block: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.line(block);
    }
}

fn cells(cells: impl Iterator<Item = String>) -> String {
    format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
}

/// A user's text on one line, in which nothing is Markdown or HTML.
pub(super) fn inline(text: &str) -> String {
    let mut safe = String::new();
    let line = one_line(text);
    let mut characters = line.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '!' | '~' | '$' => safe.extend(['\\', c]),
            // At the beginning of a line these would start a list or underline a heading.
            '-' | '+' | '=' if safe.is_empty() => safe.extend(['\\', c]),
            '.' | ')' if starts_list(&safe, characters.peek()) => safe.extend(['\\', c]),
            c => safe.push(c),
        }
    }
    safe
}

/// Whether a point or bracket between these would make a numbered list.
fn starts_list(before: &str, after: Option<&char>) -> bool {
    !before.is_empty() && before.bytes().all(|byte| byte.is_ascii_digit()) && after.is_none_or(|&next| next == ' ')
}

/// A user's text in a cell, where nothing begins a line.
fn cell(text: &str) -> String {
    let guarded = inline(&format!("|{text}"));
    guarded.strip_prefix("\\|").unwrap_or(&guarded).to_owned()
}

/// A user's text as a string in double quotes, as YAML and JSON have it. Tags are escaped too, for readers
/// that show the front matter as HTML.
pub(super) fn quoted(text: &str) -> String {
    let mut safe = "\"".to_owned();
    for c in one_line(text).chars() {
        match c {
            '\\' | '"' => safe.extend(['\\', c]),
            '<' | '>' | '&' => safe.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => safe.push(c),
        }
    }
    safe.push('"');
    safe
}

/// A text on one line, without characters that cannot be seen: line ends become spaces, and control
/// characters and those that turn the direction of writing go.
pub(super) fn one_line(text: &str) -> String {
    let visible = text.chars().filter_map(|c| match c {
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{feff}' => None,
        c if c.is_control() => None,
        c => Some(c),
    });
    visible.collect::<String>().split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_of_users_stays_text() {
        for (text, safe) in [
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("[click](javascript:x)", "\\[click\\](javascript:x)"),
            ("a | b", "a \\| b"),
            ("# not a title", "\\# not a title"),
            ("- not a list", "\\- not a list"),
            ("1. not a list", "1\\. not a list"),
            ("one\n\n## two", "one \\#\\# two"),
            ("well-known, 1.5 ms", "well-known, 1.5 ms"),
            ("2.88 % fail", "2.88 % fail"),
            ("\u{202e}gnp.exe\0", "gnp.exe"),
            ("![](x)", "\\!\\[\\](x)"),
        ] {
            assert_eq!(inline(text), safe);
        }
    }

    #[test]
    fn quoted_text_cannot_leave_its_quotes() {
        assert_eq!(quoted("a\"]\nstatus: accepted\\"), "\"a\\\"] status: accepted\\\\\"");
    }
}
