//! Thresholds of rules that a team may change: what each counts, what it is where nobody says otherwise, and between
//! which ends it may lie.
//!
//! They stand apart from the rules, so that a page can ask for them without downloading what the rules do. A share is
//! from 0 to 1 in documents and here, and in percent wherever people read or write it.

use model::{Document, Problem};

use crate::wording::number;

/// A threshold that a team may change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// The id of the rule, under which documents have it.
    pub rule: &'static str,
    /// The rule's name in text.
    pub name: &'static str,
    /// What it is where nobody says otherwise.
    pub default: f64,
    /// What it counts.
    pub unit: &'static str,
    /// When the rule fires, how the threshold is written, and what it is otherwise: for whoever changes it.
    pub hint: &'static str,
    /// How it is written.
    pub measure: Measure,
    /// The least it may be.
    pub least: f64,
    /// The most it may be.
    pub most: f64,
}

/// How a threshold is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// In percent.
    Share,
    /// As a number.
    Number,
    /// As a whole number.
    Count,
    /// In seconds.
    Seconds,
}

impl Threshold {
    /// A value of this threshold as people read it, to its last digit: `2.5 %`, `3,600 s`.
    pub fn show(&self, value: f64) -> String {
        let exact = |value: f64| {
            // A share times 100 has the noise of binary fractions. Rounding takes it away without a reader of numbers, whose
            // tables would make what a browser downloads noticeably larger.
            let value = (value * 1e10).round() / 1e10;
            if value >= 1_000.0 && value.fract() == 0.0 { number(value) } else { value.to_string() }
        };
        match self.measure {
            Measure::Share => format!("{} %", exact(value * 100.0)),
            Measure::Number | Measure::Count => exact(value),
            Measure::Seconds => format!("{} s", exact(value)),
        }
    }

    /// Whether a value may be this threshold.
    ///
    /// # Errors
    ///
    /// Why not, as a sentence.
    pub fn check(&self, value: f64) -> Result<(), String> {
        let shown = self.show(value);
        if !(self.least..=self.most).contains(&value) {
            return Err(format!("{shown} is not from {} to {}.", self.show(self.least), self.show(self.most)));
        }
        if self.measure == Measure::Count && value.fract() != 0.0 {
            return Err(format!("{shown} is not a whole number."));
        }
        Ok(())
    }

    /// What a team has made of it, where that is another value than the default.
    pub fn changed(&self, document: &Document) -> Option<f64> {
        document.thresholds.get(self.rule).copied().filter(|value| *value != self.default)
    }
}

/// What is wrong with the thresholds of a document. One of a rule that this version does not know is read by nobody.
pub fn problems(document: &Document) -> Vec<Problem> {
    let known = THRESHOLDS.iter().filter_map(|threshold| Some((threshold, *document.thresholds.get(threshold.rule)?)));
    known
        .filter_map(|(threshold, value)| {
            let message = threshold.check(value).err()?;
            Some(Problem::new(format!("thresholds.{}", threshold.rule), message))
        })
        .collect()
}

/// All thresholds, in the order of the rules.
pub static THRESHOLDS: [&Threshold; 16] = [
    &UNMAPPED,
    &OVERLOAD,
    &COLLAPSE,
    &FAILURES_OVER_BUDGET,
    &STRICT_RUN,
    &SAGA_FIRST,
    &ORPHANED_WRITES,
    &IDEMPOTENCY_GAP,
    &TTL_SHORT,
    &RETRY_STORM,
    &CONTENTION,
    &EXTERNAL_LIMIT,
    &HIDDEN_COUPLING,
    &GLOBAL_TIMEOUT,
    &SILENT_SUCCESS,
    &OUTAGE_DEBT,
];

/// Beyond this nothing that is counted per 1,000 requests can be: 200 steps with five deliveries each.
const MOST_PER_THOUSAND: f64 = 1_000_000.0;

pub(crate) static UNMAPPED: Threshold = Threshold {
    rule: "unmapped",
    name: "The real path is longer",
    default: 4.0,
    unit: "how many of these four must be listed or known to be absent: retries, auth calls, writes, third-party steps",
    hint: "Fires when fewer than this many of the four are listed or known to be absent: retries, auth calls, writes, third-party steps. A whole number; 4 by default.",
    measure: Measure::Count,
    least: 0.0,
    most: 4.0,
};

pub(crate) static OVERLOAD: Threshold = Threshold {
    rule: "overload",
    name: "More is asked for than a pool gives",
    default: 0.95,
    unit: "share of a pool's slots, or of the workers, that arrivals ask for",
    hint: "Fires when arrivals ask for at least this share of a pool's slots, or of the workers. In percent; 95 % by default.",
    measure: Measure::Share,
    least: 0.0,
    most: 1.0,
};

pub(crate) static COLLAPSE: Threshold = Threshold {
    rule: "collapse",
    name: "It does not come back",
    default: 0.5,
    unit: "share of replications that collapse",
    hint: "Fires when at least this share of the replications collapses. In percent; 50 % by default.",
    measure: Measure::Share,
    least: 0.0,
    most: 1.0,
};

pub(crate) static FAILURES_OVER_BUDGET: Threshold = Threshold {
    rule: "failures-over-budget",
    name: "Failures alone exceed the budget",
    default: 0.01,
    unit: "share of requests that fail more than in sequential, above which a plan is ruled out",
    hint: "Rules a plan out when so much larger a share of requests fails than in sequential. In percent; 1 % by default.",
    measure: Measure::Share,
    least: 0.0,
    most: 1.0,
};

pub(crate) static ORPHANED_WRITES: Threshold = Threshold {
    rule: "orphaned-writes",
    name: "Failed requests leave writes behind",
    default: 0.001,
    unit: "share of requests that leave writes behind",
    hint: "Fires when at least this share of requests leaves writes behind. In percent; 0.1 % by default.",
    measure: Measure::Share,
    least: 0.0,
    most: 1.0,
};

pub(crate) static IDEMPOTENCY_GAP: Threshold = Threshold {
    rule: "idempotency-gap",
    name: "A repeated write has no key",
    default: 1.0,
    unit: "duplicates per 1,000 requests",
    hint: "Fires in any plan from so many duplicates per 1,000 requests. A number; 1 by default.",
    measure: Measure::Number,
    least: 0.0,
    most: MOST_PER_THOUSAND,
};

pub(crate) static STRICT_RUN: Threshold = Threshold {
    rule: "strict-run",
    name: "Strict dependencies in a row",
    default: 3.0,
    unit: "strict dependencies in a row",
    hint: "Fires from so many strict dependencies in a row. A whole number; 3 by default.",
    measure: Measure::Count,
    least: 1.0,
    most: 200.0,
};

pub(crate) static SAGA_FIRST: Threshold = Threshold {
    rule: "saga-first",
    name: "Failures need a saga",
    default: 0.02,
    unit: "share of deliveries that fail or are declined, after step retries and before caller retries",
    hint: "Fires when a larger share of deliveries fails or is declined on a plan with forks that writes, after step retries and before caller retries. In percent; 2 % by default.",
    measure: Measure::Share,
    least: 0.0,
    most: 1.0,
};

pub(crate) static TTL_SHORT: Threshold = Threshold {
    rule: "ttl-short",
    name: "A key is forgotten too soon",
    default: 3_600.0,
    unit: "how much longer than its retry window a key should live",
    hint: "Fires when a key lives for less than so much longer than its retry window. In seconds; 3,600 s by default.",
    measure: Measure::Seconds,
    least: 0.0,
    most: 31_536_000.0,
};

pub(crate) static RETRY_STORM: Threshold = Threshold {
    rule: "retry-storm",
    name: "Retries feed on themselves",
    default: 2.5,
    unit: "calls for each one that first deliveries want",
    hint: "Fires when more calls are made for each one that first deliveries want, of the pipeline or of one service, in any ten seconds in which requests arrive. A number; 2.5 by default.",
    measure: Measure::Number,
    least: 1.0,
    most: 1_000.0,
};

pub(crate) static CONTENTION: Threshold = Threshold {
    rule: "contention",
    name: "Calls contend for a pool",
    default: 0.8,
    unit: "share of a pool's slots above which it is nearly full",
    hint: "A pool is nearly full when a larger share of its slots is held while requests arrive. In percent; 80 % by default.",
    measure: Measure::Share,
    least: 0.0,
    most: 1.0,
};

pub(crate) static EXTERNAL_LIMIT: Threshold = Threshold {
    rule: "external-limit",
    name: "Demand is above a throttle",
    default: 0.01,
    unit: "share of calls that a limit turns away",
    hint: "Fires when a limit turns away a larger share of calls. In percent; 1 % by default.",
    measure: Measure::Share,
    least: 0.0,
    most: 1.0,
};

pub(crate) static HIDDEN_COUPLING: Threshold = Threshold {
    rule: "hidden-coupling",
    name: "Steps are coupled by data",
    default: 0.0,
    unit: "stale reads and lost updates per 1,000 requests",
    hint: "Fires when there are more stale reads and lost updates per 1,000 requests. A number; 0 by default.",
    measure: Measure::Number,
    least: 0.0,
    most: MOST_PER_THOUSAND,
};

pub(crate) static GLOBAL_TIMEOUT: Threshold = Threshold {
    rule: "global-timeout",
    name: "A timeout does not fit its leg",
    default: 1.5,
    unit: "times the fastest leg's p99 that the slowest leg's may be under one timeout",
    hint: "Fires when legs share one timeout and the slowest leg's p99 is more than so many times the fastest's. A number; 1.5 by default.",
    measure: Measure::Number,
    least: 1.0,
    most: 1_000.0,
};

pub(crate) static SILENT_SUCCESS: Threshold = Threshold {
    rule: "silent-success",
    name: "Completed is not complete",
    default: 0.0,
    unit: "share of requests that succeed with work that was never done",
    hint: "Fires when a larger share of requests succeeds with work that was never done. In percent; 0 % by default.",
    measure: Measure::Share,
    least: 0.0,
    most: 1.0,
};

pub(crate) static OUTAGE_DEBT: Threshold = Threshold {
    rule: "outage-debt",
    name: "An outage leaves debts",
    default: 0.0,
    unit: "orphaned writes per 1,000 requests",
    hint: "Fires when the outage of a step leaves more orphaned writes per 1,000 requests. A number; 0 by default.",
    measure: Measure::Number,
    least: 0.0,
    most: MOST_PER_THOUSAND,
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RULES;

    #[test]
    fn each_is_that_of_its_rule_and_none_is_missing() {
        let of_rules: Vec<(&str, &str)> =
            RULES.iter().filter(|rule| rule.threshold.is_some()).map(|rule| (rule.id, rule.name)).collect();
        let all: Vec<(&str, &str)> = THRESHOLDS.iter().map(|threshold| (threshold.rule, threshold.name)).collect();
        assert_eq!(all, of_rules);
        for rule in RULES {
            assert!(rule.threshold.is_none_or(|threshold| threshold.rule == rule.id), "{}", rule.id);
        }
    }

    #[test]
    fn each_says_its_default_to_whoever_changes_it_and_may_be_it() {
        for threshold in THRESHOLDS {
            let said = format!("{} by default.", threshold.show(threshold.default));
            assert!(threshold.hint.ends_with(&said), "{}: {said}", threshold.hint);
            assert_eq!(threshold.check(threshold.default), Ok(()));
        }
    }

    #[test]
    fn what_cannot_be_a_threshold_is_refused_with_the_reason() {
        for (threshold, value, reason) in [
            (&SAGA_FIRST, 1.5, "150 % is not from 0 % to 100 %."),
            (&SAGA_FIRST, f64::NAN, "NaN % is not from 0 % to 100 %."),
            (&STRICT_RUN, 0.0, "0 is not from 1 to 200."),
            (&STRICT_RUN, 2.5, "2.5 is not a whole number."),
            (&TTL_SHORT, -1.0, "-1 s is not from 0 s to 31,536,000 s."),
        ] {
            assert_eq!(threshold.check(value), Err(reason.to_owned()));
        }
        let mut document = Document::new("Named");
        document.thresholds.insert("strict-run".to_owned(), 2.0);
        document.thresholds.insert("of-another-version".to_owned(), 1e9);
        assert_eq!(problems(&document), []);
        assert_eq!(STRICT_RUN.changed(&document), Some(2.0));
        document.thresholds.insert("saga-first".to_owned(), 7.0);
        let found = problems(&document);
        assert_eq!(found, [Problem::new("thresholds.saga-first", "700 % is not from 0 % to 100 %.")]);
    }

    #[test]
    fn shares_are_shown_without_noise() {
        for (share, shown) in [(0.29, "29 %"), (0.0029, "0.29 %"), (0.07, "7 %"), (0.025, "2.5 %")] {
            assert_eq!(SAGA_FIRST.show(share), shown);
        }
        assert_eq!(RETRY_STORM.show(2.5), "2.5");
    }
}
