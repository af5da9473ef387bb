//! The Markdown that was issued, with what has become of the record since.
//!
//! It is the very text that was issued but for its status and the beginning of *More Information*. Writing it anew from the
//! evidence would also bring what a later version of this program says in other words, which nobody has decided.

use super::{Standing, Status, information, line::Block, markdown};

const STATUS: &str = "---\nstatus: ";
const MORE: &str = "\n## More Information\n";
const SUPERSEDES: &str = "* Supersedes [";

/// The status with which Markdown was issued; none where it is no record of this program.
pub fn issued_status(markdown: &str) -> Option<Status> {
    let (status, _) = markdown.strip_prefix(STATUS)?.split_once('\n')?;
    Status::from_label(status)
}

/// MADR Markdown as it was issued, with the status of today and, under *More Information*, the link to the record that
/// came in its place and the statuses it had. Texts of users cannot forge what this looks for: they stay on one line, in
/// which nothing is a heading.
pub fn restated(issued: &str, standing: &Standing) -> String {
    let parts = issued.strip_prefix(STATUS).and_then(|rest| rest.split_once('\n'));
    let Some((_, rest)) = parts.filter(|_| !standing.is_as_issued()) else { return issued.to_owned() };
    let mut text = format!("{STATUS}{}\n", standing.words());
    let Some((before, more)) = rest.split_once(MORE) else { return text + rest };
    text.push_str(before);
    text.push_str(MORE);
    let (links, more) = links(more);
    let mut block = links.to_owned();
    if let Some(other) = &standing.superseded_by {
        let mut link = String::new();
        markdown::write(&mut link, &[Block::Bullets(vec![information::superseded_by(other)])]);
        block.push_str(&link);
    }
    if !block.is_empty() {
        text.push('\n');
        text.push_str(&block);
    }
    markdown::write(&mut text, &information::changes(&standing.changes));
    text.push_str(more);
    text
}

/// The links with which *More Information* begins, and what comes after them.
fn links(more: &str) -> (&str, &str) {
    let list = more.strip_prefix('\n').unwrap_or(more);
    let lines = list.split_inclusive('\n').take_while(|line| line.starts_with(SUPERSEDES));
    match lines.map(str::len).sum() {
        0 => ("", more),
        end => list.split_at(end),
    }
}
