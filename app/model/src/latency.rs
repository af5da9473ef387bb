//! How long a step's service takes.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::quantity::Quantity;

/// The distribution of a step's service time, without queueing. Written in one of four forms.
#[derive(Clone, Debug, PartialEq)]
pub enum Latency {
    /// `{"p50_ms": …, "p99_ms": …}`: lognormal with mu = ln p50 and
    /// sigma = ln(p99 / p50) / 2.3263478740408408, the 99th percentile of the standard normal.
    Lognormal {
        /// Median \[ms\].
        p50_ms: Quantity,
        /// 99th percentile \[ms\].
        p99_ms: Quantity,
    },
    /// `{"exponential_mean_ms": …}`.
    Exponential {
        /// Mean \[ms\].
        mean_ms: Quantity,
    },
    /// `{"constant_ms": …}`.
    Constant {
        /// Every attempt takes this long \[ms\].
        ms: Quantity,
    },
    /// `{"percentiles": [[50, 20], [99, 120]]}`: measured points, each a percentile (0 to 100) and its
    /// milliseconds. Linear between them, constant below the first, lognormal through the last two above
    /// the last.
    Percentiles(Vec<(f64, f64)>),
}

impl Latency {
    /// A lognormal latency of known quantiles \[ms\].
    pub fn lognormal(p50_ms: f64, p99_ms: f64) -> Self {
        Latency::Lognormal { p50_ms: p50_ms.into(), p99_ms: p99_ms.into() }
    }
}

/// The written form: a struct with optional fields gives better messages than an untagged enum.
#[derive(Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    p50_ms: Option<Quantity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    p99_ms: Option<Quantity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exponential_mean_ms: Option<Quantity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    constant_ms: Option<Quantity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    percentiles: Option<Vec<(f64, f64)>>,
}

impl Serialize for Latency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut written = Written::default();
        match self {
            Latency::Lognormal { p50_ms, p99_ms } => {
                written.p50_ms = Some(*p50_ms);
                written.p99_ms = Some(*p99_ms);
            }
            Latency::Exponential { mean_ms } => written.exponential_mean_ms = Some(*mean_ms),
            Latency::Constant { ms } => written.constant_ms = Some(*ms),
            Latency::Percentiles(points) => written.percentiles = Some(points.clone()),
        }
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Latency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Written::deserialize(deserializer)? {
            Written {
                p50_ms: Some(p50_ms),
                p99_ms: Some(p99_ms),
                exponential_mean_ms: None,
                constant_ms: None,
                percentiles: None,
            } => Ok(Latency::Lognormal { p50_ms, p99_ms }),
            Written {
                p50_ms: None,
                p99_ms: None,
                exponential_mean_ms: Some(mean_ms),
                constant_ms: None,
                percentiles: None,
            } => Ok(Latency::Exponential { mean_ms }),
            Written {
                p50_ms: None,
                p99_ms: None,
                exponential_mean_ms: None,
                constant_ms: Some(ms),
                percentiles: None,
            } => Ok(Latency::Constant { ms }),
            Written {
                p50_ms: None,
                p99_ms: None,
                exponential_mean_ms: None,
                constant_ms: None,
                percentiles: Some(points),
            } => Ok(Latency::Percentiles(points)),
            _ => Err(de::Error::custom(
                "give exactly one of: p50_ms with p99_ms, exponential_mean_ms, constant_ms, percentiles",
            )),
        }
    }
}
