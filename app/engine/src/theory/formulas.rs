//! Closed forms. Times are in the unit of 1/rate.

use crate::normal;

/// Probability that a customer of M/M/c waits (Erlang C), offered load `a` = lambda/mu below `c`.
pub(super) fn erlang_c(servers: u32, a: f64) -> f64 {
    let blocked = erlang_b(servers, a);
    let c = f64::from(servers);
    blocked * c / (c - a * (1.0 - blocked))
}

/// Probability that a customer of M/M/c/c is lost (Erlang B), by its recursion.
pub(super) fn erlang_b(servers: u32, a: f64) -> f64 {
    (1..=servers).fold(1.0, |blocked, n| a * blocked / (f64::from(n) + a * blocked))
}

/// The `p`-quantile of the sojourn of M/M/c: P(T > t) = e^-mt (1 + C (1 - e^-mt(c-1-a)) / (c-1-a)), with C Erlang's
/// (Gross and Harris, Fundamentals of Queueing Theory, section 2.3), inverted by bisection.
pub(super) fn mmc_sojourn_quantile(servers: u32, lambda: f64, mu: f64, p: f64) -> f64 {
    let (a, c) = (lambda / mu, erlang_c(servers, lambda / mu));
    let gap = f64::from(servers) - 1.0 - a;
    let beyond = |t: f64| {
        let slower = if gap.abs() < 1e-9 { mu * t } else { (1.0 - libm::exp(-mu * t * gap)) / gap };
        libm::exp(-mu * t) * (1.0 + c * slower)
    };
    root(0.0, 1_000.0 / mu, |t| 1.0 - p - beyond(t))
}

/// Mean and second moment of a lognormal given by its median and 99th percentile.
pub(super) fn lognormal_moments(p50: f64, p99: f64) -> (f64, f64) {
    let (mu, sigma) = lognormal(p50, p99);
    (libm::exp(mu + sigma * sigma / 2.0), libm::exp(2.0 * mu + 2.0 * sigma * sigma))
}

fn lognormal(p50: f64, p99: f64) -> (f64, f64) {
    (libm::log(p50), libm::log(p99 / p50) / normal::Z99)
}

/// Probability that a lognormal is at most `x`.
fn lognormal_probability((mu, sigma): (f64, f64), x: f64) -> f64 {
    if x <= 0.0 { 0.0 } else { normal::probability((libm::log(x) - mu) / sigma) }
}

/// The `p`-quantile of the largest of independent lognormal legs: the product of their distribution functions.
pub(super) fn slowest_quantile(legs: &[(f64, f64)], p: f64) -> f64 {
    let legs: Vec<(f64, f64)> = legs.iter().map(|&(p50, p99)| lognormal(p50, p99)).collect();
    root(0.0, 1e6, |x| legs.iter().map(|&leg| lognormal_probability(leg, x)).product::<f64>() - p)
}

/// The `p`-quantile of the sum of independent lognormal legs, by convolution on a grid of `CELLS` cells.
pub(super) fn chain_quantile(legs: &[(f64, f64)], p: f64) -> f64 {
    const CELLS: usize = 4_096;
    // Twice the sum of the 99.99th percentiles: what lies beyond is less than one in a million.
    let far = normal::quantile(0.9999);
    let span: f64 =
        2.0 * legs.iter().map(|&leg| lognormal(leg.0, leg.1)).map(|(m, s)| libm::exp(m + s * far)).sum::<f64>();
    let cell = span / CELLS as f64;
    let masses = |leg: (f64, f64)| -> Vec<f64> {
        let at = |k: usize| lognormal_probability(leg, k as f64 * cell);
        (0..CELLS).map(|k| at(k + 1) - at(k)).collect()
    };
    let mut sum = vec![1.0];
    for &leg in legs {
        let leg = masses(lognormal(leg.0, leg.1));
        let mut next = vec![0.0; CELLS];
        for (i, a) in sum.iter().enumerate().filter(|(_, a)| **a > 1e-18) {
            next[i..].iter_mut().zip(&leg).for_each(|(next, b)| *next += a * b);
        }
        sum = next;
    }
    // Each leg's mass lies at the middle of its cell.
    let shift = legs.len() as f64 / 2.0 - 0.5;
    let mut below = 0.0;
    for (k, mass) in sum.iter().enumerate() {
        if below + mass >= p {
            return (k as f64 + shift + (p - below) / mass) * cell;
        }
        below += mass;
    }
    f64::INFINITY
}

/// The place between `low` and `high` where a rising function crosses zero.
fn root(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..200 {
        let middle = (low + high) / 2.0;
        if f(middle) < 0.0 { low = middle } else { high = middle }
    }
    (low + high) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_forms_meet_values_from_tables() {
        // Erlang B and C for four servers and three erlangs, from any traffic table.
        assert!((erlang_b(4, 3.0) - 0.206_1).abs() < 1e-4);
        assert!((erlang_c(4, 3.0) - 0.509_4).abs() < 1e-4);
        // M/M/1 is the case of one server: the sojourn is exponential.
        assert!((mmc_sojourn_quantile(1, 40.0, 50.0, 0.99) - 0.460_517).abs() < 1e-6);
    }

    #[test]
    fn the_three_services_of_the_design_have_their_tails() {
        let legs = [(200.0, 800.0); 3];
        assert!((chain_quantile(&legs, 0.99) - 1_577.0).abs() < 2.0, "{}", chain_quantile(&legs, 0.99));
        assert!((slowest_quantile(&legs, 0.99) - 1_006.7).abs() < 0.1, "{}", slowest_quantile(&legs, 0.99));
    }
}
