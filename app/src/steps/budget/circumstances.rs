//! What happens around the steps: outages, services that wait for each other, and how many lanes a join waits for.

use model::{Document, JoinCount, Outage, OutageMode, Wait};

use crate::steps::fields::{Field, Kind, read_number};

/// The columns of an outage; the place after the last is for a new one, and one without a step is taken away.
pub(super) fn of_outage(document: &Document, place: usize) -> Vec<Field> {
    let path = |field: &str| format!("outages[{place}].{field}");
    let outage = document.outages.get(place);
    let name = outage.map(|outage| match document.step_index(&outage.step) {
        Some(step) => document.steps[step].label().to_owned(),
        None => outage.step.clone(),
    });
    let moment = |field: &str, label: &'static str, hint, value: Option<f64>, target: fn(&mut Outage) -> &mut f64| {
        let shown = value.map(|value| value.to_string()).unwrap_or_default();
        Field::new(path(field), label, hint, Kind::Text, shown, move |document, text| {
            let seconds = read_number(text)?;
            if let Some(outage) = document.outages.get_mut(place) {
                *target(outage) = seconds;
            }
            Ok(())
        })
    };
    vec![
        Field::new(
            path("step"),
            "What is down",
            "The name of a step.",
            Kind::Text,
            name.unwrap_or_default(),
            move |document, text| {
                let step = step_called(document, text.trim())?;
                let (from_s, until_s) = middle(document);
                match document.outages.get_mut(place) {
                    Some(outage) => outage.step = step,
                    None => document.outages.push(Outage { step, from_s, until_s, mode: OutageMode::Refuses }),
                }
                Ok(())
            },
        ),
        moment("from_s", "From, s", "Since the first request.", outage.map(|outage| outage.from_s), |outage| {
            &mut outage.from_s
        }),
        moment("until_s", "Until, s", "Since the first request.", outage.map(|outage| outage.until_s), |outage| {
            &mut outage.until_s
        }),
        Field::choice(
            path("mode"),
            "How",
            "Whether calls fail at once, or get no answer.",
            &[("refuses", "calls fail at once"), ("hangs", "calls get no answer")],
            &outage.map_or(OutageMode::Refuses, |outage| outage.mode),
            move |document| Some(&mut document.outages.get_mut(place)?.mode),
        ),
    ]
}

/// When a new outage is, until somebody says otherwise \[s\]: in the second quarter of the run, so that what comes
/// after it is seen as well.
fn middle(document: &Document) -> (f64, f64) {
    let duration = document.workload.duration_s;
    (duration * 0.25, duration * 0.5)
}

/// The id of the step of that name; empty for none.
fn step_called(document: &Document, name: &str) -> Result<String, String> {
    if name.is_empty() {
        return Ok(String::new());
    }
    let called = |step: &&model::Step| step.label().eq_ignore_ascii_case(name) || step.id == name;
    let step = document.steps.iter().find(called);
    step.map(|step| step.id.clone()).ok_or_else(|| format!("There is no step “{name}”. Write the name of a step."))
}

/// The columns of a wait; the place after the last is for a new one, and an empty one is taken away.
pub(super) fn of_wait(document: &Document, place: usize) -> Vec<Field> {
    const BETWEEN: &str = " waits for ";
    let wait = document.waits.get(place);
    let shown = wait.map(|wait| format!("{}{BETWEEN}{}", wait.from, wait.to));
    let because = wait.map_or("", |wait| wait.because.as_str());
    vec![
        Field::new(
            format!("waits[{place}]"),
            "Who waits for whom",
            "Names of services: orders waits for stock.",
            Kind::Text,
            shown.unwrap_or_default(),
            move |document, text| {
                let pair = text.split_once(BETWEEN).map(|(from, to)| (from.trim(), to.trim()));
                let (from, to) = match pair {
                    _ if text.trim().is_empty() => ("", ""),
                    Some((from, to)) if !from.is_empty() && !to.is_empty() => (from, to),
                    _ => return Err("Write who waits for whom, like “orders waits for stock”.".to_owned()),
                };
                let (from, to) = (from.to_owned(), to.to_owned());
                match document.waits.get_mut(place) {
                    Some(wait) => (wait.from, wait.to) = (from, to),
                    None => document.waits.push(Wait { from, to, because: String::new() }),
                }
                Ok(())
            },
        ),
        Field::text(
            format!("waits[{place}].because"),
            "Because",
            "A lock, a call that is waited for.",
            because,
            move |document| Some(&mut document.waits.get_mut(place)?.because),
        ),
    ]
}

/// How many lanes a join waits for: all joins, and those that are an exception already.
pub(super) fn joins(document: &Document) -> Vec<Field> {
    let exceptions = document.joins.keys().filter(|id| *id != "default");
    std::iter::once("default".to_owned()).chain(exceptions.cloned()).map(|id| join(document, id)).collect()
}

fn join(document: &Document, id: String) -> Field {
    let label = match document.step_index(&id) {
        Some(step) => format!("Before {}, lanes that must succeed", document.steps[step].label()),
        None => "Lanes of a join that must succeed".to_owned(),
    };
    let value = document.joins.get(&id).and_then(|join| match join.k? {
        JoinCount::All => None,
        JoinCount::Of(k) => Some(k.to_string()),
    });
    let hint = "A number; empty for all of them. Those that are needed strictly are always among them.";
    Field::new(format!("joins.{id}.k"), label, hint, Kind::Text, value.unwrap_or_default(), move |document, text| {
        let k = match text.trim() {
            "" => None,
            text => Some(text.parse().map_err(|_| format!("“{text}” is not a whole number."))?),
        };
        match (k, document.joins.get_mut(&id)) {
            (None, None) => {}
            (k, Some(join)) => join.k = k.map(JoinCount::Of),
            (Some(k), None) => {
                document.joins.insert(id.clone(), model::Join { k: Some(JoinCount::Of(k)), ..model::Join::default() });
            }
        }
        Ok(())
    })
}

/// Takes away what was emptied.
pub(super) fn finish(document: &mut Document) {
    document.outages.retain(|outage| !outage.step.is_empty());
    document.waits.retain(|wait| !wait.from.is_empty());
    document.joins.retain(|_, join| *join != model::Join::default());
}
