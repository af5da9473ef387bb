//! Numbers as people read them, the same in findings, charts, pages and records.

use engine::report::TopologyReport;

use crate::evidence::Evidence;

/// A duration: `1,577 ms`, `0.8 ms`, `0 ms`.
pub fn ms(value: f64) -> String {
    format!("{} ms", number(value))
}

/// A share as a percentage: `0.15 %`, `12 %`, `0 %`.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let digits = match percent.abs() {
        p if p == 0.0 || p >= 10.0 && (p - p.round()).abs() < 0.05 => 0,
        p if p >= 10.0 => 1,
        p if p >= 0.1 => 2,
        p if p >= 0.01 => 3,
        _ => 4,
    };
    let text = format!("{percent:.digits$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text} %")
}

/// A number with separated thousands, with decimals only where it is small.
pub fn number(value: f64) -> String {
    let digits = match value.abs() {
        v if v == 0.0 || v >= 100.0 => 0,
        v if v >= 10.0 => 1,
        _ => 2,
    };
    let text = format!("{value:.digits$}");
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), ""), |(w, f)| (w, f.trim_end_matches('0')));
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |whole| ("-", whole));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if fraction.is_empty() { format!("{sign}{grouped}") } else { format!("{sign}{grouped}.{fraction}") }
}

/// A figure beside its exact value: shares and factors are small and matter in their fourth digit.
pub fn precise(value: f64) -> String {
    if value.abs() < 10.0 { format!("{value:.4}") } else { number(value) }
}

/// A percentile by its short name: `p99`, `p99.9`.
pub fn percentile(percentile: f64) -> String {
    format!("p{percentile}")
}

/// Names as a list in a sentence: `a`, `a and b`, `a, b and c`.
pub fn list<T: AsRef<str>>(names: &[T]) -> String {
    joined(names, "and")
}

/// Names of which one is meant: `a`, `a or b`, `a, b or c`.
pub fn either<T: AsRef<str>>(names: &[T]) -> String {
    joined(names, "or")
}

fn joined<T: AsRef<str>>(names: &[T], word: &str) -> String {
    match names {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [most @ .., last] => {
            let most: Vec<&str> = most.iter().map(AsRef::as_ref).collect();
            format!("{} {word} {}", most.join(", "), last.as_ref())
        }
    }
}

/// So many calls or events for every 1,000 requests.
pub fn per_thousand(count: u64, requests: u64) -> f64 {
    if requests == 0 { 0.0 } else { count as f64 * 1_000.0 / requests as f64 }
}

/// The latency of all requests of a plan at the budget's percentile as the object of a sentence: `a p99 of 1,577 ms`; or
/// that there is none, and why.
pub(crate) fn figure(evidence: &Evidence<'_>, report: &TopologyReport) -> String {
    let name = percentile(evidence.report.budget_percentile);
    match report.latency.at_budget {
        Some(figure) => format!("a {name} of {}", ms(figure.value)),
        None if report.over_budget.of == 0 => format!("no {name}"),
        None => format!("no {name}, because {} of requests get no answer", percent(report.no_answer.value)),
    }
}

/// The latency of all requests of a plan at the budget's percentile: `1,577 ms`; or that there is none, and why.
pub fn at_budget(plan: &TopologyReport) -> String {
    let none = || match plan.over_budget.of {
        0 => "none".to_owned(),
        _ => format!("none ({} get no answer)", percent(plan.no_answer.value)),
    };
    plan.latency.at_budget.map_or_else(none, |figure| ms(figure.value))
}

/// That so large a share of a plan's requests is over a time: they take longer or, where any fail, get no answer.
pub(crate) fn later_than(plan: &TopologyReport, share: f64, time_ms: f64) -> String {
    let failing = if plan.no_answer.count > 0 { " or get no answer" } else { "" };
    format!("{} of requests take longer than {}{failing}", percent(share), ms(time_ms))
}

/// A plan's share of requests over the budget with the interval that decides: `0.9 % (0.8 % to 1.1 %)`.
pub fn over_budget(plan: &TopologyReport) -> String {
    let share = crate::evidence::over_budget(plan);
    let of_what = if plan.spread.is_some() { " by what is not known of the inputs" } else { "" };
    if percent(share.low) == percent(share.high) {
        return percent(share.value);
    }
    format!("{} ({} to {}{of_what})", percent(share.value), percent(share.low), percent(share.high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        for (value, text) in [
            (0.0, "0"),
            (0.5, "0.5"),
            (0.05, "0.05"),
            (12.345, "12.3"),
            (999.6, "1,000"),
            (1_577.2, "1,577"),
            (1_234_567.0, "1,234,567"),
            (-1_500.0, "-1,500"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn shares_keep_the_digits_that_matter() {
        for (share, text) in [
            (0.0, "0 %"),
            (0.0015, "0.15 %"),
            (0.02, "2 %"),
            (0.12, "12 %"),
            (0.126, "12.6 %"),
            (1.0, "100 %"),
            (0.00012, "0.012 %"),
        ] {
            assert_eq!(percent(share), text);
        }
    }

    #[test]
    fn lists_read_as_sentences() {
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(list(&["a"]), "a");
    }
}
