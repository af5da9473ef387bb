//! How mature a team's operations are: computed from answers, never typed.
//!
//! # How the level is computed
//!
//! Each question of the [registry](QUESTIONS) gives 2 points for *yes*, 1 for *partly* and 0 for *no*. *Don't know*
//! counts as an answer, and as a no. How many people there are counts as a no for three or fewer and as a yes for more:
//! a small team weighs towards sequential. A question without an answer counts neither way; it is [reported](unanswered).
//!
//! * **Not known** (`None`) as long as no question but that for the number of people is answered: no level is claimed
//!   from nothing, and the size of a team alone says too little. Where a plan with forks is judged, see
//!   [`level_for_forks`].
//! * **Low** if one of the three answers that unlock a fan-out (tracing, tests of failure paths, scripted rollback) is
//!   a no, or if the answers given come to fewer than half of their points.
//! * **High** if all three are a yes, the team is not one of three or fewer, and the points come to at least three
//!   quarters of the whole questionnaire, in which what is unanswered gives none.
//! * **Growing** otherwise.
//!
//! So *low* follows only from what a team has said, and *high* only from a questionnaire that is nearly complete.

mod contradictions;
mod questions;

use model::{Answer, Maturity};
use serde::{Deserialize, Serialize};

pub use contradictions::contradictions;
pub use questions::{Asks, Group, QUESTIONS, Question};

/// Up to this many people, the size of the team speaks for sequential.
pub const FEW_PEOPLE: u32 = 3;

/// How mature a team's operations are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// A partial failure could not be seen, traced and repaired today.
    Low,
    /// Some of it could.
    Growing,
    /// It could.
    High,
}

impl Level {
    /// The level in words.
    pub fn label(self) -> &'static str {
        match self {
            Level::Low => "low",
            Level::Growing => "growing",
            Level::High => "high",
        }
    }
}

/// A question whose answer is not a plain yes: something to be built.
#[derive(Clone, Copy, Debug)]
pub struct Gap {
    /// The question; it names the work that closes the gap.
    pub question: &'static Question,
    /// What its answer counts as: partly, or no.
    pub counts_as: Answer,
}

/// The level by which a plan with forks is judged: there a question without an answer counts as a no, because silence is
/// not safety.
pub fn level_for_forks(maturity: &Maturity) -> Level {
    let mut answered = maturity.clone();
    for question in unanswered(maturity) {
        match question.asks {
            Asks::People => answered.people = Some(0),
            Asks::Answer { write, .. } => write(&mut answered, Some(Answer::No)),
        }
    }
    level(&answered).unwrap_or(Level::Low)
}

/// Answers every question that has no answer yet with a yes.
pub fn answer_all_with_yes(maturity: &mut Maturity) {
    for question in unanswered(maturity) {
        match question.asks {
            Asks::People => maturity.people = Some(FEW_PEOPLE + 1),
            Asks::Answer { write, .. } => write(maturity, Some(Answer::Yes)),
        }
    }
}

/// The points that answers come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Points {
    /// What they come to.
    pub points: u32,
    /// What they could come to.
    pub of: u32,
    /// How many questions are answered.
    pub answered: u32,
}

/// The level that the answers come to; `None` while there are none to compute it from.
pub fn level(maturity: &Maturity) -> Option<Level> {
    if !QUESTIONS.iter().any(|question| question.asks.answer(maturity).is_some()) {
        return None;
    }
    let Points { points, of, .. } = points(maturity);
    let unlocking = || QUESTIONS.iter().filter(|question| question.unlocks).map(|q| q.counts_as(maturity));
    if unlocking().any(|answer| answer == Some(Answer::No)) || 2 * points < of {
        return Some(Level::Low);
    }
    let few = maturity.people.is_some_and(|people| people <= FEW_PEOPLE);
    let whole = 2 * QUESTIONS.len() as u32;
    let high = unlocking().all(|answer| answer == Some(Answer::Yes)) && !few && 4 * points >= 3 * whole;
    Some(if high { Level::High } else { Level::Growing })
}

/// The points that the answers given come to.
pub fn points(maturity: &Maturity) -> Points {
    QUESTIONS.iter().filter_map(|question| question.counts_as(maturity)).fold(Points::default(), |sum, answer| {
        let points = match answer {
            Answer::Yes => 2,
            Answer::Partly => 1,
            Answer::No | Answer::DontKnow => 0,
        };
        Points { points: sum.points + points, of: sum.of + 2, answered: sum.answered + 1 }
    })
}

/// What is to be built, the three that unlock a fan-out first, then in the order of the registry.
pub fn gaps(maturity: &Maturity) -> Vec<Gap> {
    let gap = |question: &'static Question| {
        let counts_as = question.counts_as(maturity).filter(|answer| *answer != Answer::Yes)?;
        Some(Gap { question, counts_as })
    };
    let (first, then): (Vec<Gap>, Vec<Gap>) = QUESTIONS.iter().filter_map(gap).partition(|gap| gap.question.unlocks);
    first.into_iter().chain(then).collect()
}

/// The questions that nobody has answered yet.
pub fn unanswered(maturity: &Maturity) -> Vec<&'static Question> {
    QUESTIONS.iter().filter(|question| question.counts_as(maturity).is_none()).collect()
}

/// The question of that field of [`Maturity`].
pub fn question(field: &str) -> Option<&'static Question> {
    QUESTIONS.iter().find(|question| question.field == field)
}

/// The answer that stands in a field of [`Maturity`]; `None` where there is none, for the number of people, and for a
/// field that does not exist.
pub fn answer(maturity: &Maturity, field: &str) -> Option<Answer> {
    question(field)?.asks.answer(maturity)
}

/// Puts an answer, or none, in a field of [`Maturity`]. False for the number of people, which is a field of its own,
/// and for a field that does not exist.
pub fn set_answer(maturity: &mut Maturity, field: &str, answer: Option<Answer>) -> bool {
    match question(field).map(|question| question.asks) {
        Some(Asks::Answer { write, .. }) => {
            write(maturity, answer);
            true
        }
        Some(Asks::People) | None => false,
    }
}
