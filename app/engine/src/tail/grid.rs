//! Distributions on a grid: how much lies in each of equally wide cells. What lies beyond the last is left out, which
//! changes nothing before it: sums and maxima are never smaller than their parts.

/// Cells of the grid.
pub(super) const CELLS: usize = 1_024;

/// The masses between probabilities at the ends of the cells.
pub(super) fn masses(ends: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut below = 0.0;
    let each = ends.enumerate().map(|(end, probability)| {
        // What lies at or below the first end belongs to the first cell.
        let mass = if end == 0 { 0.0 } else { probability - below };
        below = if end == 0 { 0.0 } else { probability };
        mass
    });
    each.skip(1).collect()
}

/// The distribution of the sum of two independent times.
pub(super) fn sum(left: &[f64], right: &[f64]) -> Vec<f64> {
    let mut ends = vec![0.0; CELLS];
    for (place, mass) in left.iter().enumerate().filter(|(_, mass)| **mass > 1e-18) {
        ends[place..].iter_mut().zip(right).for_each(|(end, other)| *end += mass * other);
    }
    // The middles of two cells add up to the end of one: its mass belongs to the cells on both sides.
    let mut before = 0.0;
    let halves = ends.into_iter().map(|end| (end + std::mem::replace(&mut before, end)) / 2.0);
    halves.collect()
}

/// The distribution of the later of two independent times.
pub(super) fn later(left: &[f64], right: &[f64]) -> Vec<f64> {
    let (mut below_left, mut below_right) = (0.0, 0.0);
    let both = left.iter().zip(right).map(|(left, right)| {
        let before = below_left * below_right;
        below_left += left;
        below_right += right;
        below_left * below_right - before
    });
    both.collect()
}

/// The `p`-quantile in cells; all of them where it lies beyond.
pub(super) fn quantile(masses: &[f64], p: f64) -> f64 {
    let mut below = 0.0;
    for (cell, mass) in masses.iter().enumerate() {
        if below + mass >= p {
            return cell as f64 + (p - below) / mass;
        }
        below += mass;
    }
    masses.len() as f64
}
