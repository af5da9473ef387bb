//! Writing Markdown: blocks with one empty line between them, and texts of users that stay texts.

use super::{
    Format,
    line::{Block, Grid, Line, Span},
};
use crate::plain::one_line;

/// Blocks as Markdown, each after an empty line.
pub(super) fn write(text: &mut String, blocks: &[Block]) {
    for block in blocks {
        let written = match block {
            // Nothing in a heading begins a list, so its number needs no guard.
            Block::Heading(level, title) => format!("{} {}", "#".repeat(*level), inside(title)),
            Block::Paragraph(line) => first(line),
            Block::Bullets(items) => list("*", items),
            Block::Checklist(items) => {
                let item =
                    |(done, item): &(bool, Line)| format!("* [{}] {}", if *done { 'x' } else { ' ' }, first(item));
                items.iter().map(item).collect::<Vec<_>>().join("\n")
            }
            Block::Table(grid) => table(grid),
            Block::Code(language, code) => format!("```{language}\n{}\n```", code.trim_end()),
        };
        if !written.is_empty() {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&written);
            text.push('\n');
        }
    }
}

fn list(marker: &str, items: &[Line]) -> String {
    items.iter().map(|item| format!("{marker} {}", first(item))).collect::<Vec<_>>().join("\n")
}

/// A table with its caption above it and its note below.
fn table(grid: &Grid) -> String {
    let row = |cells: &mut dyn Iterator<Item = String>| format!("| {} |", cells.collect::<Vec<_>>().join(" | "));
    let header = row(&mut grid.columns.iter().map(|column| escaped(&one_line(&column.label), false)));
    let rule = row(&mut grid.columns.iter().map(|column| if column.numeric { "---:" } else { "---" }.to_owned()));
    let rows = grid.rows.iter().map(|cells| row(&mut cells.iter().map(inside)));
    let lines: Vec<String> = [header, rule].into_iter().chain(rows).collect();
    let note = if grid.note.is_empty() { String::new() } else { format!("\n\n{}", inline(&grid.note)) };
    format!("{}:\n\n{}{note}", inline(&grid.caption), lines.join("\n"))
}

/// A line where Markdown looks for lists and headings.
fn first(line: &Line) -> String {
    written(line, true)
}

/// A line in a cell or a heading, where nothing begins a block.
fn inside(line: &Line) -> String {
    written(line, false)
}

fn written(line: &Line, mut begins: bool) -> String {
    let mut text = String::new();
    for span in &line.0 {
        match span {
            Span::Words(words) => text.push_str(&escaped(words, begins)),
            Span::Code(name) => {
                // Nothing is escaped within backticks, so what some reader might take for markup goes.
                let name: String = name.chars().filter(|c| !matches!(c, '`' | '|' | '\\' | '<' | '>')).collect();
                text.push_str(&format!("`{name}`"));
            }
            Span::Link(to) => {
                let words = escaped(&one_line(&to.words()), false);
                text.push_str(&format!("[{words}]({})", to.file_name(Format::Madr)));
            }
        }
        begins = begins && text.is_empty();
    }
    text
}

/// A user's text on one line, in which nothing is Markdown or HTML.
pub(super) fn inline(text: &str) -> String {
    escaped(&one_line(text), true)
}

fn escaped(line: &str, begins: bool) -> String {
    let mut safe = String::new();
    let mut characters = line.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '!' | '~' | '$' => safe.extend(['\\', c]),
            // At the beginning of a line these would start a list or underline a heading.
            '-' | '+' | '=' if begins && safe.is_empty() => safe.extend(['\\', c]),
            '.' | ')' if begins && starts_list(&safe, characters.peek()) => safe.extend(['\\', c]),
            c => safe.push(c),
        }
    }
    safe
}

/// Whether a point or bracket between these would make a numbered list.
fn starts_list(before: &str, after: Option<&char>) -> bool {
    !before.is_empty() && before.bytes().all(|byte| byte.is_ascii_digit()) && after.is_none_or(|&next| next == ' ')
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
    fn only_the_beginning_of_a_line_is_guarded_as_one() {
        let line = Line::of_code("a`b").words("- 1. c");
        assert_eq!(first(&line), "`ab`- 1. c");
        assert_eq!(first(&Line::of("- a")), "\\- a");
        assert_eq!(inside(&Line::of("7. Title")), "7. Title");
    }

    #[test]
    fn quoted_text_cannot_leave_its_quotes() {
        assert_eq!(quoted("a\"]\nstatus: accepted\\"), "\"a\\\"] status: accepted\\\\\"");
    }
}
