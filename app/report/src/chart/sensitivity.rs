//! The table of a sensitivity analysis: a row for each flip, and for each input that flips nothing.

use decide::wording::number;
use engine::experiment::{InputReport, SensitivityReport};

use super::table::{Column, Row, Table};

/// A row for each value at which the verdict flips; inputs without any come last.
pub fn sensitivity_table(report: &SensitivityReport) -> Table {
    let labels = ["Input", "Today", "Flips between", "Verdict below", "Verdict above"];
    let flips = report.inputs.iter().flat_map(|input| {
        input.flips.iter().map(move |flip| {
            vec![
                input.label.clone(),
                with_unit(input.today, input),
                format!("{} and {}", fine(flip.below), with_unit(flip.above, input)),
                flip.verdict_below.clone(),
                flip.verdict_above.clone(),
            ]
        })
    });
    let firm = report.inputs.iter().filter(|input| input.flips.is_empty()).map(|input| {
        let (first, last) = (input.points.first(), input.points.last());
        let tried = first.zip(last).map_or_else(String::new, |(first, last)| {
            format!("not from {} to {}", fine(first.value), with_unit(last.value, input))
        });
        vec![input.label.clone(), with_unit(input.today, input), tried, report.verdict.clone(), report.verdict.clone()]
    });
    Table {
        caption: format!("Sensitivity: the verdict is {} today", report.verdict),
        columns: Column::named(labels, |index| index == 1),
        rows: flips.chain(firm).map(|cells| Row { kind: None, cells }).collect(),
        note: "Not varied: surges, payloads, spikes and outages, undo latencies, the lifetime of keys, redelivery, backoffs, protections and maturity.".to_owned(),
    }
}

pub(super) fn with_unit(value: f64, input: &InputReport) -> String {
    if input.unit.is_empty() { fine(value) } else { format!("{} {}", fine(value), input.unit) }
}

/// Rates are small, and the two ends of a flip are near each other: three digits tell them apart, wherever they begin.
pub(super) fn fine(value: f64) -> String {
    if value == 0.0 || value.abs() >= 1.0 {
        return number(value);
    }
    let digits = (1..12).find(|digits| value.abs() * 10f64.powi(*digits) >= 100.0).unwrap_or(12);
    let text = format!("{value:.*}", digits as usize);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
