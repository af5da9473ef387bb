//! What people say about a pipeline, and whether those who were asked approve of it.

use std::{fmt, str::FromStr};

use uuid::Uuid;

use crate::{
    access::MayBeAsked,
    clock::UnixMillis,
    person::{Name, NotReadable, Person, PersonId},
    pipeline::PipelineId,
};

/// The id of a comment, a UUID of version 7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommentId(pub Uuid);

/// What a comment is about. As text it is `pipeline`, `record`, `step:<id>` or `finding:<rule>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The pipeline in general.
    Pipeline,
    /// The decision and its record.
    Record,
    /// A step, by its id.
    Step(String),
    /// What a rule has found, by the rule's id.
    Finding(String),
}

impl Subject {
    /// The word for its kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Subject::Pipeline => "pipeline",
            Subject::Record => "record",
            Subject::Step(_) => "step",
            Subject::Finding(_) => "finding",
        }
    }

    /// Which step or rule; empty where the kind says it all.
    pub fn key(&self) -> &str {
        match self {
            Subject::Pipeline | Subject::Record => "",
            Subject::Step(key) | Subject::Finding(key) => key,
        }
    }

    /// The subject of this kind and key.
    pub fn new(kind: &str, key: &str) -> Option<Self> {
        match (kind, key) {
            ("pipeline", "") => Some(Subject::Pipeline),
            ("record", "") => Some(Subject::Record),
            ("step", key) if !key.is_empty() => Some(Subject::Step(key.to_owned())),
            ("finding", key) if !key.is_empty() => Some(Subject::Finding(key.to_owned())),
            _ => None,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key() {
            "" => f.write_str(self.kind()),
            key => write!(f, "{}:{key}", self.kind()),
        }
    }
}

impl FromStr for Subject {
    type Err = NotReadable;

    fn from_str(text: &str) -> Result<Self, NotReadable> {
        let (kind, key) = text.split_once(':').unwrap_or((text, ""));
        Subject::new(kind, key).ok_or(NotReadable("Choose what it is about."))
    }
}

/// What somebody said: 1 to 10,000 characters in lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said(String);

impl Said {
    /// The longest \[characters\].
    pub const LONGEST: usize = 10_000;

    /// As text, its lines ended by `\n`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Said {
    type Err = NotReadable;

    /// Line ends become one kind, and control characters, which nobody sees, go.
    fn from_str(text: &str) -> Result<Self, NotReadable> {
        let lines = text.replace("\r\n", "\n").replace('\r', "\n");
        let seen: String = lines.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
        let seen = seen.trim();
        if seen.is_empty() || seen.chars().count() > Self::LONGEST {
            return Err(NotReadable("Say it in 1 to 10,000 characters."));
        }
        Ok(Self(seen.to_owned()))
    }
}

/// Why somebody approves or objects: one line of at most 2,000 characters, or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Because(String);

impl Because {
    /// The longest \[characters\].
    pub const LONGEST: usize = 2_000;

    /// As text; may be empty.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Because {
    type Err = NotReadable;

    fn from_str(text: &str) -> Result<Self, NotReadable> {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let line: String = line.chars().filter(|c| !c.is_control()).collect();
        if line.chars().count() > Self::LONGEST {
            return Err(NotReadable("Say why in at most 2,000 characters."));
        }
        Ok(Self(line))
    }
}

impl Said {
    /// Which of these people it calls by `@` and their name or address, in small letters or capitals. Of names that begin
    /// alike the longest counts.
    pub fn calls(&self, people: &[Person]) -> Vec<PersonId> {
        let text: Vec<char> = self.0.chars().collect();
        let mut called: Vec<PersonId> = after_signs(&text).flat_map(|rest| called_by(rest, people)).collect();
        called.sort_unstable();
        called.dedup();
        called
    }

    /// The words after an `@` that call none of these people, each with its sign: a name that is misspelt is to be found.
    pub fn calls_nobody(&self, people: &[Person]) -> Vec<String> {
        let text: Vec<char> = self.0.chars().collect();
        let mut unknown = Vec::new();
        for rest in after_signs(&text).filter(|rest| called_by(rest, people).is_empty()) {
            let word: String = rest.iter().take_while(|c| c.is_alphanumeric() || "._-@".contains(**c)).collect();
            let word = format!("@{}", word.trim_end_matches(|c: char| !c.is_alphanumeric()));
            if word.len() > 1 && !unknown.contains(&word) {
                unknown.push(word);
            }
        }
        unknown
    }
}

/// What follows each `@` that begins a word. An address that stands in the text calls nobody by what comes after its own.
fn after_signs(text: &[char]) -> impl Iterator<Item = &[char]> {
    let begins_word = |place: usize| place == 0 || !text[place - 1].is_alphanumeric();
    let signs = text.iter().enumerate().filter(move |(place, c)| **c == '@' && begins_word(*place));
    signs.map(|(place, _)| &text[place + 1..])
}

/// Whom a text calls that begins with a name or an address.
fn called_by(rest: &[char], people: &[Person]) -> Vec<PersonId> {
    let longest = |person: &Person| {
        let email = person.email.as_ref().map(|email| email.as_str());
        [Some(person.name.as_str()), email].into_iter().flatten().filter_map(|name| begins(rest, name)).max()
    };
    let found: Vec<(usize, PersonId)> =
        people.iter().filter_map(|person| Some((longest(person)?, person.id))).collect();
    let most = found.iter().map(|(length, _)| *length).max();
    found.into_iter().filter(|(length, _)| Some(*length) == most).map(|(_, person)| person).collect()
}

/// How long a name is \[characters\], where a text begins with it and the word ends there.
fn begins(text: &[char], name: &str) -> Option<usize> {
    let length = name.chars().count();
    let same = |(a, b): (&char, char)| a.to_lowercase().eq(b.to_lowercase());
    let whole = text.len() >= length && text.iter().zip(name.chars()).all(same);
    (whole && !text.get(length).is_some_and(|next| next.is_alphanumeric())).then_some(length)
}

/// A pipeline in which something waits for somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Which pipeline.
    pub pipeline: PipelineId,
    /// Its name.
    pub name: String,
    /// Its latest version.
    pub version: u64,
}

/// A comment about to be made.
#[derive(Clone, Debug)]
pub struct NewComment {
    /// Which it is to be: a form that was sent twice makes one comment.
    pub id: CommentId,
    /// What it is about, or which comment it answers.
    pub to: CommentOn,
    /// The version of the pipeline that its author saw.
    pub version: u64,
    /// What is said.
    pub said: Said,
    /// Whom it mentions.
    pub mentions: Vec<MayBeAsked>,
}

/// Where a comment stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommentOn {
    /// It begins something about this.
    Subject(Subject),
    /// It answers a comment that answers no other.
    Comment(CommentId),
}

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Which.
    pub id: CommentId,
    /// What it is about.
    pub about: Subject,
    /// The comment that it answers.
    pub answers: Option<CommentId>,
    /// The version of the pipeline at which it was said.
    pub version: u64,
    /// Who said it.
    pub by: Name,
    /// When.
    pub at: UnixMillis,
    /// What was said.
    pub said: Said,
    /// Whom it mentions.
    pub mentions: Vec<Name>,
    /// Who settled it and when. Answers are settled with what they answer.
    pub settled: Option<(Name, UnixMillis)>,
}

/// Whether somebody who was asked agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// They approve.
    Approves,
    /// They object.
    Objects,
}

impl Position {
    /// Both.
    pub const ALL: [Position; 2] = [Position::Approves, Position::Objects];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Position::Approves => "approves",
            Position::Objects => "objects",
        }
    }

    /// The position of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|position| position.word() == word)
    }
}

/// What somebody who was asked has answered, about a version. It never changes; what they answer later stands beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignOff {
    /// Who, with their present name.
    pub by: (PersonId, Name),
    /// The version of the pipeline that they judged.
    pub version: u64,
    /// Whether they agree.
    pub position: Position,
    /// Why; may be empty.
    pub because: String,
    /// When.
    pub at: UnixMillis,
}

/// Of each person what they answered last, in the order of these answers.
pub fn latest_of_each(sign_offs: &[SignOff]) -> Vec<&SignOff> {
    let mut latest: Vec<&SignOff> = Vec::new();
    for sign_off in sign_offs {
        latest.retain(|earlier| earlier.by.0 != sign_off.by.0);
        latest.push(sign_off);
    }
    latest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_are_read_as_they_are_written() {
        for subject in [
            Subject::Pipeline,
            Subject::Record,
            Subject::Step("charge".to_owned()),
            Subject::Finding("saga-first".to_owned()),
            Subject::Step("a:b".to_owned()),
        ] {
            assert_eq!(subject.to_string().parse(), Ok(subject));
        }
        for wrong in ["", "step", "step:", "finding:", "record:x", "pipeline:x", "team:x"] {
            assert!(wrong.parse::<Subject>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_said_keeps_its_lines_and_nothing_that_cannot_be_seen() {
        let said = |text: &str| text.parse::<Said>().map(|said| said.0);
        assert_eq!(said(" a\r\n\r\n\tb\rc\0\u{1b} "), Ok("a\n\n\tb\nc".to_owned()));
        assert!(said(" \r\n\0").is_err() && said(&"é".repeat(10_001)).is_err() && said(&"é".repeat(10_000)).is_ok());
        assert_eq!("two\r\nlines ".parse::<Because>().map(|why| why.0), Ok("two lines".to_owned()));
        assert!("".parse::<Because>().is_ok() && "é".repeat(2_001).parse::<Because>().is_err());
    }

    #[test]
    fn people_are_called_by_name_or_address() {
        let person = |id, name: &str, email: &str| Person {
            id: PersonId(Uuid::from_u128(id)),
            name: name.parse().expect("a name"),
            email: Some(email.parse().expect("an address")),
            state: crate::person::PersonState::Active,
            administrator: false,
            since: UnixMillis(0),
        };
        let people = [
            person(1, "Ann", "ann@example.org"),
            person(2, "Ann Lee", "lee@example.org"),
            person(3, "Zoë", "zoe@example.org"),
            person(4, "Ann", "other@example.org"),
        ];
        let called = |text: &str| -> Vec<u128> {
            let said: Said = text.parse().expect("a text");
            said.calls(&people).into_iter().map(|person| person.0.as_u128()).collect()
        };
        assert_eq!(called("@Ann, look"), [1, 4], "both who are called so");
        assert_eq!(called("@ann lee: look"), [2], "the longest name counts");
        assert_eq!(called("@ann@example.org and @ZOË"), [1, 3]);
        assert_eq!(called("(@lee@example.org)"), [2]);
        assert_eq!(called("@Anna @ Ann ann@example.org x@Ann @"), [0; 0]);
        let nobody = |text: &str| text.parse::<Said>().expect("a text").calls_nobody(&people);
        assert_eq!(nobody("@Anna, @Ann, (@bob.) @bob @ @@ x@y @no@example.org"), ["@Anna", "@bob", "@no@example.org"]);
    }

    #[test]
    fn the_latest_answer_of_each_counts() {
        let (ann, bob) = (PersonId(Uuid::from_u128(1)), PersonId(Uuid::from_u128(2)));
        let sign_off = |by: PersonId, version, position| SignOff {
            by: (by, Name::guest()),
            version,
            position,
            because: String::new(),
            at: UnixMillis(0),
        };
        let all = [
            sign_off(ann, 1, Position::Objects),
            sign_off(bob, 1, Position::Approves),
            sign_off(ann, 2, Position::Approves),
        ];
        assert_eq!(latest_of_each(&all), [&all[1], &all[2]]);
    }
}
