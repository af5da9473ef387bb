//! Charts as files: whole by themselves, one for each link of a page; and what belongs to a topology can be hidden.

use std::collections::BTreeSet;

use super::{COMPARED, NARROW, SWEEP, WIDE, charts, has_class, xml::elements};
use crate::page::{Place, chart_file, experiment_file, shown};

/// The names that a page's links to files give.
fn linked(html: &str) -> BTreeSet<String> {
    let names = html.split(" data-chart=\"").skip(1).filter_map(|rest| rest.split('"').next());
    names.map(str::to_owned).collect()
}

/// # Panics
///
/// Where a file is not one that stands by itself.
fn stands_alone(svg: &str) {
    let (declaration, drawing) = svg.split_once('\n').expect("a declaration has a line of its own");
    assert_eq!(declaration, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    let elements = elements(drawing);
    assert_eq!(elements[0].get("xmlns"), "http://www.w3.org/2000/svg");
    let names: Vec<&str> = elements.iter().skip(1).take(2).map(|element| element.name.as_str()).collect();
    assert_eq!(names, ["style", "rect"], "its style, and paper beneath all else");
    for element in &elements {
        assert!(element.get("style").is_empty() && element.get("href").is_empty(), "nothing from elsewhere");
        let line = element.name == "polyline" || element.name == "line";
        assert!(!line || element.get("stroke").starts_with('#'), "{element:?} has no colour of its own");
    }
}

#[test]
fn every_link_of_a_page_has_a_file() {
    for (document, report) in COMPARED.iter() {
        let place = Place { step: "prototype".to_owned(), version: 3, ..Place::default() };
        let page = shown(document, report, &[], &place).html;
        let names = linked(&page);
        assert!(names.len() > 7, "{names:?}");
        assert_eq!(page.matches("<figure").count(), names.len(), "each figure has a name of its own");
        for name in &names {
            let file = chart_file(document, report, 3, name).expect("a chart that the page links to");
            stands_alone(&file.svg);
            assert!(file.stem.ends_with(&format!("-{name}-v3")), "{}", file.stem);
            for extension in ["svg", "csv"] {
                assert!(page.contains(&format!("href=\"versions/3/charts/{name}.{extension}\"")), "{name}");
                assert!(page.contains(&format!("download=\"{}.{extension}\"", file.stem)));
            }
            let widths: BTreeSet<usize> = file.csv.lines().map(|line| line.matches(',').count()).collect();
            assert!(file.csv.lines().count() > 1 && !widths.is_empty());
        }
        assert_eq!(chart_file(document, report, 3, "nothing"), None);
    }
}

#[test]
fn a_file_says_what_it_shows_and_of_which_topologies() {
    let (document, report) = &COMPARED[1];
    let file = chart_file(document, report, 3, "latency").expect("it is on the page");
    let elements = elements(file.svg.split_once('\n').expect("a declaration").1);
    let texts: Vec<&str> =
        elements.iter().filter(|element| element.name == "text").map(|text| text.text.trim()).collect();
    assert!(texts[0].starts_with("Share of requests answered within a time"), "{texts:?}");
    assert_eq!(texts[1], format!("{}, version 3", document.name));
    let key = ["S", "Sequential", "D", "Sequential detached", "P G", "Parallel and staged", "L", "First leg"];
    assert_eq!(&texts[2..10], key);
    let (head, whole) = (elements.iter().find(|element| has_class(element, "head")).expect("a head"), &elements[0]);
    let dashes: Vec<&str> = elements
        .iter()
        .filter(|element| element.name == "line")
        .take(4)
        .map(|line| line.get("stroke-dasharray"))
        .collect();
    assert_eq!(dashes, ["", "12 3 2 3 2 3", "8 5", "2 4"]);
    assert_eq!(whole.number("height"), head.number("height") + 380.0);
    assert!(whole.get("viewBox").ends_with(&format!(" {}", whole.get("height"))));
    let place = Place { step: "prototype".to_owned(), version: 3, ..Place::default() };
    let page = shown(document, report, &[], &place).html;
    assert!(
        page.contains(&format!(" data-head=\"{}", crate::page::escape("<svg xmlns"))),
        "scripts make the same file"
    );
}

#[test]
fn a_figure_and_its_interval_are_numbers_in_a_file() {
    let (document, report) = &COMPARED[0];
    let file = chart_file(document, report, 1, "percentiles").expect("it is on the page");
    let mut lines = file.csv.split("\r\n");
    let header = lines.next().expect("a header");
    assert!(header.starts_with("\"Topology\",\"p50 [ms]\",\"p50, low [ms]\",\"p50, high [ms]\""), "{header}");
    let p50 = report.topologies[0].latency.p50.expect("requests were answered");
    let first = lines.next().expect("a topology");
    assert!(first.starts_with(&format!("\"Sequential\",{:.0},", p50.value)), "{first}");
}

#[test]
fn a_chart_of_an_experiment_is_a_file_too() {
    let (document, findings) = (&COMPARED[1].0, engine::experiment::Findings::Varied(SWEEP.clone()));
    let page = crate::page::experiment(document, &findings, 7);
    assert_eq!(linked(&page), BTreeSet::from(["load".to_owned()]));
    assert!(page.contains("href=\"versions/7/charts/load.svg?experiment=load\""));
    let file = experiment_file(document, &findings, 7, "load").expect("it is on the page");
    stands_alone(&file.svg);
    assert!(file.csv.starts_with("\"") && file.csv.lines().count() > SWEEP.outcomes.len());
}

#[test]
fn what_is_drawn_in_the_colour_of_a_topology_goes_with_it() {
    for (document, report) in COMPARED.iter() {
        for size in [WIDE, NARROW] {
            for (chart, svg) in charts(document, report, size) {
                // These are of one topology as a whole, and its page hides all of them; a what-if stands on a page where
                // topologies are not chosen.
                if chart.starts_with("time")
                    || chart.starts_with("lanes")
                    || ["tornado", "what-if"].contains(&chart.as_str())
                {
                    continue;
                }
                assert!(!svg.contains("#0101"), "{chart}: a bound of a group is drawn");
                let elements = elements(&svg);
                for element in &elements {
                    for class in
                        ["seq", "par", "stg", "leg", "cus"].into_iter().filter(|class| has_class(element, class))
                    {
                        let in_series = |&parent: &usize| has_class(&elements[parent], &format!("of-{class}"));
                        assert!(element.within.iter().any(in_series), "{chart}: {element:?} cannot be hidden");
                    }
                }
            }
        }
    }
}
