//! Time as a whole number of nanoseconds since the first moment of a run.

/// Nanoseconds. Whole numbers add up to the same sum in any order and on any machine.
pub(crate) type Nanos = u64;

/// The longest span that is told apart from "for ever": 36 years. Sums of a few of these do not overflow.
pub(crate) const LONGEST: Nanos = 1 << 60;

/// Milliseconds as nanoseconds, to the nearest; everything beyond [`LONGEST`] is cut to it.
pub(crate) fn from_ms(ms: f64) -> Nanos {
    // A cast saturates, and not-a-number becomes 0. To a signed number it is one instruction, to an unsigned one a dozen.
    ((ms * 1e6 + 0.5) as i64).clamp(0, LONGEST as i64) as Nanos
}

/// Seconds as nanoseconds, likewise.
pub(crate) fn from_s(s: f64) -> Nanos {
    from_ms(s * 1e3)
}

/// Nanoseconds as milliseconds.
pub(crate) fn to_ms(nanos: Nanos) -> f64 {
    nanos as f64 / 1e6
}
