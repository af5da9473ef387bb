//! Nygard's headings, as adr-tools and its heirs read them.
//!
//! Readers take the number from the title, the date from a line of its own, and the status and its links from the
//! lines of *Status*: `Superseded by [8. Title](0008-title.md)` alone on its line. They read a link's words up to the
//! first closing bracket, escaped or not, so brackets in a title are made round.

use super::{
    Format, Issue, Reference, confirmation::confirmation, consequences::consequences, context, information,
    line::Block, markdown, options, outcome,
};
use crate::plain::one_line;

/// The record as Markdown with Nygard's headings.
pub(super) fn write(issue: &Issue<'_>) -> String {
    let title = issue.title();
    let title = issue.number.map_or_else(|| title.clone(), |number| format!("{number}. {title}"));
    let mut text = String::new();
    markdown::write(&mut text, &[Block::heading(1, &title)]);
    text.push_str(&format!("\nDate: {}\n\n## Status\n\n{}\n", issue.date(), status(issue)));
    let mut blocks = vec![Block::heading(2, "Context")];
    blocks.extend(context::context(issue));
    blocks.push(context::drivers(issue));
    blocks.extend(information::said_by_the_team(issue));
    blocks.extend(information::reasons(issue));
    blocks.push(Block::heading(2, "Decision"));
    blocks.extend(outcome::chosen(issue));
    blocks.push(outcome::rules(issue));
    blocks.extend(outcome::conditions(issue));
    blocks.extend(outcome::signed(issue));
    blocks.push(Block::heading(2, "Consequences"));
    blocks.push(consequences(issue));
    blocks.extend(options::tables(issue));
    blocks.extend(confirmation(issue));
    blocks.extend(information::changes(issue.changes));
    blocks.extend(information::triggers(issue));
    blocks.extend(information::provenance(issue));
    markdown::write(&mut text, &blocks);
    text
}

/// The lines of *Status*, an empty one between them.
fn status(issue: &Issue<'_>) -> String {
    let word = match issue.superseded_by {
        Some(_) => "Superseded".to_owned(),
        None => capitalised(issue.input.status.label()),
    };
    let superseded = issue.superseded_by.map(|other| format!("Superseded by {}", link(other)));
    let supersedes = issue.supersedes.iter().map(|other| format!("Supersedes {}", link(other)));
    [word].into_iter().chain(superseded).chain(supersedes).collect::<Vec<_>>().join("\n\n")
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_ascii_uppercase(), letters.as_str()))
}

fn link(to: &Reference) -> String {
    let title = one_line(&to.title).replace('[', "(").replace(']', ")");
    let title = markdown::inline(&title);
    format!("[{}. {title}]({})", to.number, to.file_name(Format::Nygard))
}
