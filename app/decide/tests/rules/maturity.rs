//! The level is computed from answers, and what it vetoes.

use decide::{
    Decision, Effect,
    maturity::{
        Asks, Level, QUESTIONS, answer, answer_all_with_yes, gaps, level, level_for_forks, points, question,
        set_answer, unanswered,
    },
};
use model::{Answer, Consistency, Document, Maturity, TopologyKind};

use super::{check, decided, finding, mature, steady};

fn with(answers: &[(&str, Answer)]) -> Maturity {
    let mut maturity = Maturity::default();
    for (field, answer) in answers {
        assert!(set_answer(&mut maturity, field, Some(*answer)), "{field}");
    }
    maturity
}

#[test]
fn every_field_has_its_question_and_every_question_its_field() {
    let json = serde_json::to_value(Maturity::default()).unwrap();
    let mut fields: Vec<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
    let mut asked: Vec<&str> = QUESTIONS.iter().map(|question| question.field).collect();
    fields.sort_unstable();
    asked.sort_unstable();
    assert_eq!(fields, asked);
    for question in &QUESTIONS {
        for text in [question.name, question.question, question.why, question.yes, question.no, question.work] {
            assert!(!text.is_empty(), "{}", question.field);
        }
        assert_eq!(question.partly.is_empty(), matches!(question.asks, Asks::People), "{}", question.field);
    }
    let unlocking: Vec<&str> = QUESTIONS.iter().filter(|q| q.unlocks).map(|q| q.field).collect();
    assert_eq!(unlocking, ["traced", "rollback_scripted", "failure_paths_tested"]);
}

#[test]
fn an_answer_stands_in_the_field_of_its_name() {
    for question in QUESTIONS.iter().filter(|question| matches!(question.asks, Asks::Answer { .. })) {
        let maturity = with(&[(question.field, Answer::Partly)]);
        let json = serde_json::to_value(&maturity).unwrap();
        assert_eq!(json[question.field], "partly");
        assert_eq!(answer(&maturity, question.field), Some(Answer::Partly));
        assert_eq!(unanswered(&maturity).len(), QUESTIONS.len() - 1);
    }
    let mut maturity = Maturity::default();
    assert!(!set_answer(&mut maturity, "people", Some(Answer::Yes)), "a number is no answer");
    assert!(!set_answer(&mut maturity, "happiness", Some(Answer::Yes)));
    assert_eq!((answer(&maturity, "happiness"), maturity), (None, Maturity::default()));
    assert!(question("people").is_some() && question("happiness").is_none());
}

#[test]
fn the_level_follows_from_the_answers() {
    use Answer::{DontKnow, No, Partly, Yes};
    let people = |people| Maturity { people: Some(people), ..Maturity::default() };
    let but = |field: &str, answer| {
        let mut maturity = mature();
        set_answer(&mut maturity, field, Some(answer));
        maturity
    };
    for (what, maturity, expected) in [
        ("nothing is answered", Maturity::default(), None),
        ("the size of a team alone says too little", people(2), None),
        ("all is well", mature(), Some(Level::High)),
        ("a small team", Maturity { people: Some(3), ..mature() }, Some(Level::Growing)),
        ("four are enough", Maturity { people: Some(4), ..mature() }, Some(Level::High)),
        ("no tracing", but("traced", No), Some(Level::Low)),
        ("don't know is a no", but("rollback_scripted", DontKnow), Some(Level::Low)),
        ("no tests of failure paths", but("failure_paths_tested", No), Some(Level::Low)),
        ("some tracing", but("traced", Partly), Some(Level::Growing)),
        ("another no", but("on_call", No), Some(Level::High)),
        ("one yes is not high", with(&[("on_call", Yes)]), Some(Level::Growing)),
        ("half of the points", with(&[("on_call", Yes), ("keys_everywhere", No)]), Some(Level::Growing)),
        ("fewer", with(&[("on_call", Partly), ("keys_everywhere", No)]), Some(Level::Low)),
        (
            "the three alone are not high",
            with(&[("traced", Yes), ("rollback_scripted", Yes), ("failure_paths_tested", Yes)]),
            Some(Level::Growing),
        ),
        ("a small team weighs", Maturity { people: Some(2), ..with(&[("on_call", Partly)]) }, Some(Level::Low)),
    ] {
        assert_eq!(level(&maturity), expected, "{what}");
    }
}

#[test]
fn gaps_name_the_work_the_three_that_unlock_first() {
    let maturity = Maturity {
        people: Some(2),
        ..with(&[
            ("on_call", Answer::No),
            ("failure_paths_tested", Answer::DontKnow),
            ("traced", Answer::Partly),
            ("reconciliation", Answer::Yes),
        ])
    };
    let fields: Vec<(&str, Answer)> = gaps(&maturity).iter().map(|gap| (gap.question.field, gap.counts_as)).collect();
    assert_eq!(
        fields,
        [
            ("traced", Answer::Partly),
            ("failure_paths_tested", Answer::No),
            ("people", Answer::No),
            ("on_call", Answer::No)
        ]
    );
    let points = points(&maturity);
    assert_eq!((points.points, points.of, points.answered), (3, 10, 5));
}

#[test]
fn silence_counts_as_a_no_where_a_fork_is_judged() {
    assert_eq!(level_for_forks(&Maturity::default()), Level::Low);
    assert_eq!(level_for_forks(&mature()), Level::High);
    assert_eq!(level(&Maturity { traced: None, ..mature() }), Some(Level::Growing));
    assert_eq!(level_for_forks(&Maturity { traced: None, ..mature() }), Level::Low);
    let mut answered = Maturity { traced: Some(Answer::No), ..Maturity::default() };
    answer_all_with_yes(&mut answered);
    assert_eq!((unanswered(&answered).len(), answered.traced), (0, Some(Answer::No)), "what is said stays");
}

/// Three steps of which the last writes, with everything that it needs.
fn writing() -> Document {
    let mut document = steady();
    document.steps[2].effect = model::Effect::Write;
    document.steps[2].idempotency.key = true;
    document
}

#[test]
fn low_maturity() {
    let mut document = writing();
    document.maturity.traced = Some(Answer::No);
    let evidence = "Maturity is low: 15 answers come to 28 of 30 points. First of all these are missing: \
                    tracing across all steps.";
    check("low-maturity", &document, "maturity.traced", evidence, |mended| {
        mended.maturity.traced = Some(Answer::Partly);
    });
    let found = finding(&document, "low-maturity").expect("it fires");
    assert_eq!(found.effect, Effect::Against);
    assert_eq!(found.plans, [TopologyKind::Parallel, TopologyKind::Staged, TopologyKind::FirstLeg]);
    assert!(found.remedy.starts_with("Build first: Pass one trace id"), "{}", found.remedy);
    document.maturity.traced = None;
    let evidence = "Maturity is low: 14 answers come to 28 of 30 points, and 1 question has no answer, which counts as a no \
                    where a fork is judged. First of all these are missing: tracing across all steps.";
    check("low-maturity", &document, "maturity.traced", evidence, |mended| mended.maturity = mature());
    // Where nothing is written, nothing is left behind: it is advice.
    document.steps[2].effect = model::Effect::Read;
    assert_eq!(finding(&document, "low-maturity").map(|found| found.effect), Some(Effect::Advice));
}

#[test]
fn where_callees_take_no_keys_a_lane_that_writes_without_one_stays_in_the_chain() {
    let mut document = steady();
    document.steps[2].effect = model::Effect::Write;
    document.steps[2].undo.available = true;
    document.maturity = Maturity { keys_everywhere: Some(Answer::No), ..mature() };
    let evidence =
        "Not all callees take an idempotency key, and c writes without one beside other steps and may come again.";
    let input = "maturity.keys_everywhere";
    check("low-maturity", &document, input, evidence, |mended| mended.steps[2].idempotency.key = true);
    check("low-maturity", &document, input, evidence, |mended| mended.maturity = mature());
    check("low-maturity", &document, input, evidence, |mended| {
        mended.delivery.semantics = model::DeliverySemantics::AtMostOnce;
    });
    let found = finding(&document, "low-maturity").expect("it fires");
    assert_eq!(found.effect, Effect::Against);
    assert!(!found.plans.contains(&TopologyKind::Sequential), "{:?}", found.plans);
}

#[test]
fn a_verdict_says_what_good_answers_would_make_of_it() {
    let mut document = writing();
    document.budget.target_ms = 500.0;
    document.maturity = Maturity::default();
    let silent = decided(&document);
    assert_eq!(silent.decision, Decision::Choose(TopologyKind::Sequential));
    assert_eq!(silent.answered_well, Some(Decision::Choose(TopologyKind::FirstLeg)));
    let says = "15 questions about operations have no answer; answered well, the verdict would be first-leg.";
    assert!(silent.sentence.ends_with(says), "{}", silent.sentence);
    document.maturity = mature();
    assert_eq!(decided(&document).answered_well, None);
}

#[test]
fn no_detection() {
    let mut document = writing();
    document.maturity.partial_success_alerts = Some(Answer::No);
    let evidence = "There is no systematic way to detect and repair partial success; \
                    what is missing: alerts on partial success.";
    let input = "maturity.partial_success_alerts";
    check("no-detection", &document, input, evidence, |mended| {
        mended.maturity.partial_success_alerts = Some(Answer::Partly);
    });
    check("no-detection", &document, input, evidence, |mended| mended.steps[2].effect = model::Effect::Read);
    // It must be repaired as well as seen, and that compensation was chosen repairs nothing.
    document.maturity.partial_success_alerts = Some(Answer::Yes);
    document.maturity.reconciliation = Some(Answer::DontKnow);
    document.consistency = Consistency::Compensate;
    let evidence = "There is no systematic way to detect and repair partial success; \
                    what is missing: a reconciliation job, and c has no undo.";
    let input = "maturity.reconciliation";
    check("no-detection", &document, input, evidence, |mended| mended.steps[2].undo.available = true);
    check("no-detection", &document, input, evidence, |mended| {
        mended.maturity.reconciliation = Some(Answer::Partly);
    });
    document.maturity.reconciliation = None;
    assert!(finding(&document, "no-detection").is_some(), "silence is not safety");
}

#[test]
fn low_maturity_stays_sequential_however_slow_it_is() {
    let mut document = writing();
    document.budget.target_ms = 10.0;
    for field in ["traced", "rollback_scripted", "failure_paths_tested"] {
        document.maturity = mature();
        set_answer(&mut document.maturity, field, Some(Answer::DontKnow));
        assert_eq!(decided(&document).decision, Decision::Choose(TopologyKind::Sequential), "{field}");
    }
}
