//! The table of tail arithmetic: the rule of thumb beside the truth.

use decide::wording::{ms, percent, percentile};
use engine::tail::{TopologyTail, Truth};
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
    let columns = Column::named(labels, |index| index > 0);
    let drawn = tails.iter().any(|row| !(row.tail.independent.exact && row.tail.together.exact));
    let truth = |truth: Truth| if truth.exact { ms(truth.ms) } else { format!("~{}", ms(truth.ms)) };
    let rows = tails.iter().map(|row| {
        let tail = &row.tail;
        let mut cells = vec![row.kind.label().to_owned(), ms(tail.rule_of_thumb_ms), truth(tail.independent)];
        if document.slow_together > 0.0 {
            cells.push(truth(tail.together));
        }
        Row { kind: Some(row.kind), cells }
    });
    Table {
        caption: "Tail arithmetic: service times alone, every step taken once, without queues, failures, surges and large payloads".to_owned(),
        columns,
        rows: rows.collect(),
        note: if drawn { "~: drawn, because lanes cross over, join early or are too many; uncertain by a few percent.".to_owned() } else { String::new() },
    }
}
