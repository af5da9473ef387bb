//! Topologies that arrange the steps alike share one line, one diagram and one mark.

use engine::{Report, report::TopologyReport};
use model::TopologyKind;

use super::{
    role::Role,
    svg::{Anchor, Canvas, badge_width, cut, text_width},
};

/// One arrangement of the steps, and the topologies that come to it.
#[derive(Clone, Debug)]
pub struct Arrangement<'a> {
    /// The topologies that arrange the steps this way, in the order of the report.
    pub kinds: Vec<TopologyKind>,
    /// The report of the first of them; those of the others say the same.
    pub topology: &'a TopologyReport,
    /// The place of the first of them in the report.
    pub index: usize,
}

impl Arrangement<'_> {
    /// The letters of its topologies: `P G`.
    pub fn letters(&self) -> String {
        letters(&self.kinds)
    }

    /// The names of its topologies: `parallel and staged`.
    pub fn names(&self) -> String {
        names(&self.kinds)
    }

    /// The same at the beginning of a line: `Parallel and staged`.
    pub fn title(&self) -> String {
        title(&self.kinds)
    }

    /// The role of its lines and marks.
    pub(super) fn role(&self) -> Role {
        Role::Topology(self.kinds[0])
    }

    /// The head of its row: its letters, and its names where there is room.
    pub(super) fn head(&self, canvas: &mut Canvas<'_>, y: f64, heads: &Heads) {
        let letters = self.letters();
        let width = badge_width(&letters);
        canvas.badge(&letters, (width / 2.0, y), self.role());
        if heads.names > 0.0 {
            let name = cut(&self.title(), heads.names);
            canvas.text(&name, (heads.badges + 8.0, y), Role::Ink, Anchor::Start, false);
        }
    }
}

/// The room that the heads of rows need \[px\].
#[derive(Debug)]
pub(super) struct Heads {
    badges: f64,
    /// 0: names have no room.
    names: f64,
}

impl Heads {
    pub(super) fn of(canvas: &Canvas<'_>, rows: &[Arrangement<'_>]) -> Self {
        let widest = |width: &dyn Fn(&Arrangement<'_>) -> f64| rows.iter().map(width).fold(0.0, f64::max);
        let names = if canvas.narrow() { 0.0 } else { widest(&|row| text_width(&row.title())).min(190.0) };
        Heads { badges: widest(&|row| badge_width(&row.letters())), names }
    }

    /// Where what follows them may begin \[px\].
    pub(super) fn end(&self) -> f64 {
        self.badges + if self.names > 0.0 { self.names + 20.0 } else { 12.0 }
    }
}

/// Topologies in a sentence: `parallel and staged`.
pub(crate) fn names(kinds: &[TopologyKind]) -> String {
    let names: Vec<String> = kinds.iter().map(|kind| kind.label().to_lowercase()).collect();
    decide::wording::list(&names)
}

/// The letters of topologies: `P G`.
pub(super) fn letters(kinds: &[TopologyKind]) -> String {
    let letters: Vec<String> = kinds.iter().map(|kind| kind.letter().to_string()).collect();
    letters.join(" ")
}

/// The same at the beginning of a line: `Parallel and staged`.
pub(crate) fn title(kinds: &[TopologyKind]) -> String {
    let names = names(kinds);
    let first = names.chars().next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(names.chars().skip(1)).collect()
}

/// The arrangements that a report's topologies come to, in its order.
pub fn arrangements(report: &Report) -> Vec<Arrangement<'_>> {
    let mut found: Vec<Arrangement<'_>> = Vec::new();
    for (index, topology) in report.topologies.iter().enumerate() {
        match found.iter_mut().find(|other| other.topology.arranges_like(topology)) {
            Some(arrangement) => arrangement.kinds.push(topology.kind),
            None => found.push(Arrangement { kinds: vec![topology.kind], topology, index }),
        }
    }
    found
}
