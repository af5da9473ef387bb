//! MADR 4.0.0, the first format.
//!
//! The template is <https://github.com/adr/madr/tree/4.0.0/template>. Two things are as its readers need them
//! rather than as it prints them: the front matter opens the file, and the status stands without quotes,
//! because some readers show the quotes.

use super::{
    Issue, confirmation::confirmation, consequences::consequences, context, flowchart, information, line::Block,
    markdown, markdown::quoted, options, outcome,
};

/// The record as MADR 4.0.0 Markdown.
pub(super) fn write(issue: &Issue<'_>) -> String {
    let mut blocks = vec![Block::heading(1, &issue.title()), Block::heading(2, "Context and Problem Statement")];
    blocks.extend(context::context(issue));
    blocks.push(Block::heading(2, "Decision Drivers"));
    blocks.push(context::drivers(issue));
    blocks.push(Block::heading(2, "Considered Options"));
    blocks.push(options::names(issue));
    blocks.push(Block::heading(2, "Decision Outcome"));
    blocks.extend(outcome::chosen(issue));
    if let Some(topology) = issue.chosen() {
        blocks.push(Block::Code("mermaid", flowchart::source(issue.input.document, topology)));
        blocks.push(Block::paragraph(
            "Between steps, solid arrows are strict dependencies; dotted ones are an order that may change.",
        ));
    }
    blocks.push(outcome::rules(issue));
    blocks.extend(outcome::conditions(issue));
    blocks.push(Block::heading(3, "Consequences"));
    blocks.push(consequences(issue));
    blocks.push(Block::heading(3, "Confirmation"));
    blocks.extend(confirmation(issue));
    blocks.extend(outcome::sign_off(issue));
    blocks.push(Block::heading(2, "Pros and Cons of the Options"));
    blocks.extend(options::tables(issue));
    blocks.extend(options::pros_and_cons(issue));
    blocks.push(Block::heading(2, "More Information"));
    blocks.extend(information::links(issue));
    blocks.extend(information::changes(issue.changes));
    blocks.extend(information::triggers(issue));
    blocks.extend(information::said_by_the_team(issue));
    blocks.extend(information::reasons(issue));
    blocks.extend(information::rule_of_thumb(issue));
    blocks.extend(information::provenance(issue));
    let mut text = front_matter(issue);
    markdown::write(&mut text, &blocks);
    text
}

fn front_matter(issue: &Issue<'_>) -> String {
    let mut text = format!("---\nstatus: {}\ndate: {}\n", issue.status(), issue.date());
    // Readers take the number from the file's name; `adrs` 0.13 refuses a front matter that does not say it too.
    if let Some(number) = issue.number {
        text.push_str(&format!("number: {number}\n"));
    }
    let deciders: Vec<String> = issue.deciders().into_iter().map(quoted).collect();
    if !deciders.is_empty() {
        text.push_str(&format!("decision-makers: [{}]\n", deciders.join(", ")));
    }
    text.push_str("---\n");
    text
}
