//! Reading decimal numbers.

/// The number that a text is in decimal, if it is one and finite.
///
/// JSON's reader does it, which every page has for its document: the one behind `str::parse` would come on top, with tables
/// of 14 KB that cannot be compressed.
pub(crate) fn read(text: &str) -> Option<f64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if (whole.is_empty() && fraction.is_empty()) || !(whole.bytes().chain(fraction.bytes())).all(|c| c.is_ascii_digit())
    {
        return None;
    }
    // JSON knows neither zeros in front nor a point without digits on both sides.
    let whole = if whole.bytes().all(|c| c == b'0') { "0" } else { whole.trim_start_matches('0') };
    serde_json::from_str(&format!("{sign}{whole}.{fraction}0e{exponent}")).ok()
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn numbers_are_the_ones_that_rust_reads() {
        for text in [
            "0",
            "-0",
            "00",
            "7",
            "007",
            "+7",
            "-7.25",
            "1.",
            ".5",
            "-.5",
            "0.1",
            "1e3",
            "1E+3",
            "1.5e-3",
            "0.30000000000000004",
            "123456789012345678901234567890",
            "5e-324",
            "1.7976931348623157e308",
            "2.2250738585072011e-308",
            "1e-400",
        ] {
            assert_eq!(read(text).map(f64::to_bits), text.parse().ok().map(f64::to_bits), "{text}");
        }
        for text in [
            "", " ", "-", "+", ".", "e3", "1e", "1e3.5", "1 2", " 1", "1 ", "--1", "0x10", "1,5", "inf", "NaN",
            "1e999", "½", "٣",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
