//! Service times: from what the document says to a number of milliseconds.

use model::{Latency, Quantity, Unsure};

use crate::{inputs::Inputs, logarithm, normal};

/// The distribution of a service time \[ms\], ready to be drawn from.
#[derive(Clone, Debug)]
pub(crate) enum ServiceTime {
    /// exp(mu + sigma z).
    Lognormal { mu: f64, sigma: f64 },
    /// -mean ln(1 - u).
    Exponential { mean: f64 },
    /// Always the same.
    Constant { ms: f64 },
    /// Measured points (probability, ms) and the lognormal beyond the last.
    Measured { points: Vec<(f64, f64)>, tail_mu: f64, tail_sigma: f64 },
}

impl ServiceTime {
    /// The distribution of the latency at `path`, its uncertain inputs as `inputs` says.
    pub(crate) fn new(path: &str, latency: &Latency, inputs: Inputs) -> Self {
        let duration = |field: &str, quantity| inputs.value(&format!("{path}.{field}"), quantity, Unsure::Duration);
        match latency {
            Latency::Lognormal { p50_ms, p99_ms } => {
                let p50 = duration("p50_ms", *p50_ms);
                let p99 = match p99_ms {
                    Quantity::Unknown => {
                        p50 * inputs.value(&format!("{path}.p99_ms"), Quantity::Unknown, Unsure::TailFactor)
                    }
                    known => duration("p99_ms", *known),
                };
                let mu = libm::log(p50);
                // A range for the tail may reach below the median; a tail is never shorter than it.
                ServiceTime::Lognormal { mu, sigma: ((libm::log(p99) - mu) / normal::Z99).max(0.0) }
            }
            Latency::Exponential { mean_ms } => {
                ServiceTime::Exponential { mean: duration("exponential_mean_ms", *mean_ms) }
            }
            Latency::Constant { ms } => ServiceTime::Constant { ms: duration("constant_ms", *ms) },
            Latency::Percentiles(points) => {
                let points: Vec<(f64, f64)> = points.iter().map(|(percent, ms)| (percent / 100.0, *ms)).collect();
                let (tail_mu, tail_sigma) = tail_through(&points);
                ServiceTime::Measured { points, tail_mu, tail_sigma }
            }
        }
    }

    /// The value \[ms\] below which a service time lies with probability `u`, 0 < u < 1.
    pub(crate) fn quantile(&self, u: f64) -> f64 {
        match self {
            ServiceTime::Lognormal { .. } => self.at_normal(normal::quantile(u)),
            ServiceTime::Exponential { mean } => -mean * logarithm::ln(1.0 - u),
            ServiceTime::Constant { ms } => *ms,
            ServiceTime::Measured { points, .. } => match points.iter().position(|&(p, _)| u < p) {
                Some(0) => points[0].1,
                Some(above) => {
                    let ((p0, t0), (p1, t1)) = (points[above - 1], points[above]);
                    t0 + (t1 - t0) * (u - p0) / (p1 - p0)
                }
                None => self.at_normal(normal::quantile(u)),
            },
        }
    }

    /// The same for the standard normal number `z` of that probability, which spares a lognormal the way
    /// through the probability.
    pub(crate) fn at_normal(&self, z: f64) -> f64 {
        match self {
            ServiceTime::Lognormal { mu, sigma } => libm::exp(mu + sigma * z),
            ServiceTime::Measured { points, tail_mu, tail_sigma } => {
                let u = normal::probability(z);
                if points.last().is_some_and(|&(p, _)| u >= p) {
                    libm::exp(tail_mu + tail_sigma * z)
                } else {
                    self.quantile(u)
                }
            }
            // Just below 1, so that an exponential stays finite for z beyond 8.
            ServiceTime::Exponential { .. } | ServiceTime::Constant { .. } => {
                self.quantile(normal::probability(z).min(1.0 - f64::EPSILON / 2.0))
            }
        }
    }

    /// The value \[ms\] drawn by the uniform number `u`, 0 < u < 1, where the log latencies of a request slow `together`, 0
    /// to 1, by their `common` standard normal number.
    #[inline(always)]
    pub(crate) fn drawn(&self, u: f64, together: f64, common: f64) -> f64 {
        if together > 0.0 {
            self.at_normal(libm::sqrt(together) * common + libm::sqrt(1.0 - together) * normal::quantile(u))
        } else {
            self.quantile(u)
        }
    }

    /// The standard normal number of the same probability as that of a service time of at most `ms`: the inverse of
    /// [`ServiceTime::at_normal`].
    pub(crate) fn score(&self, ms: f64) -> f64 {
        let of_probability = |u: f64| match u {
            u if u <= 0.0 => f64::NEG_INFINITY,
            u if u >= 1.0 => f64::INFINITY,
            u => normal::quantile(u),
        };
        let step = |at: f64| if ms < at { f64::NEG_INFINITY } else { f64::INFINITY };
        let lognormal = |mu: f64, sigma: f64| match sigma {
            0.0 => step(libm::exp(mu)),
            _ if ms <= 0.0 => f64::NEG_INFINITY,
            _ => (libm::log(ms) - mu) / sigma,
        };
        match self {
            ServiceTime::Lognormal { mu, sigma } => lognormal(*mu, *sigma),
            ServiceTime::Exponential { mean } if *mean == 0.0 => step(0.0),
            ServiceTime::Exponential { mean } => of_probability(-libm::expm1(-ms / mean)),
            ServiceTime::Constant { ms: constant } => step(*constant),
            ServiceTime::Measured { points, tail_mu, tail_sigma } => {
                match points.iter().position(|&(_, point)| ms < point) {
                    Some(0) => f64::NEG_INFINITY,
                    Some(above) => {
                        let ((p0, t0), (p1, t1)) = (points[above - 1], points[above]);
                        of_probability(p0 + (p1 - p0) * (ms - t0) / (t1 - t0))
                    }
                    None => lognormal(*tail_mu, *tail_sigma),
                }
            }
        }
    }

    /// The mean \[ms\] of a service time that ends at `cap` \[ms\] at the latest; without a cap, of infinity.
    ///
    /// What lies beyond the last of measured points is not known, so that point counts for it. For a lognormal it is the limited expected value, exp(mu + sigma²/2) Φ(d - sigma) + cap (1 - Φ(d)) with
    /// d = (ln cap - mu)/sigma (Klugman, Panjer, Willmot: Loss Models, appendix A).
    pub(crate) fn capped_mean(&self, cap: f64) -> f64 {
        match self {
            ServiceTime::Lognormal { mu, sigma } if *sigma == 0.0 => libm::exp(*mu).min(cap),
            ServiceTime::Lognormal { mu, sigma } => {
                let at_cap = (libm::log(cap) - mu) / sigma;
                let beyond = 1.0 - normal::probability(at_cap);
                // Without a cap nothing lies beyond it, and infinity times nothing is not a number.
                let capped = if beyond > 0.0 { cap * beyond } else { 0.0 };
                libm::exp(mu + sigma * sigma / 2.0) * normal::probability(at_cap - sigma) + capped
            }
            ServiceTime::Exponential { mean } if *mean == 0.0 => 0.0,
            ServiceTime::Exponential { mean } => -mean * libm::expm1(-cap / mean),
            ServiceTime::Constant { ms } => ms.min(cap),
            ServiceTime::Measured { points, .. } => {
                let below = points.first().map_or(0.0, |(p, ms)| p * ms.min(cap));
                let between = |pair: &[(f64, f64)]| {
                    let ((p0, t0), (p1, t1)) = (pair[0], pair[1]);
                    let free = if t1 > t0 { ((cap - t0) / (t1 - t0)).clamp(0.0, 1.0) } else { 1.0 };
                    (p1 - p0) * (free * (t0 + t1.min(cap)) / 2.0 + (1.0 - free) * cap.min(t1))
                };
                let between: f64 = points.windows(2).map(between).sum();
                let beyond = points.last().map_or(0.0, |(p, ms)| (1.0 - p) * ms.min(cap));
                below + between + beyond
            }
        }
    }

    /// The only value \[ms\] that it ever has, if it is always the same.
    pub(crate) fn constant(&self) -> Option<f64> {
        match self {
            ServiceTime::Constant { ms } => Some(*ms),
            ServiceTime::Lognormal { mu, sigma } if *sigma == 0.0 => Some(libm::exp(*mu)),
            ServiceTime::Exponential { mean } if *mean == 0.0 => Some(0.0),
            ServiceTime::Lognormal { .. } | ServiceTime::Exponential { .. } | ServiceTime::Measured { .. } => None,
        }
    }
}

/// mu and sigma of the lognormal through the last two of the measured points.
fn tail_through(points: &[(f64, f64)]) -> (f64, f64) {
    let [.., (p0, t0), (p1, t1)] = points else { return (0.0, 0.0) };
    let (z0, z1) = (normal::quantile(*p0), normal::quantile(*p1));
    let sigma = (libm::log(*t1) - libm::log(*t0)) / (z1 - z0);
    (libm::log(*t1) - sigma * z1, sigma)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(left: f64, right: f64) {
        assert!((left - right).abs() < 1e-9 * right.abs().max(1.0), "{left} is not {right}");
    }

    #[test]
    fn a_lognormal_meets_both_its_quantiles() {
        let time = ServiceTime::new("latency", &Latency::lognormal(200.0, 800.0), Inputs::Medians);
        close(time.quantile(0.5), 200.0);
        close(time.quantile(0.99), 800.0);
    }

    #[test]
    fn a_capped_mean_is_the_mean_of_the_capped_quantiles() {
        let measured = ServiceTime::new(
            "latency",
            &Latency::Percentiles(vec![(50.0, 20.0), (90.0, 45.0), (99.0, 120.0)]),
            Inputs::Medians,
        );
        let times = [
            ServiceTime::new("latency", &Latency::lognormal(200.0, 800.0), Inputs::Medians),
            ServiceTime::Exponential { mean: 150.0 },
            ServiceTime::Constant { ms: 80.0 },
            measured,
        ];
        for time in &times {
            for cap in [10.0, 30.0, 100.0, 500.0, 1e9] {
                const POINTS: u32 = 400_000;
                let last = if let ServiceTime::Measured { points, .. } = time { points[2].1 } else { cap };
                let at = |point: u32| time.quantile((f64::from(point) + 0.5) / f64::from(POINTS)).min(cap).min(last);
                let mean = (0..POINTS).map(at).sum::<f64>() / f64::from(POINTS);
                let found = time.capped_mean(cap);
                assert!((found - mean).abs() < 2e-3 * mean, "{time:?} up to {cap}: {found}, not {mean}");
            }
            assert!((time.capped_mean(f64::INFINITY) - time.capped_mean(1e12)).abs() < 1e-6, "{time:?}");
        }
    }

    #[test]
    fn measured_points_are_met_and_the_tail_is_lognormal() {
        let time = ServiceTime::new(
            "latency",
            &Latency::Percentiles(vec![(50.0, 20.0), (90.0, 45.0), (99.0, 120.0)]),
            Inputs::Medians,
        );
        close(time.quantile(0.3), 20.0);
        close(time.quantile(0.7), 32.5);
        close(time.quantile(0.99), 120.0);
        let beyond = libm::log(time.quantile(0.999)) - libm::log(120.0);
        let between = libm::log(120.0) - libm::log(45.0);
        let z = normal::quantile;
        close(beyond / (z(0.999) - z(0.99)), between / (z(0.99) - z(0.9)));
    }
}
