//! What was decided, why, under which conditions and with which consequences.

use decide::{
    Decision, Price,
    wording::{ms, number, percentile},
};
use model::TopologyKind;

use super::{
    RecordInput, flowchart,
    markdown::{Markdown, inline},
    options,
};

pub(super) fn write(text: &mut Markdown, input: &RecordInput<'_>) {
    let verdict = input.verdict;
    let sentence = inline(&verdict.sentence);
    let chosen = match verdict.decision {
        Decision::NotReady => None,
        Decision::Choose(kind) => input.report.topology(kind),
    };
    let name = chosen.map_or_else(|| "none yet".to_owned(), options::name);
    text.paragraph(&format!("Chosen option: \"{name}\", because the verdict on these figures is: {sentence}"));
    if let Some(topology) = chosen {
        text.code("mermaid", &flowchart::source(input.document, topology));
        text.paragraph(
            "Between steps, solid arrows are strict dependencies; dotted ones are an order that may change.",
        );
    }
    rules(text, input);
    conditions(text, input);
    text.heading(3, "Consequences");
    text.bullets(consequences(input));
}

fn rules(text: &mut Markdown, input: &RecordInput<'_>) {
    if input.verdict.findings.is_empty() {
        text.paragraph("No rule fired.");
        return;
    }
    text.paragraph("Rules that fired:");
    let rows = input.verdict.findings.iter().map(|finding| {
        format!(
            "| `{}` | {} | {} | {} |",
            finding.rule,
            finding.effect.label(),
            inline(&finding.evidence),
            code(&finding.input)
        )
    });
    let lines: Vec<String> = ["| Rule | Effect | Evidence | Input |", "| --- | --- | --- | --- |"]
        .map(str::to_owned)
        .into_iter()
        .chain(rows)
        .collect();
    text.paragraph(&lines.join("\n"));
}

/// A path in the document; it may hold a step's id, which people choose.
fn code(path: &str) -> String {
    format!("`{}`", path.chars().filter(|c| !matches!(c, '`' | '|' | '\\') && !c.is_control()).collect::<String>())
}

fn conditions(text: &mut Markdown, input: &RecordInput<'_>) {
    let conditions: Vec<String> =
        input.verdict.conditions().map(|finding| format!("`{}`: {}", finding.rule, inline(&finding.remedy))).collect();
    if !conditions.is_empty() {
        text.paragraph("Only after these conditions are met:");
        text.checklist(conditions);
    }
    text.paragraph("Before it ships:");
    text.checklist(
        [
            "The p99 of every step is measured, not guessed",
            "Strict dependencies are mapped, each with its reason",
            "One edge case is prototyped",
            "Compensation is built for every write that can be left behind",
        ]
        .map(str::to_owned),
    );
}

fn consequences(input: &RecordInput<'_>) -> Vec<String> {
    let p = percentile(input.report.budget_percentile);
    match (input.verdict.decision, input.verdict.price) {
        (Decision::NotReady, _) => {
            vec!["Bad, because until the inputs named above are settled no topology can be defended".to_owned()]
        }
        (Decision::Choose(TopologyKind::Sequential), price) => {
            let mut consequences = vec![
                "Good, because steps fail in the order in which they run, and one request can be followed step by step"
                    .to_owned(),
            ];
            if let Some(price) = price.filter(|price| price.saves_ms > 0.0) {
                let plan = price.plan.label().to_lowercase();
                consequences.push(format!("Bad, because the {plan} plan would save {} at {p}", ms(price.saves_ms)));
                consequences.extend(differences(price).map(|(less, more)| {
                    if more > 0.0 {
                        format!(
                            "Good, because the {plan} plan would leave {} more {less} per 1,000 requests",
                            number(more)
                        )
                    } else {
                        format!(
                            "Bad, because the {plan} plan would leave {} fewer {less} per 1,000 requests",
                            number(-more)
                        )
                    }
                }));
            }
            consequences
        }
        (Decision::Choose(_), None) => {
            vec!["Neutral, because there is no chain to compare it with".to_owned()]
        }
        (Decision::Choose(_), Some(price)) => {
            let mut consequences = vec![if price.saves_ms > 0.0 {
                format!("Good, because it saves {} at {p} against the chain", ms(price.saves_ms))
            } else {
                format!("Bad, because it costs {} at {p} against the chain", ms(-price.saves_ms))
            }];
            consequences.extend(differences(price).map(|(what, more)| {
                if more > 0.0 {
                    format!("Bad, because it leaves {} more {what} per 1,000 requests than the chain", number(more))
                } else {
                    format!("Good, because it leaves {} fewer {what} per 1,000 requests than the chain", number(-more))
                }
            }));
            consequences.push("Bad, because failures are partial more often, and harder to follow".to_owned());
            consequences
        }
    }
}

/// What differs from the chain, and by how much per 1,000 requests; what does not differ is left out.
fn differences(price: Price) -> impl Iterator<Item = (&'static str, f64)> {
    [("orphaned writes", price.orphans), ("duplicated writes", price.duplicates), ("undo calls", price.undo_calls)]
        .into_iter()
        .filter(|(_, more)| *more != 0.0)
}
