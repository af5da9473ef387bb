//! The diagram of the steps: of all examples and of awkward documents, on wide and on narrow screens.

use model::{Dependency, DependencyKind, Latency, Step, StepClass, StepKind};

use super::*;

/// Documents with circles, long names, crossing arrows and two arrows between the same steps.
fn documents() -> Vec<Document> {
    let mut documents: Vec<Document> = EXAMPLES.iter().map(|example| example.document()).collect();
    let mut awkward = Document::new("Awkward");
    for n in 0..9 {
        let name = ["Ask the department for foreign correspondence & <b>whatever</b>", "Übersee\u{202e}", "x"][n % 3];
        let mut step = Step::new(format!("s{n}"), Latency::lognormal(20.0, 80.0));
        step.name = format!("{name} {n}");
        step.kind = [StepKind::ThirdParty, StepKind::Log, StepKind::Service][n % 3];
        step.class = [StepClass::FireAndForget, StepClass::Critical][n % 2];
        awkward.steps.push(step);
    }
    let strict = [(0, 1), (0, 2), (0, 3), (1, 4), (2, 4), (3, 4), (0, 5), (4, 5), (1, 7), (6, 7)];
    let loose = [(0, 1), (5, 0), (7, 2), (8, 0), (4, 8)];
    let kinds = [(strict.as_slice(), DependencyKind::Strict), (loose.as_slice(), DependencyKind::Loose)];
    for (pairs, kind) in kinds {
        awkward.dependencies.extend(pairs.iter().map(|(from, to)| Dependency {
            from: format!("s{from}"),
            to: format!("s{to}"),
            kind,
            because: String::new(),
        }));
    }
    documents.push(awkward);
    documents
}

#[test]
fn every_step_is_a_box_whose_words_stay_inside_it() {
    for document in documents() {
        for width in [WIDE.width, NARROW.width] {
            let svg = dependency_diagram(&document, width, "a");
            let elements = elements(&svg);
            let place = format!("{}, {width} px", document.name);
            let boxes: Vec<[f64; 4]> = elements
                .iter()
                .filter(|element| element.name == "rect" && has_class(element, "area") && has_class(element, "paper"))
                .map(|element| {
                    let (x, y) = (element.number("x"), element.number("y"));
                    [x, y, x + element.number("width"), y + element.number("height")]
                })
                .collect();
            assert_eq!(boxes.len(), document.steps.len(), "{place}");
            for (first, a) in boxes.iter().enumerate() {
                let apart = |b: &[f64; 4]| a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1];
                assert!(boxes[first + 1..].iter().all(apart), "{place}: boxes overlap");
            }
            for (corners, text) in texts(&elements) {
                let within =
                    |b: &[f64; 4]| b[0] <= corners[0] && corners[2] <= b[2] && b[1] <= corners[1] && corners[3] <= b[3];
                assert!(boxes.iter().any(within), "{place}: {text:?} is in no box");
            }
            let narrow = width == NARROW.width;
            assert!(!narrow || elements[0].number("width") <= f64::from(width), "{place}: too wide");
        }
    }
}

#[test]
fn strict_arrows_are_solid_and_loose_ones_dashed_and_none_is_missing() {
    for document in documents() {
        for width in [WIDE.width, NARROW.width] {
            let svg = dependency_diagram(&document, width, "a");
            let elements = elements(&svg);
            let lines = |class: &str, dashed: bool| {
                let is = |element: &&Element| {
                    element.name == "polyline"
                        && has_class(element, class)
                        && element.get("stroke-dasharray").is_empty() != dashed
                };
                elements.iter().filter(is).count()
            };
            let of = |kind| document.dependencies.iter().filter(|dependency| dependency.kind == kind).count();
            assert_eq!(lines("ink", false), of(DependencyKind::Strict), "{}, {width} px", document.name);
            assert_eq!(lines("loose", true), of(DependencyKind::Loose), "{}, {width} px", document.name);
            let heads = elements.iter().filter(|element| element.name == "polygon").count();
            assert_eq!(heads, document.dependencies.len(), "{}, {width} px", document.name);
        }
    }
}

#[test]
fn the_table_and_the_words_say_what_the_diagram_shows() {
    let document = documents().pop().expect("the awkward one");
    let svg = dependency_diagram(&document, WIDE.width, "a");
    assert!(svg.contains("9 steps, 10 strict and 5 loose dependencies"));
    assert!(!svg.contains("<b>") && !svg.contains('\u{202e}'));
    let marks = titles(&svg);
    let table = dependency_table(&document);
    assert_eq!((marks.len(), table.rows.len()), (9, 9));
    let fifth = &table.rows[4].cells;
    assert!(fifth[4].contains("Übersee") && fifth[4].ends_with(" 3"), "{fifth:?}");
    assert!(marks.iter().any(|mark| mark.contains("needs Übersee")));
    assert_eq!(table.rows[0].cells[1], "third party");
    assert_eq!(dependency_diagram(&Document::new("Empty"), WIDE.width, "a"), "");
}
