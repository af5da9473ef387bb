//! Blocks as HTML.

use super::{Block, Grid, Line, Span};
use crate::{chart::escape, plain::one_line, record::Format};

/// Writes blocks one after another.
pub(super) fn blocks(body: &mut String, blocks: &[Block]) {
    for block in blocks {
        match block {
            Block::Heading(level, title) => body.push_str(&format!("<h{level}>{}</h{level}>\n", line(title))),
            Block::Paragraph(words) => {
                let words = line(words);
                let class = if words.ends_with(':') { " class=\"leads\"" } else { "" };
                body.push_str(&format!("<p{class}>{words}</p>\n"));
            }
            Block::Bullets(items) => list(body, "", items.iter().map(|item| ("", item))),
            Block::Checklist(items) => {
                let class = |done: bool| if done { " class=\"done\"" } else { "" };
                list(body, " class=\"checklist\"", items.iter().map(|(done, item)| (class(*done), item)));
            }
            Block::Table(grid) => table(body, grid),
            Block::Code(_, code) => body.push_str(&format!("<pre><code>{}</code></pre>\n", escaped(code))),
        }
    }
}

/// A chart, which says itself what it shows, under its caption.
pub(super) fn figure(body: &mut String, caption: &str, svg: &str) {
    body.push_str(&format!("<figure>\n<figcaption>{}</figcaption>\n{svg}\n</figure>\n", escaped(&one_line(caption))));
}

/// A list, each item with its class.
fn list<'a>(body: &mut String, class: &str, items: impl Iterator<Item = (&'static str, &'a Line)>) {
    let items: String = items.map(|(class, item)| format!("<li{class}>{}</li>\n", line(item))).collect();
    body.push_str(&format!("<ul{class}>\n{items}</ul>\n"));
}

/// A table that scrolls by itself where it is wider than the page, also by keyboard.
fn table(body: &mut String, grid: &Grid) {
    let numeric = |index: usize| grid.columns.get(index).is_some_and(|column| column.numeric);
    let class = |index: usize| if numeric(index) { " class=\"num\"" } else { "" };
    let caption = escaped(&one_line(&grid.caption));
    let head: String = (0..)
        .zip(&grid.columns)
        .map(|(index, column)| format!("<th scope=\"col\"{}>{}</th>", class(index), escaped(&one_line(&column.label))))
        .collect();
    let rows: String = grid.rows.iter().map(|cells| format!("<tr>{}</tr>\n", row(cells, &class))).collect();
    body.push_str(&format!(
        "<div class=\"table\" role=\"region\" aria-label=\"{caption}\" tabindex=\"0\">\n<table>\n\
         <caption>{caption}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    ));
    if !grid.note.is_empty() {
        body.push_str(&format!("<p class=\"note\">{}</p>\n", escaped(&one_line(&grid.note))));
    }
}

/// The first cell names its row.
fn row(cells: &[Line], class: &dyn Fn(usize) -> &'static str) -> String {
    let cell = |(index, cell): (usize, &Line)| match index {
        0 => format!("<th scope=\"row\">{}</th>", line(cell)),
        _ => format!("<td{}>{}</td>", class(index), line(cell)),
    };
    (0..).zip(cells).map(cell).collect()
}

fn line(line: &Line) -> String {
    let span = |span: &Span| match span {
        Span::Words(words) => escaped(words),
        Span::Code(name) => format!("<code>{}</code>", escaped(name)),
        Span::Link(to) => {
            let file = to.file_name(Format::Html);
            format!("<a href=\"{file}\">{}</a>", escaped(&one_line(&to.words())))
        }
    };
    line.0.iter().map(span).collect()
}

/// A text in which nothing is markup. It may hold line ends only where they are meant.
pub(super) fn escaped(text: &str) -> String {
    text.split('\n').map(escape).collect::<Vec<_>>().join("\n")
}
