//! Random numbers that belong to what they are for.
//!
//! Every number is a function of (seed, replication, request, delivery, step, attempt, purpose) and of
//! nothing else. So the same request meets the same luck in every topology, whatever ran before it, and
//! topologies can be compared request by request (common random numbers).
//!
//! The function is the finaliser of `SplitMix64` (Steele, Lea and Flood, "Fast splittable pseudorandom
//! number generators", 2014), applied once per level of the key.

/// What a random number decides. The discriminants are part of the results: never renumber them.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub(crate) enum Purpose {
    Arrival = 0,
    Payload = 1,
    SlowTogether = 2,
    Redelivery = 3,
    Taken = 4,
    Service = 5,
    Ending = 6,
    CommittedAnyway = 7,
    Processed = 8,
    Jitter = 9,
    UndoService = 10,
    UndoEnding = 11,
    UndoJitter = 12,
    Key = 13,
}

/// 2^64 divided by the golden ratio: multiples of it are spread evenly.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
/// The fractional part of the square root of 2 in 64 bits, made odd: it has nothing to do with [`GOLDEN`].
const SILVER: u64 = 0x6a09_e667_f3bc_c909;

/// The luck of one replication.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReplicationLuck(u64);

impl ReplicationLuck {
    pub(crate) fn new(seed: u64, replication: u32) -> Self {
        Self(mix(mix(seed.wrapping_add(GOLDEN)) ^ u64::from(replication).wrapping_add(1).wrapping_mul(GOLDEN)))
    }

    /// The luck of one request, by its place among the arrivals.
    pub(crate) fn request(self, number: u64) -> RequestLuck {
        RequestLuck(mix(self.0.wrapping_add(number.wrapping_add(1).wrapping_mul(GOLDEN))))
    }

    /// A number in the open interval (0, 1) for an uncertain field of the document, by its path.
    pub(crate) fn field(self, path: &str) -> f64 {
        let named = path.bytes().fold(SILVER, |hash, byte| mix(hash ^ u64::from(byte)).wrapping_add(GOLDEN));
        open_unit(mix(self.0 ^ named))
    }
}

/// The luck of one request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestLuck(u64);

impl RequestLuck {
    /// A number in the open interval (0, 1) for something that happens once per request.
    pub(crate) fn once(self, purpose: Purpose) -> f64 {
        self.at(0, 0, 0, purpose)
    }

    /// A number in the open interval (0, 1) for one attempt of one step in one delivery.
    pub(crate) fn at(self, delivery: u32, step: u16, attempt: u32, purpose: Purpose) -> f64 {
        // The fields do not overlap: a purpose has 8 bits, a step 16, an attempt 32.
        let place = u64::from(attempt) << 32 | u64::from(step) << 8 | purpose as u64;
        let sending = u64::from(delivery).wrapping_mul(SILVER);
        open_unit(mix((self.0 ^ place.wrapping_mul(GOLDEN)).wrapping_add(sending)))
    }
}

/// The finaliser of `SplitMix64`: every bit of the input flips each bit of the output half of the time.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The upper 52 bits as a number strictly between 0 and 1, so that its logarithm is finite.
fn open_unit(bits: u64) -> f64 {
    ((bits >> 12) as f64 + 0.5) * (1.0 / (1u64 << 52) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_keys_give_independent_uniform_numbers() {
        let luck = ReplicationLuck::new(1, 0);
        let mut bins = [0u32; 100];
        let mut product = 0.0;
        let mut last = 0.5;
        for request in 0..10_000 {
            for step in 0..10 {
                let u = luck.request(request).at(0, step, 0, Purpose::Service);
                bins[(u * 100.0) as usize] += 1;
                product += (u - 0.5) * (last - 0.5);
                last = u;
            }
        }
        // Chi-square with 99 degrees of freedom: below 148.2 with probability 99.9 %.
        let chi_square: f64 = bins
            .iter()
            .map(|&n| {
                let off = f64::from(n) - 1_000.0;
                off * off / 1_000.0
            })
            .sum();
        assert!(chi_square < 148.2, "{chi_square}");
        // The mean product of 100,000 independent pairs has a standard deviation of 1/12/316.
        assert!((product / 100_000.0).abs() < 3.3 / 12.0 / 316.0, "{product}");
    }

    #[test]
    fn every_part_of_the_key_matters() {
        let base = ReplicationLuck::new(1, 0).request(7).at(0, 1, 2, Purpose::Service);
        let others = [
            ReplicationLuck::new(2, 0).request(7).at(0, 1, 2, Purpose::Service),
            ReplicationLuck::new(1, 1).request(7).at(0, 1, 2, Purpose::Service),
            ReplicationLuck::new(1, 0).request(8).at(0, 1, 2, Purpose::Service),
            ReplicationLuck::new(1, 0).request(7).at(1, 1, 2, Purpose::Service),
            ReplicationLuck::new(1, 0).request(7).at(0, 2, 2, Purpose::Service),
            ReplicationLuck::new(1, 0).request(7).at(0, 1, 3, Purpose::Service),
            ReplicationLuck::new(1, 0).request(7).at(0, 1, 2, Purpose::Ending),
        ];
        assert!(others.iter().all(|&other| other != base));
    }
}
