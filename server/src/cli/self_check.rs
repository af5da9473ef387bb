//! What queueing theory knows, beside what the engine makes of it.

use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

use decide::wording::number;
use engine::theory::{Case, Checked, cases};

use super::output;

/// Runs all cases on all cores and prints a row for each, in their order.
pub(super) fn run(seed: u64) -> anyhow::Result<()> {
    let cases = cases();
    let rows: Mutex<Vec<Option<Checked>>> = Mutex::new(cases.iter().map(|_| None).collect());
    let next = AtomicUsize::new(0);
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(case) = cases.get(index) else { return };
            let checked = case.check(seed, cases.len());
            // A thread that panicked has nothing half written in the list.
            rows.lock().unwrap_or_else(|poisoned| poisoned.into_inner())[index] = Some(checked);
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
        work();
    });
    let rows = rows.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
    let rows: Vec<(&Case, Checked)> = cases.iter().zip(rows.into_iter().flatten()).collect();
    output::print(&text(&rows))?;
    let failed = rows.iter().filter(|(_, checked)| !(checked.agrees && checked.narrow)).count();
    anyhow::ensure!(failed == 0, "{failed} of {} figures do not agree with theory", rows.len());
    Ok(())
}

fn text(rows: &[(&Case, Checked)]) -> String {
    let width = rows.iter().map(|(case, _)| case.name.chars().count()).max().unwrap_or(0);
    let mut text =
        format!("{:width$}  {:>12}  {:>12}  {:>25}  verdict\n", "figure", "exact", "engine", "95 % interval");
    for (case, Checked { figure, narrow, agrees }) in rows {
        let (value, interval) = figure.map_or_else(Default::default, |figure| {
            (precise(figure.value), format!("{} to {}", precise(figure.low), precise(figure.high)))
        });
        let verdict = match (narrow, agrees) {
            (true, true) => "agrees",
            (false, true) => "too wide to tell",
            (_, false) => "differs",
        };
        let exact = precise(case.exact);
        text.push_str(&format!("{:width$}  {exact:>12}  {value:>12}  {interval:>25}  {verdict}\n", case.name));
    }
    text
}

/// Shares and factors are small and matter in their third digit; durations are read as elsewhere.
fn precise(value: f64) -> String {
    if value.abs() < 10.0 { format!("{value:.4}") } else { number(value) }
}
