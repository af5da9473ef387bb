//! Topologies that arrange the steps alike share one line, one diagram and one mark.

use engine::{Report, report::TopologyReport};
use model::TopologyKind;

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
        let letters: Vec<String> = self.kinds.iter().map(|kind| kind.letter().to_string()).collect();
        letters.join(" ")
    }

    /// The names of its topologies: `parallel and staged`.
    pub fn names(&self) -> String {
        let names: Vec<String> = self.kinds.iter().map(|kind| kind.label().to_lowercase()).collect();
        decide::wording::list(&names.iter().map(String::as_str).collect::<Vec<_>>())
    }
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
