//! Percentiles that were measured, a line for each step, and what they make of a document.

use std::collections::BTreeSet;

use decide::wording::list;
use model::{Document, Latency, Problem, Problems};

use super::table::{Lines, Row, cleaned, whole};

/// The document with the latencies that a table says were measured, and where.
///
/// The table is separated by commas, semicolons (then with decimal commas) or tabs. Its first line names the columns:
/// `step` or `name` (the id or the name of a step, in letters of either size), and at least two percentiles, as in `p50`,
/// `p99_ms`, `p99.9 (s)` or `median`. Without a unit they are milliseconds; a unit in a cell goes before that of its
/// column. Other columns are left aside, and so are empty cells. Steps that the table does not name stay as they are.
///
/// The median and the 99th percentile alone are the two by which latencies are written elsewhere, so they mean the same
/// here; any other points are kept as they were measured.
///
/// # Errors
///
/// What is wrong, each with its line and column. Then nothing of the table counts.
pub fn measured(text: &str, place: &str, document: &Document) -> Result<Document, Problems> {
    let place = place.trim();
    if place.is_empty() {
        let remedy = "say where it was measured, and on how much, as in production, November 2026, 1.2 M calls";
        return Err(Problems(vec![Problem::new("where measured", remedy)]));
    }
    let lines = Lines::read(&cleaned(text))?;
    let columns = columns(&lines)?;
    let mut next = document.clone();
    let mut problems = Vec::new();
    let mut named = BTreeSet::new();
    for row in lines.rows() {
        let name = if row.cell("step").is_empty() { row.cell("name") } else { row.cell("step") };
        let column = if lines.has("step") { "step" } else { "name" };
        let Some(step) = step_of(document, name) else {
            let known: Vec<&str> = document.steps.iter().map(|step| step.label()).collect();
            let message = format!("“{name}” is no step of this pipeline; its steps are {}", list(&known));
            problems.push(row.problem(column, message));
            continue;
        };
        if !named.insert(step) {
            problems.push(row.problem(column, format!("“{name}” stands here a second time; leave one line of it")));
        }
        let found = problems.len();
        let points = points(row, &columns, &mut problems);
        if problems.len() == found {
            if points.len() < 2 {
                problems.push(row.problem(&columns[0].name, "give at least two percentiles of each step"));
            }
            next.steps[step].latency = latency(points);
            place.clone_into(&mut next.steps[step].measured);
        }
    }
    if problems.is_empty() && named.is_empty() {
        return Err(whole("there is no line below the names of the columns; give one for each step"));
    }
    if problems.is_empty() { next.checked() } else { Err(Problems(problems)) }
}

/// A column of percentiles.
struct Percentile {
    name: String,
    /// Above 0 and below 100.
    percentile: f64,
    /// Milliseconds for each of its unit.
    unit: f64,
}

/// The columns of percentiles, the lowest first.
fn columns(lines: &Lines) -> Result<Vec<Percentile>, Problems> {
    let mut columns = Vec::new();
    let mut problems = Vec::new();
    for name in &lines.columns {
        match percentile(name) {
            Some(Ok((percentile, unit))) => columns.push(Percentile { name: name.clone(), percentile, unit }),
            Some(Err(())) => problems.push(Problem::new(
                format!("line 1, {name}"),
                "it is no percentile; write p50, p99_ms, p99.9_s and the like, above 0 and below 100",
            )),
            None => {}
        }
    }
    columns.sort_by(|a, b| a.percentile.total_cmp(&b.percentile));
    for pair in columns.windows(2).filter(|pair| pair[0].percentile == pair[1].percentile) {
        problems.push(Problem::new(format!("line 1, {}", pair[1].name), "it stands here twice; leave one of them"));
    }
    if !problems.is_empty() {
        return Err(Problems(problems));
    }
    if !(lines.has("step") || lines.has("name")) || columns.len() < 2 {
        return Err(whole(
            "the first line must name the columns: step, and at least two percentiles, as in step,p50,p90,p99",
        ));
    }
    Ok(columns)
}

/// The percentile and the unit that a column's name says; nothing for a column that is about something else.
fn percentile(column: &str) -> Option<Result<(f64, f64), ()>> {
    let rest = match column.strip_prefix("median") {
        Some(unit) => format!("50{unit}"),
        None => column.strip_prefix('p').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))?.to_owned(),
    };
    let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ',')).unwrap_or(rest.len());
    let (number, unit) = rest.split_at(end);
    let number = number.replace(',', ".").parse().ok().filter(|p: &f64| *p > 0.0 && *p < 100.0);
    let unit = unit.trim_matches(|c: char| !c.is_alphabetic());
    Some(number.zip(if unit.is_empty() { Some(1.0) } else { milliseconds(unit) }).ok_or(()))
}

/// Milliseconds for each of a unit.
fn milliseconds(unit: &str) -> Option<f64> {
    match unit {
        "ms" => Some(1.0),
        "s" | "sec" | "seconds" => Some(1_000.0),
        "µs" | "μs" | "us" => Some(0.001),
        _ => None,
    }
}

/// A step by its id, or by its name in letters of either size.
fn step_of(document: &Document, name: &str) -> Option<usize> {
    let named = || document.steps.iter().position(|step| step.label().to_lowercase() == name.to_lowercase());
    document.step_index(name).or_else(named)
}

/// The points of a line: percentiles and milliseconds, both rising.
fn points(row: Row<'_>, columns: &[Percentile], problems: &mut Vec<Problem>) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = Vec::new();
    for column in columns {
        let cell = row.cell(&column.name);
        if cell.is_empty() {
            continue;
        }
        let digits = cell.trim_end_matches(char::is_alphabetic);
        let unit = &cell[digits.len()..];
        let unit = if unit.is_empty() { Some(column.unit) } else { milliseconds(&unit.to_lowercase()) };
        let ms = row.parsed(digits).zip(unit).map(|(number, unit)| rounded(number * unit));
        match ms.filter(|ms| *ms > 0.0) {
            None => {
                let message = format!("“{cell}” is no time above 0; write it like 200, 200 ms or 0.2 s");
                problems.push(row.problem(&column.name, message));
            }
            Some(ms) => {
                if let Some((percentile, before)) = points.last().filter(|(_, before)| ms < *before) {
                    let message =
                        format!("{ms} ms is below p{percentile}, {before} ms; a higher percentile cannot be faster");
                    problems.push(row.problem(&column.name, message));
                }
                points.push((column.percentile, ms));
            }
        }
    }
    points
}

/// To the nanosecond: multiplying adds binary noise.
fn rounded(ms: f64) -> f64 {
    (ms * 1e6).round() / 1e6
}

fn latency(points: Vec<(f64, f64)>) -> Latency {
    match points.as_slice() {
        [(50.0, p50), (99.0, p99)] => Latency::lognormal(*p50, *p99),
        _ => Latency::Percentiles(points),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: &str = "production, November";

    fn document() -> Document {
        model::EXAMPLES.iter().find(|example| example.slug == "three-services").expect("it is there").document()
    }

    fn problems(text: &str, place: &str) -> Vec<String> {
        let problems = measured(text, place, &document()).expect_err("something is wrong");
        problems.0.iter().map(|problem| format!("{}: {}", problem.path, problem.message)).collect()
    }

    #[test]
    fn named_steps_get_what_was_measured_and_where_and_all_others_stay() {
        let before = document();
        let text = "step,calls,p50,p90 (ms),p99.9_s\r\ncustomer,12000,180,400,2.5\r\n\r\nPRICE BASKET,9,0.2 s,,900\r\n";
        let after = measured(text, " production, November ", &before).expect("it is right");
        assert_eq!(after.steps[0].latency, Latency::Percentiles(vec![(50.0, 180.0), (90.0, 400.0), (99.9, 2_500.0)]));
        assert_eq!(after.steps[1].latency, Latency::Percentiles(vec![(50.0, 200.0), (99.9, 900_000.0)]));
        assert_eq!([&after.steps[0].measured, &after.steps[1].measured], [PLACE; 2]);
        assert_eq!(after.steps[2], before.steps[2]);
        let again = Document { steps: before.steps.clone(), ..after };
        assert_eq!(again, before, "nothing else has changed");
    }

    #[test]
    fn spreadsheets_of_all_countries_are_understood() {
        let expected = Latency::Percentiles(vec![(50.0, 20.5), (95.0, 90.0), (99.0, 1_200.0)]);
        for text in [
            "name;p50;p95;p99\nLoad customer;20,5;90;1200",
            "name\tmedian\tp95\tp99\nLoad customer\t20,5\t90\t1200",
            "name\tp99\tp50\tp95\nLoad customer\t1.2 s\t20.5\t90 ms",
        ] {
            assert_eq!(measured(text, PLACE, &document()).expect(text).steps[0].latency, expected, "{text}");
        }
        let two = measured("step,p50,p99\ncustomer,20,80", PLACE, &document()).expect("two are enough");
        assert_eq!(two.steps[0].latency, Latency::lognormal(20.0, 80.0));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line_its_column_and_the_remedy() {
        let text =
            "step,p50,p90,p99\ncustomer,fast,80,90\nnobody,1,2,3\nprice,200,100,300\nprice,1,2,3\ndelivery,5,,\n";
        assert_eq!(
            problems(text, PLACE),
            [
                "line 2, p50: “fast” is no time above 0; write it like 200, 200 ms or 0.2 s",
                "line 3, step: “nobody” is no step of this pipeline; its steps are Load customer, Price basket and Find \
                 delivery slot",
                "line 4, p90: 100 ms is below p50, 200 ms; a higher percentile cannot be faster",
                "line 5, step: “price” stands here a second time; leave one line of it",
                "line 6, p50: give at least two percentiles of each step",
            ]
        );
        assert_eq!(
            problems("step\tp50\tp99\ncustomer\t1,200\t2000", PLACE)[0],
            "line 2, p50: “1,200” is no time above 0; write it like 200, 200 ms or 0.2 s"
        );
        assert!(problems("step,p50,p99\ncustomer,1,2", "  ")[0].starts_with("where measured: say where"));
        assert!(problems("step,p50,p100\ncustomer,1,2", PLACE)[0].starts_with("line 1, p100: it is no percentile"));
        assert!(problems("step,p50,p50_s\ncustomer,1,2", PLACE)[0].starts_with("line 1, p50_s: it stands here twice"));
        assert!(problems("step,p50\ncustomer,1", PLACE)[0].contains("at least two percentiles"));
        assert!(problems("customer,20,80", PLACE)[0].contains("the first line must name the columns"));
        assert!(problems("step,p50,p99", PLACE)[0].contains("there is no line below"));
        assert!(problems("", PLACE)[0].contains("the first line must name the columns"));
    }
}
