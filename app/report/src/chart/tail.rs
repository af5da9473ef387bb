//! The table of tail arithmetic: the rule of thumb beside the truth.

use decide::wording::{ms, percent, percentile};
use engine::tail::TopologyTail;
use model::Document;

use super::table::{Column, Row, Table};

/// A row for each topology: what the rule of thumb says, and what is true of legs that are slow by their own luck and
/// of legs that slow together.
pub fn tail_table(document: &Document, tails: &[TopologyTail]) -> Table {
    let p = percentile(document.budget.percentile);
    let together = format!("Truth, legs {} together", percent(document.slow_together));
    let mut labels = vec!["Topology".to_owned(), format!("Rule of thumb, {p}"), format!("Truth, {p}, legs apart")];
    if document.slow_together > 0.0 {
        labels.push(together);
    }
    let columns = labels.into_iter().enumerate().map(|(index, label)| Column { label, numeric: index > 0 }).collect();
    let drawn = tails.iter().any(|row| !row.tail.exact);
    let rows = tails.iter().map(|row| {
        let tail = &row.tail;
        let truth = |value: f64| if tail.exact { ms(value) } else { format!("~{}", ms(value)) };
        let mut cells = vec![row.kind.label().to_owned(), ms(tail.rule_of_thumb_ms), truth(tail.independent_ms)];
        if document.slow_together > 0.0 {
            cells.push(truth(tail.together_ms));
        }
        Row { kind: Some(row.kind), cells }
    });
    Table {
        caption: "Tail arithmetic: service times alone, without queues, failures and retries".to_owned(),
        columns,
        rows: rows.collect(),
        note: if drawn { "~: drawn, because its lanes cross over or join early.".to_owned() } else { String::new() },
    }
}
