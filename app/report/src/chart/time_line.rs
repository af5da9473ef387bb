//! What happened when: arrivals, answers, errors and the queue, with the outages of the document.

use decide::wording::number;
use engine::report::TopologyReport;
use model::{Document, Outage};

use super::{
    Size,
    axis::{Frame, Scale, ticks_across},
    mark::Reach,
    role::Role,
    svg::{Anchor, Canvas, cut, draw, text_width},
    table::{Column, Row, Table},
};

/// At most so many stretches of time are told apart: lines of single seconds would be noise.
const MOST: usize = 40;

/// Width of a bar of errors \[px\].
const ERROR: u32 = 3;

/// A stretch of time, as the mean of the replications.
struct Stretch {
    from_s: f64,
    until_s: f64,
    /// Per second.
    arrivals: f64,
    answers: f64,
    errors: f64,
    /// The longest at the end of a point.
    queue: f64,
}

fn stretches(topology: &TopologyReport) -> Vec<Stretch> {
    let line = &topology.time_line;
    let points = line.arrivals.len();
    let width = points.div_ceil(MOST).max(1);
    let stretch = |first: usize| {
        let last = (first + width).min(points);
        let length = (last - first) as f64 * line.point_s;
        let of = |values: &[f64]| values.iter().take(last).skip(first).copied().collect::<Vec<f64>>();
        let rate = |values: &[f64]| of(values).iter().sum::<f64>() / length;
        Stretch {
            from_s: first as f64 * line.point_s,
            until_s: last as f64 * line.point_s,
            arrivals: rate(&line.arrivals),
            answers: rate(&line.answers),
            errors: rate(&line.errors),
            queue: of(&line.queue).into_iter().fold(0.0, f64::max),
        }
    };
    (0..points).step_by(width).map(stretch).collect()
}

/// Draws arrivals, answers and errors per second over time, and the queue beneath, for one topology; outages of the
/// document are marked. `id` tells the charts of one page apart.
pub fn time_line(document: &Document, topology: &TopologyReport, size: Size, id: &str) -> String {
    let stretches = stretches(topology);
    let title = format!("What happened when, {}", topology.kind.label().to_lowercase());
    let longest = stretches.iter().map(|stretch| stretch.queue).fold(0.0, f64::max);
    let outages: Vec<String> = document.outages.iter().map(|outage| format!("{}.", down(document, outage))).collect();
    let description = format!("{} Longest queue {}.", outages.join(" "), number(longest));
    draw(size, id, &title, &description, &mut |canvas| {
        let end = stretches.last().map_or(1.0, |stretch| stretch.until_s);
        let time = Scale::linear(end, ticks_across(canvas.narrow()));
        let (left, right) = (44.0, canvas.width() - 18.0);
        let split = 48.0 + (canvas.height() - 48.0 - 30.0 - 26.0) * 0.66;
        let upper = Frame { left, right, top: 48.0, bottom: split };
        let lower = Frame { left, right, top: split + 26.0, bottom: canvas.height() - 30.0 };
        let role = Role::Topology(topology.kind);
        key(canvas, role);
        mark_outages(canvas, document, &time, &[upper, lower]);
        let busiest = stretches.iter().map(|s| s.arrivals.max(s.answers).max(s.errors)).fold(1.0, f64::max);
        let rate = Scale::linear(busiest * 1.05, 4.0);
        let queue = Scale::linear((longest * 1.05).max(1.0), 2.0);
        upper.grid_up(canvas, &rate, &number);
        lower.grid_up(canvas, &queue, &number);
        upper.grid_across(canvas, &time, &|_| String::new());
        lower.grid_across(canvas, &time, &|tick| format!("{} s", number(tick)));
        canvas.text("waiting", (left, lower.top - 11.0), Role::Ink, Anchor::Start, false);
        // A stretch's figure stands at its middle.
        let points = |frame: &Frame, scale: &Scale, figure: &dyn Fn(&Stretch) -> f64| -> Vec<(f64, f64)> {
            let middle = |stretch: &Stretch| (stretch.from_s + stretch.until_s) / 2.0;
            stretches.iter().map(|s| (frame.x(&time, middle(s)), frame.y(scale, figure(s)))).collect()
        };
        // Bars, so that errors differ from the lines by their form and do not hide them.
        for (x, y) in points(&upper, &rate, &|s| s.errors) {
            if upper.bottom - y >= 1.0 {
                canvas.line((x, upper.bottom), (x, y), Role::Bad, ERROR);
            }
        }
        filled(canvas, &points(&lower, &queue, &|s| s.queue), lower.bottom);
        canvas.path(&points(&upper, &rate, &|s| s.arrivals), Role::SecondaryInk, 1);
        canvas.path(&points(&upper, &rate, &|s| s.answers), role, 2);
        for stretch in &stretches {
            let corners =
                ((upper.x(&time, stretch.from_s), upper.top), (upper.x(&time, stretch.until_s), lower.bottom));
            let [when, arrivals, answers, errors, queue] = cells(stretch);
            let figures = [
                format!("{arrivals} arrivals a second"),
                format!("{answers} answers"),
                format!("{errors} errors"),
                format!("{queue} waiting"),
            ];
            canvas.mark(corners.0, corners.1, Reach::Pointer, &when, &figures);
        }
    })
}

/// The area under a line; nothing where nothing was.
fn filled(canvas: &mut Canvas<'_>, line: &[(f64, f64)], bottom: f64) {
    let (Some(first), Some(last)) = (line.first(), line.last()) else { return };
    if line.iter().all(|(_, y)| bottom - y < 0.5) {
        return;
    }
    let mut points = vec![(first.0, bottom)];
    points.extend(line);
    points.push((last.0, bottom));
    canvas.area(&points, Role::Grid);
    canvas.path(line, Role::SecondaryInk, 2);
}

/// How the lines are told apart.
fn key(canvas: &mut Canvas<'_>, role: Role) {
    let mut x = 0.0;
    for (name, role, width) in
        [("arrivals", Role::SecondaryInk, 1), ("answers", role, 2), ("errors per second", Role::Bad, 0)]
    {
        if width > 0 {
            canvas.path(&[(x, 10.0), (x + 20.0, 10.0)], role, width);
        } else {
            for bar in [5.0, 11.0, 17.0] {
                canvas.line((x + bar, 16.0), (x + bar, 4.0), role, ERROR);
            }
        }
        canvas.text(name, (x + 26.0, 10.0), Role::Ink, Anchor::Start, false);
        x += 26.0 + text_width(name) + 12.0;
    }
}

/// The spans of outages, each with its name above as far as there is room.
fn mark_outages(canvas: &mut Canvas<'_>, document: &Document, time: &Scale, frames: &[Frame; 2]) {
    let mut free = 0.0;
    for outage in &document.outages {
        let (from, until) = (frames[0].x(time, outage.from_s), frames[0].x(time, outage.until_s));
        for frame in frames {
            canvas.rectangle((from, frame.top), (until, frame.bottom), Role::Band, true);
            for end in [from, until] {
                canvas.line((end, frame.top), (end, frame.bottom), Role::Budget, 1);
            }
        }
        let text = cut(&format!("{} down", name(document, outage)), canvas.width() - 4.0);
        let at = from.min(canvas.width() - text_width(&text) - 2.0).max(2.0);
        if at >= free {
            canvas.text(&text, (at, frames[0].top - 12.0), Role::Budget, Anchor::Start, true);
            free = at + text_width(&text) + 10.0;
        }
    }
}

fn name<'a>(document: &'a Document, outage: &'a Outage) -> &'a str {
    document.steps.iter().find(|step| step.id == outage.step).map_or(&outage.step, |step| step.label())
}

/// An outage in words: `Payment down from 40 s to 70 s`.
fn down(document: &Document, outage: &Outage) -> String {
    format!("{} down from {} s to {} s", name(document, outage), number(outage.from_s), number(outage.until_s))
}

/// A stretch in words and numbers.
fn cells(stretch: &Stretch) -> [String; 5] {
    let when = format!("{} to {} s", number(stretch.from_s), number(stretch.until_s));
    [when, number(stretch.arrivals), number(stretch.answers), number(stretch.errors), number(stretch.queue)]
}

/// The same as a table: a row for each stretch of time.
pub fn time_line_table(document: &Document, topology: &TopologyReport) -> Table {
    let labels = ["When", "Arrivals per second", "Answers per second", "Errors per second", "Longest queue"];
    let outages: Vec<String> = document.outages.iter().map(|outage| format!("{}.", down(document, outage))).collect();
    Table {
        caption: format!("What happened when, {}", topology.kind.label().to_lowercase()),
        columns: Column::named(labels, |index| index > 0),
        rows: stretches(topology).iter().map(|stretch| Row { kind: None, cells: cells(stretch).into() }).collect(),
        note: outages.join(" "),
    }
}
