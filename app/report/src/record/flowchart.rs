//! A topology as a Mermaid flowchart, from request to answer.

use engine::report::TopologyReport;
use model::{Dependency, DependencyKind, Document};

use crate::plain::one_line;

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
        // What only a detached step waits for is the end of a lane all the same.
        let lanes =
            topology.after.iter().zip(&document.steps).filter(|(_, next)| !topology.detached.contains(&next.id));
        let waited_for = lanes.map(|(before, _)| before).any(|before| before.contains(&step.id));
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

/// A label that stays inside its quotes and is text. Mermaid's own escapes are `#name;` and `#number;`.
///
/// Besides what would end the quotes, it escapes what Mermaid reads before or after it has read them: `%%{…}%%` is a
/// directive anywhere, `<…>` is HTML, `*` and `_` may be emphasis, `$$` begins a formula, a beginning like `1.` or `-`
/// is refused as a list. A bare `end` is harmless within quotes and breaks a diagram without them, so whoever copies a
/// label does not meet it.
fn label(text: &str) -> String {
    let line = one_line(text);
    if line.eq_ignore_ascii_case("end") {
        return line.chars().map(escape).collect();
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let mut safe = String::new();
    for (place, c) in line.char_indices() {
        match c {
            '"' | '#' | ';' | '<' | '>' | '&' | '`' | '\\' | '{' | '}' | '*' | '_' | '~' | '|' | '$' => {
                safe.push_str(&escape(c));
            }
            '-' | '+' if place == 0 => safe.push_str(&escape(c)),
            '.' | ')' if place > 0 && place == digits => safe.push_str(&escape(c)),
            c => safe.push(c),
        }
    }
    safe
}

fn escape(c: char) -> String {
    format!("#{};", u32::from(c))
}

#[cfg(test)]
mod tests {
    use model::TopologyKind;

    use super::*;
    use crate::record::tests::Evidence;

    #[test]
    fn the_last_step_that_is_waited_for_leads_to_the_answer() {
        // Only the notification, which is detached, comes after the capture.
        let checkout = Evidence::example("checkout");
        let parallel = checkout.report.topology(TopologyKind::Parallel).expect("simulated");
        let text = source(&checkout.document, parallel);
        let capture = checkout.document.step_index("capture").expect("a step");
        assert!(text.contains(&format!("    s{capture} --> answer\n")), "{text}");
        assert_eq!(text.matches("--> answer").count(), 1, "{text}");
    }

    #[test]
    fn labels_cannot_leave_their_quotes() {
        for (text, safe) in [
            ("end", "#101;#110;#100;"),
            ("The end", "The end"),
            ("a\"] --> b;", "a#34;] --#62; b#59;"),
            ("```\n# x", "#96;#96;#96; #35; x"),
            ("%%{init: {}}%%", "%%#123;init: #123;#125;#125;%%"),
            ("$$x$$", "#36;#36;x#36;#36;"),
            ("1. Reserve", "1#46; Reserve"),
            ("- Reserve", "#45; Reserve"),
            ("Re-price 1.5 times", "Re-price 1.5 times"),
            ("\u{202e}a\u{2028}b", "a b"),
        ] {
            assert_eq!(label(text), safe);
        }
    }
}
