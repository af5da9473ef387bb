//! All charts, of all examples, on wide and on narrow screens: what is drawn can be read, and says what tables say.

mod dependencies;
mod files;
mod xml;

use std::{collections::HashSet, sync::LazyLock};

use engine::{
    Settings,
    experiment::{
        Experiment, ExperimentReport, Findings, Flip, InputReport, Outcome, Point, PointFigures, SensitivityReport,
        Study, WhatIf,
    },
};
use model::{Document, EXAMPLES, Outage, OutageMode, TopologyKind};

use super::*;
use svg::text_width;
use xml::{Element, elements};

const WIDE: Size = Size { width: 944, height: 420 };
const NARROW: Size = Size { width: 340, height: 400 };

/// The examples with their comparisons, and once more with something down.
static COMPARED: LazyLock<Vec<(Document, engine::Report)>> = LazyLock::new(|| {
    let mut documents: Vec<Document> = EXAMPLES.iter().map(|example| example.document()).collect();
    let mut down = documents[1].clone();
    for (step, from_s) in [(1, 20.0), (0, 70.0)] {
        let step = down.steps[step].id.clone();
        down.outages.push(Outage { step, from_s, until_s: from_s + 30.0, mode: OutageMode::Refuses });
    }
    documents.push(down);
    documents.into_iter().map(|document| (document.clone(), compared(&document))).collect()
});

fn compared(document: &Document) -> engine::Report {
    let settings = Settings { replications: 5, ..Settings::default() };
    engine::compare(document, settings).expect("an example runs")
}

/// A load sweep of the second example, without its search for brackets.
static SWEEP: LazyLock<ExperimentReport> = LazyLock::new(|| {
    let variants = Experiment::Load.next(&COMPARED[1].0, &[]);
    let outcome = |variant: engine::experiment::Variant| {
        let report = compared(&variant.of(&COMPARED[1].0));
        Outcome { label: variant.label, value: variant.value, report }
    };
    Experiment::Load.report(variants.into_iter().map(outcome).collect())
});

/// The second example with another budget, and with a step that takes longer.
static WHAT_IF: LazyLock<WhatIf> = LazyLock::new(|| {
    let before = COMPARED[1].0.clone();
    let mut after = before.clone();
    after.budget.target_ms = 900.0;
    after.steps[0].latency = model::Latency::lognormal(300.0, 1_500.0);
    let mut study = Study::what_if(before, after, "another budget".to_owned()).expect("both have steps");
    while let Some(part) = study.next() {
        let settings = Settings { replications: 5, draws: 0, ..Settings::default() };
        let mut comparison = engine::Comparison::new(part.document, settings).expect("an example runs");
        while !comparison.advance(u64::MAX) {}
        study.accept(comparison);
    }
    match study.findings() {
        Findings::WhatIf(found) => *found,
        found => panic!("asked what if, found {found:?}"),
    }
});

/// A sensitivity analysis with a bar to either side, one that flips, one without answers and one that moves nothing.
fn sensitivity(label: &str) -> SensitivityReport {
    let input = |name: &str, figures: [Option<f64>; 3], flips: Vec<Flip>| InputReport {
        input: name.to_owned(),
        label: format!("{label}: {name}"),
        unit: "slots".to_owned(),
        today: 2.0,
        points: [1.0, 2.0, 4.0]
            .into_iter()
            .zip(figures)
            .map(|(value, at_budget_ms)| Point {
                value,
                verdict: "parallel".to_owned(),
                topologies: vec![PointFigures {
                    kind: TopologyKind::Parallel,
                    at_budget_ms,
                    failed: 0.0,
                    orphaned: 0.0,
                }],
            })
            .collect(),
        flips,
    };
    let (parallel, sequential) = ("parallel".to_owned(), "sequential".to_owned());
    let flip = Flip { below: 2.0, above: 4.0, verdict_below: parallel.clone(), verdict_above: sequential };
    let inputs = vec![
        input("still", [Some(900.0); 3], Vec::new()),
        input("widens", [Some(400.0), Some(900.0), Some(3_000.0)], Vec::new()),
        input("flips", [Some(1_200.0), Some(900.0), Some(850.0)], vec![flip]),
        input("breaks", [Some(800.0), Some(900.0), None], Vec::new()),
    ];
    SensitivityReport { verdict: parallel, inputs }
}

/// Every chart of a comparison.
fn charts(document: &Document, report: &engine::Report, size: Size) -> Vec<(String, String)> {
    let mut charts = vec![
        ("distribution".to_owned(), latency_distribution(document, report, size, "a")),
        ("log".to_owned(), latency_distribution_on(document, report, TimeAxis::Logarithmic, size, "a")),
        ("percentiles".to_owned(), percentiles(document, report, size, "a")),
        ("outcomes".to_owned(), outcomes(report, size, "a")),
        ("amplification".to_owned(), amplification(document, report, size, "a")),
        ("pools".to_owned(), pool_waits(document, report, size, "a")),
        ("trade-off".to_owned(), trade_off(document, report, size, "a")),
        (
            "tornado".to_owned(),
            tornado(document, &sensitivity(document.steps[0].label()), TopologyKind::Parallel, size, "a"),
        ),
        ("load".to_owned(), load_sweep(document, &SWEEP, size, "a")),
        ("what-if".to_owned(), what_if(&WHAT_IF, size, "a")),
    ];
    for (topology, trace) in report.topologies.iter().zip(&report.traces) {
        let slug = topology.kind.slug();
        charts.push((format!("time {slug}"), time_line(document, topology, size, "a")));
        // As the page draws it: more steps make a taller diagram.
        let height = (60 + if size.width < 600 { 44 } else { 30 } * document.steps.len() as u32).max(size.height);
        charts.push((format!("lanes {slug}"), lanes(document, topology, trace, Size { height, ..size }, 2_000.0, "a")));
    }
    charts
}

fn has_class(element: &Element, class: &str) -> bool {
    element.get("class").split(' ').any(|own| own == class)
}

/// The texts that are seen at once: the corners of each, and what it says.
fn texts(elements: &[Element]) -> Vec<([f64; 4], &str)> {
    let shown = |element: &&Element| {
        element.name == "text" && !element.within.iter().any(|&parent| has_class(&elements[parent], "value"))
    };
    elements.iter().filter(shown).map(|text| (corners(text), text.text.trim())).collect()
}

fn corners(text: &Element) -> [f64; 4] {
    let (x, y, width) = (text.number("x"), text.number("y"), text_width(text.text.trim()));
    let left = match text.get("text-anchor") {
        "middle" => x - width / 2.0,
        "end" => x - width,
        _ => x,
    };
    [left, y - 6.0, left + width, y + 6.0]
}

#[test]
fn texts_stay_inside_and_do_not_overlap() {
    let mut wrong = Vec::new();
    for (document, report) in COMPARED.iter() {
        for size in [WIDE, NARROW] {
            for (chart, svg) in charts(document, report, size) {
                let elements = elements(&svg);
                let tall = elements[0].get("viewBox").rsplit(' ').next().and_then(|height| height.parse().ok());
                let tall: f64 = tall.expect("a picture has a height");
                let place = format!("{}, {chart}, {} px", document.name, size.width);
                for text in elements.iter().filter(|element| element.name == "text") {
                    let [left, top, right, bottom] = corners(text);
                    let inside = left >= -1.0 && right <= f64::from(size.width) + 1.0;
                    if !(inside && top >= 0.0 && bottom <= tall) {
                        wrong.push(format!("{place}: {:?} is not inside", text.text));
                    }
                }
                let texts = texts(&elements);
                for (first, (a, text)) in texts.iter().enumerate() {
                    for (b, other) in &texts[first + 1..] {
                        let apart = a[2] <= b[0] + 1.0 || b[2] <= a[0] + 1.0 || a[3] <= b[1] || b[3] <= a[1];
                        if !apart {
                            wrong.push(format!("{place}: {text:?} over {other:?}"));
                        }
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_chart_has_words_and_marks_that_say_their_figures() {
    for (document, report) in COMPARED.iter() {
        for (chart, svg) in charts(document, report, WIDE) {
            let elements = elements(&svg);
            assert!(elements.iter().all(|element| element.get("style").is_empty()));
            let picture = elements.iter().position(|element| element.get("role") == "img").expect("a picture");
            assert_eq!(elements[picture].get("aria-labelledby"), "a-title a-desc");
            let marks: Vec<usize> = (0..elements.len()).filter(|&at| has_class(&elements[at], "point")).collect();
            assert!(chart == "pools" || !marks.is_empty(), "{chart} has no marks");
            for mark in marks {
                let title = elements.iter().find(|other| other.within.last() == Some(&mark) && other.name == "title");
                assert!(title.is_some_and(|title| title.text.contains(": ")), "{chart}: a mark says nothing");
                // What is part of a picture has no focus.
                assert!(!elements[mark].within.contains(&picture), "{chart}: a mark within the picture");
            }
        }
    }
}

/// The titles of the marks of a chart.
fn titles(svg: &str) -> Vec<String> {
    let elements = elements(svg);
    let in_mark =
        |element: &&Element| element.within.last().is_some_and(|&parent| has_class(&elements[parent], "point"));
    elements.iter().filter(|element| element.name == "title").filter(in_mark).map(|title| title.text.clone()).collect()
}

/// Every one of some cells of each row stands in the title of one mark.
fn carries(svg: &str, table: &Table, cells: &[usize], but: &str) {
    let titles = titles(svg);
    for row in &table.rows {
        let wanted: Vec<&String> = cells.iter().map(|&cell| &row.cells[cell]).filter(|cell| *cell != but).collect();
        let found = titles.iter().any(|title| wanted.iter().all(|cell| title.contains(*cell)));
        assert!(found, "{}: {wanted:?} in none of {titles:#?}", table.caption);
    }
}

#[test]
fn tables_and_charts_carry_the_same_figures() {
    for (document, report) in COMPARED.iter() {
        carries(&percentiles(document, report, WIDE, "a"), &percentile_table(report), &[1, 2, 3, 4], "–");
        carries(&outcomes(report, WIDE, "a"), &outcome_table(document, report), &[1, 2, 3, 4, 5, 6], "–");
        carries(&amplification(document, report, WIDE, "a"), &amplification_table(document, report), &[1, 2], "–");
        carries(&trade_off(document, report, WIDE, "a"), &trade_off_table(report), &[1, 2], "–");
        carries(&pool_waits(document, report, WIDE, "a"), &pool_table(document, report), &[0, 6], "–");
        for topology in &report.topologies {
            let table = time_line_table(document, topology);
            carries(&time_line(document, topology, WIDE, "a"), &table, &[0, 1, 2, 3, 4], "");
        }
        let distribution = titles(&latency_distribution(document, report, WIDE, "a"));
        for row in latency_table(document, report).rows.iter().filter(|row| row.cells[1] != "–") {
            let p50 = format!("p50 {}", row.cells[1]);
            assert!(distribution.iter().any(|title| title.contains(&p50)), "{p50} in none of {distribution:#?}");
        }
    }
    let (document, report) = (&COMPARED[1].0, sensitivity("pool"));
    let table = tornado_table(document, &report, TopologyKind::Parallel);
    carries(&tornado(document, &report, TopologyKind::Parallel, WIDE, "a"), &table, &[0, 2, 3, 4, 5, 6], "–");
    carries(&load_sweep(document, &SWEEP, WIDE, "a"), &experiment_table(&SWEEP), &[2, 4], "–");
    carries(&what_if(&WHAT_IF, WIDE, "a"), &what_if_overview(&WHAT_IF), &[1, 2, 3], "–");
}

#[test]
fn a_load_sweep_marks_where_errors_emerge() {
    let svg = load_sweep(&COMPARED[1].0, &SWEEP, WIDE, "a");
    let emerged = SWEEP.emergence.iter().filter(|found| found.at.is_some()).count();
    assert!(emerged > 0, "four times the load is too much for the second example");
    for found in &SWEEP.emergence {
        let words = found
            .at
            .map_or("no errors emerge".to_owned(), |at| format!("errors from {}×", decide::wording::number(at)));
        assert!(svg.contains(&words), "{words}");
    }
}

#[test]
fn a_linear_axis_is_the_default_and_a_logarithmic_one_differs() {
    let (document, report) = &COMPARED[0];
    let linear = latency_distribution_on(document, report, TimeAxis::Linear, WIDE, "a");
    assert_eq!(latency_distribution(document, report, WIDE, "a"), linear);
    assert_ne!(latency_distribution_on(document, report, TimeAxis::Logarithmic, WIDE, "a"), linear);
}

#[test]
fn hostile_names_stay_text() {
    let (document, report) = COMPARED.last().expect("the last has outages");
    let named = |name: &str| {
        let mut document = document.clone();
        document.steps.iter_mut().for_each(|step| step.name = name.to_owned());
        document.pools.iter_mut().for_each(|pool| pool.name = name.to_owned());
        charts(&document, report, NARROW)
    };
    let hostile = "</text></svg><script>alert(1)</script> \"onload='x' &amp; \u{202e}\0\u{1b}]]>";
    for ((chart, svg), (_, plain)) in
        named(hostile).into_iter().zip(named("A plain name that is cut just as long as the other one is"))
    {
        let count = |svg: &str| elements(svg).iter().filter(|element| element.name != "text").count();
        assert_eq!(count(&svg), count(&plain), "{chart}");
        assert!(!svg.contains("<script") && !svg.contains('\u{202e}'), "{chart}");
    }
}

#[test]
fn the_prototype_page_is_well_formed_and_its_ids_are_unique() {
    for (document, report) in COMPARED.iter() {
        let place = crate::page::Place { step: "prototype".to_owned(), ..Default::default() };
        let shown = crate::page::shown(document, report, &[], &place);
        let elements = elements(&format!("<main>{}</main>", shown.html));
        let mut ids = HashSet::new();
        for id in elements.iter().map(|element| element.get("id")).filter(|id| !id.is_empty()) {
            assert!(ids.insert(id), "{}: {id} stands twice", document.name);
        }
        let captions: Vec<&str> =
            elements.iter().filter(|element| element.name == "caption").map(|caption| caption.text.as_str()).collect();
        let different: HashSet<&&str> = captions.iter().collect();
        assert_eq!(captions.len(), different.len(), "{}: a table stands twice", document.name);
        let time_lines = captions.iter().filter(|caption| caption.starts_with("What happened when")).count();
        assert_eq!(time_lines > 0, !document.outages.is_empty());
    }
}
