//! Outcomes of requests as stacked shares, told apart by their pattern.

use decide::wording::percent;
use engine::{
    Report,
    report::{Outcome, Outcomes},
};

use super::{
    Size,
    arrangement::{Arrangement, Heads, arrangements},
    axis::{Frame, Scale, ticks_across},
    mark::Reach,
    role::Role,
    svg::{Anchor, Canvas, draw, text_width},
    table::share,
};

/// Height of a bar \[px\].
const BAR: f64 = 20.0;
/// Height of a line of the key, and of the heading of the lower part \[px\].
const LINE: f64 = 22.0;
/// From this share on, what was not complete is large enough on the scale of all requests.
const LARGE: f64 = 0.3;
/// Room for the labels of an axis \[px\].
const AXIS: f64 = 30.0;

/// Draws what becomes of requests: the share of each outcome, one bar for each arrangement; beneath, where it
/// is little, what was not complete once more on a scale of its own. A height of 140 px and 60 px for each arrangement has room for all. `id`
/// tells the charts of one page apart.
pub fn outcomes(report: &Report, size: Size, id: &str) -> String {
    let rows = arrangements(report);
    let described = rows.iter().map(|row| format!("{}: {}.", row.title(), words(&row.topology.outcomes).join(", ")));
    let description = described.collect::<Vec<_>>().join(" ");
    draw(size, id, "What becomes of requests", &description, &mut |canvas| {
        let top = key(canvas, &rows);
        let incomplete = rows.iter().map(|row| 1.0 - row.topology.outcomes.complete.value).fold(0.0, f64::max);
        let enlarged = incomplete > 0.0 && incomplete < LARGE;
        let parts = if enlarged { 2.0 } else { 1.0 };
        let heads = Heads::of(canvas, &rows);
        let height = (canvas.height() - top - LINE * (parts - 1.0)) / parts - AXIS;
        let whole = Frame { left: heads.end(), right: canvas.width() - 18.0, top, bottom: top + height };
        bars(canvas, &rows, &heads, &whole, 1.0, 0);
        if enlarged {
            let heading = whole.bottom + AXIS + LINE / 2.0;
            canvas.text("What was not complete, enlarged", (0.0, heading), Role::Ink, Anchor::Start, true);
            let top = whole.bottom + AXIS + LINE;
            bars(canvas, &rows, &heads, &Frame { top, bottom: top + height, ..whole }, incomplete, 1);
        }
    })
}

/// Every outcome with its share.
fn words(outcomes: &Outcomes) -> Vec<String> {
    outcomes.named().map(|(_, name, value)| format!("{name} {}", share(value))).into()
}

/// The outcomes that are there, with their patterns; returns where it ends.
fn key(canvas: &mut Canvas<'_>, rows: &[Arrangement<'_>]) -> f64 {
    let (mut x, mut y) = (0.0, 10.0);
    for place in 0..6 {
        let outcomes = || rows.iter().map(|row| row.topology.outcomes.named()[place]);
        let Some((outcome, name, _)) = outcomes().find(|(_, _, share)| share.count > 0) else { continue };
        let width = 20.0 + text_width(name);
        if x + width > canvas.width() {
            (x, y) = (0.0, y + LINE);
        }
        pattern(canvas, outcome, (x, y - 6.0), (x + 14.0, y + 6.0));
        canvas.text(name, (x + 20.0, y), Role::Ink, Anchor::Start, false);
        x += width + 14.0;
    }
    y + LINE / 2.0 + 6.0
}

/// A bar for each arrangement, on a scale up to `most`, without the first outcomes that are left out.
fn bars(canvas: &mut Canvas<'_>, rows: &[Arrangement<'_>], heads: &Heads, frame: &Frame, most: f64, without: usize) {
    let scale = Scale::linear(most, ticks_across(canvas.narrow()).min(5.0));
    frame.grid_across(canvas, &scale, &percent);
    let height = (frame.bottom - frame.top) / rows.len().max(1) as f64;
    for (place, row) in rows.iter().enumerate() {
        let y = frame.top + height * (place as f64 + 0.5);
        canvas.begin_series(&row.kinds);
        row.head(canvas, y, heads);
        let (mut before, mut end) = (0.0, frame.left);
        for (outcome, name, value) in row.topology.outcomes.named().into_iter().skip(without) {
            if value.count == 0 {
                continue;
            }
            let start = end;
            before += value.value;
            // What was seen is shown, however little it is.
            end = frame.x(&scale, before).max(start + 1.0);
            let (corner, opposite) = ((start, y - BAR / 2.0), (end, y + BAR / 2.0));
            pattern(canvas, outcome, corner, opposite);
            label(canvas, outcome, (start, end, y), [format!("{name} {}", percent(value.value)), percent(value.value)]);
        }
        let corners = ((frame.left, y - BAR / 2.0), (frame.right, y + BAR / 2.0));
        canvas.mark(corners.0, corners.1, Reach::All, &row.title(), &words(&row.topology.outcomes));
        canvas.end_series();
    }
}

/// The longest of some texts that fits on a segment; none where none fits.
fn label(canvas: &mut Canvas<'_>, outcome: Outcome, (start, end, y): (f64, f64, f64), texts: [String; 2]) {
    let Some(text) = texts.into_iter().find(|text| text_width(text) + 12.0 < end - start) else { return };
    let (middle, reach) = ((start + end) / 2.0, text_width(&text) / 2.0 + 3.0);
    let role = match outcome {
        Outcome::Orphaned => Role::Paper,
        _ => Role::Ink,
    };
    if !matches!(outcome, Outcome::Orphaned | Outcome::Complete) {
        canvas.rectangle(
            (middle - reach, y - BAR / 2.0 + 1.0),
            (middle + reach, y + BAR / 2.0 - 1.0),
            Role::Paper,
            true,
        );
    }
    canvas.text(&text, (middle, y), role, Anchor::Middle, false);
}

/// Fills a segment with the pattern of an outcome: the worse it is, the darker.
fn pattern(canvas: &mut Canvas<'_>, outcome: Outcome, corner: (f64, f64), opposite: (f64, f64)) {
    let (width, ends) = (opposite.0 - corner.0, [corner.1, opposite.1]);
    // One line that goes from edge to edge, as far as the segment goes.
    let mut strokes = |step: f64, first: usize, upright: bool| {
        let mut points = Vec::new();
        for place in 0..=(width / step) as usize {
            let (x, edge) = (corner.0 + place as f64 * step, (place + first) % 2);
            if upright {
                points.push((x, ends[1 - edge]));
            }
            points.push((x, ends[edge]));
        }
        if !upright && let Some(&(x, y)) = points.last() {
            // The last stroke ends where the segment does.
            let other = ends[0] + ends[1] - y;
            points.push((opposite.0, y + (other - y) * (opposite.0 - x) / step));
        }
        canvas.path(&points, Role::SecondaryInk, 1);
    };
    match outcome {
        Outcome::Complete => canvas.rectangle(corner, opposite, Role::Grid, true),
        Outcome::Degraded => strokes(5.0, 0, true),
        // Nothing happened to it, and nothing went wrong.
        Outcome::Declined => canvas.rectangle(corner, opposite, Role::Paper, true),
        Outcome::FailedClean => strokes(5.0, 0, false),
        Outcome::Compensated => {
            strokes(7.0, 0, false);
            strokes(7.0, 1, false);
        }
        Outcome::Orphaned => canvas.rectangle(corner, opposite, Role::Ink, true),
    }
    canvas.rectangle(corner, opposite, Role::SecondaryInk, false);
}
