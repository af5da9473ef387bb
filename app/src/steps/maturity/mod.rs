//! Maturity: could this team see, trace and repair a partial failure today?

use decide::maturity::{Asks, Group, QUESTIONS, Question, answer, gaps, level, set_answer, unanswered};
use leptos::{prelude::*, server_fn::ServerFn};
use model::{Answer, Document};
use serde::{Deserialize, Serialize};

use super::{
    Facts, GuidedStep, Status,
    fields::{Entries, Field, FieldForm, FieldPage, Kind, PageSpec, cell, radios},
};
use crate::{api::forms::SaveMaturity, components::SketchNote, workspace::Workspace};

pub(super) static STEP: GuidedStep = GuidedStep {
    slug: "maturity",
    title: "Maturity",
    question: "Could this team see, trace and repair a partial failure today?",
    why: "A fan-out that half fails has to be seen, traced and repaired by somebody. Maturity outweighs the number of services.",
    changes: "The answers make the level: low, growing or high. While it is low no verdict ends in parallel, and each gap names the work that closes it.",
    example: "Tracing: partly, because the mail service drops the trace. Rollback: no, it is a revert and hope.",
    status,
    page: super::apart::apart!(maturity, view! { <MaturityPage /> }),
};

fn status(facts: &Facts<'_>) -> Status {
    match unanswered(&facts.document.maturity).len() {
        0 => Status::Completed,
        open if open == QUESTIONS.len() => Status::NotStarted,
        _ => Status::InProgress("questions without an answer".into()),
    }
}

/// The page of the Maturity step, and the form that it is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Maturity;

/// What was answered on the Maturity page.
pub type MaturityForm = Entries<Maturity>;

/// The answers by the words of documents.
const ANSWERS: &[(&str, &str)] =
    &[("yes", "Yes"), ("partly", "Partly"), ("no", "No"), ("dont_know", "Don't know"), ("", "Not yet")];

impl FieldPage for Maturity {
    const SPEC: PageSpec = PageSpec { slug: "maturity", fields, finish: |_| {}, layout };
}

fn fields(document: &Document) -> Vec<Field> {
    QUESTIONS.iter().map(|question| field(document, question)).collect()
}

fn field(document: &Document, question: &'static Question) -> Field {
    let path = format!("maturity.{}", question.field);
    match question.asks {
        Asks::People => {
            let people = document.maturity.people;
            Field::count(path, question.question, question.why, people, |document, people| {
                document.maturity.people = people;
            })
        }
        Asks::Answer { .. } => {
            let word = match answer(&document.maturity, question.field) {
                None => "",
                Some(Answer::Yes) => "yes",
                Some(Answer::Partly) => "partly",
                Some(Answer::No) => "no",
                Some(Answer::DontKnow) => "dont_know",
            };
            Field::new(
                path,
                question.question,
                question.why,
                Kind::Choice(ANSWERS),
                word.to_owned(),
                |document, word| {
                    let answer = match word {
                        "" => None,
                        "yes" => Some(Answer::Yes),
                        "partly" => Some(Answer::Partly),
                        "no" => Some(Answer::No),
                        "dont_know" => Some(Answer::DontKnow),
                        other => return Err(format!("“{other}” is not one of the answers.")),
                    };
                    set_answer(&mut document.maturity, question.field, answer);
                    Ok(())
                },
            )
        }
    }
}

#[component]
fn MaturityPage() -> impl IntoView {
    view! {
        <p class="hint">"“Don't know” is an answer, and counts as a no: what nobody knows at noon, nobody knows at three in the morning."</p>
        <Level />
        <FieldForm page=Maturity::SPEC action=SaveMaturity::url() />
    }
}

/// The level, and what each gap costs.
#[component]
fn Level() -> impl IntoView {
    let workspace = Workspace::current();
    let maturity = Memo::new(move |_| workspace.document.with(|document| document.maturity.clone()));
    let finding = move || {
        maturity.with(|maturity| {
            let open = unanswered(maturity).len();
            let rest = match open {
                0 => String::new(),
                1 => " One question is not answered yet, and counts as a no where a fork is judged.".to_owned(),
                n => format!(" {n} questions are not answered yet, and count as a no where a fork is judged."),
            };
            match level(maturity) {
                Some(level) => format!("Maturity{}: {}.{rest}", if open == 0 { "" } else { " so far" }, level.label()),
                None => {
                    "Maturity is not known: nothing is answered yet, and all counts as a no where a fork is judged."
                        .to_owned()
                }
            }
        })
    };
    let gaps = move || {
        let gaps = maturity.with(gaps);
        (!gaps.is_empty()).then(|| {
            let summary = format!("What would close the gaps ({})", gaps.len());
            let items = gaps
                .into_iter()
                .map(|gap| {
                    let unlocks = gap
                        .question
                        .unlocks
                        .then(|| view! { <small>" One of the three that unlock a fan-out later."</small> });
                    view! { <li>{gap.question.work}{unlocks}</li> }
                })
                .collect_view();
            view! {
                <details>
                    <summary>{summary}</summary>
                    <ul class="conditions">{items}</ul>
                </details>
            }
        })
    };
    view! {
        <p class="finding" role="status"><strong data-testid="maturity">{finding}</strong></p>
        {gaps}
    }
}

/// One table for all questions, so that they are read in one go and each answer is one press.
fn layout(document: &Document) -> AnyView {
    let groups = [Group::Team, Group::Seeing, Group::Undoing, Group::Repeating, Group::Testing, Group::Changing];
    let heads = ANSWERS.iter().map(|&(word, text)| view! { <th scope="col" id=column(word)>{text}</th> });
    let bodies = groups.map(|group| {
        let questions = QUESTIONS.iter().filter(|question| question.group == group);
        let rows = questions.map(|question| view! { <Row question field=field(document, question) /> });
        view! {
            <tbody>
                <tr><th class="group" colspan=1 + ANSWERS.len() scope="rowgroup">{group.label()}</th></tr>
                {rows.collect_view()}
            </tbody>
        }
    });
    view! {
        <div class="sheeted">
            <div class="tablewrap sheet answers">
                <table>
                    <caption>"Questions"</caption>
                    <thead><tr><th scope="col">"Question"</th>{heads.collect_view()}</tr></thead>
                    {bodies.collect_view()}
                </table>
            </div>
        </div>
    }
    .into_any()
}

/// The id of the head of an answer's column.
fn column(word: &str) -> String {
    format!("answer-{word}")
}

/// A question with what may be answered.
#[component]
fn Row(question: &'static Question, field: Field) -> impl IntoView {
    let asked = format!("{}-question", field.id());
    let note = view! { <SketchNote field=field.id() /> };
    let answers = match question.asks {
        Asks::People => view! { <td colspan=ANSWERS.len()>{cell(field)}</td> }.into_any(),
        Asks::Answer { .. } => {
            let asked = asked.clone();
            radios(&field, ANSWERS, move |word| format!("{asked} {}", column(word)))
        }
    };
    view! {
        <tr>
            <th scope="row">
                <span id=asked>{question.question}</span>
                <details class="changes">
                    <summary>"Why, and what it changes"</summary>
                    <p>{question.why}</p>
                    <dl>
                        <dt>"Yes"</dt><dd>{question.yes}</dd>
                        {(!question.partly.is_empty()).then(|| view! { <dt>"Partly"</dt><dd>{question.partly}</dd> })}
                        <dt>"No, or don't know"</dt><dd>{question.no}</dd>
                    </dl>
                </details>
                {note}
            </th>
            {answers}
        </tr>
    }
}
