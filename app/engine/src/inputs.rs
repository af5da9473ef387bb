//! Uncertain inputs: their medians, or a draw from what the team believes.

use model::{Quantity, Unsure};

use crate::{luck::ReplicationLuck, normal};

/// Where the values of uncertain inputs come from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Inputs {
    /// Every input at its median: what remains is simulation error.
    Medians,
    /// Every input at the same distance from its median, in standard deviations of what the team believes.
    At(f64),
    /// Every input drawn, by the luck of this replication and the field's path: this is ignorance.
    Drawn(ReplicationLuck),
}

/// Distance from the median to the 95th percentile of the standard normal distribution.
const Z95: f64 = 1.644_853_626_951_472_7;

impl Inputs {
    /// The value of the field at `path`. A range is the 5th and 95th percentile of a lognormal, for rates of a
    /// logit-normal.
    pub(crate) fn value(self, path: &str, quantity: Quantity, unsure: Unsure) -> f64 {
        let (low, high) = match quantity {
            Quantity::Known(value) => return value,
            Quantity::Range { low, high } => (low, high),
            Quantity::Unknown => unsure.unknown_range(),
        };
        let z = match self {
            Inputs::Medians => 0.0,
            Inputs::At(z) => z,
            Inputs::Drawn(luck) => normal::quantile(luck.field(path)),
        };
        let between = |low: f64, high: f64| (low + high) / 2.0 + (high - low) / 2.0 * z / Z95;
        match unsure {
            Unsure::Duration | Unsure::TailFactor => libm::exp(between(libm::log(low), libm::log(high))),
            Unsure::Rate => {
                let logit = |p: f64| libm::log(p / (1.0 - p));
                1.0 / (1.0 + libm::exp(-between(logit(low), logit(high))))
            }
        }
    }
}

/// Whether a document has any input that is not one number.
pub(crate) fn any_unsure(document: &model::Document) -> bool {
    use model::Latency;
    let unsure = |quantity: &Quantity| !quantity.is_known();
    let latency = |latency: &Latency| match latency {
        Latency::Lognormal { p50_ms, p99_ms } => unsure(p50_ms) || unsure(p99_ms),
        Latency::Exponential { mean_ms } => unsure(mean_ms),
        Latency::Constant { ms } => unsure(ms),
        Latency::Percentiles(_) => false,
    };
    document.steps.iter().any(|step| {
        latency(&step.latency)
            || step.undo.latency.as_ref().is_some_and(latency)
            || [&step.error_rate, &step.permanent_error_rate, &step.accepted_not_processed_rate].into_iter().any(unsure)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(left: f64, right: f64) {
        assert!((left - right).abs() < 1e-9 * right.abs().max(1.0), "{left} is not {right}");
    }

    #[test]
    fn the_median_of_a_range_is_the_median_of_its_distribution() {
        let median = |quantity, unsure| Inputs::Medians.value("x", quantity, unsure);
        close(median(Quantity::Range { low: 100.0, high: 400.0 }, Unsure::Duration), 200.0);
        close(median(Quantity::Range { low: 0.2, high: 0.8 }, Unsure::Rate), 0.5);
        close(median(Quantity::Known(3.0), Unsure::Rate), 3.0);
    }

    #[test]
    fn one_draw_in_ten_lies_outside_a_range_and_fields_are_drawn_apart() {
        let range = Quantity::Range { low: 100.0, high: 400.0 };
        let draw =
            |number, path: &str| Inputs::Drawn(ReplicationLuck::new(1, number)).value(path, range, Unsure::Duration);
        let outside = (0..10_000).filter(|&number| !(100.0..=400.0).contains(&draw(number, "a"))).count();
        // Binomial with n = 10,000 and p = 0.1: standard deviation 30.
        assert!((900..1_100).contains(&outside), "{outside}");
        assert_ne!(draw(0, "a"), draw(0, "b"));
    }
}
