//! The topologies made from a document, and the reason for every order they add or drop.

use model::{
    Custom, Dependency, DependencyKind, Document, EXAMPLES, Effect, Latency, Step, StepClass,
    topology::{OrderingReason, Topology, TopologyKind, detachable, first_leg_candidates, sequential_order},
};

fn step(id: &str) -> Step {
    Step::new(id, Latency::lognormal(10.0, 40.0))
}

fn writing(id: &str, data: &str) -> Step {
    let mut step = step(id);
    step.effect = Effect::Write;
    step.writes = vec![data.to_owned()];
    step.undo.available = true;
    step
}

fn document(steps: Vec<Step>, dependencies: &[(&str, &str, DependencyKind)]) -> Document {
    let mut document = Document::new("test");
    document.steps = steps;
    document.dependencies = dependencies
        .iter()
        .map(|&(from, to, kind)| Dependency { from: from.to_owned(), to: to.to_owned(), kind, because: String::new() })
        .collect();
    document.checked().expect("a document that makes sense")
}

fn after(document: &Document, kind: TopologyKind) -> Vec<Vec<usize>> {
    Topology::of(document, kind).expect("the document has it").after
}

use DependencyKind::{Loose, Strict};

#[test]
fn sequential_order_follows_strict_then_loose_then_document_order() {
    let order = |dependencies: &[(&str, &str, DependencyKind)]| {
        sequential_order(&document(vec![step("a"), step("b"), step("c")], dependencies))
    };
    assert_eq!(order(&[]), [0, 1, 2]);
    assert_eq!(order(&[("c", "a", Strict)]), [1, 2, 0]);
    assert_eq!(order(&[("c", "b", Loose)]), [0, 2, 1]);
    // A loose dependency that would close a circle is left out; the strict one stays.
    assert_eq!(order(&[("b", "a", Loose), ("a", "b", Strict)]), [0, 1, 2]);
    // Of two loose ones that contradict each other the first in the document counts.
    assert_eq!(order(&[("b", "a", Loose), ("a", "b", Loose)]), [1, 0, 2]);
}

#[test]
fn sequential_is_a_chain_and_parallel_keeps_strict_dependencies_only() {
    let document = document(vec![step("a"), step("b"), step("c")], &[("a", "b", Loose), ("a", "c", Strict)]);
    assert_eq!(after(&document, TopologyKind::Sequential), [vec![], vec![0], vec![1]]);
    assert_eq!(after(&document, TopologyKind::Parallel), [vec![], vec![], vec![0]]);
}

#[test]
fn staged_orders_steps_that_share_data_and_writes_that_cannot_be_taken_back() {
    let mut reading = step("read");
    reading.effect = Effect::Read;
    reading.reads = vec!["stock".to_owned()];
    let mut final_write = writing("mail", "mail");
    final_write.undo.available = false;
    let document = document(vec![writing("reserve", "stock"), reading, step("rate"), final_write], &[]);
    let staged = Topology::of(&document, TopologyKind::Staged).expect("every document has it");
    assert_eq!(staged.after, [vec![], vec![0], vec![], vec![0, 1, 2]]);
    let reason = |from, to| &staged.notes.iter().find(|n| (n.from, n.to) == (from, to)).expect("a note").reason;
    assert_eq!(*reason(0, 1), OrderingReason::SharedData("stock".to_owned()));
    assert_eq!(*reason(2, 3), OrderingReason::CannotBeTakenBack);
}

#[test]
fn a_key_makes_a_write_repeatable_so_it_need_not_wait() {
    let mut keyed = writing("mail", "mail");
    keyed.undo.available = false;
    keyed.idempotency.key = true;
    let document = document(vec![step("a"), keyed], &[]);
    assert_eq!(after(&document, TopologyKind::Staged), [Vec::<usize>::new(), vec![]]);
}

#[test]
fn fire_and_forget_steps_are_detached_unless_something_waits_for_them() {
    let mut metrics = step("metrics");
    metrics.class = StepClass::FireAndForget;
    let free = document(vec![step("a"), metrics.clone()], &[("a", "metrics", Strict)]);
    let parallel = Topology::of(&free, TopologyKind::Parallel).expect("every document has it");
    assert_eq!(parallel.detached, [false, true]);
    assert_eq!(Topology::of(&free, TopologyKind::Sequential).expect("every document has it").detached, [false, false]);
    let needed = document(vec![metrics, step("b")], &[("metrics", "b", Strict)]);
    assert_eq!(Topology::of(&needed, TopologyKind::Parallel).expect("every document has it").detached, [false, false]);
}

#[test]
fn what_others_read_and_what_is_taken_back_is_waited_for() {
    let mut score = writing("score", "risk");
    score.class = model::StepClass::FireAndForget;
    let mut approve = step("approve");
    let alone = document(vec![score.clone(), approve.clone()], &[]);
    assert_eq!(detachable(&alone), [0]);
    approve.reads = vec![" Risk".to_owned()];
    let read = document(vec![score.clone(), approve.clone()], &[]);
    assert_eq!(detachable(&read), [0; 0], "what is decided on the score waits for it");
    assert_eq!(Topology::of(&read, TopologyKind::SequentialDetached), None);
    // Nobody takes back what nobody waits for.
    score.undo.available = true;
    let mut undone = document(vec![score, step("approve")], &[]);
    assert_eq!(detachable(&undone), [0], "nothing is taken back here");
    undone.consistency = model::Consistency::Compensate;
    assert_eq!(detachable(&undone), [0; 0]);
}

#[test]
fn custom_exists_where_the_team_made_it_and_keeps_strict_dependencies() {
    let mut document = document(vec![step("a"), step("b"), step("c")], &[("a", "b", Strict)]);
    assert!(Topology::of(&document, TopologyKind::Custom).is_none());
    document.custom = Some(Custom { after: [("c".to_owned(), vec!["a".to_owned()])].into(), detached: Vec::new() });
    assert_eq!(after(&document, TopologyKind::Custom), [vec![], vec![0], vec![0]]);
}

#[test]
fn every_topology_keeps_every_strict_dependency_and_explains_every_loose_one() {
    for example in &EXAMPLES {
        let document = example.document();
        for topology in Topology::all(&document) {
            for dependency in &document.dependencies {
                let place = |id: &str| document.step_index(id).expect("the step exists");
                let (from, to) = (place(&dependency.from), place(&dependency.to));
                let ordered = reaches(&topology.after, from, to);
                let noted = topology.notes.iter().any(|note| (note.from, note.to) == (from, to));
                let name =
                    format!("{} {}: {} to {}", example.slug, topology.kind.slug(), dependency.from, dependency.to);
                match dependency.kind {
                    Strict => assert!(ordered, "{name} lost its order"),
                    Loose => assert!(ordered || noted, "{name} was dropped without a reason"),
                }
            }
        }
    }
}

fn reaches(after: &[Vec<usize>], from: usize, to: usize) -> bool {
    after[to].iter().any(|&before| before == from || reaches(after, from, before))
}

#[test]
fn first_leg_forks_one_adjacent_pair_that_neither_needs_nor_touches_the_other() {
    let steps = vec![writing("a", "x"), writing("b", "y"), writing("c", "y"), step("d")];
    let document = document(steps, &[("a", "b", Strict)]);
    // a before b is strict, b and c share data: only c and d may run side by side.
    assert_eq!(first_leg_candidates(&document), [2]);
    let topology = Topology::first_leg(&document, 2);
    assert_eq!(topology.after, [vec![], vec![0], vec![1], vec![1]]);
    assert_eq!(topology.forks(), 1);
    let freed: Vec<_> =
        topology.notes.iter().filter(|note| note.reason == OrderingReason::FirstLeg).map(|n| (n.from, n.to)).collect();
    assert_eq!(freed, [(2, 3)]);
}

#[test]
fn the_step_after_the_fork_of_first_leg_waits_for_both() {
    let document = document(vec![step("a"), step("b"), step("c")], &[]);
    assert_eq!(Topology::first_leg(&document, 0).after, [vec![], vec![], vec![0, 1]]);
    assert_eq!(Topology::first_leg(&document, 1).after, [vec![], vec![0], vec![0]]);
}
