//! Where boxes and arrows stand: stages along the flow, lanes across it.

use model::Topology;

/// A stage and a lane, each from 0.
type Place = (usize, usize);

/// Where everything stands, whichever way the diagram flows.
#[derive(Debug)]
pub(super) struct Layout {
    /// How many stages there are, without detached steps.
    pub(super) stages: usize,
    lanes: usize,
    /// The place of each step; none for detached ones, which stand apart.
    pub(super) boxes: Vec<Option<Place>>,
    pub(super) arrows: Vec<Arrow>,
}

/// One step waits for another.
#[derive(Debug)]
pub(super) struct Arrow {
    pub(super) from: usize,
    pub(super) to: usize,
    /// The places it touches: both ends, and a free one in each stage between them.
    pub(super) way: Vec<Place>,
}

impl Layout {
    pub(super) fn of(topology: &Topology) -> Self {
        let stage_of = topology.stages();
        let waited_for = |step: &usize| !topology.detached[*step];
        let steps = 0..stage_of.len();
        let stages = steps.clone().filter(waited_for).map(|step| stage_of[step] + 1).max().unwrap_or(0);
        let drawn = topology.arrows();
        let mut arrows: Vec<Arrow> = steps
            .clone()
            .filter(waited_for)
            .flat_map(|to| drawn[to].iter().map(move |&from| Arrow { from, to, way: Vec::new() }))
            .collect();
        let (mut boxes, mut lanes) = (vec![None; stage_of.len()], 0);
        for stage in 0..stages {
            // What stands in this stage: where it would best stand, in halves of a lane, and what it is.
            let mut standing: Vec<(usize, Standing)> = Vec::new();
            for (place, arrow) in arrows.iter().enumerate() {
                if stage_of[arrow.from] < stage && stage < stage_of[arrow.to] {
                    stand(&mut standing, 2 * arrow.way.last().map_or(0, |before| before.1), Standing::Arrow(place));
                }
            }
            for step in steps.clone().filter(waited_for).filter(|&step| stage_of[step] == stage) {
                let before: Vec<usize> = arrows
                    .iter()
                    .filter(|arrow| arrow.to == step)
                    .filter_map(|arrow| Some(arrow.way.last()?.1))
                    .collect();
                let middle = if before.is_empty() { 0 } else { 2 * before.iter().sum::<usize>() / before.len() };
                stand(&mut standing, middle, Standing::Step(step));
            }
            let mut taken = vec![false; standing.len() + lanes + 1];
            for (wanted, who) in standing {
                let Some(lane) = nearest_free(&taken, wanted / 2) else { continue };
                taken[lane] = true;
                lanes = lanes.max(lane + 1);
                match who {
                    Standing::Arrow(place) => arrows[place].way.push((stage, lane)),
                    Standing::Step(step) => {
                        boxes[step] = Some((stage, lane));
                        for arrow in arrows.iter_mut().filter(|arrow| arrow.from == step || arrow.to == step) {
                            arrow.way.push((stage, lane));
                        }
                    }
                }
            }
        }
        Layout { stages, lanes: lanes.max(1), boxes, arrows }
    }
}

enum Standing {
    Step(usize),
    Arrow(usize),
}

/// Keeps those that stand in a stage in the order of where they want to stand.
fn stand(standing: &mut Vec<(usize, Standing)>, wanted: usize, who: Standing) {
    let at = standing.partition_point(|(other, _)| *other <= wanted);
    standing.insert(at, (wanted, who));
}

fn nearest_free(taken: &[bool], wanted: usize) -> Option<usize> {
    (0..taken.len()).filter(|&lane| !taken[lane]).min_by_key(|lane| lane.abs_diff(wanted))
}

/// Which way a diagram flows, and how large its parts are \[px\].
#[derive(Debug)]
pub(super) struct Flow {
    /// From left to right; otherwise from top to bottom.
    across: bool,
    /// The size of a box.
    pub(super) width: usize,
    pub(super) height: usize,
    /// Between two stages, and between two lanes.
    stage_gap: usize,
    lane_gap: usize,
    /// Before the first box: along the flow, and across it.
    lead: usize,
    side: usize,
}

/// For wide screens: six stages stand beside each other.
pub(super) const WIDE: Flow =
    Flow { across: true, width: 124, height: 50, stage_gap: 30, lane_gap: 14, lead: 8, side: 30 };
/// For narrow screens: two lanes stand beside each other.
pub(super) const NARROW: Flow =
    Flow { across: false, width: 132, height: 46, stage_gap: 34, lane_gap: 10, lead: 12, side: 64 };

/// What stands beyond the last stage, along the flow \[px\].
const BEYOND: usize = 42;

impl Flow {
    /// Along the flow and across it, as x and y.
    fn turned(&self, along: usize, across: usize) -> (usize, usize) {
        if self.across { (along, across) } else { (across, along) }
    }

    /// The size of a box, along the flow and across it.
    fn long_and_wide(&self) -> (usize, usize) {
        if self.across { (self.width, self.height) } else { (self.height, self.width) }
    }

    /// The upper left corner of a box.
    pub(super) fn corner(&self, (stage, lane): Place) -> (usize, usize) {
        let (long, wide) = self.long_and_wide();
        self.turned(self.lead + stage * (long + self.stage_gap), self.side + lane * (wide + self.lane_gap))
    }

    /// Width and height of stages and lanes.
    pub(super) fn extent(&self, layout: &Layout, beyond: bool) -> (usize, usize) {
        let (long, wide) = self.long_and_wide();
        let along = layout.stages * (long + self.stage_gap) + if beyond { BEYOND } else { 0 };
        // What is not waited for, and its name, have room as well.
        let along = if self.across { along.max(2 * (long + self.stage_gap)) } else { along };
        let across = self.side + layout.lanes * (wide + self.lane_gap);
        let across = if self.across { across } else { across.max(340) };
        self.turned(along, across)
    }

    /// The part of the diagram that belongs to a stage: corner, width and height.
    pub(super) fn band(
        &self,
        layout: &Layout,
        stage: usize,
        (width, height): (usize, usize),
    ) -> (usize, usize, usize, usize) {
        let (long, _) = self.long_and_wide();
        let start = stage * (long + self.stage_gap);
        let whole = if self.across { width } else { height };
        let end = if stage < layout.stages { start + long + self.stage_gap } else { whole };
        if self.across { (start, 0, end - start, height) } else { (0, start, width, end - start) }
    }

    fn apart_in_a_row(&self, width: usize) -> usize {
        (width / (self.width + self.lane_gap)).max(1)
    }

    /// The height of the part for steps that are not waited for.
    pub(super) fn apart_height(&self, steps: usize, width: usize) -> usize {
        // Without steps there is still room to drop one.
        (30 + (self.height + 10) * steps.div_ceil(self.apart_in_a_row(width))).max(48)
    }

    /// The upper left corner of the box of a step that is not waited for; `lanes` is where its part begins.
    pub(super) fn apart_corner(&self, place: usize, (width, lanes): (usize, usize)) -> (usize, usize) {
        let in_a_row = self.apart_in_a_row(width);
        let (row, column) = (place / in_a_row, place % in_a_row);
        (8 + column * (self.width + self.lane_gap), lanes + 30 + row * (self.height + 10))
    }

    /// The line of an arrow, from the end of its first box to the beginning of its last.
    pub(super) fn path(&self, way: &[Place]) -> String {
        let (long, wide) = self.long_and_wide();
        let mut path = String::new();
        for pair in way.windows(2) {
            let start = self.along((pair[0].0, pair[0].1), long, wide);
            let end = self.along((pair[1].0, pair[1].1), 0, wide);
            let half = self.stage_gap / 2;
            let ((x1, y1), (x2, y2)) = (self.turned(start.0, start.1), self.turned(end.0, end.1));
            let ((a, b), (c, d)) = (self.turned(start.0 + half, start.1), self.turned(end.0 - half, end.1));
            let begin = if path.is_empty() { 'M' } else { 'L' };
            path.push_str(&format!("{begin}{x1} {y1}C{a} {b} {c} {d} {x2} {y2}"));
        }
        path
    }

    /// The head of an arrow.
    pub(super) fn head(&self, way: &[Place]) -> String {
        let (_, wide) = self.long_and_wide();
        let Some(last) = way.last() else { return String::new() };
        let (along, across) = self.along(*last, 0, wide);
        let points = [(along - 7, across - 4), (along, across), (along - 7, across + 4)];
        let [a, b, c] = points.map(|(along, across)| self.turned(along, across));
        format!("M{} {}L{} {}L{} {}z", a.0, a.1, b.0, b.1, c.0, c.1)
    }

    /// A point of a box in the middle of its lane, `further` along the flow from its beginning.
    fn along(&self, (stage, lane): Place, further: usize, wide: usize) -> (usize, usize) {
        let (x, y) = self.corner((stage, lane));
        let (along, across) = self.turned(x, y);
        (along + further, across + wide / 2)
    }
}
