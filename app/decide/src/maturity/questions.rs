//! The questions about maturity: pages, rules and docs take them from here.

use model::{Answer, Maturity};

use super::FEW_PEOPLE;

/// What a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Who works on it.
    Team,
    /// What would be seen.
    Seeing,
    /// What could be taken back.
    Undoing,
    /// What may be done again.
    Repeating,
    /// What has been tried.
    Testing,
    /// What could still be changed.
    Changing,
}

impl Group {
    /// The group in words.
    pub fn label(self) -> &'static str {
        match self {
            Group::Team => "Team",
            Group::Seeing => "Seeing",
            Group::Undoing => "Undoing",
            Group::Repeating => "Repeating",
            Group::Testing => "Testing",
            Group::Changing => "Changing",
        }
    }
}

/// A question, why it is asked, and what each answer changes.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// The field of [`Maturity`] that holds the answer.
    pub field: &'static str,
    /// What it is about.
    pub group: Group,
    /// What it asks for, in a few words, as part of a sentence.
    pub name: &'static str,
    /// The question.
    pub question: &'static str,
    /// Why it is asked.
    pub why: &'static str,
    /// What a yes changes.
    pub yes: &'static str,
    /// What "partly" changes; empty where it is no answer.
    pub partly: &'static str,
    /// What a no changes; "don't know" changes the same.
    pub no: &'static str,
    /// The work that closes the gap.
    pub work: &'static str,
    /// Whether it is one of the three that unlock a fan-out later.
    pub unlocks: bool,
    /// What may be answered, and where the answer stands.
    pub asks: Asks,
}

/// What may be answered to a question.
#[derive(Clone, Copy, Debug)]
pub enum Asks {
    /// A number of people: [`Maturity::people`].
    People,
    /// Yes, partly, no, don't know.
    Answer {
        /// Reads the answer.
        read: fn(&Maturity) -> Option<Answer>,
        /// Writes it.
        write: fn(&mut Maturity, Option<Answer>),
    },
}

impl Asks {
    /// The answer given, if it is one.
    pub(super) fn answer(self, maturity: &Maturity) -> Option<Answer> {
        match self {
            Asks::People => None,
            Asks::Answer { read, .. } => read(maturity),
        }
    }
}

impl Question {
    /// What the answer given counts as: yes, partly or no. `None` where it is unanswered.
    pub fn counts_as(&self, maturity: &Maturity) -> Option<Answer> {
        match self.asks {
            Asks::People => maturity.people.map(|people| if people <= FEW_PEOPLE { Answer::No } else { Answer::Yes }),
            Asks::Answer { read, .. } => read(maturity).map(|answer| match answer {
                Answer::DontKnow => Answer::No,
                known => known,
            }),
        }
    }
}

/// All questions, in the order in which they are asked.
pub static QUESTIONS: [Question; 15] = [
    Question {
        field: "people",
        group: Group::Team,
        name: "the number of people",
        question: "How many people can work on this path?",
        why: "A fork needs somebody who knows both sides of it when it breaks at night.",
        yes: "More than three: the size of the team speaks neither way.",
        partly: "",
        no: "Three or fewer: it weighs towards sequential, and maturity is not high.",
        work: "Let more people work on this path, or keep it simple enough for those there are.",
        unlocks: false,
        asks: Asks::People,
    },
    Question {
        field: "on_call",
        group: Group::Team,
        name: "being on call",
        question: "Is somebody on call for it?",
        why: "A partial failure that waits until morning has been copied into other systems by then.",
        yes: "Failures are met within minutes; it counts fully.",
        partly: "Some hours are covered; it counts half.",
        no: "Nobody repairs at night what a fork leaves behind; it counts nothing.",
        work: "Put this path on the rota of a team, with a page on what to do first.",
        unlocks: false,
        asks: Asks::Answer { read: |maturity| maturity.on_call, write: |maturity, answer| maturity.on_call = answer },
    },
    Question {
        field: "traced",
        group: Group::Seeing,
        name: "tracing across all steps",
        question: "Can one request be traced across all its steps?",
        why: "In a fork, steps fail beside each other; without one trace nobody can tell which lane was first.",
        yes: "It unlocks a fan-out later, with tests of failure paths and scripted rollback.",
        partly: "A fork stays possible; maturity is not high.",
        no: "Maturity is low: no fork that writes for now.",
        work: "Pass one trace id through every call and queue of this pipeline, and look up one request by it.",
        unlocks: true,
        asks: Asks::Answer { read: |maturity| maturity.traced, write: |maturity, answer| maturity.traced = answer },
    },
    Question {
        field: "partial_success_alerts",
        group: Group::Seeing,
        name: "alerts on partial success",
        question: "Are partial successes counted and alerted on?",
        why: "A fork can succeed in one lane and fail in another, and every single service will look healthy.",
        yes: "A partial success is seen when it happens.",
        partly: "Some are seen; it counts half.",
        no: "No plan with forks that writes may be chosen: nobody would see a partial success.",
        work: "Count requests that are done in some steps and not in others, and alert on the first of them.",
        unlocks: false,
        asks: Asks::Answer {
            read: |maturity| maturity.partial_success_alerts,
            write: |maturity, answer| maturity.partial_success_alerts = answer,
        },
    },
    Question {
        field: "calls_per_item_measured",
        group: Group::Seeing,
        name: "calls per work item",
        question: "Is the number of calls per work item measured?",
        why: "Retries in two layers multiply, and only this figure shows it.",
        yes: "A storm of retries is seen as it begins.",
        partly: "It is seen in places; it counts half.",
        no: "A storm of retries looks like traffic.",
        work: "Count the calls that each request makes, and alert above 2.5 for each one it needs.",
        unlocks: false,
        asks: Asks::Answer {
            read: |maturity| maturity.calls_per_item_measured,
            write: |maturity, answer| maturity.calls_per_item_measured = answer,
        },
    },
    Question {
        field: "accepted_told_from_processed",
        group: Group::Seeing,
        name: "telling accepted from processed",
        question: "Is \"accepted\" told from \"processed\"?",
        why: "A queue says yes at once; whether the work was done is another question.",
        yes: "The completion check is there: work that was accepted and never done is not a condition any more.",
        partly: "Some steps are checked; the condition stays.",
        no: "Work that was accepted and never done is a condition.",
        work: "Count what was accepted and what was processed, after every path, and compare the two.",
        unlocks: false,
        asks: Asks::Answer {
            read: |maturity| maturity.accepted_told_from_processed,
            write: |maturity, answer| maturity.accepted_told_from_processed = answer,
        },
    },
    Question {
        field: "undo_everywhere",
        group: Group::Undoing,
        name: "an undo for every write",
        question: "Is there an undo for every write?",
        why: "When one lane fails, what the others wrote must be taken back.",
        yes: "What succeeded can be taken back.",
        partly: "Some writes stay; it counts half.",
        no: "What succeeded beside a failure stays, unless something else repairs it.",
        work: "Build an undo for each write, or put the writes that have none last.",
        unlocks: false,
        asks: Asks::Answer {
            read: |maturity| maturity.undo_everywhere,
            write: |maturity, answer| maturity.undo_everywhere = answer,
        },
    },
    Question {
        field: "reconciliation",
        group: Group::Undoing,
        name: "a reconciliation job",
        question: "Is a reconciliation job running?",
        why: "It finds what no alert has seen, and repairs what no undo has reached.",
        yes: "Partial success is found and repaired, however late.",
        partly: "Some of it is; it counts half.",
        no: "Unless every write has an undo, no plan with forks that writes may be chosen.",
        work: "Run a job that compares the systems of this pipeline and repairs what differs.",
        unlocks: false,
        asks: Asks::Answer {
            read: |maturity| maturity.reconciliation,
            write: |maturity, answer| maturity.reconciliation = answer,
        },
    },
    Question {
        field: "rollback_scripted",
        group: Group::Undoing,
        name: "a scripted rollback",
        question: "Are rollbacks scripted and rehearsed?",
        why: "Going back by hand, under pressure, is how a small failure becomes a large one.",
        yes: "It unlocks a fan-out later, with tracing and tests of failure paths.",
        partly: "A fork stays possible; maturity is not high.",
        no: "Maturity is low: no fork that writes for now.",
        work: "Script the way back to the previous version and topology, and rehearse it.",
        unlocks: true,
        asks: Asks::Answer {
            read: |maturity| maturity.rollback_scripted,
            write: |maturity, answer| maturity.rollback_scripted = answer,
        },
    },
    Question {
        field: "keys_everywhere",
        group: Group::Repeating,
        name: "idempotency keys at all callees",
        question: "Do all callees accept an idempotency key?",
        why: "What is delivered at least once is delivered twice one day.",
        yes: "Anything can be repeated without harm.",
        partly: "Some calls can; it counts half.",
        no: "A repeated call does its work again.",
        work: "Agree with each callee on a key for each call, made by the coordinator.",
        unlocks: false,
        asks: Asks::Answer {
            read: |maturity| maturity.keys_everywhere,
            write: |maturity, answer| maturity.keys_everywhere = answer,
        },
    },
    Question {
        field: "retry_budget_shared",
        group: Group::Repeating,
        name: "one place for retries",
        question: "Is the retry decision in one place?",
        why: "Each layer that retries by itself multiplies the calls of the layer above.",
        yes: "Retries have one budget.",
        partly: "Some layers share it; it counts half.",
        no: "Layers of retries multiply unseen.",
        work: "Decide about retries in one place, with a budget that all steps share.",
        unlocks: false,
        asks: Asks::Answer {
            read: |maturity| maturity.retry_budget_shared,
            write: |maturity, answer| maturity.retry_budget_shared = answer,
        },
    },
    Question {
        field: "dead_letters_watched",
        group: Group::Repeating,
        name: "watching dead letters",
        question: "Are dead letters watched?",
        why: "What nobody could process lies there, and is a request that somebody waits for.",
        yes: "What failed for good is found.",
        partly: "Some of it is; it counts half.",
        no: "What failed for good is lost quietly.",
        work: "Alert on the first dead letter, and name who looks at it.",
        unlocks: false,
        asks: Asks::Answer {
            read: |maturity| maturity.dead_letters_watched,
            write: |maturity, answer| maturity.dead_letters_watched = answer,
        },
    },
    Question {
        field: "failure_paths_tested",
        group: Group::Testing,
        name: "tests of failure paths",
        question: "Is there test coverage of the failure paths?",
        why: "A fork has many more ways to fail than a chain, and nobody has seen most of them.",
        yes: "It unlocks a fan-out later, with tracing and scripted rollback.",
        partly: "A fork stays possible; maturity is not high.",
        no: "Maturity is low: no fork that writes for now.",
        work: "Test each step's failure, timeout and late answer, and what is left behind after each.",
        unlocks: true,
        asks: Asks::Answer {
            read: |maturity| maturity.failure_paths_tested,
            write: |maturity, answer| maturity.failure_paths_tested = answer,
        },
    },
    Question {
        field: "outage_rehearsed",
        group: Group::Testing,
        name: "a rehearsed outage",
        question: "Has an outage of one dependency been rehearsed?",
        why: "The first outage of a dependency should not be the one that customers see.",
        yes: "The team knows what one dead dependency does.",
        partly: "It knows for some; it counts half.",
        no: "The first outage is the rehearsal.",
        work: "Switch one dependency off in a test environment, after writing down what should happen.",
        unlocks: false,
        asks: Asks::Answer {
            read: |maturity| maturity.outage_rehearsed,
            write: |maturity, answer| maturity.outage_rehearsed = answer,
        },
    },
    Question {
        field: "topology_changeable",
        group: Group::Changing,
        name: "changing the topology later",
        question: "Could the topology be changed later without a week of refactoring?",
        why: "A choice that can be taken back may be tried; one that cannot must be right at once.",
        yes: "A fork may be tried on one leg, measured and taken back.",
        partly: "It takes some days; it counts half.",
        no: "Whatever is chosen stays for a long time.",
        work: "Let one place decide in which order steps are called, instead of each step calling the next.",
        unlocks: false,
        asks: Asks::Answer {
            read: |maturity| maturity.topology_changeable,
            write: |maturity, answer| maturity.topology_changeable = answer,
        },
    },
];
