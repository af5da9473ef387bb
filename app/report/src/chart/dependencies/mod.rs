//! The steps of a document and which needs which: boxes and arrows, drawn from the document alone.
//!
//! On wide screens the steps stand from left to right, each behind all that it comes after. On narrow ones they stand
//! one below the other in sequential order, and arrows that pass steps by run along the right edge.

mod layers;
mod narrow;
mod wide;

use model::{DependencyKind, Document, Effect, Step, StepClass, StepKind};

use self::layers::Layers;
use super::{
    NARROW, Size,
    role::Role,
    svg::{Anchor, Canvas, cut, draw, text_width},
    table::{Column, Row, Table},
};
use decide::wording::list;

/// Draws the steps and their dependencies for so much room across \[px\]; it takes the height it needs, and on wide
/// screens also more width than there is, to be scrolled, rather than letters that nobody can read. `id` tells the
/// charts of one page apart. Without steps there is nothing to draw.
pub fn dependency_diagram(document: &Document, width: u32, id: &str) -> String {
    if document.steps.is_empty() {
        return String::new();
    }
    let layers = Layers::of(document);
    if width < NARROW {
        let plan = narrow::Plan::of(&layers, width);
        draw(plan.size, id, TITLE, &description(document, &layers), &mut |canvas| plan.draw(canvas, document, &layers))
    } else {
        let plan = wide::Plan::of(&layers, width);
        draw(plan.size, id, TITLE, &description(document, &layers), &mut |canvas| plan.draw(canvas, document, &layers))
    }
}

const TITLE: &str = "Steps and their dependencies";

fn description(document: &Document, layers: &Layers) -> String {
    let strict = layers.arrows.iter().filter(|arrow| arrow.strict).count();
    let loose = layers.arrows.len() - strict;
    let steps = document.steps.len();
    format!(
        "{steps} {}, {strict} strict and {loose} loose dependencies; at most {} in a row. The table names them.",
        if steps == 1 { "step" } else { "steps" },
        layers.columns()
    )
}

/// The same as a table: a row for each step, with what it needs and what it comes after today.
pub fn dependency_table(document: &Document) -> Table {
    let rows = document.steps.iter().map(|step| {
        let class = match step.class {
            StepClass::Critical => "the request fails",
            StepClass::Degradable => "it goes on, degraded",
            StepClass::FireAndForget => "nobody waits",
        };
        let dash = |text: String| if text.is_empty() { "–".to_owned() } else { text };
        let cells = vec![
            step.label().to_owned(),
            kind(step).to_owned(),
            effect(step).to_owned(),
            class.to_owned(),
            dash(before(document, step, DependencyKind::Strict)),
            dash(before(document, step, DependencyKind::Loose)),
        ];
        Row { kind: None, cells }
    });
    Table {
        caption: TITLE.to_owned(),
        columns: Column::named(
            ["Step", "What it is", "Effect", "If it fails", "Needs (strict)", "Comes after today (loose)"],
            |_| false,
        ),
        rows: rows.collect(),
        note: String::new(),
    }
}

/// The names of the steps that a step comes after, by dependencies of a kind.
fn before(document: &Document, step: &Step, kind: DependencyKind) -> String {
    let own = document.dependencies.iter().filter(|dependency| dependency.to == step.id && dependency.kind == kind);
    let names: Vec<&str> =
        own.filter_map(|dependency| Some(document.steps[document.step_index(&dependency.from)?].label())).collect();
    list(&names)
}

fn kind(step: &Step) -> &'static str {
    match step.kind {
        StepKind::Service => "service",
        StepKind::Database => "database",
        StepKind::ThirdParty => "third party",
        StepKind::Queue => "queue",
        StepKind::Cache => "cache",
        StepKind::Auth => "auth",
        StepKind::Log => "log",
    }
}

fn effect(step: &Step) -> &'static str {
    match step.effect {
        Effect::None => "none",
        Effect::Read => "reads",
        Effect::Write => "writes",
    }
}

/// What is worth saying of a step in its box: where it is no ordinary one.
fn hints(step: &Step) -> String {
    let kind = (step.kind != StepKind::Service).then(|| kind(step));
    let effect = step.writes_state().then_some("writes");
    let class = match step.class {
        StepClass::Critical => None,
        StepClass::Degradable => Some("degradable"),
        StepClass::FireAndForget => Some("nobody waits"),
    };
    let hints: Vec<&str> = [kind, effect, class].into_iter().flatten().collect();
    hints.join(", ")
}

/// Distance of two lines in a box \[px\].
const LINE: f64 = 16.0;
/// From the edge of a box to its letters \[px\].
const EDGE: f64 = 7.0;
/// Length and half the width of an arrow's head \[px\].
const HEAD: (f64, f64) = (8.0, 4.0);

/// The box of a step between two corners, with its name in at most so many lines and its hints in as many below.
fn step_box(
    canvas: &mut Canvas<'_>,
    document: &Document,
    step: usize,
    corner: (f64, f64),
    opposite: (f64, f64),
    most: usize,
) {
    let step = &document.steps[step];
    let room = opposite.0 - corner.0 - 2.0 * EDGE;
    canvas.rectangle(corner, opposite, Role::Paper, true);
    canvas.rectangle(corner, opposite, Role::SecondaryInk, false);
    let mut lines: Vec<(String, Role)> =
        in_lines(step.label(), room, most).into_iter().map(|line| (line, Role::Ink)).collect();
    let hints = hints(step);
    if !hints.is_empty() {
        lines.extend(in_lines(&hints, room, most).into_iter().map(|line| (line, Role::SecondaryInk)));
    }
    let middle = (corner.1 + opposite.1) / 2.0;
    for (place, (line, role)) in lines.iter().enumerate() {
        let y = middle + (place as f64 - (lines.len() - 1) as f64 / 2.0) * LINE;
        canvas.text(line, (corner.0 + EDGE, y), *role, Anchor::Start, false);
    }
    let said = |what: &str, names: String| (!names.is_empty()).then(|| format!("{what} {names}"));
    let mut figures = vec![if hints.is_empty() { "a step".to_owned() } else { hints }];
    figures.extend(said("needs", before(document, step, DependencyKind::Strict)));
    figures.extend(said("comes today after", before(document, step, DependencyKind::Loose)));
    canvas.mark(corner, opposite, super::mark::Reach::Pointer, step.label(), &figures);
}

/// A text in at most so many lines of a width \[px\], broken between words; what has no room is cut.
fn in_lines(text: &str, width: f64, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.len() - 1;
        let longer = if lines[last].is_empty() { word.to_owned() } else { format!("{} {word}", lines[last]) };
        if lines.len() < most && !lines[last].is_empty() && text_width(&longer) > width {
            lines.push(word.to_owned());
        } else {
            lines[last] = longer;
        }
    }
    lines.iter().map(|line| cut(line, width)).collect()
}

/// The line of an arrow: solid where it is strict, dashed where it is loose.
fn line(strict: bool) -> Role {
    if strict { Role::Ink } else { Role::Loose }
}

/// The head of an arrow that points left or right.
fn head(canvas: &mut Canvas<'_>, tip: (f64, f64), to_the_left: bool, strict: bool) {
    let back = if to_the_left { HEAD.0 } else { -HEAD.0 };
    canvas.area(&[tip, (tip.0 + back, tip.1 - HEAD.1), (tip.0 + back, tip.1 + HEAD.1)], line(strict));
}

/// The places of so many arrows along a side, each with its middle between two ends \[px\].
fn ports(count: usize, from: f64, to: f64) -> impl Fn(usize) -> f64 {
    move |place| from + (to - from) * (place as f64 + 0.5) / count.max(1) as f64
}

fn size(width: f64, height: f64) -> Size {
    Size { width: width.ceil() as u32, height: height.ceil() as u32 }
}
