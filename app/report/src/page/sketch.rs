//! What pages show of a document alone, before anything is simulated: the diagram of its steps with what a map often
//! lacks, a second look at classes that do not seem to fit, and answers that another page contradicts.

use std::collections::BTreeMap;

use decide::{Forgotten, LOOK_AGAIN, lacks_reason, maturity::contradictions, unguarded, wording::list};
use model::{Document, doubts};
use serde::{Deserialize, Serialize};

use super::{
    Place,
    markup::{Html, escape},
    prototype::{NARROW, WIDE},
};
use crate::chart;

/// What a page shows of a document alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sketch {
    /// The guided step that it is for.
    pub step: String,
    /// Sentences that stand beside a field, by the id of its element.
    pub notes: BTreeMap<String, String>,
    /// The step's part for it; empty where it has none. A page that the server sends has it in its markup already.
    #[serde(skip)]
    pub html: String,
}

/// What the page of a place shows of a document alone.
pub fn sketch(document: &Document, place: &Place) -> Sketch {
    let mut sketch = Sketch { step: place.step.clone(), ..Sketch::default() };
    match place.step.as_str() {
        "map" => sketch.html = map(document, &place.pipeline),
        "classify" => {
            for (step, doubt) in doubts(document) {
                let name = document.steps[step].label();
                let note = format!("A second look: {name} {doubt}. {LOOK_AGAIN}");
                sketch.notes.insert(format!("steps-{step}-class"), note);
            }
        }
        "maturity" => {
            let said = contradictions(document).into_iter();
            sketch.notes.extend(said.map(|(field, sentence)| (format!("maturity-{field}"), sentence)));
        }
        _ => {}
    }
    sketch
}

fn map(document: &Document, pipeline: &str) -> String {
    let mut html = Html::default();
    forgotten(&mut html, document, pipeline);
    html.element("h2", "Which step needs which");
    if document.steps.is_empty() {
        html.element("p class=\"empty\"", "The steps are drawn here as soon as there is one.");
        return html.into_text();
    }
    without_reason(&mut html, document);
    before_auth(&mut html, document);
    diagram(&mut html, document);
    html.into_text()
}

/// Which step needs which, drawn and as a table.
pub(super) fn diagram(html: &mut Html, document: &Document) {
    // It may be wider than its window, and then it scrolls inside itself.
    html.open("figure class=\"chart diagram\"");
    html.element("figcaption", "Solid arrows are strict, dashed ones are loose: today's order, which may change.");
    for (class, size) in [("wide", WIDE), ("narrow", NARROW)] {
        html.open(&format!("div class=\"{class}\" tabindex=\"0\" role=\"region\" aria-label=\"Diagram of the steps\""));
        html.raw(&chart::dependency_diagram(document, size.width, &format!("steps-{class}"))).close("div");
    }
    html.close("figure").folded(&chart::dependency_table(document));
}

/// The dependencies whose reason is still missing, each leading to where it is written.
fn without_reason(html: &mut Html, document: &Document) {
    let open: Vec<_> =
        document.dependencies.iter().enumerate().filter(|(_, dependency)| lacks_reason(dependency)).collect();
    if open.is_empty() {
        return;
    }
    html.open("p class=\"note\"").text("Still without a reason: ");
    for (nth, (place, dependency)) in open.iter().enumerate() {
        html.raw(if nth == 0 { "" } else { "; " });
        html.element(
            &format!("a href=\"#dependencies-{place}-because\" rel=\"external\""),
            &format!("{}, then {}", document.step_label(&dependency.from), document.step_label(&dependency.to)),
        );
    }
    html.text(". An order that nobody can give a reason for is often a habit.").close("p");
}

/// The writes that may start before their caller is known.
fn before_auth(html: &mut Html, document: &Document) {
    for (call, writes) in unguarded(document) {
        let label = |step: usize| document.steps[step].label();
        let writes: Vec<&str> = writes.into_iter().map(label).collect();
        html.open("p class=\"note\"").text(&format!(
            "Nothing strict makes {} wait for {}; side by side, something may be written before the caller is known.",
            list(&writes),
            label(call)
        ));
        html.close("p");
    }
}

/// What is asked for by name, because maps often lack it.
struct Prompt {
    sort: Forgotten,
    name: &'static str,
    /// What the button does, and the name by which the form knows it. Nothing is added for retries: they belong to steps.
    add: Option<(&'static str, &'static str)>,
}

static PROMPTS: [Prompt; 5] = [
    Prompt { sort: Forgotten::Retry, name: "retries", add: None },
    Prompt { sort: Forgotten::Auth, name: "auth calls", add: Some(("add-auth", "Authorise the caller")) },
    Prompt { sort: Forgotten::Write, name: "writes", add: Some(("add-write", "Write to the database")) },
    Prompt {
        sort: Forgotten::ThirdParty,
        name: "third-party handshakes",
        add: Some(("add-third-party", "Third-party handshake")),
    },
    Prompt { sort: Forgotten::Log, name: "logs", add: Some(("add-log", "Write the log")) },
];

fn forgotten(html: &mut Html, document: &Document, pipeline: &str) {
    let (listed, missing): (Vec<&Prompt>, Vec<&Prompt>) =
        PROMPTS.iter().partition(|prompt| prompt.sort.listed(document).next().is_some());
    let known_absent = |prompt: &&Prompt| document.absent_kinds.contains(&prompt.sort.absent_kind());
    let (absent, missing): (Vec<&Prompt>, Vec<&Prompt>) = missing.into_iter().partition(known_absent);
    let steps = |prompt: &Prompt| -> String {
        let names: Vec<&str> = prompt.sort.listed(document).map(|step| document.steps[step].label()).collect();
        format!("{} ({})", prompt.name, list(&names))
    };
    html.open("section aria-labelledby=\"forgotten\" class=\"forgotten\"")
        .element("h2 id=\"forgotten\"", "What maps forget");
    if !listed.is_empty() {
        let listed: Vec<String> = listed.iter().map(|prompt| steps(prompt)).collect();
        html.open("p").text(&format!("Listed: {}.", listed.join("; "))).close("p");
    }
    if !absent.is_empty() {
        let names: Vec<&str> = absent.iter().map(|prompt| prompt.name).collect();
        html.open("p").text(&format!("Looked for, and not there: {}.", list(&names))).close("p");
    }
    if missing.is_empty() {
        html.close("section");
        return;
    }
    let names: Vec<&str> = missing.iter().map(|prompt| prompt.name).collect();
    html.open("p").element("strong", &format!("Not listed yet: {}.", list(&names)));
    html.text(
        " Follow one request through the logs: are they part of its way? A step that is above already says so, and a kind that is truly absent is marked, in ",
    );
    html.element(&format!("a href=\"{}/classify\"", escape(pipeline)), "Classify").text(".").close("p");
    html.open("p class=\"actions\"");
    for prompt in missing {
        match prompt.add {
            Some((intent, name)) => html.element(
                &format!("button type=\"submit\" form=\"map-form\" name=\"intent\" value=\"{intent}\""),
                &format!("Add a step: {name}"),
            ),
            None => html.element(
                &format!("a class=\"button\" href=\"{}/budget\"", escape(pipeline)),
                "Say what is retried, in Budget",
            ),
        };
    }
    html.close("p").close("section");
}

#[cfg(test)]
mod tests {
    use model::{Dependency, DependencyKind, Latency, Step, StepClass, StepKind};

    use super::*;

    fn place(step: &str) -> Place {
        Place { step: step.to_owned(), pipeline: "/pipelines/1".to_owned(), ..Place::default() }
    }

    fn document() -> Document {
        let mut document = Document::new("Small");
        for (id, name) in [("a", "Load <basket>"), ("b", "Charge")] {
            document.steps.push(Step { name: name.to_owned(), ..Step::new(id, Latency::lognormal(20.0, 80.0)) });
        }
        document
    }

    #[test]
    fn a_map_is_drawn_and_asks_for_what_it_lacks() {
        let mut document = document();
        let html = sketch(&document, &place("map")).html;
        assert!(html.contains("Not listed yet: retries, auth calls, writes, third-party handshakes and logs."));
        assert!(html.contains("value=\"add-auth\"") && html.contains("href=\"/pipelines/1/budget\""));
        assert!(html.contains("Load &lt;basket&gt;") && !html.contains("<basket>"));
        document.steps[0].kind = StepKind::Auth;
        let html = sketch(&document, &place("map")).html;
        assert!(html.contains("Listed: auth calls (Load &lt;basket&gt;)."));
        assert!(!html.contains("add-auth"), "what is there is not offered again");
    }

    #[test]
    fn an_empty_map_asks_all_the_same() {
        let html = sketch(&Document::new("Empty"), &place("map")).html;
        assert!(html.contains("add-log") && html.contains("as soon as there is one") && !html.contains("<svg"));
    }

    #[test]
    fn a_dependency_without_a_reason_is_named() {
        let mut document = document();
        let dependency = |because: &str| Dependency {
            from: "a".to_owned(),
            to: "b".to_owned(),
            kind: DependencyKind::Strict,
            because: because.to_owned(),
        };
        document.dependencies = vec![dependency("")];
        let html = sketch(&document, &place("map")).html;
        assert!(html.contains("href=\"#dependencies-0-because\"") && html.contains("Load &lt;basket&gt;, then Charge"));
        document.dependencies = vec![dependency("it needs the basket")];
        assert!(!sketch(&document, &place("map")).html.contains("without a reason"));
    }

    #[test]
    fn a_class_that_does_not_fit_is_noted_beside_its_step() {
        let mut document = document();
        document.steps[1].class = StepClass::FireAndForget;
        let notes = sketch(&document, &place("classify")).notes;
        assert_eq!(notes.keys().collect::<Vec<_>>(), ["steps-1-class"]);
        assert!(notes["steps-1-class"].contains("Charge looks like a linchpin and is classed fire-and-forget"));
        assert!(sketch(&document, &place("map")).notes.is_empty());
        document.steps[1].class = StepClass::Critical;
        assert!(sketch(&document, &place("classify")).notes.is_empty());
    }
}
