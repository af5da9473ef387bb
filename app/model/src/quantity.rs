//! Numbers that a team may know, know roughly, or not know.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A number with an honest account of how well it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantity {
    /// Written as a plain number.
    Known(f64),
    /// Written as `{"low": …, "high": …}`: the 5th and the 95th percentile of what the team believes.
    Range {
        /// 5th percentile.
        low: f64,
        /// 95th percentile.
        high: f64,
    },
    /// Written as `"unknown"`: the wide range of the field's [`Unsure`] kind.
    Unknown,
}

/// What an uncertain number is about. This settles its distribution and what `"unknown"` means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsure {
    /// A duration in milliseconds, lognormal. Unknown: 10 to 1,000 ms.
    Duration,
    /// A 99th percentile in milliseconds, lognormal. Unknown: 2 to 10 times the median beside it.
    TailFactor,
    /// A share of attempts, logit-normal. Unknown: 0.1 % to 5 %.
    Rate,
}

impl Unsure {
    /// The range that `"unknown"` stands for: milliseconds, a factor, or a share.
    pub fn unknown_range(self) -> (f64, f64) {
        match self {
            Unsure::Duration => (10.0, 1_000.0),
            Unsure::TailFactor => (2.0, 10.0),
            Unsure::Rate => (0.001, 0.05),
        }
    }
}

impl Quantity {
    /// Whether the team has given one number.
    pub fn is_known(self) -> bool {
        matches!(self, Quantity::Known(_))
    }

    /// The value itself, or the upper end of what the team believes.
    pub fn upper(self, unsure: Unsure) -> f64 {
        match self {
            Quantity::Known(value) => value,
            Quantity::Range { high, .. } => high,
            Quantity::Unknown => unsure.unknown_range().1,
        }
    }
}

impl Default for Quantity {
    fn default() -> Self {
        Quantity::Known(0.0)
    }
}

impl From<f64> for Quantity {
    fn from(value: f64) -> Self {
        Quantity::Known(value)
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Range {
            low: f64,
            high: f64,
        }
        match *self {
            Quantity::Known(value) => serializer.serialize_f64(value),
            Quantity::Range { low, high } => Range { low, high }.serialize(serializer),
            Quantity::Unknown => serializer.serialize_str("unknown"),
        }
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Quantity;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(r#"a number, {"low": …, "high": …} or "unknown""#)
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Quantity, E> {
                Ok(Quantity::Known(value))
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Quantity, E> {
                Ok(Quantity::Known(value as f64))
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Quantity, E> {
                Ok(Quantity::Known(value as f64))
            }

            fn visit_str<E: de::Error>(self, value: &str) -> Result<Quantity, E> {
                match value {
                    "unknown" => Ok(Quantity::Unknown),
                    other => Err(E::invalid_value(de::Unexpected::Str(other), &self)),
                }
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Quantity, A::Error> {
                #[derive(Deserialize)]
                #[serde(deny_unknown_fields)]
                struct Range {
                    low: f64,
                    high: f64,
                }
                let Range { low, high } = Range::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(Quantity::Range { low, high })
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}
