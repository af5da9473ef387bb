//! What conditions buy, as a table.

use decide::Verdict;

use super::{Column, Row, Table};

/// What each condition of a verdict buys, where that was simulated: a figure without it and with it.
pub fn conditions_table(verdict: &Verdict) -> Table {
    let condition = |rule: Option<&str>| {
        // One that buys nothing is advice by now.
        let mut simulated = verdict.findings.iter().filter(|finding| !finding.changes.is_empty());
        let finding = simulated.find(|finding| Some(finding.rule.as_str()) == rule);
        finding.map_or_else(|| "All of them".to_owned(), |finding| finding.remedy.clone())
    };
    let rows = verdict.bought.iter().map(|purchase| {
        let then = if purchase.decision == verdict.decision {
            "stands".to_owned()
        } else {
            purchase.decision.slug().to_owned()
        };
        let then = if purchase.worsens.is_empty() { then } else { format!("{then}; worse: {}", purchase.worsens) };
        let figures = [purchase.figure.clone(), purchase.before.clone(), purchase.after.clone(), then];
        Row { kind: None, cells: std::iter::once(condition(purchase.rule.as_deref())).chain(figures).collect() }
    });
    Table {
        caption: "What each condition buys".to_owned(),
        columns: Column::named(["Condition", "Figure", "Today", "With it", "Verdict with it"], |place| {
            place == 2 || place == 3
        }),
        rows: rows.collect(),
        note: String::new(),
    }
}
