//! Arranging steps by hand: what a move does, what it leaves alone, and what is refused with its reason.

use model::{
    Custom, Dependency, DependencyKind, Document, EXAMPLES, Latency, Step, Topology, TopologyKind,
    topology::{Move, Refusal},
};
use proptest::{collection::vec, prelude::*};

use DependencyKind::{Loose, Strict};

/// Steps named by single letters; `strict` pairs such as `"ab"`: b needs a.
fn document(steps: &str, strict: &[&str], start: TopologyKind) -> Document {
    let mut document = Document::new("test");
    document.steps = steps.chars().map(|name| Step::new(name.to_string(), Latency::lognormal(10.0, 40.0))).collect();
    document.dependencies = strict
        .iter()
        .map(|pair| needs(&pair[..1], &pair[1..], &format!("it reads what {} wrote.", &pair[..1])))
        .collect();
    started(document, start)
}

fn needs(from: &str, to: &str, because: &str) -> Dependency {
    Dependency { from: from.to_owned(), to: to.to_owned(), kind: Strict, because: because.to_owned() }
}

fn started(mut document: Document, kind: TopologyKind) -> Document {
    let topology = Topology::of(&document, kind).expect("every document has it");
    document.custom = Some(Custom::starting_from(&document, &topology));
    document.checked().expect("a start is an arrangement that holds")
}

fn custom(document: &Document) -> Topology {
    Topology::of(document, TopologyKind::Custom).expect("it was started")
}

/// What each step waits for, as one would draw it: `b<a c<ab`, detached ones with a `~`.
fn drawn(document: &Document) -> String {
    let topology = custom(document);
    let mut parts = Vec::new();
    for (step, arrows) in topology.arrows().into_iter().enumerate() {
        let before: String = arrows.into_iter().map(|from| document.steps[from].id.as_str()).collect();
        let apart = if topology.detached[step] { "~" } else { "" };
        if !(apart.is_empty() && before.is_empty()) {
            parts.push(format!("{apart}{}<{before}", document.steps[step].id));
        }
    }
    parts.join(" ")
}

fn place(step: char, document: &Document) -> usize {
    document.step_index(&step.to_string()).expect("the step exists")
}

fn after(document: &Document, step: char, first: char) -> Result<Document, Refusal> {
    document.with_moved(place(step, document), Move::After(place(first, document)))
}

fn to_stage(document: &Document, step: char, stage: usize) -> Result<Document, Refusal> {
    document.with_moved(place(step, document), Move::ToStage(stage))
}

fn done(moved: Result<Document, Refusal>) -> String {
    drawn(&moved.expect("nothing speaks against it"))
}

#[test]
fn a_start_has_the_order_of_what_it_starts_from_and_every_strict_dependency() {
    for example in &EXAMPLES {
        for kind in [TopologyKind::Sequential, TopologyKind::Parallel, TopologyKind::Staged] {
            let document = started(example.document(), kind);
            let model = Topology::of(&document, kind).expect("every document has it");
            assert_eq!(custom(&document).arrows(), model.arrows(), "{} {}", example.slug, kind.slug());
            assert_eq!(custom(&document).detached, model.detached);
        }
    }
}

#[test]
fn a_step_dropped_on_another_starts_right_after_it_and_the_others_keep_their_order() {
    let chain = document("abcd", &[], TopologyKind::Sequential);
    assert_eq!(drawn(&chain), "b<a c<b d<c");
    assert_eq!(done(after(&chain, 'c', 'a')), "b<a c<a d<bc");
    assert_eq!(done(after(&chain, 'b', 'c')), "b<c c<a d<b");
    assert_eq!(done(after(&chain, 'b', 'd')), "b<d c<a d<c");
    assert_eq!(done(after(&chain, 'a', 'd')), "a<d c<b d<c");
    let free = document("abc", &[], TopologyKind::Parallel);
    assert_eq!(done(after(&free, 'b', 'a')), "b<a");
    assert_eq!(done(after(&after(&free, 'b', 'a').expect("free"), 'c', 'b')), "b<a c<b");
}

#[test]
fn a_step_put_into_a_stage_starts_after_the_stage_before() {
    let chain = document("abcd", &[], TopologyKind::Sequential);
    assert_eq!(done(to_stage(&chain, 'b', 0)), "c<ab d<c");
    assert_eq!(done(to_stage(&chain, 'c', 1)), "b<a c<a d<bc");
    assert_eq!(done(to_stage(&chain, 'b', 2)), "b<c c<a d<b");
    // Where it stands already, and beyond the end, which is its own place.
    assert_eq!(to_stage(&chain, 'b', 1).expect("free"), chain);
    assert_eq!(to_stage(&chain, 'd', 9).expect("free"), chain);
    let forked = to_stage(&chain, 'c', 1).expect("free");
    assert_eq!(done(to_stage(&forked, 'c', 2)), "b<a c<b d<c");
}

#[test]
fn a_detached_step_is_not_waited_for_and_can_be_had_back() {
    let chain = document("abc", &[], TopologyKind::Sequential);
    let detached = chain.with_moved(1, Move::Detach).expect("nobody needs it");
    assert_eq!(drawn(&detached), "~b<a c<a");
    assert_eq!(detached.with_moved(1, Move::Detach).expect("it is"), detached);
    assert_eq!(done(detached.with_moved(1, Move::Attach)), "b<a c<a");
    assert_eq!(done(after(&detached, 'b', 'c')), "b<c c<a");
    let refused = after(&detached, 'c', 'b').expect_err("nobody waits for a detached step");
    assert_eq!(refused.sentence(&detached), "c cannot wait for b, which is detached: nobody waits for it.");
}

#[test]
fn what_a_strict_dependency_forbids_is_refused_with_its_reason() {
    let start = document("abcd", &["ab", "bc"], TopologyKind::Sequential);
    let said = |refused: Result<Document, Refusal>| refused.expect_err("it is forbidden").sentence(&start);
    assert_eq!(said(after(&start, 'a', 'b')), "b must come after a (strict: it reads what a wrote).");
    assert_eq!(
        said(after(&start, 'a', 'd')),
        "b must come after a (strict: it reads what a wrote), and d comes after b."
    );
    assert_eq!(said(to_stage(&start, 'c', 1)), "c must come after b (strict: it reads what b wrote).");
    assert_eq!(
        said(start.with_moved(1, Move::Detach)),
        "c must come after b (strict: it reads what b wrote), so b cannot be detached."
    );
    assert_eq!(said(after(&start, 'a', 'a')), "a cannot wait for itself.");
    // It always keeps what it needs.
    assert_eq!(done(after(&start, 'c', 'a')), "b<a c<b d<c");
}

#[test]
fn what_is_written_by_hand_is_refused_in_the_same_words() {
    let with = |after: &[(&str, &[&str])], detached: &[&str]| {
        let mut document = document("abc", &["ab"], TopologyKind::Parallel);
        let list = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let after = after.iter().map(|(id, before)| ((*id).to_owned(), list(before))).collect();
        document.custom = Some(Custom { after, detached: list(detached) });
        document.checked().map(|_| ()).map_err(|problems| problems.to_string())
    };
    assert_eq!(with(&[], &[]), Ok(()));
    let refused = |after: &[(&str, &[&str])], detached: &[&str]| with(after, detached).expect_err("it is forbidden");
    assert_eq!(
        refused(&[("b", &["c"])], &[]),
        "custom.after.b: b must come after a (strict: it reads what a wrote). Add `a` to what it waits for"
    );
    assert_eq!(
        refused(&[("b", &["a", "c"]), ("c", &["b"])], &[]),
        "custom.after.c: These steps would wait for each other in a circle: b → c → b. Take one of them out"
    );
    assert_eq!(
        refused(&[("a", &["c"])], &["c"]),
        "custom.after.a: a cannot wait for c, which is detached: nobody waits for it. Take `c` out of one of the two"
    );
    assert_eq!(
        refused(&[], &["a"]),
        "custom.detached[0]: b must come after a (strict: it reads what a wrote), so a cannot be detached."
    );
}

#[test]
fn an_arrangement_follows_what_changes_around_it() {
    let mut start = document("abc", &[], TopologyKind::Sequential);
    let before = start.clone();
    start.fit_custom();
    assert_eq!(start, before);
    // c is now needed first: what contradicts that gives way, the rest stays.
    start.dependencies = vec![needs("c", "a", "")];
    start.fit_custom();
    let start = start.checked().expect("it fits");
    assert_eq!(drawn(&start), "a<c b<a");
    let mut detached = before.with_moved(2, Move::Detach).expect("nobody needs it");
    detached.dependencies = vec![needs("c", "b", "")];
    detached.fit_custom();
    assert_eq!(drawn(&detached.checked().expect("it fits")), "b<ac");
}

fn moves(steps: usize) -> impl Strategy<Value = Vec<(usize, Move)>> {
    let moved = prop_oneof![
        4 => (0..steps).prop_map(Move::After),
        4 => (0..steps + 2).prop_map(Move::ToStage),
        1 => Just(Move::Detach),
        1 => Just(Move::Attach),
    ];
    vec((0..steps, moved), 1..12)
}

prop_compose! {
    /// Strict dependencies lead forward, so that they close no circle; loose ones go anywhere.
    fn started_document()(steps in 1..9usize)(
        steps in Just(steps),
        dependencies in vec((0..steps, 0..steps, prop::bool::weighted(0.4)), 0..steps),
        kind in prop::sample::select(vec![TopologyKind::Sequential, TopologyKind::Parallel, TopologyKind::Staged]),
        moves in moves(steps),
    ) -> (Document, Vec<(usize, Move)>) {
        let letters: String = ('a'..='z').take(steps).collect();
        let mut document = document(&letters, &[], TopologyKind::Parallel);
        let mut seen = std::collections::BTreeSet::new();
        for (from, to, strict) in dependencies {
            if from != to && (!strict || from < to) && seen.insert((from, to)) {
                let id = |step: usize| document.steps[step].id.clone();
                let kind = if strict { Strict } else { Loose };
                document.dependencies.push(Dependency { from: id(from), to: id(to), kind, because: "so".to_owned() });
            }
        }
        (started(document, kind), moves)
    }
}

/// Whether `to` comes after `from`.
fn ordered(topology: &Topology, from: usize, to: usize) -> bool {
    topology.after[to].iter().any(|&before| before == from || ordered(topology, from, before))
}

proptest! {
    #[test]
    fn any_moves_give_arrangements_that_hold((start, moves) in started_document()) {
        let mut document = start;
        for (step, moved) in moves {
            let before = custom(&document);
            let Ok(next) = document.with_moved(step, moved) else { continue };
            let next = next.checked().map_err(|problems| TestCaseError::fail(format!("{moved:?}: {problems}")))?;
            let now = custom(&next);
            for dependency in next.dependencies.iter().filter(|dependency| dependency.kind == Strict) {
                let place = |id: &str| next.step_index(id).expect("the step exists");
                prop_assert!(ordered(&now, place(&dependency.from), place(&dependency.to)));
            }
            // No move sets two other steps free of each other.
            for from in (0..next.steps.len()).filter(|&from| from != step) {
                for to in (0..next.steps.len()).filter(|&to| to != step && to != from) {
                    prop_assert!(!ordered(&before, from, to) || ordered(&now, from, to), "{from} {to} {moved:?}");
                }
            }
            match moved {
                Move::After(first) => {
                    prop_assert!(now.after[step].contains(&first));
                    prop_assert!(!now.detached[step]);
                }
                Move::ToStage(stage) => {
                    // Never later than asked for, and earlier only where the others end sooner.
                    let others = (0..next.steps.len()).filter(|&other| other != step && !now.detached[other]);
                    let end = others.map(|other| before.stages()[other] + 1).max().unwrap_or(0);
                    let stands = now.stages()[step];
                    prop_assert!(stands == stage || stands < stage && stage + 1 >= end, "{stands} {stage} {end}");
                }
                Move::Detach => prop_assert!(now.detached[step]),
                Move::Attach => prop_assert!(!now.detached[step]),
            }
            // The same again changes nothing, unless it asked for a stage that was not there.
            if !matches!(moved, Move::ToStage(stage) if stage != now.stages()[step]) {
                let again = next.with_moved(step, moved).map_err(|refused| TestCaseError::fail(format!("{refused:?}")))?;
                prop_assert_eq!(again.custom, next.custom.clone(), "{} {:?} was {:?}", step, moved, before.after);
            }
            document = next;
        }
    }

    #[test]
    fn a_step_that_nobody_waits_for_goes_there_and_back((start, moves) in started_document()) {
        let before = custom(&start);
        for (step, moved) in moves {
            let waited_for = before.after.iter().any(|after| after.contains(&step));
            // A single arrow is what a move can give back; several are given back by the form.
            let [first] = before.after[step][..] else { continue };
            if waited_for || before.detached[step] {
                continue;
            }
            let Ok(there) = start.with_moved(step, moved) else { continue };
            let back = there.with_moved(step, Move::After(first));
            prop_assert_eq!(&back.map_err(|r| TestCaseError::fail(format!("{r:?}")))?, &start);
        }
    }

    #[test]
    fn what_is_fitted_holds((start, _) in started_document(), more in vec((0..9usize, 0..9usize), 0..6)) {
        let mut document = start;
        let steps = document.steps.len();
        document.dependencies.retain(|dependency| dependency.kind == Strict);
        for (from, to) in more {
            let (from, to) = (from.min(to), from.max(to));
            let id = |step: usize| document.steps[step].id.clone();
            if from == to || to >= steps {
                continue;
            }
            let added = needs(&id(from), &id(to), "");
            if !document.dependencies.iter().any(|known| known.from == added.from && known.to == added.to) {
                document.dependencies.push(added);
            }
        }
        document.fit_custom();
        document.checked().map_err(|problems| TestCaseError::fail(problems.to_string()))?;
    }
}
