//! Answers that the rest of the document contradicts: one of the two is wrong, and a verdict would stand on it.

use model::{Answer, Document, Step};

use crate::wording::list;

/// The answers that do not fit what other pages say, by their field of [`model::Maturity`], each with a sentence.
pub fn contradictions(document: &Document) -> Vec<(&'static str, String)> {
    let maturity = &document.maturity;
    let on_call = document.owners.on_call.trim();
    let of_people = match maturity.on_call {
        Some(Answer::Yes) if on_call.is_empty() => Some("Frame names nobody who is on call.".to_owned()),
        Some(Answer::No) if !on_call.is_empty() => Some(format!("Frame says that {on_call} is on call.")),
        _ => None,
    };
    let of_writes = |answer: Option<Answer>, what: &str, has: fn(&Step) -> bool| {
        let writes = || document.steps.iter().filter(|step| step.writes_state());
        let without: Vec<&str> = writes().filter(|step| !has(step)).map(Step::label).collect();
        match answer? {
            Answer::Yes if !without.is_empty() => Some(format!("Classify lacks {what} for {}.", list(&without))),
            Answer::No if without.is_empty() && writes().next().is_some() => {
                Some(format!("Classify says that every write has {what}."))
            }
            _ => None,
        }
    };
    let undo = of_writes(maturity.undo_everywhere, "an undo", |step| step.undo.available);
    let keys = of_writes(maturity.keys_everywhere, "an idempotency key", |step| step.idempotency.key);
    let found = [("on_call", of_people), ("undo_everywhere", undo), ("keys_everywhere", keys)];
    let said = |(field, sentence): (&'static str, Option<String>)| {
        Some((field, format!("{} One of the two is not right.", sentence?)))
    };
    found.into_iter().filter_map(said).collect()
}

#[cfg(test)]
mod tests {
    use model::{Effect, Latency};

    use super::*;

    fn document() -> Document {
        let mut document = Document::new("P");
        let charge = Step::new("charge", Latency::lognormal(20.0, 80.0));
        document.steps.push(Step { name: "Charge".to_owned(), effect: Effect::Write, ..charge });
        document
    }

    #[test]
    fn an_answer_that_another_page_contradicts_is_named() {
        let mut document = document();
        assert!(contradictions(&document).is_empty(), "nothing is answered");
        document.maturity.undo_everywhere = Some(Answer::Yes);
        document.maturity.keys_everywhere = Some(Answer::No);
        document.maturity.on_call = Some(Answer::Yes);
        let said: Vec<_> = contradictions(&document);
        assert_eq!(said.iter().map(|(field, _)| *field).collect::<Vec<_>>(), ["on_call", "undo_everywhere"]);
        assert_eq!(said[0].1, "Frame names nobody who is on call. One of the two is not right.");
        assert_eq!(said[1].1, "Classify lacks an undo for Charge. One of the two is not right.");
    }

    #[test]
    fn it_is_named_in_both_directions_and_no_more_once_they_agree() {
        let mut document = document();
        document.steps[0].idempotency.key = true;
        document.maturity.keys_everywhere = Some(Answer::No);
        document.owners.on_call = "Ada".to_owned();
        document.maturity.on_call = Some(Answer::No);
        let said: Vec<_> = contradictions(&document).into_iter().map(|(_, said)| said).collect();
        assert_eq!(said[0], "Frame says that Ada is on call. One of the two is not right.");
        assert_eq!(said[1], "Classify says that every write has an idempotency key. One of the two is not right.");
        document.maturity.keys_everywhere = Some(Answer::Yes);
        document.maturity.on_call = Some(Answer::Yes);
        assert!(contradictions(&document).is_empty());
    }
}
