//! The diagram for narrow screens: from top to bottom in sequential order.

use model::Document;

use super::{
    super::{Size, svg::Canvas},
    HEAD, head,
    layers::Layers,
    line, ports, size, step_box,
};

/// Height of a box: one line of a name and one of hints \[px\].
const HEIGHT: f64 = 44.0;
/// Between two boxes \[px\].
const GAP: f64 = 22.0;
/// Distance of two arrows along the edge \[px\].
const TRACK: f64 = 11.0;
/// More arrows than this share their tracks: a box needs its room.
const MOST_TRACKS: usize = 9;

/// Where everything stands.
pub(super) struct Plan {
    pub(super) size: Size,
    /// The row of each step.
    row: Vec<usize>,
    /// The track of each arrow; none for one that leads to the next row.
    track: Vec<Option<usize>>,
    right: f64,
}

impl Plan {
    pub(super) fn of(layers: &Layers, width: u32) -> Self {
        let mut row = vec![0; layers.order.len()];
        for (place, &step) in layers.order.iter().enumerate() {
            row[step] = place;
        }
        let track = tracks(layers, &row);
        let tracks = track.iter().flatten().max().map_or(0, |last| last + 1);
        let edge = if tracks == 0 { 1.0 } else { HEAD.0 + 6.0 + tracks as f64 * TRACK };
        let rows = layers.order.len() as f64;
        let size = size(f64::from(width), rows * HEIGHT + (rows - 1.0) * GAP + 2.0);
        Self { size, row, track, right: f64::from(width) - edge }
    }

    /// The top of a step's box.
    fn top(&self, step: usize) -> f64 {
        1.0 + self.row[step] as f64 * (HEIGHT + GAP)
    }

    /// The height at which an arrow leaves or reaches a step's right side. The outer ones leave higher and arrive lower,
    /// so that they do not cross the inner ones.
    fn port(&self, layers: &Layers, place: usize, early: bool) -> f64 {
        let end = |other: usize| {
            let arrow = layers.arrows[other];
            if early { arrow.early } else { arrow.late }
        };
        let step = end(place);
        let mut own: Vec<usize> =
            (0..layers.arrows.len()).filter(|&other| end(other) == step && self.track[other].is_some()).collect();
        own.sort_by_key(|&other| (self.track[other], other));
        let top = self.top(step);
        let mut at = own.iter().position(|&other| other == place).unwrap_or_default();
        let (from, to) = if early {
            at = own.len() - 1 - at;
            (top + HEIGHT * 0.54, top + HEIGHT - 4.0)
        } else {
            (top + 4.0, top + HEIGHT * 0.46)
        };
        ports(own.len(), from, to)(at)
    }

    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, document: &Document, layers: &Layers) {
        for (place, arrow) in layers.arrows.iter().enumerate() {
            let role = line(arrow.strict);
            if let Some(track) = self.track[place] {
                let (from, to) = (self.port(layers, place, true), self.port(layers, place, false));
                let x = self.right + HEAD.0 + 6.0 + track as f64 * TRACK;
                canvas.path(&[(self.right, from), (x, from), (x, to), (self.right + 1.0, to)], role, 2);
                let y = if arrow.backwards { from } else { to };
                head(canvas, (self.right + 1.0, y), true, arrow.strict);
                continue;
            }
            let x = self.right / 2.0;
            let (from, to) = (self.top(arrow.early) + HEIGHT, self.top(arrow.late));
            canvas.path(&[(x, from), (x, to - 1.0)], role, 2);
            let (tip, back) =
                if arrow.backwards { (from + 1.0, from + 1.0 + HEAD.0) } else { (to - 1.0, to - 1.0 - HEAD.0) };
            canvas.area(&[(x, tip), (x - HEAD.1, back), (x + HEAD.1, back)], role);
        }
        for step in 0..document.steps.len() {
            let top = self.top(step);
            step_box(canvas, document, step, (1.0, top), (self.right, top + HEIGHT), 1);
        }
    }
}

/// A track along the edge for each arrow that does not lead to the next row: short ones inside, long ones around them.
fn tracks(layers: &Layers, row: &[usize]) -> Vec<Option<usize>> {
    let span = |place: usize| (row[layers.arrows[place].early], row[layers.arrows[place].late]);
    let mut straight: Vec<usize> = Vec::new();
    let mut around: Vec<usize> = Vec::new();
    for place in 0..layers.arrows.len() {
        let (from, to) = span(place);
        // A second arrow between the same two steps would hide the first.
        if to - from == 1 && !straight.contains(&from) {
            straight.push(from);
        } else {
            around.push(place);
        }
    }
    around.sort_by_key(|&place| (span(place).1 - span(place).0, place));
    let mut tracks = vec![None; layers.arrows.len()];
    let mut taken: Vec<Vec<(usize, usize)>> = Vec::new();
    for place in around {
        let (from, to) = span(place);
        let free = |others: &Vec<(usize, usize)>| others.iter().all(|other| other.1 <= from || to <= other.0);
        let track = taken.iter().position(free).unwrap_or(taken.len()).min(MOST_TRACKS - 1);
        if track == taken.len() {
            taken.push(Vec::new());
        }
        taken[track].push((from, to));
        tracks[place] = Some(track);
    }
    tracks
}
