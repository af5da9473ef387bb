//! When something is, as tokens say it: in seconds, or, by some providers, as a date of RFC 3339.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::Deserialize;
use serde_json::Value;

/// Nobody means what lies a quarter of a million years away from 1970.
const FAR: f64 = 8.2e12;

/// Seconds since 1970. What is more exact is rounded down, so nothing is believed for longer than it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "Value")]
pub(crate) struct Moment(i64);

impl Moment {
    pub(crate) fn now() -> Self {
        // Before 1970 no clock is right, and with a wrong one nothing is over.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
    }
}

impl TryFrom<Value> for Moment {
    type Error = &'static str;

    fn try_from(value: Value) -> Result<Self, Self::Error> {
        let seconds = match &value {
            // Up to there every second is a number of its own.
            Value::Number(number) => {
                number.as_f64().filter(|seconds| seconds.abs() < FAR).map(|seconds| seconds.floor() as i64)
            }
            // A date of RFC 3339, such as `2026-11-30T17:29:27.5+01:00`.
            Value::String(text) => text.parse().ok().map(|date: jiff::Timestamp| date.as_second()),
            _ => None,
        };
        seconds.map(Self).ok_or("neither a number of seconds nor a date")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Moment;

    fn read(json: Value) -> Option<i64> {
        serde_json::from_value::<Moment>(json).ok().map(|moment| moment.0)
    }

    #[test]
    fn seconds_are_rounded_down() {
        for (written, meant) in
            [(json!(0), 0), (json!(1_764_523_767), 1_764_523_767), (json!(12.9), 12), (json!(-0.1), -1)]
        {
            assert_eq!(read(written.clone()), Some(meant), "{written}");
        }
        for wrong in [json!(1e13), json!(u64::MAX), json!(i64::MIN), json!(null), json!(true), json!([1]), json!("12")]
        {
            assert_eq!(read(wrong.clone()), None, "{wrong}");
        }
    }

    #[test]
    fn dates_are_understood() {
        for (written, meant) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59Z", -1),
            ("2000-02-29T12:00:00Z", 951_825_600),
            ("2000-03-01T00:00:00z", 951_868_800),
            ("2026-11-30T17:29:27.999Z", 1_796_059_767),
            ("2026-11-30 18:29:27+01:00", 1_796_059_767),
            ("2026-11-30T11:59:27-05:30", 1_796_059_767),
        ] {
            assert_eq!(read(json!(written)), Some(meant), "{written}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for wrong in [
            "",
            "soon",
            "2026-11-30",
            // Nobody knows where that is.
            "2026-11-30T17:29:27",
            "2026-13-01T00:00:00Z",
            "2100-02-29T00:00:00Z",
            "2026-11-30T24:00:00Z",
            "2026-11-30T00:00:00Zz",
        ] {
            assert_eq!(read(json!(wrong)), None, "{wrong}");
        }
    }
}
