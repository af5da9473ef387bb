//! What a map says of the order of its steps: why it is kept, and whom it lets write too early.

use model::{Dependency, DependencyKind, Document, StepKind, Topology, TopologyKind, topology::sequential_order};

/// The reason of an order that has none but habit.
pub const TODAYS_ORDER: &str = "today's order";

/// Whether nobody has said yet why an order is kept. That it is so today is reason enough for a loose one, which is no
/// more than that, and none for a strict one.
pub fn lacks_reason(dependency: &Dependency) -> bool {
    dependency.because.is_empty()
        || dependency.kind == DependencyKind::Strict && dependency.because.eq_ignore_ascii_case(TODAYS_ORDER)
}

/// Writes that nothing holds back until a caller is known: each auth call, with the steps that come after it today and
/// may start before its answer once all that may run side by side does.
pub fn unguarded(document: &Document) -> Vec<(usize, Vec<usize>)> {
    let Some(parallel) = Topology::of(document, TopologyKind::Parallel) else { return Vec::new() };
    let today = sequential_order(document);
    let calls = today.iter().enumerate().filter(|(_, step)| document.steps[**step].kind == StepKind::Auth);
    let with_writes = |(place, &call): (usize, &usize)| {
        let early = |step: &&usize| document.steps[**step].writes_state() && !parallel.comes_after(call, **step);
        (call, today[place + 1..].iter().filter(early).copied().collect::<Vec<_>>())
    };
    calls.map(with_writes).filter(|(_, writes)| !writes.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use model::{Effect, Latency, Step};

    use super::*;

    #[test]
    fn a_write_that_may_start_before_its_caller_is_known_is_found_and_a_strict_dependency_holds_it_back() {
        let step = |id: &str, kind, effect| Step { kind, effect, ..Step::new(id, Latency::lognormal(20.0, 80.0)) };
        let after = |from: &str, to: &str, kind| Dependency {
            from: from.to_owned(),
            to: to.to_owned(),
            kind,
            because: String::new(),
        };
        let mut document = Document::new("P");
        document.steps = vec![
            step("verify", StepKind::Auth, Effect::Read),
            step("load", StepKind::Service, Effect::Read),
            step("charge", StepKind::Service, Effect::Write),
        ];
        document.dependencies =
            vec![after("verify", "load", DependencyKind::Loose), after("load", "charge", DependencyKind::Strict)];
        assert_eq!(unguarded(&document), [(0, vec![2])]);
        document.dependencies[0].kind = DependencyKind::Strict;
        assert!(unguarded(&document).is_empty(), "charge waits for load, which waits for verify");
    }
}
