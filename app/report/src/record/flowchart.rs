//! A topology as a Mermaid flowchart, from request to answer.

use engine::report::TopologyReport;
use model::{Dependency, DependencyKind, Document};

use super::markdown::one_line;

/// The source of a flowchart. Between steps, solid arrows are strict dependencies, dotted ones any other order.
pub(super) fn source(document: &Document, topology: &TopologyReport) -> String {
    let mut text = "flowchart LR\n".to_owned();
    for (index, step) in document.steps.iter().enumerate() {
        let mark = if topology.detached.contains(&step.id) { ", not waited for" } else { "" };
        text.push_str(&format!("    s{index}[\"{}{mark}\"]\n", label(step.label())));
    }
    text.push_str("    request([request])\n    answer([answer])\n");
    for (to, before) in topology.after.iter().enumerate() {
        if before.is_empty() {
            text.push_str(&format!("    request --> s{to}\n"));
        }
        for from in before {
            let Some(index) = document.step_index(from) else { continue };
            let arrow = if is_strict(document, from, to) { "-->" } else { "-.->" };
            text.push_str(&format!("    s{index} {arrow} s{to}\n"));
        }
    }
    for (index, step) in document.steps.iter().enumerate() {
        let waited_for = topology.after.iter().any(|before| before.contains(&step.id));
        if !waited_for && !topology.detached.contains(&step.id) {
            text.push_str(&format!("    s{index} --> answer\n"));
        }
    }
    text
}

fn is_strict(document: &Document, from: &str, to: usize) -> bool {
    let joins = |d: &&Dependency| d.from == from && document.steps.get(to).is_some_and(|step| step.id == d.to);
    document.dependencies.iter().find(joins).is_some_and(|d| d.kind == DependencyKind::Strict)
}

/// A label that stays inside its quotes. Mermaid's own escapes are `#name;` and `#number;`.
fn label(text: &str) -> String {
    let mut safe = String::new();
    for c in one_line(text).chars() {
        match c {
            '"' | '#' | ';' | '<' | '>' | '&' | '`' | '\\' => safe.push_str(&format!("#{};", u32::from(c))),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_cannot_leave_their_quotes() {
        assert_eq!(label("end"), "end");
        assert_eq!(label("a\"] --> b;"), "a#34;] --#62; b#59;");
        assert_eq!(label("```\n# x"), "#96;#96;#96; #35; x");
    }
}
