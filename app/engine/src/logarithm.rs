//! The natural logarithm of the numbers that are drawn, with the same bits on every machine.
//!
//! Every exponential service time and every arrival takes one, and `libm::log`, which divides, took 15 % of a
//! simulation. This one looks up and multiplies: Tang, "Table-driven implementation of the logarithm function in
//! IEEE floating-point arithmetic" (ACM TOMS 16, 1990). Only sums, products and bit patterns: no fused operation.

use core::f64::consts::LN_2;

/// Centres from 0.6875 to 1.375: 80 of them 1/256 apart below 1, and 48 of them 1/128 apart from 1 on.
const CENTRES: usize = 128;
/// Bits of a number below those that say which centre is the next.
const BELOW: u32 = 45;
/// The bit pattern from which the first centre is the nearest: half a distance below 0.6875.
const FIRST: u64 = 0x3fe6_0000_0000_0000 - (1 << (BELOW - 1));
const EXPONENT: u64 = 0xfff << 52;

/// One over each centre, and its logarithm.
static TABLE: [(f64, f64); CENTRES] = table();

/// The natural logarithm of a normal, positive and finite `x`, to about one unit in its last place.
#[inline(always)]
pub(crate) fn ln(x: f64) -> f64 {
    debug_assert!(x.is_normal() && x > 0.0, "{x} has no logarithm here");
    let bits = x.to_bits();
    let above = bits.wrapping_sub(FIRST);
    let exponent = (above as i64 >> 52) as f64;
    let (inverse, ln_centre) = TABLE[(above >> BELOW) as usize % CENTRES];
    // x is z times a power of two, and z so near to its centre that their difference is exact.
    let z = bits.wrapping_sub(above & EXPONENT);
    let centre = (z + (1 << (BELOW - 1))) >> BELOW << BELOW;
    let r = (f64::from_bits(z) - f64::from_bits(centre)) * inverse;
    let r2 = r * r;
    // ln(1 + r) - r to its seventh power, with |r| at most 1/256.
    let low = -0.5 + r * (1.0 / 3.0);
    let middle = -0.25 + r * 0.2;
    let high = -1.0 / 6.0 + r * (1.0 / 7.0);
    let rest = r2 * (low + r2 * (middle + r2 * high));
    exponent * LN_2 + ln_centre + (r + rest)
}

const fn table() -> [(f64, f64); CENTRES] {
    let mut table = [(0.0, 0.0); CENTRES];
    let mut index = 0;
    while index < CENTRES {
        let centre = f64::from_bits(FIRST + (1 << (BELOW - 1)) + ((index as u64) << BELOW));
        table[index] = (1.0 / centre, ln_of_centre(centre));
        index += 1;
    }
    table
}

/// 2 artanh((c - 1) / (c + 1)), by its series: the argument is below 0.19, so that the terms beyond its 25th power are
/// nothing.
const fn ln_of_centre(centre: f64) -> f64 {
    let s = (centre - 1.0) / (centre + 1.0);
    let s2 = s * s;
    let mut sum = 0.0;
    let mut odd = 25.0;
    while odd >= 3.0 {
        sum = (sum + 1.0 / odd) * s2;
        odd -= 2.0;
    }
    2.0 * (s + s * sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Units in the last place between this logarithm and that of libm, which is right to one.
    fn apart(x: f64) -> u64 {
        ln(x).to_bits().abs_diff(libm::log(x).to_bits())
    }

    proptest! {
        // A twentieth of the cases unless everything is run in full; the seed of a failure is printed.
        #![proptest_config(ProptestConfig::with_cases(if std::env::var_os("FORKLINE_FULL").is_some() { 20_000 } else { 1_000 }))]
        #[test]
        fn it_is_the_logarithm(x in prop_oneof![0.0..1.0f64, 0.9..1.1f64, prop::num::f64::POSITIVE]) {
            prop_assume!(x.is_normal());
            prop_assert!(apart(x) <= 3, "{x:e}: {} {}", ln(x), libm::log(x));
        }
    }

    #[test]
    fn it_is_exact_at_one_and_never_positive_below() {
        assert_eq!(ln(1.0), 0.0);
        for steps in 1..2_000u64 {
            let below = f64::from_bits(1.0f64.to_bits() - steps);
            assert!(ln(below) < 0.0 && apart(below) <= 1, "{below}");
        }
    }

    #[test]
    fn every_border_between_two_centres_is_smooth() {
        for border in 0..CENTRES as u64 {
            let bits = FIRST + (border << BELOW);
            for bits in bits - 2..bits + 3 {
                assert!(apart(f64::from_bits(bits)) <= 3, "{}", f64::from_bits(bits));
            }
        }
    }
}
