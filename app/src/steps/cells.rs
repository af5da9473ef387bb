//! Quantities as people write them into a cell, and back.

use model::{Latency, Quantity};

use super::number;

/// Words for a number that nobody knows.
const UNKNOWN: [&str; 5] = ["unknown", "not sure", "don't know", "dont know", "?"];

/// A duration as text: `200 ms`, `700 to 1200 ms`, `unknown`.
pub(crate) fn show_ms(quantity: Quantity) -> String {
    match quantity {
        Quantity::Known(ms) => format!("{ms} ms"),
        Quantity::Range { low, high } => format!("{low} to {high} ms"),
        Quantity::Unknown => UNKNOWN[0].to_owned(),
    }
}

/// A share as text: `0.5 %`, `0.1 to 2 %`, `unknown`.
pub(crate) fn show_percent(quantity: Quantity) -> String {
    match quantity {
        Quantity::Known(share) => format!("{} %", hundredfold(share)),
        Quantity::Range { low, high } => format!("{} to {} %", hundredfold(low), hundredfold(high)),
        Quantity::Unknown => UNKNOWN[0].to_owned(),
    }
}

/// A share as a percentage without the noise of binary fractions: 0.0029 is 0.29, not 0.29000000000000004.
fn hundredfold(share: f64) -> f64 {
    number::read(&format!("{:.12e}", share * 100.0)).unwrap_or(share * 100.0)
}

/// Reads a duration in ms or s: `200`, `200 ms`, `0.2 s`, `1,200`, `700 to 1200`, `unknown`.
pub(crate) fn read_ms(text: &str) -> Result<Quantity, String> {
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
pub(crate) fn read_percent(text: &str) -> Result<Quantity, String> {
    read(text, |number| shifted(number.strip_suffix('%').unwrap_or(number), -2))
        .ok_or_else(|| format!("“{text}” is not a share. Write it like 0.5 %, 0.1 to 2 % or unknown."))
}

/// A duration as it was typed, with its unit where that is missing; what cannot be read stays.
pub(crate) fn with_ms(text: &str) -> String {
    match read_ms(text) {
        Ok(quantity) if !text.trim_end().ends_with(['s', 'S']) => show_ms(quantity),
        _ => text.to_owned(),
    }
}

/// The same for a share, also where it has its unit and no space. A bare `0.1` would be read as a tenth by whoever has
/// not typed it.
pub(crate) fn with_percent(text: &str) -> String {
    match read_percent(text) {
        Ok(quantity) if !text.contains(" %") => show_percent(quantity),
        _ => text.to_owned(),
    }
}

/// A service time as text: `p50 200 ms, p99 800 ms`, `mean 20 ms`, `always 5 ms`.
pub(crate) fn show_percentiles(latency: &Latency) -> String {
    match latency {
        Latency::Lognormal { p50_ms, p99_ms } => format!("p50 {}, p99 {}", show_ms(*p50_ms), show_ms(*p99_ms)),
        Latency::Exponential { mean_ms } => format!("mean {}", show_ms(*mean_ms)),
        Latency::Constant { ms } => format!("always {}", show_ms(*ms)),
        Latency::Percentiles(points) => {
            let points: Vec<String> = points.iter().map(|(p, ms)| format!("p{p} {ms} ms")).collect();
            points.join(", ")
        }
    }
}

/// Reads a service time: median and 99th percentile, or at least three measured percentiles, or a mean or a constant.
pub(crate) fn read_percentiles(text: &str) -> Result<Latency, String> {
    const HOW: &str =
        "Write p50 and p99, as in p50 200 ms, p99 800 ms; more measured percentiles; mean 20 ms; or always 5 ms.";
    let text = text.trim().to_lowercase();
    if let Some(mean) = text.strip_prefix("mean ") {
        return Ok(Latency::Exponential { mean_ms: read_ms(mean)? });
    }
    if let Some(constant) = text.strip_prefix("always ") {
        return Ok(Latency::Constant { ms: read_ms(constant)? });
    }
    let mut points: Vec<(f64, Quantity)> = Vec::new();
    for part in text.split([',', ';', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
        let pair = part.strip_prefix('p').and_then(|rest| rest.split_once([' ', ':', '=', '\t']));
        let Some((percentile, value)) = pair else { return Err(HOW.to_owned()) };
        let percentile = number::read(percentile.trim()).ok_or_else(|| HOW.to_owned())?;
        points.push((percentile, read_ms(value)?));
    }
    match points.as_slice() {
        [(50.0, p50_ms), (99.0, p99_ms)] => Ok(Latency::Lognormal { p50_ms: *p50_ms, p99_ms: *p99_ms }),
        [_, _, ..] => points
            .iter()
            .map(|(percentile, value)| match value {
                Quantity::Known(ms) => Ok((*percentile, *ms)),
                Quantity::Range { .. } | Quantity::Unknown => {
                    Err("Measured percentiles are single numbers; ranges go with p50 and p99 alone.".to_owned())
                }
            })
            .collect::<Result<Vec<_>, _>>()
            .map(Latency::Percentiles),
        _ => Err(HOW.to_owned()),
    }
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
    number::read(&format!("{digits}e{}", exponent.checked_add(places)?))
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
    fn what_was_typed_gets_its_unit_and_stays_otherwise() {
        for (typed, shown) in [
            ("200", "200 ms"),
            ("1,200", "1200 ms"),
            ("0.2 s", "0.2 s"),
            ("700 to 1200", "700 to 1200 ms"),
            ("1 ms", "1 ms"),
            ("?", "unknown"),
            ("fast", "fast"),
            ("", ""),
        ] {
            assert_eq!(with_ms(typed), shown, "{typed}");
            assert_eq!(with_ms(shown), shown, "{typed}");
        }
        for (typed, shown) in [
            ("0.1", "0.1 %"),
            ("0.1 to 2", "0.1 to 2 %"),
            ("0.5%", "0.5 %"),
            ("unknown", "unknown"),
            ("often", "often"),
            ("", ""),
        ] {
            assert_eq!(with_percent(typed), shown, "{typed}");
        }
    }

    #[test]
    fn service_times_are_shown_and_read_back() {
        for latency in [
            Latency::lognormal(200.0, 800.0),
            Latency::Lognormal { p50_ms: Quantity::Range { low: 20.0, high: 40.5 }, p99_ms: Quantity::Unknown },
            Latency::Exponential { mean_ms: 20.0.into() },
            Latency::Constant { ms: 5.0.into() },
            Latency::Percentiles(vec![(50.0, 20.0), (90.0, 45.0), (99.9, 1_200.5)]),
        ] {
            assert_eq!(read_percentiles(&show_percentiles(&latency)), Ok(latency));
        }
        for text in ["", "200", "p50 20", "p50 20, 99 80", "p50 20, p90 unknown, p99 80", "p50 fast, p99 slow"] {
            assert!(read_percentiles(text).is_err(), "{text}");
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
