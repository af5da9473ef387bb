//! Distributions on a grid: how much lies at each of equally distant points. What lies beyond the last is left out, which
//! changes nothing before it: sums and maxima are never smaller than their parts.

/// Points of the grid; the first is at 0.
pub(super) const POINTS: usize = 1_024;
/// Less than this is nothing: all of it together changes no digit.
const NOTHING: f64 = 1e-16;

/// A distribution: each time is rounded to the nearest point.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    /// Where `masses` begins; before and after it there is nothing.
    first: usize,
    masses: Vec<f64>,
}

impl Grid {
    /// From the probabilities half a cell beyond each point.
    pub(super) fn new(probabilities: impl Iterator<Item = f64>) -> Self {
        let mut below = 0.0;
        let masses = probabilities.map(|probability| probability - std::mem::replace(&mut below, probability));
        Self::trimmed(0, masses.collect())
    }

    /// Always the same: shared out between the points on both sides, so that the mean is kept.
    pub(super) fn constant(cells: f64) -> Self {
        let whole = libm::floor(cells);
        let rest = cells - whole;
        Self::trimmed(whole as usize, vec![1.0 - rest, rest])
    }

    /// The distribution of the sum of two independent times.
    pub(super) fn sum(&self, other: &Self) -> Self {
        let first = self.first + other.first;
        let wanted = (self.masses.len() + other.masses.len()).saturating_sub(1).min(POINTS.saturating_sub(first));
        let mut masses = vec![0.0; wanted];
        for (place, mass) in self.masses.iter().enumerate().take(wanted) {
            masses[place..].iter_mut().zip(&other.masses).for_each(|(sum, with)| *sum += mass * with);
        }
        Self::trimmed(first, masses)
    }

    /// The distribution of the later of two independent times.
    pub(super) fn later(&self, other: &Self) -> Self {
        let (mut one, mut two) = (0.0, 0.0);
        let end = (self.first + self.masses.len()).max(other.first + other.masses.len()).min(POINTS);
        let both = (0..end).map(|point| {
            let before = one * two;
            one += self.at(point);
            two += other.at(point);
            one * two - before
        });
        Self::trimmed(0, both.collect())
    }

    /// Adds a part of another distribution to points that are kept apart.
    pub(super) fn add_to(&self, points: &mut [f64], weight: f64) {
        points.iter_mut().skip(self.first).zip(&self.masses).for_each(|(sum, mass)| *sum += weight * mass);
    }

    fn at(&self, point: usize) -> f64 {
        point.checked_sub(self.first).and_then(|place| self.masses.get(place)).copied().unwrap_or(0.0)
    }

    fn trimmed(first: usize, mut masses: Vec<f64>) -> Self {
        masses.truncate(POINTS.saturating_sub(first));
        let end = masses.iter().rposition(|mass| *mass > NOTHING).map_or(0, |last| last + 1);
        masses.truncate(end);
        let begin = masses.iter().position(|mass| *mass > NOTHING).unwrap_or(0);
        masses.drain(..begin);
        Self { first: first + begin, masses }
    }
}

/// The `p`-quantile in cells; `None` where it lies beyond the grid.
pub(super) fn quantile(points: &[f64], p: f64) -> Option<f64> {
    let mut below = 0.0;
    for (point, mass) in points.iter().enumerate() {
        if below + mass >= p && *mass > 0.0 {
            // What is at a point lies within half a cell on both sides of it, and nothing before 0.
            return Some((point as f64 - 0.5 + (p - below) / mass).max(0.0));
        }
        below += mass;
    }
    None
}
