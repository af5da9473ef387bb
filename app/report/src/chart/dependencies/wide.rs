//! The diagram for wide screens: from left to right.

use model::Document;

use super::{
    super::{Size, svg::Canvas},
    head,
    layers::{Heights, Layers, Rows, Stop},
    line, ports, size, step_box,
};

/// Between two columns \[px\].
const GAP: f64 = 42.0;
/// The narrowest and the widest box \[px\].
const BOX: (f64, f64) = (118.0, 190.0);
/// Height of a box: two lines of a name and two of hints \[px\].
const HEIGHT: f64 = 74.0;
/// Room for an arrow that passes a column by, and around everything that stands in one \[px\].
const PASSING: f64 = 6.0;
const AROUND: f64 = 18.0;
/// How far an arrow runs straight on before it turns \[px\].
const STRAIGHT: f64 = 6.0;

/// Where everything stands.
pub(super) struct Plan {
    pub(super) size: Size,
    rows: Rows,
    each: f64,
}

impl Plan {
    pub(super) fn of(layers: &Layers, width: u32) -> Self {
        let columns = layers.columns() as f64;
        let gaps = (columns - 1.0) * GAP;
        let each = ((f64::from(width) - 2.0 - gaps) / columns).clamp(BOX.0, BOX.1);
        let rows = Rows::of(layers, Heights { step: HEIGHT, passing: PASSING, gap: AROUND });
        let size = size(columns * each + gaps + 2.0, rows.height);
        Self { size, rows, each }
    }

    /// The left edge of a column.
    fn left(&self, column: usize) -> f64 {
        1.0 + column as f64 * (self.each + GAP)
    }

    /// The height at which an arrow leaves or reaches a step. Arrows stand side by side, in the order of where they go or
    /// come from.
    fn port(&self, layers: &Layers, place: usize, early: bool) -> f64 {
        let arrow = layers.arrows[place];
        let step = if early { arrow.early } else { arrow.late };
        let column = layers.column[step];
        let mut own = if early { layers.out_of[step].clone() } else { layers.into[step].clone() };
        let towards = |arrow: usize| self.rows.next(layers, arrow, column, !early);
        own.sort_by(|&a, &b| towards(a).total_cmp(&towards(b)).then(a.cmp(&b)));
        let middle = self.rows.middle(layers, column, Stop::Step(step));
        let place = own.iter().position(|&other| other == place).unwrap_or_default();
        ports(own.len(), middle - HEIGHT / 2.0 + 4.0, middle + HEIGHT / 2.0 - 4.0)(place)
    }

    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, document: &Document, layers: &Layers) {
        for (place, arrow) in layers.arrows.iter().enumerate() {
            let (from, to) = (self.port(layers, place, true), self.port(layers, place, false));
            let (first, last) = (layers.column[arrow.early], layers.column[arrow.late]);
            let (start, end) = (self.left(first) + self.each, self.left(last));
            let mut points = vec![(start, from), (start + STRAIGHT, from)];
            for column in first + 1..last {
                let y = self.rows.middle(layers, column, Stop::Passing(place));
                points.extend([(self.left(column) - STRAIGHT, y), (self.left(column) + self.each + STRAIGHT, y)]);
            }
            points.extend([(end - STRAIGHT - 8.0, to), (end - 1.0, to)]);
            canvas.path(&points, line(arrow.strict), 2);
            let tip = if arrow.backwards { (start + 1.0, from) } else { (end - 1.0, to) };
            head(canvas, tip, arrow.backwards, arrow.strict);
        }
        for (column, stops) in self.rows.stops.iter().enumerate() {
            for &stop in stops {
                if let Stop::Step(step) = stop {
                    let middle = self.rows.middle(layers, column, stop);
                    let (left, half) = (self.left(column), HEIGHT / 2.0);
                    step_box(canvas, document, step, (left, middle - half), (left + self.each, middle + half), 2);
                }
            }
        }
    }
}
