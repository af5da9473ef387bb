//! Quantities as people write them into a cell, and back.

use model::Quantity;

/// Words for a number that nobody knows.
const UNKNOWN: [&str; 5] = ["unknown", "not sure", "don't know", "dont know", "?"];

/// A duration as text: `200 ms`, `700 to 1200 ms`, `unknown`.
pub(super) fn show_ms(quantity: Quantity) -> String {
    match quantity {
        Quantity::Known(ms) => format!("{ms} ms"),
        Quantity::Range { low, high } => format!("{low} to {high} ms"),
        Quantity::Unknown => UNKNOWN[0].to_owned(),
    }
}

/// A share as text: `0.5 %`, `0.1 to 2 %`, `unknown`.
pub(super) fn show_percent(quantity: Quantity) -> String {
    match quantity {
        Quantity::Known(share) => format!("{} %", hundredfold(share)),
        Quantity::Range { low, high } => format!("{} to {} %", hundredfold(low), hundredfold(high)),
        Quantity::Unknown => UNKNOWN[0].to_owned(),
    }
}

/// A share as a percentage without the noise of binary fractions: 0.0029 is 0.29, not 0.29000000000000004.
fn hundredfold(share: f64) -> f64 {
    format!("{:.12e}", share * 100.0).parse().unwrap_or(share * 100.0)
}

/// Reads a duration in ms or s: `200`, `200 ms`, `0.2 s`, `1,200`, `700 to 1200`, `unknown`.
pub(super) fn read_ms(text: &str) -> Result<Quantity, String> {
    read(text, |number| {
        if let Some(number) = number.strip_suffix("ms") {
            plain(number)
        } else if let Some(number) = number.strip_suffix('s') {
            shifted(number, 3)
        } else {
            plain(number)
        }
    })
    .ok_or_else(|| format!("“{text}” is not a time. Write it like 200 ms, 0.2 s, 700 to 1200 ms or unknown."))
}

/// Reads a share in percent: `0.5`, `0.5 %`, `0.1 to 2 %`, `unknown`.
pub(super) fn read_percent(text: &str) -> Result<Quantity, String> {
    read(text, |number| shifted(number.strip_suffix('%').unwrap_or(number), -2))
        .ok_or_else(|| format!("“{text}” is not a share. Write it like 0.5 %, 0.1 to 2 % or unknown."))
}

fn read(text: &str, one: impl Fn(&str) -> Option<f64>) -> Option<Quantity> {
    let text = text.trim().to_lowercase().replace('–', "-");
    if UNKNOWN.contains(&text.as_str()) {
        return Some(Quantity::Unknown);
    }
    let ends = text.split_once(" to ").or_else(|| text.split_once('-').filter(|(low, _)| !low.trim().is_empty()));
    match ends {
        Some((low, high)) => {
            // In "0.7 to 1.2 s" the unit is written once and meant twice.
            let unit: String = high.chars().skip_while(|c| !c.is_alphabetic() && *c != '%').collect();
            let low = if low.chars().any(|c| c.is_alphabetic() || c == '%') {
                low.to_owned()
            } else {
                format!("{low}{unit}")
            };
            Some(Quantity::Range { low: one(low.trim())?, high: one(high.trim())? })
        }
        None => one(&text).map(Quantity::Known),
    }
}

/// A number with or without separated thousands.
fn plain(text: &str) -> Option<f64> {
    shifted(text, 0)
}

/// A number times a power of ten. The point is moved in the text: multiplying would add binary noise.
fn shifted(text: &str, places: i32) -> Option<f64> {
    let text: String = text.trim().chars().filter(|c| !matches!(c, ',' | '\u{202f}' | '\u{a0}' | '_')).collect();
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().ok()?;
    format!("{digits}e{}", exponent.checked_add(places)?).parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, ms) in [
            ("200", 200.0),
            ("200 ms", 200.0),
            ("0.2 s", 200.0),
            ("1,200", 1_200.0),
            ("2S", 2_000.0),
            ("1.1 s", 1_100.0),
            ("1e3", 1_000.0),
        ] {
            assert_eq!(read_ms(text), Ok(Quantity::Known(ms)), "{text}");
        }
        let range = Quantity::Range { low: 700.0, high: 1_200.0 };
        for text in ["700 to 1200", "700 to 1200 ms", "0.7 to 1.2 s", "700-1200", "700 ms – 1.2 s"] {
            assert_eq!(read_ms(text), Ok(range), "{text}");
        }
        assert_eq!(read_ms("not sure"), Ok(Quantity::Unknown));
        for text in ["", "fast", "12 parsecs", "1e999"] {
            assert!(read_ms(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_shown_is_read_back_as_the_same_quantity() {
        for share in [0.005, 0.0029, 0.29, 1.0, 1e-7, 0.123456] {
            assert_eq!(read_percent(&show_percent(Quantity::Known(share))), Ok(Quantity::Known(share)));
        }
        for quantity in [Quantity::Known(0.1), Quantity::Range { low: 1.5, high: 2.5 }, Quantity::Unknown] {
            assert_eq!(read_ms(&show_ms(quantity)), Ok(quantity));
        }
    }
}
