//! Tables as comma-separated values that a spreadsheet can reckon with: plain numbers, with their units in the header.

use super::{Column, Table};
use crate::csv::{is_number, row};

impl Table {
    /// The table as comma-separated values (RFC 4180), for machines: the file of a chart.
    ///
    /// A column of numbers holds them as they are shown, without separated thousands, and without their unit, which
    /// stands in the header. A figure with its interval, or an interval alone, becomes a column for each of its numbers.
    /// What is not there is empty. A column of which any cell cannot be read so stays as it is shown.
    pub fn to_data_csv(&self) -> String {
        let columns: Vec<Vec<String>> = self
            .columns
            .iter()
            .enumerate()
            .flat_map(|(place, column)| {
                let cells: Vec<&str> =
                    self.rows.iter().map(|row| row.cells.get(place).map_or("", String::as_str)).collect();
                numbers(column, &cells).unwrap_or_else(|| vec![as_shown(column, &cells)])
            })
            .collect();
        let line = |place: usize| row(columns.iter().map(|column| &column[place]));
        (0..=self.rows.len()).map(line).collect()
    }
}

fn as_shown(column: &Column, cells: &[&str]) -> Vec<String> {
    std::iter::once(column.label.as_str()).chain(cells.iter().copied()).map(str::to_owned).collect()
}

/// The columns of numbers that a column comes to, each beginning with its header.
fn numbers(column: &Column, cells: &[&str]) -> Option<Vec<Vec<String>>> {
    if !column.numeric {
        return None;
    }
    let read: Vec<Option<Figures<'_>>> =
        cells.iter().map(|cell| if is_missing(cell) { Some(Figures::default()) } else { figures(cell) }).collect();
    let read: Vec<Figures<'_>> = read.into_iter().collect::<Option<_>>()?;
    let first = read.iter().find(|figures| !figures.numbers.is_empty()).cloned().unwrap_or_default();
    let alike = |figures: &Figures<'_>| {
        figures.numbers.is_empty() || figures.unit == first.unit && figures.numbers.len() == first.numbers.len()
    };
    let ends: &[&str] = match first.numbers.len() {
        0 | 1 => &[""],
        2 => &[", low", ", high"],
        _ => &["", ", low", ", high"],
    };
    let unit = if first.unit.is_empty() { String::new() } else { format!(" [{}]", first.unit) };
    let column = |(place, end): (usize, &&str)| {
        let cells = read.iter().map(|figures| figures.numbers.get(place).cloned().unwrap_or_default());
        std::iter::once(format!("{}{end}{unit}", column.label)).chain(cells).collect()
    };
    read.iter().all(alike).then(|| ends.iter().enumerate().map(column).collect())
}

/// The numbers of a cell, and what they count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Figures<'a> {
    numbers: Vec<String>,
    unit: &'a str,
}

fn is_missing(cell: &str) -> bool {
    matches!(cell, "" | "–")
}

/// Reads `2,066 ms`, `1,023 ms (1,001 to 1,045)` and `1,001 to 1,045 ms`.
fn figures(cell: &str) -> Option<Figures<'_>> {
    if let Some((value, interval)) = cell.split_once(" (") {
        let (low, high) = interval.strip_suffix(')')?.split_once(" to ")?;
        let (value, unit) = number_and_unit(value)?;
        return Some(Figures { numbers: vec![value, plain(low)?, plain(high)?], unit });
    }
    if let Some((low, high)) = cell.split_once(" to ") {
        let (high, unit) = number_and_unit(high)?;
        return Some(Figures { numbers: vec![plain(low)?, high], unit });
    }
    let (value, unit) = number_and_unit(cell)?;
    Some(Figures { numbers: vec![value], unit })
}

fn number_and_unit(text: &str) -> Option<(String, &str)> {
    let (number, unit) = text.split_once([' ', '\u{a0}']).unwrap_or((text, ""));
    Some((plain(number)?, unit))
}

/// A number without separated thousands. A sign that says that it is a bound, or that it rests on little, stays.
fn plain(text: &str) -> Option<String> {
    let bare = text.replace(',', "");
    is_number(bare.strip_prefix(['<', '~']).unwrap_or(&bare)).then_some(bare)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Row;

    fn csv(columns: &[(&str, bool)], rows: &[&[&str]]) -> String {
        let columns = columns.iter().map(|(label, numeric)| Column { label: (*label).to_owned(), numeric: *numeric });
        let rows =
            rows.iter().map(|cells| Row { kind: None, cells: cells.iter().map(|cell| (*cell).to_owned()).collect() });
        let (caption, note) = ("Pools".to_owned(), String::new());
        Table { caption, columns: columns.collect(), rows: rows.collect(), note }.to_data_csv()
    }

    #[test]
    fn numbers_are_plain_and_their_units_stand_in_the_header() {
        let csv = csv(
            &[("Topology", false), ("p50", true), ("p99, 95 % interval", true), ("p99", true), ("Failed", true)],
            &[
                &["Sequential", "2,066 ms", "1,001 to 1,045 ms", "1,023 ms (1,001 to 1,045)", "<0.03 %"],
                &["Parallel", "–", "900 to 950.5 ms", "–", "12 %"],
            ],
        );
        let header = "\"Topology\",\"p50 [ms]\",\"p99, 95 % interval, low [ms]\",\"p99, 95 % interval, high [ms]\",\
                      \"p99 [ms]\",\"p99, low [ms]\",\"p99, high [ms]\",\"Failed [%]\"\r\n";
        let sequential = "\"Sequential\",2066,1001,1045,1023,1001,1045,\"<0.03\"\r\n";
        let parallel = "\"Parallel\",\"\",900,950.5,\"\",\"\",\"\",12\r\n";
        assert_eq!(csv, format!("{header}{sequential}{parallel}"));
    }

    #[test]
    fn formulas_are_guarded_and_what_is_no_number_stays_as_it_is_shown() {
        let csv = csv(
            &[("Pool", false), ("Mean wait", true), ("Nothing", true)],
            &[&["=1+1", "2,066 ms", "–"], &["a \"b\"", "2 s", "–"]],
        );
        let header = "\"Pool\",\"Mean wait\",\"Nothing\"\r\n";
        assert_eq!(csv, format!("{header}\"'=1+1\",\"2,066 ms\",\"\"\r\n\"a \"\"b\"\"\",\"2 s\",\"\"\r\n"));
    }
}
