//! Thresholds of rules, which a team may change for its pipeline: a form beneath the verdict.

use decide::{Measure, THRESHOLDS, Threshold};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{Document, Quantity};
use serde::{Deserialize, Serialize};

use crate::{
    api::forms::SaveThresholds,
    steps::{
        cells,
        fields::{Entries, Field, FieldForm, FieldPage, FieldView, Kind, PageSpec, Typed, read_number},
    },
    workspace::Workspace,
};

/// The form of thresholds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thresholds;

/// What was typed into it.
pub type ThresholdsForm = Entries<Thresholds>;

impl FieldPage for Thresholds {
    const SPEC: PageSpec = PageSpec { slug: "thresholds", fields, finish: |_| {}, layout };
}

fn fields(document: &Document) -> Vec<Field> {
    THRESHOLDS.into_iter().map(|threshold| field(document, threshold)).collect()
}

/// A field that is empty where the default stands.
fn field(document: &Document, threshold: &'static Threshold) -> Field {
    let value = document.thresholds.get(threshold.rule).map(|value| threshold.show(*value)).unwrap_or_default();
    let path = format!("thresholds.{}", threshold.rule);
    Field::new(path, threshold.name, threshold.hint, Kind::Text, value, |document, text| {
        match read(threshold, text.trim())? {
            Some(value) => document.thresholds.insert(threshold.rule.to_owned(), value),
            None => document.thresholds.remove(threshold.rule),
        };
        Ok(())
    })
}

/// What was typed: another value than the default, if any.
fn read(threshold: &Threshold, text: &str) -> Result<Option<f64>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let value = match threshold.measure {
        Measure::Share => match cells::read_percent(text)? {
            Quantity::Known(share) => share,
            Quantity::Range { .. } | Quantity::Unknown => {
                return Err("This one must be a single number, like 0.5 %.".to_owned());
            }
        },
        Measure::Seconds => read_number(text.strip_suffix('s').unwrap_or(text))?,
        Measure::Number | Measure::Count => read_number(text)?,
    };
    threshold.check(value)?;
    Ok(Some(value).filter(|value| *value != threshold.default))
}

fn layout(document: &Document) -> AnyView {
    let fields = THRESHOLDS.into_iter().map(|threshold| view! { <FieldView field=field(document, threshold) /> });
    view! { <div class="pair">{fields.collect_view()}</div> }.into_any()
}

/// The form, folded: most teams never change a threshold. It is open while something in it is wrong.
#[component]
pub(super) fn ThresholdsSection() -> impl IntoView {
    let open = Workspace::current().draft::<Typed>(Thresholds::SPEC.slug).is_some();
    view! {
        <details class="thresholds" id="thresholds" open=open>
            <summary>"Thresholds of the rules"</summary>
            <p class="hint">
                "From which figure on a rule fires. Leave a field empty for the default; what is changed stands in the findings and in the record. "
                <a href="/rules" rel="external">"All rules"</a>
            </p>
            <FieldForm page=Thresholds::SPEC action=SaveThresholds::url() />
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(rule: &str, text: &str) -> Result<Document, String> {
        let mut document = Document::new("Named");
        document.thresholds.insert("saga-first".to_owned(), 0.05);
        let field = fields(&document).into_iter().find(|field| field.id() == format!("thresholds-{rule}"));
        let field = field.expect("each threshold has a field");
        field.read_into(&mut document, text).map(|()| document)
    }

    #[test]
    fn a_threshold_is_read_as_it_is_written() {
        for (rule, text, value) in [
            ("saga-first", "2.5 %", Some(0.025)),
            ("saga-first", "2 %", None),
            ("saga-first", " ", None),
            ("strict-run", "4", Some(4.0)),
            ("ttl-short", "7,200 s", Some(7_200.0)),
            ("retry-storm", "3.25", Some(3.25)),
        ] {
            let document = typed(rule, text).expect("it can be read");
            assert_eq!(document.thresholds.get(rule).copied(), value, "{rule}: {text}");
        }
    }

    #[test]
    fn what_cannot_be_a_threshold_is_refused_with_the_reason() {
        for (rule, text, reason) in [
            ("saga-first", "120 %", "120 % is not from 0 % to 100 %."),
            ("saga-first", "1 to 2 %", "This one must be a single number, like 0.5 %."),
            ("strict-run", "three", "“three” is not a number."),
            ("strict-run", "2.5", "2.5 is not a whole number."),
            ("strict-run", "0", "0 is not from 1 to 200."),
        ] {
            assert_eq!(typed(rule, text).expect_err("it is refused"), reason);
        }
    }

    #[test]
    fn every_threshold_is_shown_as_it_is_read() {
        let mut document = Document::new("Named");
        for threshold in THRESHOLDS {
            document.thresholds.insert(threshold.rule.to_owned(), threshold.most);
        }
        for threshold in THRESHOLDS {
            assert_eq!(
                read(threshold, &threshold.show(threshold.most)),
                Ok((threshold.most != threshold.default).then_some(threshold.most)),
                "{}",
                threshold.rule
            );
        }
    }
}
