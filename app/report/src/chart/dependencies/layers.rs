//! Where steps stand in the diagram: columns by the longest way to them, and rows in which few arrows cross.

use model::{DependencyKind, Document, topology::sequential_order};

/// An arrow, laid out from the earlier to the later of its two steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Arrow {
    /// The step that comes earlier in sequential order.
    pub(super) early: usize,
    /// The step that comes later.
    pub(super) late: usize,
    /// Whether the later step may start only after the earlier one has succeeded.
    pub(super) strict: bool,
    /// Whether it points backwards: a loose dependency that would close a circle.
    pub(super) backwards: bool,
}

/// Steps in their order, with the arrows between them.
#[derive(Debug)]
pub(super) struct Layers {
    /// The steps in sequential order.
    pub(super) order: Vec<usize>,
    /// The column of each step: how many dependencies the longest way to it has.
    pub(super) column: Vec<usize>,
    pub(super) arrows: Vec<Arrow>,
    /// The arrows that lead to each step, and those that lead on from it.
    pub(super) into: Vec<Vec<usize>>,
    pub(super) out_of: Vec<Vec<usize>>,
}

impl Layers {
    pub(super) fn of(document: &Document) -> Self {
        let order = sequential_order(document);
        let mut place = vec![0; order.len()];
        for (at, &step) in order.iter().enumerate() {
            place[step] = at;
        }
        let arrows: Vec<Arrow> = document
            .dependencies
            .iter()
            .filter_map(|dependency| {
                let (from, to) = (document.step_index(&dependency.from)?, document.step_index(&dependency.to)?);
                let backwards = place[from] > place[to];
                let (early, late) = if backwards { (to, from) } else { (from, to) };
                Some(Arrow { early, late, strict: dependency.kind == DependencyKind::Strict, backwards })
            })
            .filter(|arrow| arrow.early != arrow.late)
            .collect();
        let (mut into, mut out_of) = (vec![Vec::new(); order.len()], vec![Vec::new(); order.len()]);
        for (at, arrow) in arrows.iter().enumerate() {
            into[arrow.late].push(at);
            out_of[arrow.early].push(at);
        }
        let mut column = vec![0; order.len()];
        for &step in &order {
            let before = into[step].iter().map(|&arrow| column[arrows[arrow].early] + 1);
            column[step] = before.max().unwrap_or(0);
        }
        Self { order, column, arrows, into, out_of }
    }

    /// How many columns there are.
    pub(super) fn columns(&self) -> usize {
        self.column.iter().max().map_or(0, |last| last + 1)
    }
}

/// What stands in a row of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// A step.
    Step(usize),
    /// An arrow that passes by, by its place in the list.
    Passing(usize),
}

/// The stops of each column from top to bottom, and where each stands.
#[derive(Debug)]
pub(super) struct Rows {
    pub(super) stops: Vec<Vec<Stop>>,
    /// The height that all need \[px\].
    pub(super) height: f64,
    /// The middle of each step \[px\].
    steps: Vec<f64>,
    /// The middle of each arrow in each column that it passes by \[px\].
    passing: Vec<Vec<f64>>,
}

/// The heights that stops need \[px\].
#[derive(Clone, Copy, Debug)]
pub(super) struct Heights {
    /// A step.
    pub(super) step: f64,
    /// An arrow that passes by.
    pub(super) passing: f64,
    /// Around each of them.
    pub(super) gap: f64,
}

impl Heights {
    fn of(self, stop: Stop) -> f64 {
        self.gap + if matches!(stop, Stop::Step(_)) { self.step } else { self.passing }
    }
}

/// How often rows are put in order; more changes nothing that is seen.
const SWEEPS: usize = 6;

impl Rows {
    pub(super) fn of(layers: &Layers, heights: Heights) -> Self {
        let mut stops: Vec<Vec<Stop>> = vec![Vec::new(); layers.columns()];
        for (step, &column) in layers.column.iter().enumerate() {
            stops[column].push(Stop::Step(step));
        }
        let mut passing = Vec::new();
        for (place, arrow) in layers.arrows.iter().enumerate() {
            let between = layers.column[arrow.early] + 1..layers.column[arrow.late];
            passing.push(vec![0.0; between.len()]);
            stops[between].iter_mut().for_each(|column| column.push(Stop::Passing(place)));
        }
        let high = |column: &Vec<Stop>| column.iter().map(|stop| heights.of(*stop)).sum::<f64>();
        let height = stops.iter().map(high).fold(0.0, f64::max);
        let mut rows = Self { stops, height, steps: vec![0.0; layers.order.len()], passing };
        let columns = rows.stops.len();
        for column in 0..columns {
            rows.settle(layers, column, heights);
        }
        for sweep in 0..SWEEPS {
            let forwards = sweep % 2 == 0;
            for at in 0..columns {
                let column = if forwards { at } else { columns - 1 - at };
                rows.sort(layers, column, forwards);
                rows.settle(layers, column, heights);
            }
        }
        rows
    }

    /// Puts the stops of a column in the order of what they hang on in the column before, or after.
    fn sort(&mut self, layers: &Layers, column: usize, forwards: bool) {
        let wanted = |stop: Stop| {
            let own = match stop {
                Stop::Step(step) if forwards => layers.into[step].as_slice(),
                Stop::Step(step) => layers.out_of[step].as_slice(),
                Stop::Passing(ref arrow) => std::slice::from_ref(arrow),
            };
            let middles: Vec<f64> = own.iter().map(|&arrow| self.next(layers, arrow, column, forwards)).collect();
            let mean = middles.iter().sum::<f64>() / middles.len() as f64;
            if middles.is_empty() { self.middle(layers, column, stop) } else { mean }
        };
        let mut sorted: Vec<(f64, Stop)> = self.stops[column].iter().map(|&stop| (wanted(stop), stop)).collect();
        sorted.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        self.stops[column] = sorted.into_iter().map(|(_, stop)| stop).collect();
    }

    /// The middle of an arrow in the column before or after one that it touches \[px\].
    pub(super) fn next(&self, layers: &Layers, arrow: usize, column: usize, before: bool) -> f64 {
        let (place, far) =
            if before { (column - 1, layers.arrows[arrow].early) } else { (column + 1, layers.arrows[arrow].late) };
        let stop = if layers.column[far] == place { Stop::Step(far) } else { Stop::Passing(arrow) };
        self.middle(layers, place, stop)
    }

    /// Stacks a column around the middle of the highest one.
    fn settle(&mut self, layers: &Layers, column: usize, heights: Heights) {
        let high: f64 = self.stops[column].iter().map(|stop| heights.of(*stop)).sum();
        let mut top = (self.height - high) / 2.0;
        for &stop in &self.stops[column] {
            let middle = top + heights.of(stop) / 2.0;
            match stop {
                Stop::Step(step) => self.steps[step] = middle,
                Stop::Passing(arrow) => {
                    self.passing[arrow][column - layers.column[layers.arrows[arrow].early] - 1] = middle;
                }
            }
            top += heights.of(stop);
        }
    }

    /// The middle of a stop in a column \[px\].
    pub(super) fn middle(&self, layers: &Layers, column: usize, stop: Stop) -> f64 {
        match stop {
            Stop::Step(step) => self.steps[step],
            Stop::Passing(arrow) => self.passing[arrow][column - layers.column[layers.arrows[arrow].early] - 1],
        }
    }
}

#[cfg(test)]
mod tests {
    use model::Step;

    use super::*;

    fn document(steps: usize, dependencies: &[(usize, usize, bool)]) -> Document {
        let mut document = Document::new("Layers");
        let step = |n: usize| Step::new(format!("s{n}"), model::Latency::lognormal(20.0, 80.0));
        document.steps = (0..steps).map(step).collect();
        for &(from, to, strict) in dependencies {
            document.dependencies.push(model::Dependency {
                from: format!("s{from}"),
                to: format!("s{to}"),
                kind: if strict { DependencyKind::Strict } else { DependencyKind::Loose },
                because: String::new(),
            });
        }
        document
    }

    #[test]
    fn a_step_stands_behind_the_longest_way_to_it() {
        let layers = Layers::of(&document(4, &[(0, 1, true), (1, 2, false), (0, 2, true)]));
        assert_eq!(layers.column, [0, 1, 2, 0]);
        assert_eq!(layers.columns(), 3);
    }

    #[test]
    fn a_loose_dependency_that_closes_a_circle_points_backwards() {
        let layers = Layers::of(&document(2, &[(0, 1, true), (1, 0, false)]));
        assert_eq!(layers.column, [0, 1]);
        assert_eq!(layers.arrows[1], Arrow { early: 0, late: 1, strict: false, backwards: true });
    }

    #[test]
    fn rows_are_put_in_the_order_in_which_no_arrows_cross() {
        // Side by side, the second pair would cross the first.
        let layers = Layers::of(&document(4, &[(0, 3, true), (1, 2, true)]));
        let rows = Rows::of(&layers, Heights { step: 10.0, passing: 2.0, gap: 4.0 });
        assert_eq!(rows.stops[1], [Stop::Step(3), Stop::Step(2)]);
        assert_eq!(rows.height, 28.0);
    }

    #[test]
    fn the_largest_document_is_laid_out_in_no_time() {
        let every: Vec<(usize, usize, bool)> = (0..200)
            .flat_map(|to: usize| (1..=5).filter_map(move |step| Some((to.checked_sub(step * step)?, to, true))))
            .collect();
        let layers = Layers::of(&document(200, &every));
        let rows = Rows::of(&layers, Heights { step: 58.0, passing: 6.0, gap: 18.0 });
        assert_eq!(layers.columns(), 200);
        assert!(rows.stops.iter().map(Vec::len).sum::<usize>() > 200);
    }
}
