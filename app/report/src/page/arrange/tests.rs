//! What the diagram and its words say, and where things stand.

use std::collections::BTreeSet;

use model::{Custom, Document, EXAMPLES, Topology, TopologyKind, topology::Move};

use super::{
    arrangement,
    lay_out::{Layout, NARROW, WIDE},
    of_step,
};

fn example(slug: &str) -> Document {
    EXAMPLES.iter().find(|example| example.slug == slug).expect("the example exists").document()
}

fn of(document: &Document, kind: TopologyKind) -> Topology {
    Topology::of(document, kind).expect("the document has it")
}

#[test]
fn boxes_stand_in_their_stages_and_nothing_stands_on_anything_else() {
    for document in EXAMPLES.iter().map(|example| example.document()) {
        for topology in Topology::all(&document) {
            let layout = Layout::of(&topology);
            let stages = topology.stages();
            let mut taken = BTreeSet::new();
            for (step, place) in layout.boxes.iter().enumerate() {
                assert_eq!(place.is_none(), topology.detached[step]);
                if let Some((stage, lane)) = *place {
                    assert_eq!(stage, stages[step]);
                    assert!(taken.insert((stage, lane)), "two boxes in one place");
                }
            }
            for arrow in &layout.arrows {
                let [.., _] = arrow.way[1..] else { panic!("an arrow has two ends") };
                let between = &arrow.way[1..arrow.way.len() - 1];
                assert!(between.iter().all(|place| taken.insert(*place)), "an arrow runs through a box");
                let stages: Vec<usize> = arrow.way.iter().map(|place| place.0).collect();
                assert!(stages.windows(2).all(|pair| pair[1] == pair[0] + 1), "{stages:?}");
            }
        }
    }
}

#[test]
fn the_words_say_when_a_step_starts_and_why() {
    let document = example("checkout");
    let words = |topology: &Topology| -> Vec<String> {
        let line = |step: usize| format!("{} {}", document.steps[step].label(), of_step(&document, topology, step));
        topology.order().into_iter().map(line).collect()
    };
    insta::assert_snapshot!(words(&of(&document, TopologyKind::Sequential)).join("\n"));
    insta::assert_snapshot!(words(&of(&document, TopologyKind::Staged)).join("\n"));
    let mut own = document.clone();
    own.custom = Some(Custom::starting_from(&own, &of(&own, TopologyKind::Sequential)));
    let own = own.with_moved(2, Move::After(0)).expect("stock may be reserved beside the fraud check");
    insta::assert_snapshot!(words(&of(&own, TopologyKind::Custom)).join("\n"));
}

#[test]
fn only_what_may_be_taken_hold_of_can_have_the_focus() {
    let document = example("checkout");
    let topology = of(&document, TopologyKind::Parallel);
    let (still, held) = (arrangement(&document, &topology, false), arrangement(&document, &topology, true));
    assert_eq!(still.matches("data-step").count(), 0);
    // Twice: for wide and for narrow screens.
    assert_eq!(held.matches("data-step").count(), 2 * document.steps.len());
    assert_eq!(held.matches("data-detach").count(), 2);
    assert_eq!(held.matches("data-stage").count(), 2 * 3);
    assert!(!held.contains("style="), "a strict policy would block it");
}

#[test]
fn names_are_escaped() {
    let mut document = example("three-services");
    document.steps[0].name = "<b onclick=\"x\">&".to_owned();
    let html = arrangement(&document, &of(&document, TopologyKind::Sequential), true);
    assert!(!html.contains("<b on"), "{html}");
    assert!(html.contains("&lt;b onclick=&quot;x&quot;&gt;&amp;"));
}

#[test]
fn everything_stands_inside_the_diagram() {
    for document in EXAMPLES.iter().map(|example| example.document()) {
        for topology in Topology::all(&document) {
            let layout = Layout::of(&topology);
            for flow in [&WIDE, &NARROW] {
                let (width, height) = flow.extent(&layout, false);
                for place in layout.boxes.iter().flatten() {
                    let (x, y) = flow.corner(*place);
                    assert!(x + flow.width <= width && y + flow.height <= height, "{place:?}");
                }
            }
        }
    }
}
