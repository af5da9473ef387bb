//! Many durations in little memory, and their exact quantiles.
//!
//! A duration is kept in 32 bits: 27 for its leading digits and 5 for how many digits follow them. Up to 134 ms every nanosecond
//! is kept, beyond that 8 digits. Durations of whole milliseconds are kept exactly up to 8.5 seconds.

use crate::nanos::Nanos;

/// Bits of a duration that are kept.
const DIGITS: u32 = 27;
/// Durations in one piece: a row that grows in pieces is never copied.
const PIECE: usize = 1 << 14;

/// Durations, in the order in which they were noted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Latencies {
    pieces: Vec<Vec<u32>>,
    sum: u128,
    len: u64,
}

impl Latencies {
    pub(crate) fn push(&mut self, latency: Nanos) {
        if self.pieces.last().is_none_or(|piece| piece.len() == PIECE) {
            self.pieces.push(Vec::with_capacity(PIECE));
        }
        if let Some(piece) = self.pieces.last_mut() {
            piece.push(pack(latency));
        }
        self.sum += u128::from(latency);
        self.len += 1;
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// The mean \[ns\]; `None` without any.
    pub(crate) fn mean(&self) -> Option<f64> {
        (self.len > 0).then(|| self.sum as f64 / self.len as f64)
    }

    /// The longest; `None` without any.
    pub(crate) fn longest(&self) -> Option<Nanos> {
        self.pieces.iter().flatten().max().map(|&packed| unpack(packed))
    }

    /// The quantiles at `shares` of as many requests as there are durations; none without any.
    pub(crate) fn quantiles(&self, shares: &[f64]) -> Vec<Option<Nanos>> {
        let wanted: Vec<(f64, u64)> = shares.iter().map(|&share| (share, self.len)).collect();
        self.quantiles_among(&wanted)
    }

    /// Quantiles by nearest rank, each at a share of so many requests, where those without a duration never end: a quantile
    /// that falls among them is none.
    ///
    /// A first pass counts durations by their leading bits, a second one collects and sorts only those among which
    /// a wanted rank lies: a whole sort would take longer than the simulation's own last step.
    pub(crate) fn quantiles_among(&self, wanted: &[(f64, u64)]) -> Vec<Option<Nanos>> {
        const SHIFT: u32 = 17;
        if self.len == 0 {
            return vec![None; wanted.len()];
        }
        let all = || self.pieces.iter().flatten().copied();
        let mut counts = vec![0u64; 1 << (32 - SHIFT)];
        all().for_each(|packed| counts[(packed >> SHIFT) as usize] += 1);
        // For each class of leading bits, how many durations are shorter.
        let shorter: Vec<u64> = counts
            .iter()
            .scan(0, |before, count| {
                *before += count;
                Some(*before - count)
            })
            .collect();
        let ranks: Vec<Option<u64>> =
            wanted.iter().map(|&(share, of)| Some(rank(share, of)).filter(|&rank| rank < self.len)).collect();
        let class_of = |rank: u64| shorter.partition_point(|&shorter| shorter <= rank) - 1;
        let mut classes: Vec<usize> = ranks.iter().flatten().map(|&rank| class_of(rank)).collect();
        classes.sort_unstable();
        classes.dedup();
        let mut place = vec![usize::MAX; counts.len()];
        classes.iter().enumerate().for_each(|(index, &class)| place[class] = index);
        let mut members: Vec<Vec<u32>> = classes.iter().map(|_| Vec::new()).collect();
        for packed in all() {
            if let Some(members) = members.get_mut(place[(packed >> SHIFT) as usize]) {
                members.push(packed);
            }
        }
        members.iter_mut().for_each(|members| members.sort_unstable());
        let of_rank = |rank: u64| {
            let class = class_of(rank);
            unpack(members[place[class]][(rank - shorter[class]) as usize])
        };
        ranks.into_iter().map(|rank| rank.map(of_rank)).collect()
    }
}

/// The nearest rank among `of`, counted from 0.
fn rank(share: f64, of: u64) -> u64 {
    // A hair less, so that 0.07 × 100 is rank 7 although the product comes out above 7.
    let rank = libm::ceil(share * of as f64 - 1e-9) as u64;
    rank.clamp(1, of.max(1)) - 1
}

/// Packed durations are in the order of the durations.
fn pack(nanos: Nanos) -> u32 {
    let bits = Nanos::BITS - nanos.leading_zeros();
    if bits <= DIGITS {
        return nanos as u32;
    }
    let size = (bits - DIGITS).min(31);
    let digits = (nanos >> size).min((1 << DIGITS) - 1) as u32;
    size << DIGITS | digits
}

fn unpack(packed: u32) -> Nanos {
    let (size, digits) = (packed >> DIGITS, packed & ((1 << DIGITS) - 1));
    Nanos::from(digits) << size
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn packing_keeps_the_order_and_eight_digits(a in 0u64..1 << 58, b in 0u64..1 << 58) {
            prop_assert_eq!(a.cmp(&b) as i8 * (pack(a).cmp(&pack(b)) as i8) >= 0, true);
            prop_assert!(a - unpack(pack(a)) <= a >> 26);
        }

        #[test]
        fn quantiles_are_those_of_the_sorted_durations(mut all in prop::collection::vec(0u64..1 << 40, 1..400)) {
            let mut latencies = Latencies::default();
            all.iter().for_each(|&latency| latencies.push(latency));
            all.sort_unstable();
            let shares = [0.001, 0.07, 0.5, 0.9, 0.99, 0.999];
            prop_assert_eq!(latencies.longest(), latencies.quantiles(&[1.0])[0]);
            for never in [0, 3, 400] {
                let of = all.len() + never;
                let wanted = shares.map(|share| (share, of as u64));
                for (share, found) in shares.iter().zip(latencies.quantiles_among(&wanted)) {
                    let rank = ((share * of as f64 - 1e-9).ceil() as usize).clamp(1, of);
                    prop_assert_eq!(found, all.get(rank - 1).map(|&latency| unpack(pack(latency))));
                }
            }
        }
    }

    #[test]
    fn whole_milliseconds_are_kept_exactly() {
        for ms in 0..8_500 {
            assert_eq!(unpack(pack(ms * 1_000_000)), ms * 1_000_000);
        }
    }
}
