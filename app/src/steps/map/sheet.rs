//! The sheet: steps and dependencies as rows of text, and the way from there to a document.

use model::{Dependency, DependencyKind, Document, Effect, Latency, Quantity, Step, StepClass};
use serde::{Deserialize, Serialize};

use super::{
    ends::{id_of, no_step},
    kinds::kind_of,
};
use crate::steps::cells::{read_ms, read_percent, show_ms, show_percent, with_ms, with_percent};
use crate::steps::{FieldProblem, StepForm};

/// The rows of the Map step, as typed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// One row a step.
    #[serde(default)]
    pub steps: Vec<StepRow>,
    /// One row a dependency.
    #[serde(default)]
    pub dependencies: Vec<DependencyRow>,
}

/// A step, as typed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct StepRow {
    /// The step's id; empty for a row that has never been saved.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Median latency. Empty in both: the latency stays as it is.
    pub p50: String,
    /// 99th percentile of latency.
    pub p99: String,
    /// Share of attempts that fail.
    pub errors: String,
    /// `none`, `read` or `write`.
    pub effect: String,
    /// `critical`, `degradable` or `fire_and_forget`.
    pub class: String,
    /// What is called, as in `auth`; no column of the table. Empty: as it is, and for a new step as its
    /// name has it.
    pub kind: String,
}

/// A dependency, as typed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DependencyRow {
    /// Id of the step that comes first, or its name as typed.
    pub from: String,
    /// Id of the step that comes after it, or its name as typed.
    pub to: String,
    /// `strict` or `loose`.
    pub kind: String,
    /// Why.
    pub because: String,
}

/// The columns of a step row, in the order of the table and of a pasted row.
pub(crate) const STEP_FIELDS: [&str; 6] = ["name", "p50", "p99", "errors", "effect", "class"];

impl StepRow {
    /// The text of a column.
    pub(crate) fn cell(&self, field: &str) -> &str {
        match field {
            "name" => &self.name,
            "p50" => &self.p50,
            "p99" => &self.p99,
            "errors" => &self.errors,
            "effect" => &self.effect,
            "class" => &self.class,
            "id" => &self.id,
            "kind" => &self.kind,
            _ => "",
        }
    }

    /// The text of a column, to be changed.
    pub(crate) fn cell_mut(&mut self, field: &str) -> Option<&mut String> {
        match field {
            "name" => Some(&mut self.name),
            "p50" => Some(&mut self.p50),
            "p99" => Some(&mut self.p99),
            "errors" => Some(&mut self.errors),
            "effect" => Some(&mut self.effect),
            "class" => Some(&mut self.class),
            _ => None,
        }
    }

    /// A row in which nobody has typed: it is shown, and it is no step.
    pub(super) fn is_blank(&self) -> bool {
        self.id.is_empty() && [&self.name, &self.p50, &self.p99, &self.errors].iter().all(|cell| cell.trim().is_empty())
    }
}

impl DependencyRow {
    pub(super) fn is_blank(&self) -> bool {
        self.from.is_empty() && self.to.is_empty() && self.because.trim().is_empty()
    }
}

impl Sheet {
    /// Gives every row with a name an id of its own, made from the name, and puts ids in the place of names of steps that
    /// dependencies were typed with.
    pub(crate) fn name_rows(&mut self) {
        for index in 0..self.steps.len() {
            if self.steps[index].id.is_empty() && !self.steps[index].name.trim().is_empty() {
                self.steps[index].id = self.free_id(&self.steps[index].name);
            }
        }
        let Self { steps, dependencies } = self;
        for end in dependencies.iter_mut().flat_map(|row| [&mut row.from, &mut row.to]) {
            if let Some(id) = id_of(steps, end) {
                *end = id;
            }
        }
    }

    /// Gives every number its unit: what was typed without is kept and shown again, also beside what cannot be read.
    pub(crate) fn with_units(mut self) -> Self {
        for row in &mut self.steps {
            (row.p50, row.p99, row.errors) = (with_ms(&row.p50), with_ms(&row.p99), with_percent(&row.errors));
        }
        self
    }

    fn free_id(&self, name: &str) -> String {
        let slug = crate::steps::slug(name, "step");
        let taken = |id: &str| self.steps.iter().any(|row| row.id == id);
        (1..)
            .map(|n| if n == 1 { slug.clone() } else { format!("{slug}-{n}") })
            .find(|id| !taken(id))
            .unwrap_or_default()
    }

    /// Fills rows from pasted text, a line a row and a tab a column, from a cell on. Lines beyond the last row
    /// become new rows.
    pub(crate) fn paste(&mut self, text: &str, row: usize, field: &str) {
        let first = STEP_FIELDS.iter().position(|&known| known == field).unwrap_or(0);
        for (line, text) in text.trim_end_matches(['\r', '\n']).lines().enumerate() {
            let place = row + line;
            if place >= self.steps.len() {
                self.steps.resize(place + 1, StepRow::default());
            }
            for (cell, field) in text.split('\t').zip(&STEP_FIELDS[first..]) {
                if let Some(target) = self.steps[place].cell_mut(field) {
                    *target = pasted(field, cell.trim());
                }
            }
        }
        self.name_rows();
    }
}

/// A pasted cell; words for effect and class are understood however a spreadsheet writes them.
fn pasted(field: &str, cell: &str) -> String {
    let word = cell.to_lowercase().replace([' ', '-'], "_");
    match (field, word.as_str()) {
        ("effect", "writes") => "write".to_owned(),
        ("effect", "reads") => "read".to_owned(),
        ("effect" | "class", _) => word,
        _ => cell.to_owned(),
    }
}

impl StepForm for Sheet {
    const PAGE: &'static str = "map";

    fn of(document: &Document) -> Self {
        let steps = document.steps.iter().map(|step| {
            let (p50, p99) = match &step.latency {
                Latency::Lognormal { p50_ms, p99_ms } => (show_ms(*p50_ms), show_ms(*p99_ms)),
                Latency::Exponential { .. } | Latency::Constant { .. } | Latency::Percentiles(_) => Default::default(),
            };
            StepRow {
                id: step.id.clone(),
                name: step.label().to_owned(),
                p50,
                p99,
                errors: show_percent(step.error_rate),
                effect: word(&step.effect),
                class: word(&step.class),
                kind: word(&step.kind),
            }
        });
        let dependencies = document.dependencies.iter().map(|dependency| DependencyRow {
            from: dependency.from.clone(),
            to: dependency.to.clone(),
            kind: word(&dependency.kind),
            because: dependency.because.clone(),
        });
        Sheet { steps: steps.collect(), dependencies: dependencies.collect() }
    }

    fn apply(&self, document: &Document) -> Result<Document, Vec<FieldProblem>> {
        let mut named = self.clone();
        named.name_rows();
        named.name_ends_as_before(document);
        let mut problems = Vec::new();
        let mut next = document.clone();
        let rows: Vec<(usize, &StepRow)> = named.steps.iter().enumerate().filter(|(_, row)| !row.is_blank()).collect();
        next.steps = rows.iter().filter_map(|(index, row)| step(document, *index, row, &mut problems)).collect();
        let dependencies: Vec<(usize, &DependencyRow)> =
            named.dependencies.iter().enumerate().filter(|(_, row)| !row.is_blank()).collect();
        next.dependencies = dependencies.iter().map(|(_, row)| dependency(row)).collect();
        for (index, row) in &dependencies {
            for (field, id) in [("from", &row.from), ("to", &row.to)] {
                if !rows.iter().any(|(_, step)| step.id == *id) {
                    problems.push(FieldProblem::new(format!("dependencies-{index}-{field}"), no_step(&rows, id)));
                }
            }
        }
        forget_gone_steps(&mut next);
        next.fit_custom();
        if !problems.is_empty() {
            return Err(problems);
        }
        next.checked().map_err(|found| {
            let place = |problem: &model::Problem| field_of(&problem.path, &rows, &dependencies);
            found.0.iter().map(|problem| FieldProblem::of(place(problem), problem)).collect()
        })
    }
}

/// One step from its row; `None` where a cell cannot be read.
fn step(document: &Document, index: usize, row: &StepRow, problems: &mut Vec<FieldProblem>) -> Option<Step> {
    let before = document.steps.iter().find(|step| step.id == row.id);
    let found = problems.len();
    let mut read = |field: &str, result: Result<Quantity, String>| {
        result.map_err(|message| problems.push(FieldProblem::new(format!("steps-{index}-{field}"), message))).ok()
    };
    let latency = match (row.p50.trim(), row.p99.trim(), before) {
        ("", "", Some(step)) => Some(step.latency.clone()),
        (p50, p99, _) => {
            let (p50_ms, p99_ms) = (read("p50", read_ms(p50)), read("p99", read_ms(p99)));
            p50_ms.zip(p99_ms).map(|(p50_ms, p99_ms)| Latency::Lognormal { p50_ms, p99_ms })
        }
    };
    let error_rate = match row.errors.trim() {
        "" => Some(Quantity::default()),
        text => read("errors", read_percent(text)),
    };
    if row.name.trim().is_empty() {
        problems.push(FieldProblem::new(format!("steps-{index}-name"), "Give the step a name."));
    }
    let effect = choice(&row.effect, Effect::default(), index, "effect", problems);
    let class = choice(&row.class, StepClass::default(), index, "class", problems);
    let as_it_is = before.map(|step| step.kind);
    let kind = choice(&row.kind, as_it_is.unwrap_or_else(|| kind_of(&row.name)), index, "name", problems);
    if problems.len() > found {
        return None;
    }
    let latency = latency?;
    let mut step = before.cloned().unwrap_or_else(|| Step::new(row.id.clone(), latency.clone()));
    step.latency = latency;
    step.error_rate = error_rate?;
    step.effect = effect?;
    step.class = class?;
    step.kind = kind?;
    if row.name.trim() != step.label() {
        row.name.trim().clone_into(&mut step.name);
    }
    Some(step)
}

/// One of a few words.
fn choice<T: serde::de::DeserializeOwned>(
    word: &str,
    default: T,
    index: usize,
    field: &str,
    problems: &mut Vec<FieldProblem>,
) -> Option<T> {
    if word.is_empty() {
        return Some(default);
    }
    let value = serde_json::from_value(serde_json::Value::String(word.to_owned())).ok();
    if value.is_none() {
        problems
            .push(FieldProblem::new(format!("steps-{index}-{field}"), format!("“{word}” is not one of the choices.")));
    }
    value
}

fn dependency(row: &DependencyRow) -> Dependency {
    let kind = if row.kind == "loose" { DependencyKind::Loose } else { DependencyKind::Strict };
    Dependency { from: row.from.clone(), to: row.to.clone(), kind, because: row.because.trim().to_owned() }
}

/// Takes what refers to a deleted step out of the parts of the document that the sheet does not show.
fn forget_gone_steps(document: &mut Document) {
    let ids: Vec<String> = document.steps.iter().map(|step| step.id.clone()).collect();
    document.outages.retain(|outage| ids.contains(&outage.step));
    document.joins.retain(|id, _| id == "default" || ids.contains(id));
    if let Some(custom) = &mut document.custom {
        custom.after.retain(|id, _| ids.contains(id));
        custom.after.values_mut().for_each(|after| after.retain(|id| ids.contains(id)));
        custom.detached.retain(|id| ids.contains(id));
    }
}

/// The field that a path of the document is typed in.
fn field_of(path: &str, rows: &[(usize, &StepRow)], dependencies: &[(usize, &DependencyRow)]) -> String {
    let place = |list: &str| {
        let rest = path.strip_prefix(list)?.strip_prefix('[')?;
        let (index, field) = rest.split_once(']')?;
        Some((index.parse::<usize>().ok()?, field.rsplit(['.', ']']).next().unwrap_or_default().to_owned()))
    };
    if let Some((index, field)) = place("steps")
        && let Some((row, _)) = rows.get(index)
    {
        let column = match field.as_str() {
            "p50_ms" => "p50",
            "p99_ms" => "p99",
            "error_rate" | "permanent_error_rate" => "errors",
            _ => "name",
        };
        return format!("steps-{row}-{column}");
    }
    if let Some((index, field)) = place("dependencies")
        && let Some((row, _)) = dependencies.get(index)
    {
        let column = if ["from", "to", "because"].contains(&field.as_str()) { field.as_str() } else { "to" };
        return format!("dependencies-{row}-{column}");
    }
    String::new()
}

/// The word by which a choice is written in documents and forms.
fn word<T: Serialize>(choice: &T) -> String {
    match serde_json::to_value(choice) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(_) | Err(_) => String::new(),
    }
}
