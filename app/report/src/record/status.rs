//! How far a decision has come, and what may become of it.

use serde::{Deserialize, Serialize};

use super::Reference;

/// How far a decision has come. That another record has come in its place is told by [`Standing::superseded_by`],
/// because it cannot be so without that record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Written down, not yet agreed on.
    Proposed,
    /// Agreed on.
    Accepted,
    /// Turned down.
    Rejected,
    /// No longer followed, and nothing came in its place.
    Deprecated,
}

impl Status {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Status; 4] = [Status::Proposed, Status::Accepted, Status::Rejected, Status::Deprecated];

    /// The word MADR has for it.
    pub fn label(self) -> &'static str {
        match self {
            Status::Proposed => "proposed",
            Status::Accepted => "accepted",
            Status::Rejected => "rejected",
            Status::Deprecated => "deprecated",
        }
    }

    /// The status of that word.
    pub fn from_label(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.label() == label)
    }

    /// What an issued record of this status may become by itself: the whole table of transitions, with
    /// [`Status::may_be_superseded`].
    ///
    /// | from | to | because |
    /// |---|---|---|
    /// | proposed | accepted, rejected | that is what a proposal is for |
    /// | accepted | deprecated | a decision that was followed is given up, not turned down |
    /// | rejected | proposed | it is taken up again |
    /// | deprecated | accepted | it is followed again |
    pub fn next(self) -> &'static [Status] {
        match self {
            Status::Proposed => &[Status::Accepted, Status::Rejected],
            Status::Accepted => &[Status::Deprecated],
            Status::Rejected => &[Status::Proposed],
            Status::Deprecated => &[Status::Accepted],
        }
    }

    /// Whether another record may come in the place of one of this status. What was turned down never stood, so there is
    /// nothing to take the place of.
    pub fn may_be_superseded(self) -> bool {
        self != Status::Rejected
    }
}

/// Where a record stands today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The status it was issued with, or the last one it was given by itself.
    pub status: Status,
    /// The record that came in its place. It then stands as superseded, and stays so.
    pub superseded_by: Option<Reference>,
    /// The statuses it was given since it was issued, the latest last.
    pub changes: Vec<Change>,
}

/// A status that a record was given after it was issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The day, as `YYYY-MM-DD`.
    pub date: String,
    /// The status.
    pub status: Status,
    /// Why, in the team's words; empty: not said.
    #[serde(default)]
    pub because: String,
}

impl Standing {
    /// Whether it is as it was issued.
    pub fn is_as_issued(&self) -> bool {
        self.superseded_by.is_none() && self.changes.is_empty()
    }

    /// What it may become by itself.
    pub fn next(&self) -> &'static [Status] {
        if self.superseded_by.is_some() { &[] } else { self.status.next() }
    }

    /// Whether another record may come in its place.
    pub fn may_be_superseded(&self) -> bool {
        self.superseded_by.is_none() && self.status.may_be_superseded()
    }

    /// What MADR has for it: `accepted`, or `superseded by ADR-0008`.
    pub fn words(&self) -> String {
        words(self.status, self.superseded_by.as_ref())
    }
}

/// What MADR has for a status.
pub(super) fn words(status: Status, superseded_by: Option<&Reference>) -> String {
    match superseded_by {
        Some(other) => format!("superseded by ADR-{:04}", other.number),
        None => status.label().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_found_by_their_words() {
        for status in Status::ALL {
            assert_eq!(Status::from_label(status.label()), Some(status));
        }
        assert_eq!(Status::from_label("superseded"), None);
    }

    #[test]
    fn a_status_becomes_only_what_makes_sense() {
        let allowed: Vec<(&str, &str)> = Status::ALL
            .into_iter()
            .flat_map(|from| from.next().iter().map(move |to| (from.label(), to.label())))
            .collect();
        let table = [
            ("proposed", "accepted"),
            ("proposed", "rejected"),
            ("accepted", "deprecated"),
            ("rejected", "proposed"),
            ("deprecated", "accepted"),
        ];
        assert_eq!(allowed, table);
        let superseded: Vec<Status> = Status::ALL.into_iter().filter(|status| status.may_be_superseded()).collect();
        assert_eq!(superseded, [Status::Proposed, Status::Accepted, Status::Deprecated]);
    }

    #[test]
    fn a_superseded_record_becomes_nothing_else() {
        let other = Reference { number: 8, title: "Later".to_owned() };
        for status in Status::ALL {
            let alone = Standing { status, superseded_by: None, changes: Vec::new() };
            assert!(alone.is_as_issued() && alone.next() == status.next());
            assert_eq!(
                (alone.may_be_superseded(), alone.words().as_str()),
                (status.may_be_superseded(), status.label())
            );
            let superseded = Standing { superseded_by: Some(other.clone()), ..alone };
            assert!(!superseded.is_as_issued() && superseded.next().is_empty() && !superseded.may_be_superseded());
            assert_eq!(superseded.words(), "superseded by ADR-0008");
        }
    }
}
