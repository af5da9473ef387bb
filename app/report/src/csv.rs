//! Comma-separated values (RFC 4180) that a spreadsheet reads as what they are.

use crate::plain::one_line;

/// One line of cells, ended as RFC 4180 wants it. A text stays one cell on one line, and is no formula.
pub fn row<C: AsRef<str>>(cells: impl IntoIterator<Item = C>) -> String {
    let cells: Vec<String> = cells.into_iter().map(|text| cell(text.as_ref())).collect();
    format!("{}\r\n", cells.join(","))
}

/// A cell in quotes; a plain number stands without, so that it is a number.
///
/// A text that a spreadsheet would take for a formula gets an apostrophe in front. A spreadsheet shows it, and
/// evaluates nothing (OWASP, CSV injection).
fn cell(text: &str) -> String {
    if is_number(text) {
        return text.to_owned();
    }
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let text = one_line(text);
    // What stands first once the characters that cannot be seen are gone counts as well.
    let guard = if formula || text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// Whether this is a number as a program writes it: digits, with a sign and a point at most.
pub(crate) fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    all_digits(whole) && all_digits(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_formulas_are_guarded_and_numbers_are_numbers() {
        for (text, written) in [
            ("a \"b\", c", "\"a \"\"b\"\", c\""),
            ("=1+1", "\"'=1+1\""),
            ("+49 30 1", "\"'+49 30 1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("-", "\"'-\""),
            ("-cmd", "\"'-cmd\""),
            ("\tx", "\"'x\""),
            ("\rx", "\"'x\""),
            ("\u{202e}=1+1", "\"'=1+1\""),
            (" =1+1", "\"'=1+1\""),
            ("two\nlines", "\"two lines\""),
            ("-12.5", "-12.5"),
            ("1905", "1905"),
            ("1.", "\"1.\""),
            ("-5 ms", "\"'-5 ms\""),
            ("", "\"\""),
        ] {
            assert_eq!(cell(text), written, "{text:?}");
        }
        assert_eq!(row(["a", "1"]), "\"a\",1\r\n");
    }
}
