//! What queueing theory knows, beside what the engine makes of it.

use decide::wording::precise;
use engine::theory::{Case, Checked, cases};

use super::output;
use crate::cores;

/// Runs all cases on all cores and prints a row for each, in their order.
pub(super) fn run(seed: u64) -> anyhow::Result<()> {
    let cases = cases();
    let checked = cores::share_out(&cases, |case| case.check(seed, cases.len()));
    let rows: Vec<(&Case, Checked)> = cases.iter().zip(checked).collect();
    output::print(&text(&rows))?;
    let failed = rows.iter().filter(|(_, checked)| !checked.passes()).count();
    anyhow::ensure!(failed == 0, "{failed} of {} figures do not agree with theory", rows.len());
    Ok(())
}

fn text(rows: &[(&Case, Checked)]) -> String {
    let width = rows.iter().map(|(case, _)| case.name.chars().count()).max().unwrap_or(0);
    let mut text =
        format!("{:width$}  {:>12}  {:>12}  {:>25}  verdict\n", "figure", "exact", "engine", "95 % interval");
    for (case, checked) in rows {
        let (value, interval) = checked.figure.map_or_else(Default::default, |figure| {
            (precise(figure.value), format!("{} to {}", precise(figure.low), precise(figure.high)))
        });
        let verdict = checked.verdict();
        let exact = precise(case.exact);
        text.push_str(&format!("{:width$}  {exact:>12}  {value:>12}  {interval:>25}  {verdict}\n", case.name));
    }
    text
}
