//! Which steps of a plan run beside each other.

use model::Topology;

/// Whether one step is waited for by another, directly or through others.
pub(crate) fn comes_before(topology: &Topology, earlier: usize, later: usize) -> bool {
    let mut seen = vec![false; topology.after.len()];
    let mut open = vec![later];
    while let Some(step) = open.pop() {
        for &before in &topology.after[step] {
            if before == earlier {
                return true;
            }
            if !std::mem::replace(&mut seen[before], true) {
                open.push(before);
            }
        }
    }
    false
}

/// Whether a step is in a lane: some other step that is waited for may run at the same time.
pub(crate) fn in_a_lane(topology: &Topology, step: usize) -> bool {
    (0..topology.after.len()).any(|other| {
        other != step
            && !topology.detached[other]
            && !comes_before(topology, other, step)
            && !comes_before(topology, step, other)
    })
}
