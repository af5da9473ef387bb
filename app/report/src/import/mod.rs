//! Reading what others bring: a pipeline as JSON, a decision record with one in it, or a table of steps as CSV.

mod measured;
mod table;

use model::{Dependency, DependencyKind, Document, Latency, Problem, Problems, Quantity, Retry, Step};
use serde::de::DeserializeOwned;

pub use measured::measured;

use self::table::{Lines, Row, cleaned, whole};
use crate::record::{Archive, RECORD_FORMAT};

/// The document in a text.
///
/// * **JSON** (it begins with a brace): a document of any format that this program knows, or a decision record, whose
///   document it is.
/// * **CSV**, separated by commas, semicolons (then with decimal commas) or tabs. The first line names the columns, in any
///   order: `step` (its id) or `name` must be there, `p50_ms`, `p95_ms`, `p99_ms`, `latency_measured`, `error_rate`, `timeout_ms`, `retries`,
///   `service`, `class`, `class_because`, `effect`, `depends_on` and `dependency_kind` may. It is the table that records
///   come with, and that spreadsheets write.
///
/// # Errors
///
/// What is wrong, each with its place: a path of the document, or the line and the column of the table.
pub fn import(text: &str, name: &str) -> Result<Document, Problems> {
    let text = &*cleaned(text);
    if !text.starts_with('{') {
        return from_csv(text, name);
    }
    let format = serde_json::from_str::<serde_json::Value>(text).ok();
    let format = format.as_ref().and_then(|value| value.get("format")?.as_str());
    let document =
        if format == Some(RECORD_FORMAT) { Archive::parse(text)?.document.checked()? } else { Document::parse(text)? };
    let wrong = decide::threshold::problems(&document);
    if wrong.is_empty() { Ok(document) } else { Err(Problems(wrong)) }
}

fn from_csv(text: &str, name: &str) -> Result<Document, Problems> {
    let lines = Lines::read(text)?;
    if !lines.has("step") && !lines.has("name") {
        return Err(whole(
            "it is neither JSON nor a table of steps: the first line of a table names its columns, among them \
             step or name, as in name,p50_ms,p99_ms",
        ));
    }
    let mut document = Document::new(name);
    let mut problems = Vec::new();
    for row in lines.rows() {
        row.read(&mut document, &mut problems);
    }
    if problems.is_empty() { document.checked() } else { Err(Problems(problems)) }
}

impl Row<'_> {
    fn quantity(&self, column: &str, problems: &mut Vec<Problem>) -> Option<Quantity> {
        if self.cell(column) == "unknown" {
            return Some(Quantity::Unknown);
        }
        self.number(column, problems).map(Quantity::Known)
    }

    /// One of the words of a type of the document; `None` for an empty cell.
    fn word<T: DeserializeOwned>(&self, column: &str, problems: &mut Vec<Problem>) -> Option<T> {
        let cell = self.cell(column);
        if cell.is_empty() {
            return None;
        }
        let word = serde_json::Value::String(cell.to_lowercase().replace([' ', '-'], "_"));
        let value = serde_json::from_value(word).ok();
        if value.is_none() {
            problems.push(self.problem(column, format!("“{cell}” is not one of the choices")));
        }
        value
    }

    fn read(&self, document: &mut Document, problems: &mut Vec<Problem>) {
        let name = self.cell("name");
        let id = match self.cell("step") {
            "" => name
                .to_lowercase()
                .split(|c: char| !c.is_ascii_alphanumeric())
                .filter(|w| !w.is_empty())
                .collect::<Vec<_>>()
                .join("-"),
            id => id.to_owned(),
        };
        if id.is_empty() {
            problems.push(self.problem("step", "a step needs an id or a name"));
            return;
        }
        let mut step = Step::new(id.clone(), self.latency(problems));
        name.clone_into(&mut step.name);
        self.cell("service").clone_into(&mut step.service);
        self.cell("class_because").clone_into(&mut step.class_because);
        self.cell("latency_measured").clone_into(&mut step.measured);
        step.error_rate = self.quantity("error_rate", problems).unwrap_or_default();
        step.timeout_ms = self.number("timeout_ms", problems).unwrap_or(step.timeout_ms);
        step.class = self.word("class", problems).unwrap_or_default();
        step.effect = self.word("effect", problems).unwrap_or_default();
        match self.cell("retries") {
            "" | "0" => {}
            retries => match retries.parse() {
                Ok(max) => step.retry = Some(Retry { max, ..Retry::default() }),
                Err(_) => problems.push(self.problem("retries", format!("“{retries}” is not a whole number"))),
            },
        }
        let list =
            |column: &str| self.cell(column).split([';', ',']).map(str::trim).map(str::to_owned).collect::<Vec<_>>();
        let (needs, kinds, reasons) = (list("depends_on"), list("dependency_kind"), list("dependency_because"));
        for (place, from) in needs.into_iter().enumerate().filter(|(_, from)| !from.is_empty()) {
            // One kind for all, or one for each; strict unless it is said to be loose.
            let kind = kinds.get(place).or(kinds.first()).map_or("", String::as_str);
            let kind = if kind.eq_ignore_ascii_case("loose") { DependencyKind::Loose } else { DependencyKind::Strict };
            let because = reasons.get(place).cloned().unwrap_or_default();
            document.dependencies.push(Dependency { from, to: id.clone(), kind, because });
        }
        document.steps.push(step);
    }

    /// What the percentiles say: the lognormal through the median and the 99th, unless a measured 95th says otherwise.
    fn latency(&self, problems: &mut Vec<Problem>) -> Latency {
        let p50 = self.quantity("p50_ms", problems).unwrap_or(Quantity::Unknown);
        let p99 = self.quantity("p99_ms", problems).unwrap_or(Quantity::Unknown);
        let p95 = self.number("p95_ms", problems);
        if let (Quantity::Known(p50), Some(p95), Quantity::Known(p99)) = (p50, p95, p99) {
            // The 95th percentile of the standard normal distribution is 0.7071 of its 99th.
            let expected = p50 * (p99 / p50).powf(1.644_853_627 / 2.326_347_874);
            if (p95 - expected).abs() > 0.01 * expected {
                return Latency::Percentiles(vec![(50.0, p50), (95.0, p95), (99.0, p99)]);
            }
        }
        Latency::Lognormal { p50_ms: p50, p99_ms: p99 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<String> {
        let problems = import(text, "Imported").expect_err("something is wrong");
        problems.0.iter().map(|problem| format!("{}: {}", problem.path, problem.message)).collect()
    }

    #[test]
    fn a_document_comes_back_from_its_json() {
        for example in &model::EXAMPLES {
            let document = example.document();
            assert_eq!(import(&document.to_pretty_json(), "").expect("it is a document"), document);
        }
    }

    #[test]
    fn a_table_of_steps_becomes_a_pipeline() {
        let text = "name,p50_ms,p99_ms,error_rate,class,retries,depends_on,dependency_kind\r\n\
                    Authorise,180,700,0.005,critical,2,,\r\n\
                    \"Notify, later\",25,unknown,,fire and forget,,authorise,loose\r\n\r\n";
        let document = import(text, "Imported").expect("it is a table");
        let [authorise, notify] = document.steps.as_slice() else { panic!("two steps: {:?}", document.steps) };
        assert_eq!((authorise.id.as_str(), notify.label()), ("authorise", "Notify, later"));
        assert_eq!(authorise.latency, Latency::lognormal(180.0, 700.0));
        assert_eq!(authorise.retry.as_ref().map(|retry| retry.max), Some(2));
        assert_eq!(notify.class, model::StepClass::FireAndForget);
        assert_eq!(document.dependencies.len(), 1);
        assert_eq!(document.dependencies[0].kind, DependencyKind::Loose);
    }

    #[test]
    fn semicolons_bring_decimal_commas_and_a_measured_p95_is_kept() {
        let text = "step;p50_ms;p95_ms;p99_ms;error_rate\na;20,5;90;120;0,01\n";
        let document = import(text, "Imported").expect("it is a table");
        assert_eq!(document.steps[0].latency, Latency::Percentiles(vec![(50.0, 20.5), (95.0, 90.0), (99.0, 120.0)]));
        assert_eq!(document.steps[0].error_rate, Quantity::Known(0.01));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line_and_column() {
        let text = "name,p50_ms,p99_ms,class,retries\r\nA,fast,80,critical,1\r\nB,20,80,vital,many\r\n";
        assert_eq!(
            problems(text),
            [
                "line 2, p50_ms: “fast” is not a number",
                "line 3, class: “vital” is not one of the choices",
                "line 3, retries: “many” is not a whole number",
            ]
        );
        assert!(problems("hello")[0].contains("neither JSON nor a table of steps"));
        assert!(problems("{\"name\": 3}")[0].starts_with("name"));
        assert!(!problems("name,p50_ms\n,3\n").is_empty());
    }
}
