//! Figures with their simulation error.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::normal;

/// A figure and its 95 % interval of simulation error: what the mean over other seeds would come to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Figure {
    /// The mean of the replications' values.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Figure {
    /// The mean of independent values with the Student t interval; `None` with fewer than two values.
    pub fn of(values: &[f64]) -> Option<Self> {
        if values.len() < 2 {
            return None;
        }
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        let half = student_t(values.len() - 1) * libm::sqrt(squares / (n - 1.0) / n);
        Some(Figure { value: mean, low: mean - half, high: mean + half })
    }
}

/// A share of requests, with a 95 % interval that has an upper bound above 0 even where nothing was seen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Share {
    /// The share, 0 to 1.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// How many were counted, over all replications.
    pub count: u64,
    /// Out of how many.
    pub of: u64,
}

impl Default for Share {
    /// Nothing is known.
    fn default() -> Self {
        Self::of(&[])
    }
}

impl Share {
    /// The share over all replications, each given as a count out of so many.
    ///
    /// The interval is the hull of two: Student t over the replications, which sees that requests of one
    /// replication fail together, and Wilson's score interval from the counts (Wilson, JASA 22, 1927), which
    /// does not shrink to nothing where no failure was seen.
    pub(crate) fn of(counts: &[(u64, u64)]) -> Self {
        let count: u64 = counts.iter().map(|(count, _)| count).sum();
        let of: u64 = counts.iter().map(|(_, of)| of).sum();
        if of == 0 {
            return Share { value: 0.0, low: 0.0, high: 1.0, count, of };
        }
        let value = count as f64 / of as f64;
        let (mut low, mut high) = wilson(value, of as f64);
        let shares: Vec<f64> =
            counts.iter().filter(|(_, of)| *of > 0).map(|&(count, of)| count as f64 / of as f64).collect();
        if let Some(figure) = Figure::of(&shares) {
            low = low.min(figure.low).max(0.0);
            high = high.max(figure.high).min(1.0);
        }
        Share { value, low: low.min(value), high: high.max(value), count, of }
    }
}

fn wilson(p: f64, n: f64) -> (f64, f64) {
    /// 97.5th percentile of the standard normal distribution.
    const Z: f64 = 1.959_963_984_540_054;
    let centre = p + Z * Z / (2.0 * n);
    let half = Z * libm::sqrt(p * (1.0 - p) / n + Z * Z / (4.0 * n * n));
    let scale = 1.0 + Z * Z / n;
    (((centre - half) / scale).max(0.0), ((centre + half) / scale).min(1.0))
}

/// The 97.5th percentile of Student's t distribution with so many degrees of freedom.
fn student_t(freedom: usize) -> f64 {
    const TABLE: [f64; 30] = [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
        2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];
    match TABLE.get(freedom.wrapping_sub(1)) {
        Some(&t) => t,
        // Fisher's expansion in 1/freedom, right to four digits from 30 degrees on.
        None => {
            let (z, v) = (1.959_963_984_540_054_f64, freedom as f64);
            let (z3, z5) = (z * z * z, z * z * z * z * z);
            z + (z3 + z) / (4.0 * v) + (5.0 * z5 + 16.0 * z3 + 3.0 * z) / (96.0 * v * v)
        }
    }
}

/// The quantile of Student's t distribution that `two_tailed` of its mass lies beyond on both sides together.
///
/// Hill, "Algorithm 396: Student's t-quantiles", Communications of the ACM 13, 1970; six digits from 5 degrees of
/// freedom on.
pub(crate) fn t_quantile(two_tailed: f64, freedom: f64) -> f64 {
    let (p, n) = (two_tailed, freedom);
    let a = 1.0 / (n - 0.5);
    let b = 48.0 / (a * a);
    let mut c = ((20_700.0 * a / b - 98.0) * a - 16.0) * a + 96.36;
    let d = ((94.5 / (b + c) - 3.0) / b + 1.0) * libm::sqrt(a * core::f64::consts::FRAC_PI_2) * n;
    let mut y = libm::pow(d * p, 2.0 / n);
    if y > 0.05 + a {
        let x = normal::quantile(p / 2.0);
        y = x * x;
        if n < 5.0 {
            c += 0.3 * (n - 4.5) * (x + 0.6);
        }
        c += (((0.05 * d * x - 5.0) * x - 7.0) * x - 2.0) * x + b;
        y = (((((0.4 * y + 6.3) * y + 36.0) * y + 94.5) / c - y - 3.0) / b + 1.0) * x;
        y = libm::expm1(a * y * y);
    } else {
        y = ((1.0 / (((n + 6.0) / (n * y) - 0.089 * d - 0.822) * (n + 2.0) * 3.0) + 0.5 / (n + 4.0)) * y - 1.0)
            * (n + 1.0)
            / (n + 2.0)
            + 1.0 / y;
    }
    libm::sqrt(n * y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_of_five_values_is_students() {
        let figure = Figure::of(&[1.0, 2.0, 3.0, 4.0, 5.0]).expect("five values have an interval");
        assert_eq!(figure.value, 3.0);
        // Standard deviation 1.5811, divided by the root of 5 and multiplied by 2.776.
        assert!((figure.high - 3.0 - 2.776 * std::f64::consts::FRAC_1_SQRT_2).abs() < 1e-6);
    }

    #[test]
    fn a_share_that_was_never_seen_has_an_upper_bound() {
        let share = Share::of(&[(0, 6_000); 5]);
        assert_eq!(share.value, 0.0);
        // z² / (n + z²) for n = 30,000.
        assert!((share.high - 3.841_458_8 / 30_003.841_458_8).abs() < 1e-9, "{}", share.high);
    }

    #[test]
    fn hills_algorithm_meets_the_tables() {
        for (p, n, t) in [(0.05, 19.0, 2.093_0), (0.01, 19.0, 2.860_9), (0.001, 29.0, 3.659_4), (1e-4, 19.0, 4.897_5)] {
            assert!((t_quantile(p, n) - t).abs() < 2e-3, "{p}, {n}: {}", t_quantile(p, n));
        }
    }

    #[test]
    fn students_t_runs_on_beyond_the_table() {
        assert!((student_t(31) - 2.0395).abs() < 1e-4);
        assert!((student_t(1_000) - 1.9623).abs() < 1e-4);
    }
}
